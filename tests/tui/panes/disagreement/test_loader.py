"""What the disagreement panes show, read from the runs of a home."""

from __future__ import annotations

import pytest

from engine.comparison.disagreement import Choice, DisagreementError, Kind, labels_of
from engine.home import Home
from tests.engine.comparison.test_disagreement import kept_run
from tui.panes.disagreement.loader import Pairing, labelled, read_views

NAMES = ("A deep", "B dropout")


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (("A deep", "B dropout"), ("A deep", "B dropout")),
        (("C deep", "AA"), ("C deep", "AA")),
        (("B deep", "B deep"), ("B1 deep", "B2 deep")),
        (("deep", "dropout"), ("A deep", "B dropout")),
        (("", ""), ("A ", "B ")),
    ],
)
def test_names_begin_with_labels(names: tuple[str, str], made: tuple[str, str]) -> None:
    assert labelled(names) == made


def test_two_runs_are_read_after_any_epoch(stocked_home: Home) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    worse = labels.copy()
    worse[:3] = (labels[:3] + 1) % 10
    a = kept_run(stocked_home, "a", worse, labels, labels).record()
    b = kept_run(stocked_home, "b", labels, worse).record()

    newest, shifts = read_views(Pairing(a, b, NAMES, None, (3, 2)), stocked_home)
    assert (newest.epoch, newest.epochs, newest.names) == (3, (1, 2, 3), NAMES)
    assert [p.epoch for p in newest.predictions] == [3, 2]
    assert newest.select(Choice(Kind.ONLY_A)).tolist() == [0, 1, 2]
    assert "not MNIST" in newest.note
    assert shifts.difference.sum() == 0
    assert newest.guesses(0)[1].probabilities is not None

    level, _ = read_views(Pairing(a, b, NAMES, None, (3, 2), level=2), stocked_home)
    assert (level.epoch, [p.epoch for p in level.predictions]) == (2, [2, 2]), "while one trains, after as many epochs"

    first, _ = read_views(Pairing(a, b, NAMES, 1, (3, 2)), stocked_home)
    assert [p.epoch for p in first.predictions] == [1, 1]
    assert first.select(Choice(Kind.ONLY_B)).tolist() == [0, 1, 2]


def test_what_cannot_be_compared_is_told_in_plain_words(stocked_home: Home) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    a = kept_run(stocked_home, "a", labels).record()
    untrained = kept_run(stocked_home, "b").record()
    other = kept_run(stocked_home, "c", labels, fingerprint="other").record()
    with pytest.raises(DisagreementError, match="B dropout has kept no predictions"):
        read_views(Pairing(a, untrained, NAMES, None, (1, 0)), stocked_home)
    with pytest.raises(DisagreementError, match="not tested on the same digits"):
        read_views(Pairing(a, other, NAMES, None, (1, 1)), stocked_home)
