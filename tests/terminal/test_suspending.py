"""The console stopped and told to go on: the terminal is given back, and everything is painted on return."""

from __future__ import annotations

import os
import signal
import sys
import termios
from pathlib import Path

import pytest

from engine.home import Home
from tests.builders.consoles import finished, made_run, started, trained
from tests.builders.program import ROOT
from tests.builders.terminals import ESCAPE, Screen, console
from tests.conftest import settle
from tui.tools.pseudoterminal import PseudoTerminal

READY, LEFT = "F5 Train", b"\x1b[?1049l"
CTRL_U, CTRL_Z = "\x15", "\x1a"


@pytest.fixture
def told_home(own_home: Home) -> Home:
    """A home with a finished run."""
    made_run(own_home, 1, "deep", started(), *trained(1, 5), finished())
    return own_home


def local_modes(screen: Screen) -> int:
    """What the terminal does with keys before a program reads them."""
    modes = termios.tcgetattr(screen.terminal.descriptor)[3]
    assert isinstance(modes, int)
    return modes


def is_stopped(screen: Screen) -> bool:
    """Whether the program is stopped, once what it wrote has been read."""
    screen.look()
    return Path(f"/proc/{screen.terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_stopped_console_comes_back_whole(told_home: Home, stop: signal.Signals) -> None:
    """You should see all panes at the new size without a key, though the terminal was resized and its modes changed."""
    with console(told_home, COLUMNS="88", LINES="30") as screen:
        usual = local_modes(screen)
        screen.until(lambda text: READY in text and "finished" in text)
        os.kill(screen.terminal.pid, stop)
        settle(lambda: is_stopped(screen))
        if stop == signal.SIGTSTP:
            assert LEFT in screen.written and local_modes(screen) == usual
        attributes = termios.tcgetattr(screen.terminal.descriptor)
        attributes[3] = usual
        termios.tcsetattr(screen.terminal.descriptor, termios.TCSANOW, attributes)
        screen.forget()
        screen.resize(100, 32)
        os.kill(screen.terminal.pid, signal.SIGCONT)
        screen.until(READY, "finished", "─ History", "┌─ Model", lambda text: len(text.splitlines()[1]) == 100)
        assert not local_modes(screen) & (termios.ICANON | termios.ECHO)
        screen.press("3")
        screen.until("─ Details")
        screen.press("q")
        assert screen.wait() == 0
        assert local_modes(screen) == usual


def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(told_home: Home) -> None:
    """You should see the shell's prompt, and after `fg` the view one was in."""
    environ = {**os.environ, "MNIST_TUI_HOME": str(told_home.path), "TERM": "xterm-256color", "PS1": "prompt> "}
    environ |= {"TEXTUAL_DISABLE_KITTY_KEY": "1", "PYTHONPATH": str(ROOT)}
    terminal = PseudoTerminal(["bash", "--norc", "--noprofile", "-i"], environ, 120, 40)
    try:
        screen = Screen(terminal, 120, 40)
        screen.until("prompt>")
        screen.press(f"{sys.executable} -m tui\n")
        screen.until(READY)
        screen.press("3")
        screen.until("─ Details")
        screen.press(CTRL_Z)
        screen.until("Stopped")
        screen.forget()
        screen.press("fg\n")
        screen.until(lambda text: READY in text and "─ Details" in text)
        screen.press("q")
        screen.until("Come back with: mnist-tui")
    finally:
        terminal.close()


def test_without_a_shell_ctrl_z_says_so(told_home: Home) -> None:
    """You should not be left before a terminal that answers nobody."""
    with console(told_home) as screen:
        screen.until(READY)
        screen.press(CTRL_Z)
        screen.until("There is no shell behind the console")
        screen.press("q")
        assert screen.wait() == 0


def test_keys_that_come_at_once_are_neither_lost_nor_misplaced(told_home: Home) -> None:
    """You should see the filter cleared, typed anew, left by Escape, and the run under the cursor marked."""
    with console(told_home) as screen:
        screen.until(lambda text: READY in text and "deep" in text)
        screen.press(f"3/nothing{CTRL_U}deep{ESCAPE} ")
        screen.until("1 marked", "deep", lambda text: "nothing" not in text)
