"""What the console asks of a terminal, and what reaches it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from tests.builders.program import call
from tui.console import terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("kind", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_show_it_is_told_what_else_to_do(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("__stdin__", "__stderr__"):
        monkeypatch.setattr(sys, name, Terminal())
    assert "mnist-tui train" in terminal.refusal({"TERM": kind})
    assert terminal.refusal({"TERM": "screen"}) == ""


def test_a_pipe_is_told_what_else_to_do() -> None:
    """You should see one line, and the exit status of wrong usage."""
    result = call()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "the console needs a terminal; train without the console: mnist-tui train" in result.stderr


def test_nothing_that_a_library_writes_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "console.log"
    with terminal.kept_from_libraries(log):
        os.write(1, b"from a library\n")
        os.write(2, b"and an error\n")
        assert sys.__stderr__ is not None
        sys.__stderr__.write("from the console\n")
        sys.__stderr__.flush()
    print("afterwards")
    said = capfd.readouterr()
    assert (said.out, said.err) == ("afterwards\n", "from the console\n")
    assert log.read_text() == "from a library\nand an error\n"


def test_symbols_a_terminal_lacks_have_plain_ones_of_the_same_width() -> None:
    terminal._open_terminal(None).close()
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors=terminal.STAND_IN)
    stream.write("┌─┐│└┘ ▌█ → ✓ 手")
    stream.flush()
    stream.seek(0)
    assert stream.read() == "+-+|++ |# > + ??"
