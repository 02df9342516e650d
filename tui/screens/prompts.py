"""What the screen says in passing and asks in dialogs, for those who decide what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.notifications import Notification, Notify
from textual.screen import Screen

from engine.interval import Interval
from tui.drawing.styled_lines import capitalised
from tui.widgets.bars import KeyBar
from tui.widgets.views import is_small

# A message stays at least so long, and longer where there is more to read: by the letters a second of subtitles.
MESSAGE_SECONDS = 4
READ_A_SECOND = 15
# How many messages stand above each other at most, apart from errors: a key pressed again and again covers no list.
MOST_AT_ONCE = 3


class Prompts:
    """Messages and dialogs above a screen; each begins with a capital letter, also what the command line says in the
    middle of its line. No text begins with a name, which stays as it is."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._told: list[Notification] = []
        # What went wrong, each with the time to read it.
        self._wrong: list[tuple[Notification, Interval]] = []

    def tell(self, text: str) -> None:
        """Say something for as long as it takes to read: where rows are few in place of keys, if it has room there, so
        that it covers no pane; else above the keys, or until there are too many later messages."""
        if self._belongs_among_keys(text):
            self._screen.post_message(KeyBar.Hint(capitalised(text), _seconds(text)))
            return
        told = Notification(capitalised(text), timeout=_seconds(text))
        self._screen.app.post_message(Notify(told))
        self._told.append(told)
        for message in self._told[:-MOST_AT_ONCE]:
            self._screen.app._unnotify(message)
        self._told = self._told[-MOST_AT_ONCE:]

    def complain(self, text: str) -> None:
        """Say what went wrong: twice as long as it takes to read, but no longer than until a key after it was read."""
        wrong = Notification(capitalised(text), severity="error", timeout=2 * _seconds(text))
        self._screen.app.post_message(Notify(wrong))
        self._wrong.append((wrong, Interval(_seconds(text))))

    def go_on(self) -> None:
        """Take away what went wrong, as far as it has been read, as somebody goes on."""
        for message, reading in self._wrong:
            if reading.is_over():
                self._screen.app._unnotify(message)
        self._wrong = [(message, reading) for message, reading in self._wrong if not reading.is_over()]

    def remark(self, text: str) -> None:
        """Say something in the line of keys, until the next key: of what one sees, and corrects at once."""
        self._screen.post_message(KeyBar.Hint(capitalised(text)))

    def _belongs_among_keys(self, text: str) -> bool:
        screen = self._screen
        return is_small(*screen.size) and screen.is_active and screen.query_one(KeyBar).has_room_for(text)

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
