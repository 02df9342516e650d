"""The difference of two confusion matrices under the keyboard."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.comparison.disagreement import Disagreement
from tests.builders.faces import LABELS, NAMES, predictions
from tests.builders.stage import Stage, play, text_of
from tui.panes.disagreement.confusion_difference import confusion_difference
from tui.panes.disagreement.difference_widget import ConfusionDifferences

FOUND = Disagreement(LABELS, predictions(wrong={1: 3}), predictions(wrong={4: 9, 6: 9, 9: 4}))
VIEW = confusion_difference(FOUND, NAMES, ("A deep", "B dropout"))


@pytest.mark.parametrize(
    ("keys", "cell"),
    [
        (["enter"], (4, 9)),
        (["down", "left", "enter"], (5, 8)),
        (["up", "up", "W", "enter"], (4, 9)),
    ],
)
def test_the_largest_change_is_selected_and_enter_chooses(keys: list[str], cell: tuple[int, int]) -> None:
    shifts = ConfusionDifferences()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        shifts.show(VIEW)
        await pilot.press(*keys)
        assert [(m.true, m.predicted) for m in stage.kept if isinstance(m, ConfusionDifferences.CellSelected)] == [cell]

    play(shifts, scene, kept=[ConfusionDifferences.CellSelected])


def test_the_selected_cell_stays_when_the_epoch_changes() -> None:
    shifts = ConfusionDifferences()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        shifts.show(VIEW)
        await pilot.press("up")
        shifts.show(confusion_difference(Disagreement(LABELS, FOUND.a, FOUND.a), NAMES, ("A", "B")))
        await pilot.pause()
        assert text_of(shifts)[0].startswith("true 3, predicted 9: no change")

    play(shifts, scene)


def test_better_and_worse_are_told_apart_without_colour() -> None:
    shifts = ConfusionDifferences()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        shifts.show(VIEW)
        await pilot.pause()
        paper = shifts.look("").bgcolor
        assert all(shifts.look(f"better{level}").bgcolor == paper for level in range(1, 5))
        filled = [shifts.look(f"wrong{level}").bgcolor for level in range(1, 5)]
        assert len({paper, *filled}) == 5

    play(shifts, scene)


def test_without_two_runs_it_says_why() -> None:
    shifts = ConfusionDifferences()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        shifts.show(None, "Mark two runs.")
        await pilot.pause()
        assert text_of(shifts)[0] == "Mark two runs."
        await pilot.press("down", "enter", "W")
        assert stage.kept == []

    play(shifts, scene, kept=[ConfusionDifferences.CellSelected])
