"""The dialog for the labels of runs."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.runs.labels import Relabel
from engine.runs.record import RunRecord
from engine.text import LONGEST_NAME, LONGEST_NOTE, clean
from tests.builders.dialogs import Asking, answer_to, ask
from tui.dialogs.labels import Labels

ONE = RunRecord("1", "deep [red]x[/]", RunConfig(), 1.0, tags=("sweep", "two words"), group="g", note="why")
OTHER = RunRecord("2", "other", RunConfig(), 1.0)


def test_a_run_has_its_labels_in_four_fields() -> None:
    """You should see the name as it is, tags with spaces in quotes, and the keys."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        for shown in ("Labels of deep [red]x[/]", "Name   deep [red]x[/]", 'Tags   sweep "two words"', "Group  g",
                      "Note   why", "What the run is called", "Enter saves   Esc leaves   Tab next field"):  # fmt: skip
            assert shown in app.text
        assert app.focused is app.field("name")
        await pilot.press("tab")
        assert "two words" in app.text and "spaces or commas" in app.text

    ask(Labels([ONE]), scene)


def test_what_is_typed_is_what_changes() -> None:
    assert answer_to(Labels([ONE]), *"new", "enter") == [Relabel(name="new")]
    assert answer_to(Labels([ONE]), "end", *"er", "enter") == [Relabel(name=f"{ONE.name}er")]
    assert answer_to(Labels([ONE]), "tab", *"x", "tab", "ctrl+u", "enter") == [Relabel(added=("x",), group="")]
    assert answer_to(Labels([ONE]), "up", *"?", "enter") == [Relabel(note="why?")]
    assert answer_to(Labels([ONE]), "down", "down", "down", "up", *"2", "enter") == [Relabel(group="g2")]


def test_tags_that_came_from_elsewhere_meanwhile_stay() -> None:
    (changed,) = answer_to(Labels([ONE]), "enter", tags='"two words" x')
    assert changed == Relabel(added=("x",), removed=("sweep",))
    (turned,) = answer_to(Labels([ONE]), "enter", tags='"two words" sweep')
    assert turned == Relabel(tags=("two words", "sweep"))


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["x", "escape"], ["end", "x", "backspace", "enter"]])
def test_nothing_to_change_is_no_answer(keys: list[str]) -> None:
    assert answer_to(Labels([ONE]), *keys) == [None]


def test_letters_are_text_and_never_keys() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("ctrl+u", *"qundov")
        assert (app.field("name").value, app.letters) == ("qundov", "")

    ask(Labels([ONE]), scene)


def test_what_is_refused_is_said_at_its_field_and_not_saved() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("ctrl+u", "down", *'"x')
        lines = [line.strip(" │") for line in app.text.splitlines()]
        assert lines[lines.index("Name") + 1] == "! a name needs at least one character that can be shown"
        assert any(line.startswith('! a quoted tag needs its closing "') for line in lines)
        await pilot.press("enter")
        assert app.dialog.is_current and app.focused is app.field("name")
        await pilot.press("n", "down", '"', "enter")

    assert ask(Labels([ONE]), scene) == [Relabel(name="n", added=("x",))]


def test_of_several_runs_only_what_is_typed_changes() -> None:
    """You should see no name, and that group and note stay as they are."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert "Labels of 2 runs" in app.text and "Name" not in app.text
        assert app.text.count("as they are") == 2
        await pilot.press(*"+a -b", "enter")

    assert ask(Labels([ONE, OTHER]), scene) == [Relabel(added=("a",), removed=("b",))]
    assert answer_to(Labels([ONE, OTHER]), "enter") == [None]
    assert answer_to(Labels([ONE, OTHER]), "tab", *"sweep", "tab", *"-", "enter") == [Relabel(group="sweep", note="")]
    assert answer_to(Labels([ONE, OTHER]), "enter", "escape", tags="a +") == [None]


def test_known_groups_and_tags_are_completed() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("down", *"fi")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("right", "down", "ctrl+u", *"my")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("right", "enter")

    (answer,) = ask(Labels([ONE], ["my group"], ["first", "sweep"]), scene)
    assert answer == Relabel(added=("first",), group="my group")


@settings(max_examples=15)
@given(*[st.text(max_size=200)] * 3)
def test_any_text_is_taken_or_refused(name: str, group: str, note: str) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        app.fill(name=name, group=group, note=note)
        await pilot.press("enter", "escape")

    (found,) = ask(Labels([OTHER]), scene)
    answer = cast(Relabel | None, found)
    if not clean(name) or (group.strip() and not clean(group)):
        assert answer is None
    else:
        assert (answer or Relabel()).of(OTHER) == Relabel(name=name, group=group, note=note).of(OTHER)


def test_nothing_longer_than_is_kept_can_be_typed() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert (app.field("name").max_length, app.field("note").max_length) == (LONGEST_NAME, LONGEST_NOTE)

    ask(Labels([ONE]), scene)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_every_field_and_key_is_seen_on_every_screen(size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        for shown in ("Name", "Tags", "Group", "Note", "Enter saves", "Esc leaves"):
            assert shown in app.text

    ask(Labels([ONE]), scene, size)


def test_the_field_of_a_run_without_tags_is_empty() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("tab", *"good")
        assert "Tags   good" in app.text

    ask(Labels([replace(ONE, tags=())]), scene)


def test_the_cursor_stands_still() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert not any(app.field(name).cursor_blink for name in ("name", "tags", "group", "note"))

    ask(Labels([ONE]), scene)
