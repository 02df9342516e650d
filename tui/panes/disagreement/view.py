"""What the disagreement pane shows: test images, and what two networks said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import accuracy
from engine.comparison.disagreement import Choice, Disagreement, Kind, Order
from engine.comparison.significance import NOISE
from engine.comparison.verdicts import MCNEMAR, in_words, p_text
from engine.runs.predictions import Predictions
from engine.text import clean
from tui.drawing.styled_lines import Line, Span, crop
from tui.drawing.styled_lines import width as cells
from tui.panes.digits.view import Guess, guess

# From the longest to the shortest: what stands before the counts, and what before each of them.
COUNTS = (
    ("", "{0} alone right", "{1} alone right", "both wrong", "both right"),
    ("right: ", "{0} alone", "{1} alone", "neither", "both"),
    ("", "{0}", "{1}", "neither", "both"),
)


@dataclass(frozen=True, eq=False)
class PairView:
    """`images` (N, 28, 28) of the test set, and what two networks said of them: `disagreement`.

    The networks' `names` begin with their labels, as in `A deep`. `epochs` are those whose predictions are kept, in
    order, and `epoch` the one meant; a network that has not got so far speaks after its last. `note` is shown above
    everything."""

    images: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]
    disagreement: Disagreement
    names: tuple[str, str]
    epoch: int
    epochs: tuple[int, ...]
    note: str = ""

    @property
    def labels(self) -> tuple[str, str]:
        a, b = (name.partition(" ")[0] for name in self.names)
        return a, b

    @property
    def predictions(self) -> tuple[Predictions, Predictions]:
        return self.disagreement.a, self.disagreement.b

    def guesses(self, index: int) -> tuple[Guess, Guess]:
        a, b = (guess(self.disagreement.labels, predictions, index) for predictions in self.predictions)
        return a, b

    def select(self, choice: Choice) -> npt.NDArray[np.intp]:
        return self.disagreement.select(choice)


def pair_view(
    images: npt.NDArray[np.uint8],
    class_names: Sequence[str],
    found: Disagreement,
    names: tuple[str, str],
    epoch: int,
    epochs: Sequence[int],
    note: str = "",
) -> PairView:
    """The view of two networks' predictions of a test set."""
    a, b = map(clean, names)
    return PairView(images, tuple(map(clean, class_names)), found, (a, b), epoch, tuple(epochs), clean(note))


def counts(view: PairView, chosen: Kind, width: int) -> Line:
    """How many images are of each kind, the chosen one marked; short where the width demands."""
    found = view.disagreement
    kinds = (Kind.ONLY_A, Kind.ONLY_B, Kind.BOTH_WRONG, None)
    for head, *words in COUNTS:
        line: list[Span] = [(head, "")]
        for kind, word in zip(kinds, words, strict=True):
            count = len(found.of(kind)) if kind else found.both_right
            line += [(" · ", "dim")] if len(line) > 1 else []
            line.append((f"{word.format(*view.labels)} {count:,}", "title" if kind is chosen else ""))
        if cells(tuple(line)) <= width:
            break
    return tuple(line)


def verdict(view: PairView) -> tuple[str, str]:
    """Whether A and B differ by more than luck on these images: in a sentence, and in few words."""
    p = view.disagreement.p
    judged, brief = in_words(MCNEMAR, p), "within the noise" if p >= NOISE else "beyond the noise"
    return f"{p_text(p)} (exact McNemar test): {judged}", f"{p_text(p)}, {brief}"


def counter(view: PairView, choice: Choice, number: int, count: int, width: int) -> str:
    """Where one is: `12 of 85: A alone right, epoch 5 of 5, A 97.60 %, B 96.24 %`, shorter where that does not fit."""
    a, b = (100 * accuracy(view.disagreement.labels, predictions.classes) for predictions in view.predictions)
    order = "" if choice.order is Order.STORED else f", {choice.order.value}"
    figures = f", {view.labels[0]} {a:.2f} %, {view.labels[1]} {b:.2f} %"
    noun, epoch = _noun(view, choice), _epoch(view)
    long = f"{number:,} of {count:,}: {noun}, {epoch}"
    for text in (long + figures + order, long + order, long):
        if len(text) <= width:
            return text
    return crop(f"{number:,}/{count:,} {noun}, {epoch}", width)


def _noun(view: PairView, choice: Choice) -> str:
    names = view.class_names
    if choice.true is not None and choice.predicted is not None:
        return f"{names[choice.true]} → {names[choice.predicted]} by one alone"
    kind = {Kind.ONLY_A: f"{view.labels[0]} alone right", Kind.ONLY_B: f"{view.labels[1]} alone right"}
    noun = kind.get(choice.kind, choice.kind.value)
    return noun if choice.true is None else f"{noun}, class {names[choice.true]}"


def _epoch(view: PairView) -> str:
    a, b = (predictions.epoch for predictions in view.predictions)
    if a == b:
        return f"epoch {a} of {view.epochs[-1]}"
    return f"epochs {view.labels[0]} {a}, {view.labels[1]} {b}"


def caption(view: PairView, index: int, width: int) -> str:
    """One image in few words: `4 A✓ B✗9`, each name cut as the width demands."""
    names, guesses = view.class_names, view.guesses(index)
    marks = ["✓" if one.right else "✗" for one in guesses]
    shown = [names[guesses[0].true], *(names[one.predicted or 0] for one in guesses if not one.right)]
    a, b = view.labels
    space = (width - len(f" {a}{marks[0]} {b}{marks[1]}")) // len(shown)
    true, *wrong = (crop(name, space) for name in shown)
    answers = [mark if one.right else mark + wrong.pop(0) for one, mark in zip(guesses, marks, strict=True)]
    return f"{true} {a}{answers[0]} {b}{answers[1]}"
