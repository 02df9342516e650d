"""A list of words to choose from."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.config.presets import presets
from tests.builders.dialogs import Asking, answer_to, ask
from tui.dialogs.choice_list import ChoiceList, found

MEANINGS = {
    "sgd": "against the gradient",
    "adam": "moments",
    "adamw": "Adam with decay",
    "rmsprop": "divided by [b]x[/b]",
}


def words(chosen: str = "sgd", typed: str = "") -> ChoiceList[str]:
    return ChoiceList("Optimiser", MEANINGS, str, chosen, typed)


def test_the_cursor_begins_at_what_is_chosen_and_enter_returns_what_is_under_it() -> None:
    assert answer_to(words("adamw"), "enter") == ["adamw"]
    assert answer_to(words("adamw"), "down", "enter") == ["rmsprop"]
    assert answer_to(words("gone"), "down", "up", "enter") == ["sgd"]
    assert answer_to(words(), "pagedown", "enter") == ["rmsprop"]
    assert answer_to(words(), "escape") == [None]


def test_letters_filter_and_are_no_keys() -> None:
    """You should see the words that begin with what you type, then those that have it in them or mean it."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press(*"ad")
        assert "adam " in app.text and "sgd" in app.text and "rmsprop" not in app.text
        await pilot.press("q", "enter")
        assert not app.answers and app.letters == ""
        await pilot.press("backspace", "backspace", "backspace", *"decay", "enter")

    assert ask(words(), scene) == ["adamw"]
    assert answer_to(words(typed="r"), "m", "enter") == ["rmsprop"]


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_list_in_which_nothing_was_found_says_what_to_do(size: tuple[int, int]) -> None:
    """You should see in place of the list how to have words in it again, and Enter choose nothing."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press(*"zz", "enter")
        assert all(part in app.text for part in ("Nothing fits: fewer letters", "more."))
        await pilot.click(offset=(20, next(y for y, line in enumerate(app.text.splitlines()) if "fewer" in line)))
        assert not app.answers
        await pilot.press("down", "backspace", "backspace", "enter")

    assert ask(words(), scene, size) == ["sgd"]


def test_a_click_chooses() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        row = next(y for y, line in enumerate(app.text.splitlines()) if "adamw" in line)
        await pilot.click(offset=(20, row))

    assert ask(words(), scene) == ["adamw"]


def test_what_begins_so_comes_first_whatever_the_case() -> None:
    known = {"l2": "the penalty", "dropout": "half off", "l2-dropout": "both", "adam": "no dropout"}
    assert found("DROP", known) == ["dropout", "l2-dropout", "adam"]
    assert found("", known) == [*known]
    assert found("zzz", known) == []


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
def test_the_longest_list_fits_every_screen(size: tuple[int, int]) -> None:
    """You should see the cursor's word at the beginning and at the end, and nothing cut at the right."""
    meanings = {preset.name: preset.line for preset in presets().values()}

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert "shallow" in app.text
        await pilot.press(*["pagedown"] * len(meanings))
        assert list(meanings)[-1] in app.text
        if size[0] >= 80:
            assert "Esc leaves" in app.text

    ask(ChoiceList("Presets", meanings, str), scene, size)


def test_meanings_are_no_markup() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert "divided by [b]x[/b]" in app.text

    ask(words(), scene)


def test_words_are_found_in_any_order() -> None:
    known = {"History: Show": "What is under the cursor", "Compare: Show": "a line of history"}
    assert found("show his", known) == ["History: Show", "Compare: Show"]
