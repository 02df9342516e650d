"""What the disagreement panes show of two runs, read in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.home import Home
from engine.runs.record import RunRecord
from tui.panes.digits.loader import kept_images, note_on

if TYPE_CHECKING:
    from tui.panes.disagreement.confusion_difference import ConfusionDifference
    from tui.panes.disagreement.view import PairView


LABELS = ("A", "B")
LONGEST_LABEL = 2


@dataclass(frozen=True)
class Pairing:
    """Which predictions: of runs A and B after `epoch`, or when that is None after the last one that counts: `level`
    where one of those compared is in training, else the newest.

    Their `names` begin with two labels, as `labelled` makes them.
    `newest` are the last epochs that A and B have ended."""

    a: RunRecord
    b: RunRecord
    names: tuple[str, str]
    epoch: int | None
    newest: tuple[int, int]
    level: int = 0


def labelled(names: tuple[str, str]) -> tuple[str, str]:
    """Two names that each begin with a label of their own: `A deep` and `C l2` do, two that are alike are numbered."""
    heads = [name.partition(" ")[0] for name in names]
    if not all(0 < len(head) <= LONGEST_LABEL for head in heads):
        return f"{LABELS[0]} {names[0]}", f"{LABELS[1]} {names[1]}"
    if heads[0] != heads[1]:
        return names
    a, b = (
        f"{head}{number}{name[len(head) :]}" for number, (head, name) in enumerate(zip(heads, names, strict=True), 1)
    )
    return a, b


def read_views(pairing: Pairing, home: Home) -> tuple[PairView, ConfusionDifference]:
    """The digits and the difference of the confusion matrices. Raises DisagreementError."""
    from engine.comparison.disagreement import DisagreementError, rivals
    from tui.panes.disagreement.confusion_difference import confusion_difference
    from tui.panes.disagreement.view import pair_view

    pair_of_runs = rivals(home, pairing.a, pairing.b)
    for name, epochs in zip(pairing.names, pair_of_runs.kept, strict=True):
        if not epochs:
            raise DisagreementError(f"{name} has kept no predictions: they come with the end of each epoch")
    test = kept_images(pairing.a.data.get("name", ""), home)
    if test is None:
        raise DisagreementError("the test images cannot be read: mnist-tui doctor says why")
    epoch = (pairing.level or pair_of_runs.epochs[-1]) if pairing.epoch is None else pairing.epoch
    both = pair_of_runs.at(*pair_of_runs.beside(epoch))
    note = note_on(test)
    pair = pair_view(test.images, test.class_names, both, pairing.names, epoch, pair_of_runs.epochs, note)
    return pair, confusion_difference(both, test.class_names, pairing.names)
