"""Work that waits for the disk, done in threads that keep nobody at the keyboard, and nobody from leaving."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from textual.message import Message

from engine.errors import NothingToDo, UserError

Work = Callable[[], Message]
Post = Callable[[Message], object]


class Background:
    """Does work of one kind one after another, and of several kinds at once; what it makes of it is posted.

    `NothingToDo` becomes `NothingDone`, every other exception `Trouble`. The threads are daemons: one that hangs ends
    with the program."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[tuple[Work, Post]]] = {}

    def do(self, kind: str, work: Work, post: Post, only_latest: bool = False) -> None:
        """Do this after what was asked before of its kind, or instead of what has not begun where `only_latest` counts.

        `post` takes the message; it must neither wait nor fail."""
        with self._changed:
            is_idle = kind not in self._waiting
            waiting = self._waiting.setdefault(kind, deque())
            if only_latest:
                waiting.clear()
            waiting.append((work, post))
        if is_idle:
            threading.Thread(target=self._work, args=(kind,), name=kind, daemon=True).start()

    def flush(self, kind: str, seconds: float) -> None:
        """Wait until nothing of a kind is left to do, at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: kind not in self._waiting, seconds)

    def _work(self, kind: str) -> None:
        while True:
            with self._changed:
                if not self._waiting[kind]:
                    del self._waiting[kind]
                    self._changed.notify_all()
                    return
                work, post = self._waiting[kind].popleft()
            try:
                post(work())
            except NothingToDo as error:
                post(_nothing_done(str(error)))
            except UserError as error:
                post(_trouble(str(error)))
            except Exception as error:
                post(_trouble(f"That was not done: {type(error).__name__}: {error}"))


def _nothing_done(text: str) -> Message:
    from tui.workers.messages import NothingDone

    return NothingDone(text)


def _trouble(text: str) -> Message:
    from tui.workers.messages import Trouble

    return Trouble(text)
