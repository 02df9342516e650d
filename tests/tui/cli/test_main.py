"""What all commands share: help, errors in a line or two, exit statuses."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import click
import pytest

from engine import __version__
from engine.config.fields import ConfigError, Problem
from engine.errors import UserError
from engine.home import Home
from tests.builders.program import call, start
from tests.builders.runs import finished_run
from tui.cli.main import COMMANDS
from tui.exit_codes import explain


def test_help_shows_every_command_and_how_to_begin() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    assert "mnist-tui train deep" in result.stdout
    assert "_MNIST_TUI_COMPLETE=bash_source" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_there_and_shows_examples(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout


def test_the_version() -> None:
    assert call("--version").stdout == f"mnist-tui {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deep"], "no command is called 'deep'; did you mean: mnist-tui train deep?"),
        (["rums"], "no command is called 'rums'; did you mean: mnist-tui runs?"),
        (["--colour"], "No such option"),
        (["train", "--colour"], "No such option"),
        (["sweep", "deep", "l2=0,1e-3", "--epochs", "1"], "No such option '--epochs'; write epochs=VALUE"),
        (["reproduce", "--batch-size=8"], "No such option '--batch-size'; write batch_size=VALUE"),
        (["runs", "list", "--limit", "0"], "Invalid value for '--limit'"),
        (["runs", "show"], "Missing argument 'RUN'"),
    ],
)
def test_wrong_usage_is_two_lines_and_status_2(home: Home, words: list[str], said: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("mnist-tui: ") and said in lines[0]
    assert lines[1].startswith("See: mnist-tui") and lines[1].endswith("--help")
    assert " start " not in lines[1], "the command that a sweep without a word is, which nobody types"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UserError("the data are gone"), 1, "mnist-tui: the data are gone\n"),
        (ConfigError([Problem("epochs", "0", "more")]), 2, "mnist-tui: epochs=0: expected more\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 1, "mnist-tui: /x: No space left on device\n"),
        (click.ClickException("no"), 1, "mnist-tui: no\n"),
        (UserError("a\x1b[2Jb\x07"), 1, "mnist-tui: a?[2Jb?\n"),
    ],
)
def test_expected_errors_are_told_in_a_line(
    error: Exception, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(error) == status
    assert capsys.readouterr().err == said


def test_an_unexpected_error_is_not_hidden(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(home: Home) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tui.cli.commands.runs.list.list_runs", fail)
    with pytest.raises(ZeroDivisionError):
        call("runs", "list")


def test_a_keyboard_interrupt_is_quiet_and_130(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(home: Home) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.cli.commands.runs.list.list_runs", interrupt)
    result = call("runs", "list")
    assert (result.exit_code, result.stderr.strip()) == (130, "")


@pytest.mark.parametrize("home_path", ["/proc/nowhere", "FILE/home"])
def test_a_home_that_cannot_be_written_says_what_to_do(
    home_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_TUI_HOME", home_path.replace("FILE", str(tmp_path / "file")))
    result = call("train", "deep")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 2
    assert "cannot write to" in result.stderr and "Set MNIST_TUI_HOME" in result.stderr


def test_without_a_command_the_console_opens(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    opened: list[tuple[Path, bool, bool, bool]] = []

    def open_console(home: Home, slow_link: bool, ascii: bool, lessons: bool) -> int:
        opened.append((home.path, slow_link, ascii, lessons))
        return 0

    app = types.SimpleNamespace(open_console=open_console)
    monkeypatch.setitem(sys.modules, "tui.console.launch", app)
    assert call().exit_code == 0
    assert call("--slow-link").exit_code == 0
    assert call("--ascii").exit_code == 0
    on_a_terminal = types.SimpleNamespace(stdout=types.SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("tui.cli.commands.learn.sys", on_a_terminal)
    assert call("--slow-link", "learn").exit_code == 0
    asked = ((False, False, False), (True, False, False), (False, True, False), (True, False, True))
    assert opened == [(home.path, *options) for options in asked]


def test_a_reader_that_leaves_is_no_error(home: Home) -> None:
    for _ in range(3):
        finished_run(home)
    read, write = os.pipe()
    os.close(read)
    with start("runs", "list", "--json", stdout=write) as process:
        os.close(write)
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait() == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_under_standard_output_is_told(home: Home) -> None:
    finished_run(home)
    with Path("/dev/full").open("w") as full, start("runs", "list", stdout=full) as process:
        assert process.stderr is not None
        assert process.stderr.read() == "mnist-tui: standard output: No space left on device\n"
        assert process.wait() == 1
