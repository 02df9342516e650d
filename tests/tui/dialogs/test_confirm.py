"""A question: `y` alone is yes, and the answer that changes nothing is marked."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import run_console, text_on
from tui.console.console import Console
from tui.dialogs.confirm import Confirm


async def ask(pilot: Pilot[None], console: Console) -> list[bool | None]:
    """Ask a question; the answer comes to be the one item."""
    answers: list[bool | None] = []
    console.push_screen(Confirm("Delete [b]deep[/b]?"), answers.append)
    await pilot.pause()
    return answers


@pytest.mark.parametrize(("key", "answer"), [("y", True), ("n", False), ("enter", False), ("escape", False)])
def test_y_is_yes_and_all_else_no(home: Home, key: str, answer: bool) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        answers = await ask(pilot, console)
        await pilot.press("d", "space", "q")
        assert answers == []
        await pilot.press(key)
        assert answers == [answer]

    run_console(home, scene)


@pytest.mark.parametrize(("place", "answer"), [("#yes", True), ("#no", False)])
def test_an_answer_can_be_clicked(home: Home, place: str, answer: bool) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        answers = await ask(pilot, console)
        await pilot.click("#question")
        assert answers == []
        await pilot.click(place)
        assert answers == [answer]

    run_console(home, scene)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
def test_the_safe_answer_is_seen_to_be_the_default(home: Home, size: tuple[int, int]) -> None:
    """You should see the question as it was written, No in reverse, and that Enter takes it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await ask(pilot, console)
        assert "Delete [b]deep[/b]?" in text_on(console) and "Enter and Esc: No" in text_on(console)
        no, yes = (console.screen.query_one(name).visual_style.rich_style for name in ("#no", "#yes"))
        assert no.reverse and not yes.reverse

    run_console(home, scene, size)
