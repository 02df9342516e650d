"""What the screen says in passing and asks in dialogs, for those who decide what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from engine.interval import Interval
from tui.widgets.bars import KeyBar

# A message stays at least so long, and longer where there is more to read: by the letters a second of subtitles.
MESSAGE_SECONDS = 4
READ_A_SECOND = 15


class Prompts:
    """Messages and dialogs above a screen."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        # The time to read what went wrong, while that is shown.
        self._reading: Interval | None = None

    def tell(self, text: str) -> None:
        self._screen.app.notify(text, timeout=_seconds(text), markup=False)

    def complain(self, text: str) -> None:
        """Say what went wrong: twice as long as it takes to read, but no longer than until a key after it was read."""
        self._reading = Interval(_seconds(text))
        self._screen.app.notify(text, severity="error", timeout=2 * _seconds(text), markup=False)

    def go_on(self) -> None:
        """Take away what went wrong, once it has been read, as somebody goes on."""
        if self._reading is not None and self._reading.is_over():
            self._reading = None
            self._screen.app.clear_notifications()

    def remark(self, text: str) -> None:
        """Say something in the line of keys, until the next key: of what one sees, and corrects at once."""
        self._screen.post_message(KeyBar.Said(text))

    def ask(self, dialog: Screen[Any], answered: Callable[[Any], object]) -> None:
        """Show a dialog; `answered` takes its answer, unless it is left without one."""

        def take(answer: object) -> None:
            if answer is not None:
                answered(answer)

        self._screen.app.push_screen(dialog, take)

    def confirm(self, question: str, act: Callable[[], object]) -> None:
        """Do something if the answer to a question is yes."""
        from tui.dialogs.confirm import Confirm

        self.ask(Confirm(question), lambda yes: act() if yes else None)


def _seconds(text: str) -> float:
    return max(MESSAGE_SECONDS, len(text) / READ_A_SECOND)
