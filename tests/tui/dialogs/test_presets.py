"""Presets chosen from a list, and saved, renamed and deleted where they are one's own."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.builders.dialogs import Asking, answer_to, ask
from tui.dialogs.presets import CHOOSE, DELETE, RENAME, NewPreset, PresetAnswer, PresetList, SavePreset

MEANINGS = {"deep": "The first signs of overfitting.", "mine": "Look at the first layer."}


def presets(chosen: str = "deep", own: tuple[str, ...] = ("mine",)) -> PresetList:
    return PresetList(MEANINGS, own, chosen)


def test_a_preset_is_chosen_and_ones_own_renamed_or_deleted() -> None:
    assert answer_to(presets(), "down", "enter") == [PresetAnswer(CHOOSE, "mine")]
    assert answer_to(presets("mine"), "ctrl+n") == [PresetAnswer(RENAME, "mine")]
    assert answer_to(presets("mine"), "ctrl+d") == [PresetAnswer(DELETE, "mine")]
    assert answer_to(presets(), "ctrl+d", "ctrl+n", "escape") == [None], "shipped ones stay"
    assert answer_to(presets(), *"zzz", "ctrl+d", "enter", "escape") == [None], "nothing is under the cursor"


def test_the_keys_for_ones_own_are_shown_where_there_are_some() -> None:
    for own in ((), ("mine",)):

        async def scene(pilot: Pilot[None], app: Asking, own: tuple[str, ...] = own) -> None:
            assert ("Ctrl+N renames" in app.text) == bool(own)

        ask(presets(own=own), scene)


def test_a_name_and_a_line_are_returned() -> None:
    assert answer_to(SavePreset("Save", ()), "enter", name="Wide", summary="Look.") == [
        NewPreset("wide", "Look.", False)
    ]
    assert answer_to(SavePreset("Save", ()), *"wide", "tab", *"Look.", "enter") == [NewPreset("wide", "Look.", False)]
    for keys, name in (("other", "other"), (("end", "2"), "mine2")):
        renaming = SavePreset("Rename mine", ("mine",), "mine", with_summary=False)
        assert answer_to(renaming, *keys, "enter") == [NewPreset(name, "", False)]
    assert answer_to(SavePreset("Save", ()), *"wide", "escape") == [None]


def test_a_name_that_cannot_be_is_refused_in_words() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        for name, said in (("", "begins with a letter"), ("list", "a word of the program"), ("deep", "shipped preset")):
            app.fill(name=name)
            await pilot.press("enter")
            assert said in " ".join(app.text.split()), name
            assert not app.answers

    ask(SavePreset("Save", ()), scene)


def test_one_that_is_there_is_replaced_at_the_second_enter() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press(*"mine", "enter")
        assert "mine is there already; Enter again replaces it" in app.text
        await pilot.press("2", "backspace", "enter")
        assert not app.answers
        await pilot.press("enter")

    assert ask(SavePreset("Save", ("mine",)), scene) == [NewPreset("mine", "", True)]
