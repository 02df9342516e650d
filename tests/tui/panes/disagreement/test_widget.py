"""The disagreement pane under the keyboard."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.comparison.disagreement import Choice, Kind, Order
from tests.builders.faces import pair, predictions
from tests.builders.stage import Stage, play, text_of
from tui.drawing.glyphs import ASCII
from tui.panes.disagreement.widget import DisagreementDigits

LARGE = (118, 40)


@pytest.mark.parametrize(
    ("keys", "kind", "selected"),
    [
        ([], Kind.ONLY_A, 4),
        (["i"], Kind.ONLY_B, 6),
        (["i", "i"], Kind.BOTH_WRONG, 9),
        (["i", "i", "i"], Kind.DIFFERENT, 4),
        (["i", "i", "i", "i"], Kind.ONLY_A, 4),
        (["I"], Kind.DIFFERENT, 4),
        (["i", "I"], Kind.ONLY_A, 4),
        (["a", "right"], Kind.DIFFERENT, 6),
        (["a", "end"], Kind.DIFFERENT, 9),
        (["a", "end", "right", "left", "left"], Kind.DIFFERENT, 4),
        (["a", "end", "home"], Kind.DIFFERENT, 4),
        (["a", "pagedown", "pageup"], Kind.DIFFERENT, 4),
        (["a", "C"], Kind.DIFFERENT, 9),
        (["a", "C", "c"], Kind.DIFFERENT, 4),
        (["c"], Kind.ONLY_A, None),
    ],
)
def test_keys_move_and_filter(keys: list[str], kind: Kind, selected: int | None) -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        await pilot.press(*keys)
        assert (rivals.selection.kind, rivals.selected) == (kind, selected)

    play(rivals, scene, LARGE)


def test_u_goes_through_the_orders() -> None:
    rivals = DisagreementDigits(ASCII)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        await pilot.press("a")
        seen = []
        for _ in range(3):
            await pilot.press("o")
            seen.append((rivals.selection.order, rivals.selected))
        assert seen == [(Order.SUREST, 9), (Order.LEAST_CERTAIN, 4), (Order.STORED, 4)]

    play(rivals, scene, LARGE)


def test_brackets_scrub_both_and_f_follows_again() -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        following = []
        for key in ("[", "]", "}"):
            await pilot.press(key)
            following.append(rivals.following)
        assert following == [False, False, True]
        assert [message.epoch for message in stage.kept if isinstance(message, DisagreementDigits.EpochWanted)] == [
            2,
            5,
            None,
        ]

    play(rivals, scene, kept=[DisagreementDigits.EpochWanted])


def test_the_selected_digit_stays_when_the_epoch_changes() -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        await pilot.press("a", "right")
        rivals.show(pair(a=predictions(5, wrong={2: 7, 6: 9})))
        assert rivals.selected == 6

    play(rivals, scene)


def test_another_kind_is_no_longer_of_a_cell() -> None:
    rivals = DisagreementDigits(ASCII)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        rivals.select(Choice(Kind.DIFFERENT, 4, 9))
        await pilot.pause()
        assert text_of(rivals)[2].startswith("1 of 2: 4 → 9 by one alone, epoch 3 of 5")
        await pilot.press("i")
        assert rivals.selection == Choice(Kind.ONLY_A, 4)

    play(rivals, scene)


def test_the_mouse_selects_in_the_grid() -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        await pilot.press("a")
        await pilot.click(rivals, offset=(30 + 15 + 3, 3 + 3))
        assert rivals.selected == 6

    play(rivals, scene, LARGE)


def test_without_two_runs_it_says_why_and_takes_no_harm() -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(None, "Mark two runs [b]here[/b].")
        await pilot.pause()
        assert text_of(rivals)[0] == "Mark two runs [b]here[/b]."
        await pilot.press("right", "end", "i", "o", "c", "&", "[", "}", "I")
        assert rivals.selected is None
        assert stage.kept == []

    play(rivals, scene, kept=[DisagreementDigits.EpochWanted])


def test_only_lines_that_change_are_painted_again() -> None:
    rivals = DisagreementDigits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        rivals.show(pair())
        await pilot.pause()
        before = [rivals.render_line(y) for y in range(rivals.size.height)]
        rivals.show(pair())
        assert all(rivals.render_line(y) is before[y] for y in range(rivals.size.height))
        rivals.show(pair(a=predictions(5, wrong={6: 9, 9: 4})))
        painted = [y for y in range(rivals.size.height) if rivals.render_line(y) is not before[y]]
        assert painted == [2]

    play(rivals, scene, LARGE)
