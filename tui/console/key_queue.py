"""Keys act one after another: each finds the focus, the dialogs and the values that the one before led to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from textual.app import App
from textual.events import Key, Paste

from tui.widgets.bindings import keys_in_force

# Turns of the event loop that a key waits at most for what is under way: a widget that is stuck keeps no key for ever.
MOST_TURNS = 1_000

# What opens something to type in, where a letter after it is no key.
TYPED_INTO = ("filter", "name")

Typed = Key | Paste


def leaves_at_once(typed: Typed, held: Sequence[Typed]) -> bool:
    """Whether somebody leaves, who waits for no pane that the keys held before are for."""
    opening = keys_in_force(*TYPED_INTO)
    is_letter = any(isinstance(one, Paste) or one.key in opening for one in held)
    return isinstance(typed, Key) and typed.key in keys_in_force("quit") and not is_letter


class KeyQueue:
    """Hands on what is typed by `deliver` once nothing that was typed before is still on its way.

    Textual sends a key to the widget that has the focus when it arrives, though a key before it may yet move that
    focus, open a dialog or clear a field."""

    def __init__(
        self,
        app: App[None],
        deliver: Callable[[Typed], Awaitable[None]],
        overtakes: Callable[[Typed, Sequence[Typed]], bool],
    ) -> None:
        self._app = app
        self._deliver = deliver
        # Whether something typed waits for none of the keys that are held.
        self._overtakes = overtakes
        self._waiting: asyncio.Queue[Typed] = asyncio.Queue()
        # A key that is meant for a pane which is still to come, and what was typed after it.
        self._held: list[Typed] = []

    def put(self, typed: Typed) -> None:
        """Hand this on after what was put before."""
        self._waiting.put_nowait(typed)

    def hold(self, key: Key, until: asyncio.Event) -> None:
        """Keep a key that nobody has answered, and what is typed after it, until there is who they are meant for."""
        if not self._held:
            self._app.run_worker(self._release(until))
        self._held.append(Key(key.key, key.character))

    async def _release(self, until: asyncio.Event) -> None:
        """Hand on what is held once it may be, before what is typed then."""
        await until.wait()
        held, self._held = self._held, []
        while not self._waiting.empty():
            held.append(self._waiting.get_nowait())
        for typed in held:
            self.put(typed)

    async def run(self) -> None:
        """Hand on what is put, for ever."""
        while True:
            typed = await self._waiting.get()
            await self._come_to_rest()
            if self._held and not self._overtakes(typed, self._held):
                self._held.append(typed)
            else:
                await self._deliver(typed)

    async def _come_to_rest(self) -> None:
        """Wait until no widget of the screen has a message to answer."""
        for _ in range(MOST_TURNS):
            await asyncio.sleep(0)
            pumps = (self._app, *self._app.screen.walk_children(with_self=True))
            if not any(pump.message_queue_size for pump in pumps):
                return
