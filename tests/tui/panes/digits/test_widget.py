"""The digits pane under the keyboard."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from engine.comparison.confusion import Selection
from tests.builders.faces import predictions, view
from tests.builders.stage import Stage, play, text_of
from tui.drawing.glyphs import ASCII, UNICODE
from tui.drawing.styled_lines import Tone
from tui.panes.digits.image import BRAILLE, HALF_BLOCKS, PLAIN, SHADES
from tui.panes.digits.widget import Digits

MISTAKES = predictions(wrong={4: 9, 9: 4, 10: 6})
LARGE = (118, 40)


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        (["right"], 1),
        (["right", "right", "left"], 1),
        (["left"], 0),
        (["down"], 5),
        (["down", "up"], 0),
        (["end"], 11),
        (["end", "right"], 11),
        (["end", "home"], 0),
        (["pagedown"], 11),
        (["w"], 4),
        (["w", "right"], 9),
        (["w", "w"], 0),
        (["c"], 3),
        (["c", "c", "c", "C"], 2),
        (["C"], 7),
        (["c", "c", "a"], 0),
        (["end", "o"], 0),
    ],
)
def test_keys_move_and_filter(keys: list[str], selected: int) -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        await pilot.press(*keys)
        assert digits.selected == selected

    play(digits, scene, LARGE)


def test_the_selected_digit_stays_when_the_epoch_changes() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        await pilot.press("w", "right")
        assert digits.selected == 9
        digits.show(view(predictions(4, wrong={2: 7, 9: 4})))
        assert digits.selected == 9
        digits.show(view(predictions(5, wrong={2: 7})))
        assert digits.selected == 2
        digits.show(view(predictions(5)))
        assert digits.selected is None

    play(digits, scene)


def test_brackets_scrub_and_f_follows_again() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES, epochs=(1, 3, 7)))
        followed = [digits.following]
        for keys in ("[", "]}"):
            await pilot.press(*keys)
            followed.append(digits.following)
        assert followed == [True, False, True]
        assert [message.epoch for message in stage.kept if isinstance(message, Digits.EpochWanted)] == [1, 7, None]

    play(digits, scene, kept=[Digits.EpochWanted])


def test_there_is_nothing_before_the_first_epoch() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES, epochs=(3,)))
        await pilot.press("[", "]")
        assert stage.kept == []
        assert digits.following

    play(digits, scene, kept=[Digits.EpochWanted])


def test_a_cell_of_the_confusion_matrix_is_a_filter() -> None:
    digits = Digits(ASCII)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        digits.select(Selection(true=4, predicted=9))
        await pilot.pause()
        assert digits.selected == 4
        assert text_of(digits)[0].startswith("1 of 1 digits, 4 → 9")

    play(digits, scene)


def test_d_goes_through_the_drawings_the_terminal_can_show() -> None:
    digits = Digits(UNICODE, 16)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        seen = [digits.style_shown]
        for _ in range(3):
            await pilot.press("&")
            seen.append(digits.style_shown)
        assert seen == [SHADES, BRAILLE, PLAIN, SHADES]
        assert "█" in "".join(text_of(digits))

    play(digits, scene)


def test_greys_lie_between_the_colours_of_the_theme() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        assert digits.style_shown == HALF_BLOCKS
        for theme in ("textual-dark", "textual-light"):
            stage.theme = theme
            await pilot.pause()
            digit, black, white = digits.look("digit"), digits.look(Tone(0, 0)), digits.look(Tone(15, 0))
            assert black.bgcolor == digit.bgcolor
            assert white.color == digit.color
            assert digits.look(Tone(7, 0)).color not in (digit.color, digit.bgcolor)

    play(digits, scene)


def test_the_mouse_selects_in_the_grid() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        await pilot.pause()
        await pilot.click(digits, offset=(30 + 15 * 2 + 3, 1 + 8 + 3))
        assert digits.selected == 7
        await pilot.click(digits, offset=(3, 3))
        assert digits.selected == 7

    play(digits, scene, LARGE)


def test_the_wheel_goes_through_the_rows_of_the_grid() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(MISTAKES))
        await pilot.pause()
        await pilot._post_mouse_events([MouseScrollDown], digits, offset=(3, 3))
        assert digits.selected == 5
        await pilot._post_mouse_events([MouseScrollUp], digits, offset=(3, 3))
        assert digits.selected == 0

    play(digits, scene, LARGE)


def test_without_a_test_set_it_says_what_to_do_and_takes_no_harm() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert "F5 starts one" in " ".join(text_of(digits))
        await pilot.press("right", "end", "w", "o", "c", "&", "[", "{", "}", "enter")
        assert digits.selected is None

    play(digits, scene)


def test_only_lines_that_change_are_painted_again() -> None:
    digits = Digits()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        digits.show(view(predictions()))
        await pilot.press("right")
        before = [digits.render_line(y) for y in range(digits.size.height)]
        digits.show(view(predictions()))
        assert all(digits.render_line(y) is before[y] for y in range(digits.size.height))
        digits.show(view(predictions(4)))
        painted = [y for y in range(digits.size.height) if digits.render_line(y) is not before[y]]
        assert painted == [0]

    play(digits, scene, LARGE)
