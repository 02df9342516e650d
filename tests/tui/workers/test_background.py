"""Work in threads: in turn, told when it is done, and in nobody's way."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial

from textual.message import Message

from engine.errors import UserError
from tests.builders.program import ROOT
from tests.conftest import settle
from tui.workers.background import Background
from tui.workers.messages import Done, Trouble

HANGING = """
import threading
from tui.workers.background import Background
Background().do("reading", threading.Event().wait, print)
print("left")
"""


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages if isinstance(message, (Done, Trouble))]


def fail(error: Exception) -> Message:
    raise error


def test_work_of_a_kind_is_done_in_turn() -> None:
    background, said = Background(), list[Message]()
    for number in range(20):
        background.do("edits", partial(Done, str(number)), said.append)
    background.flush("edits", 30)
    assert texts(said) == [str(number) for number in range(20)]


def test_another_kind_does_not_wait() -> None:
    background, said, go = Background(), list[Message](), threading.Event()
    background.do("export", lambda: Done(str(go.wait(30))), said.append)
    background.do("edits", lambda: Done("edited"), said.append)
    background.flush("edits", 30)
    assert texts(said) == ["edited"]
    go.set()
    background.flush("export", 30)
    assert texts(said) == ["edited", "True"]


def test_of_what_has_not_begun_only_the_latest_is_read() -> None:
    background, said, begun, go = Background(), list[Message](), threading.Event(), threading.Event()

    def first() -> Message:
        begun.set()
        go.wait(30)
        return Done("first")

    background.do("digits", first, said.append, only_latest=True)
    assert begun.wait(30)
    for name in ("second", "third"):
        background.do("digits", partial(Done, name), said.append, only_latest=True)
    go.set()
    background.flush("digits", 30)
    assert texts(said) == ["first", "third"]


def test_what_fails_is_told_and_the_next_is_done() -> None:
    background, said = Background(), list[Message]()
    background.do("edits", lambda: fail(UserError("nothing to undo")), said.append)
    background.do("edits", lambda: fail(ValueError("odd")), said.append)
    background.do("edits", lambda: Done("edited"), said.append)
    settle(lambda: len(said) == 3)
    assert texts(said) == ["nothing to undo", "That was not done: ValueError: odd", "edited"]


def test_a_read_that_hangs_keeps_no_program_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", HANGING], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "left\n")
