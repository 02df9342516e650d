"""A dialog alone on a screen, and what it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, cast

from textual.app import App
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.widgets import Input

from tui.console.console import Console
from tui.dialogs.base import Dialog
from tui.tools.screenshots import text_of

Scene = Callable[[Pilot[None], "Asking"], Awaitable[None]]


class Asking(App[None]):
    """Asks a dialog; keeps what it answers, and the letters that were keys."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [(letter, f"note('{letter}')", letter) for letter in "dnoquv"]

    def __init__(self, dialog: Dialog[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.answers: list[object] = []
        self.letters = ""

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)

    def action_note(self, letter: str) -> None:
        self.letters += letter

    def field(self, name: str) -> Input:
        """One of the dialog's inputs."""
        return self.dialog.query_one(f"#{name}", Input)

    def fill(self, **texts: str) -> None:
        """Have other texts in the inputs."""
        for name, text in texts.items():
            self.field(name).value = text

    @property
    def text(self) -> str:
        """The screen as text."""
        return text_of(cast(Console, self))


def ask(dialog: Dialog[Any], scene: Scene, size: tuple[int, int] = (80, 24)) -> list[object]:
    """Run a scene with the dialog on a screen of this size; what it answered."""

    async def run() -> list[object]:
        app = Asking(dialog)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await scene(pilot, app)
            await pilot.pause()
        return app.answers

    return asyncio.run(run())


def answer_to(dialog: Dialog[Any], *keys: str, **texts: str) -> list[object]:
    """What a dialog answers whose fields are filled with `texts` before `keys` are pressed."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        app.fill(**texts)
        await pilot.press(*keys)

    return ask(dialog, scene)
