"""An application that holds one widget, and what tests see of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from engine.home import Home
from tui.workers.background import Background
from tui.workers.messages import ReadWanted


class Neighbour(Static, can_focus=True):
    """Something else that takes the focus."""


class Stage(App[None]):
    """Shows a widget and a neighbour below it; keeps the messages it is sent and the letters that were keys.

    What the widget wants read is read from `home`."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [(letter, f"note('{letter}')", letter) for letter in "pqz1"]
    CSS = "Neighbour { dock: bottom; height: 1; } .actor { height: 1fr; }"

    def __init__(self, actor: Widget, kept: Iterable[type[Message]] = (), home: Home | None = None) -> None:
        super().__init__()
        self.home = home
        self.background = Background()
        actor.add_class("actor")
        self.actor = actor
        self.kept: list[Message] = []
        self.letters = ""
        self._kinds = tuple(kept)

    def compose(self) -> ComposeResult:
        yield self.actor
        yield Neighbour()

    def on_mount(self) -> None:
        self.actor.focus()

    def action_note(self, letter: str) -> None:
        self.letters += letter

    def on_read_wanted(self, event: ReadWanted) -> None:
        if (home := self.home) is not None:
            self.background.do("reading", lambda: event.read(home), event.pane.post_message, only_latest=True)

    def post_message(self, message: Message) -> bool:
        if isinstance(message, self._kinds):
            self.kept.append(message)
        return super().post_message(message)


def text_of(widget: Widget) -> list[str]:
    """The lines a widget shows, without the spaces at their ends."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def play(
    actor: Widget,
    scene: Callable[[Pilot[None], Stage], Awaitable[None]],
    size: tuple[int, int] = (80, 25),
    kept: Iterable[type[Message]] = (),
    home: Home | None = None,
) -> None:
    """Run a scene with the widget on the stage, one line of `size` going to its neighbour."""

    async def run() -> None:
        stage = Stage(actor, kept, home)
        async with stage.run_test(size=size) as pilot:
            await pilot.pause()
            await scene(pilot, stage)

    asyncio.run(run())
