"""What is loaded before the first screen is painted, and what is said when the console is left."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from engine.home import Home
from tests.builders.consoles import Live, finished, made_run, started, trained
from tests.builders.program import call
from tests.test_imports import loaded_by
from tui.console import launch
from tui.console.launch import exit_message


def test_a_terminal_is_judged_before_textual_is_loaded() -> None:
    loaded = loaded_by("import tui.console.launch; tui.console.launch.refusal()")
    assert loaded.isdisjoint({"textual", "rich", "numpy", "torch"})


def test_the_first_screen_needs_neither_numpy_nor_plotext_nor_torch() -> None:
    loaded = loaded_by("import tui.console.console")
    assert "textual" in loaded
    assert loaded.isdisjoint({"numpy", "plotext", "torch", "torchvision"})


def test_nothing_of_the_console_loads_torch() -> None:
    modules = (
        "tui.console.console, "
        "tui.workers.engine_requests, "
        "tui.workers.run_follower, "
        "tui.panes.digits.loader, "
        "tui.charts.chart_widget, "
        "tui.panes.digits.widget, "
        "tui.tools.console_bench"
    )
    assert loaded_by(f"import {modules}").isdisjoint({"torch", "torchvision"})


def test_it_says_what_goes_on_and_how_to_come_back(home: Home) -> None:
    assert exit_message(home) == "Nothing is being trained. Come back with: mnist-tui"
    made_run(home, 1, "old", started(), *trained(1, 5), finished())
    run = made_run(home, 2, "deep", started(), *trained(1, 2))
    waiting = made_run(home, 3, "dropout")
    with Live(run):
        assert exit_message(home) == "deep goes on (running, 2 of 5 epochs done). Come back with: mnist-tui"
        with Live(waiting):
            assert (
                exit_message(home) == "deep and 1 more go on (running, 2 of 5 epochs done). Come back with: mnist-tui"
            )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("kind", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_show_it_is_told_what_else_to_do(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("__stdin__", "__stderr__"):
        monkeypatch.setattr(sys, name, Terminal())
    assert "mnist-tui train" in launch.refusal({"TERM": kind})
    assert launch.refusal({"TERM": "screen"}) == ""


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
    assert launch.encoding(ascii, environ) == ("ascii" if plain else "utf-8")


def test_nothing_that_a_library_writes_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "console.log"
    with launch.kept_from_libraries(log):
        os.write(1, b"from a library\n")
        os.write(2, b"and an error\n")
        assert sys.__stderr__ is not None
        sys.__stderr__.write("from the console\n")
        sys.__stderr__.flush()
    print("afterwards")
    said = capfd.readouterr()
    assert (said.out, said.err) == ("afterwards\n", "from the console\n")
    assert log.read_text() == "from a library\nand an error\n"
