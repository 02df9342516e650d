"""What a terminal sends, read as keys: Escape is itself however fast the next key follows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.message import Message

ESCAPE = "\x1b"
# Escape before what begins no sequence of a terminal; before a deletion it is the Alt key.
ALONE = re.compile("(\x1b)(?=[^\x1b\\[O\x7f])")


class KeyParser(XTermParser):
    """Takes Escape and a letter that come at once for two keys, as which Textual takes them for Alt and the letter.

    Over a slow link, and through tmux or mosh, keys pressed one after the other arrive together."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._tail = ""

    def feed(self, data: str) -> Iterable[Message]:
        if self._tail.endswith(ESCAPE) and ALONE.match(ESCAPE + data):
            yield from self._end_sequence()
        if not data:
            yield from super().feed(data)
        for index, part in enumerate(ALONE.split(data)):
            if part:
                self._tail = (self._tail + part)[-2:]
                yield from super().feed(part)
            if index % 2:
                yield from self._end_sequence()

    def tick(self) -> Iterable[Message]:
        """The messages for what has been waited for in vain: `[` after Escape, from which a sequence may begin."""
        messages = list(super().tick())
        if messages and self._tail == f"{ESCAPE}[":
            yield Key("escape", ESCAPE)
        if messages:
            self._tail = ""
        yield from messages

    def _end_sequence(self) -> Iterable[Message]:
        """Wait no longer for what might follow Escape."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            yield from self.tick()
