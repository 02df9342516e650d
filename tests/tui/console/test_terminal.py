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


def test_a_pipe_is_told_what_else_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see one line, and the exit status of wrong usage."""
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    result = call()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "the console needs a terminal; train without the console: mnist-tui train" in result.stderr


def test_ssh_without_a_terminal_is_told_of_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    monkeypatch.delenv("SSH_TTY", raising=False)
    result = call()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "ssh -t HOST mnist-tui" in result.stderr


@pytest.mark.parametrize(
    ("ascii", "environ", "plain"),
    [
        (False, {}, False),
        (False, {"LANG": "de_DE.UTF-8"}, False),
        (False, {"LC_ALL": "C.UTF-8"}, False),
        (False, {"LC_ALL": "C"}, True),
        (False, {"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, True),
        (True, {"LANG": "de_DE.UTF-8"}, True),
    ],
)
def test_ascii_is_what_is_wanted_or_said_by_the_locale(
    ascii: bool, environ: dict[str, str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert terminal.encoding(ascii, environ) == ("ascii" if plain else "utf-8")


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
