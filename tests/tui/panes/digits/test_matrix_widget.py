"""The confusion matrix under the keyboard."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.builders.faces import LABELS, NAMES, predictions
from tests.builders.stage import Stage, play, text_of
from tui.panes.digits.matrix_drawing import matrix_view
from tui.panes.digits.matrix_widget import Confusion

VIEW = matrix_view(LABELS, NAMES, predictions(wrong={4: 9, 6: 9, 9: 4}))


@pytest.mark.parametrize(
    ("keys", "cell"),
    [
        (["enter"], (0, 0)),
        (["down", "down", "right", "enter"], (2, 1)),
        (["up", "left", "enter"], (0, 0)),
        (["W", "enter"], (4, 9)),
        (["W", "right", "up", "enter"], (3, 9)),
        (["W", "down", "left", "enter"], (5, 8)),
    ],
)
def test_arrows_move_and_enter_chooses(keys: list[str], cell: tuple[int, int]) -> None:
    confusion = Confusion()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        confusion.show(VIEW)
        await pilot.press(*keys)
        chosen = [(m.true, m.predicted) for m in stage.kept if isinstance(m, Confusion.CellSelected)]
        assert chosen == [cell]

    play(confusion, scene, kept=[Confusion.CellSelected])


def test_a_second_click_chooses() -> None:
    confusion = Confusion()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        confusion.show(VIEW)
        await pilot.pause()
        await pilot.click(confusion, offset=(2 + 7 * 9 + 3, 2 + 2 * 4))
        assert text_of(confusion)[0] == "true 4, predicted 9: 2 of 2, 100.0 %"
        assert stage.kept == []
        await pilot.click(confusion, offset=(2 + 7 * 9 + 3, 2 + 2 * 4))
        assert len(stage.kept) == 1

    play(confusion, scene, kept=[Confusion.CellSelected])


def test_before_the_first_epoch_there_is_nothing_to_choose() -> None:
    confusion = Confusion()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert "at the end of the first epoch" in text_of(confusion)[0]
        await pilot.press("down", "enter", "W")
        assert stage.kept == []

    play(confusion, scene, kept=[Confusion.CellSelected])
