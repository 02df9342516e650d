"""The console on a real pseudo-terminal, with a real engine: opened, used, hung up on, and come back to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from engine.client import EngineClient
from engine.config import RunConfig
from engine.control import PAUSE, STOP
from engine.history import find_run, list_runs
from engine.home import Home
from engine.protocol import Quit, Start
from engine.run import Run
from engine.state import FINISHED, PAUSED, RUNNING, STOPPED
from tests.conftest import settle
from tests.tui.program import ROOT
from tui.pseudoterminal import PseudoTerminal

PATIENCE = 60.0
CONSOLE = (sys.executable, "-m", "tui")
FOR_EVER = RunConfig.parse("dataset=synthetic epochs=10000 device=cpu")


class Terminal:
    """The program on a terminal, and what a person sees there."""

    def __init__(self, home: Home, columns: int, lines: int, **environ: str) -> None:
        settings = {k: v for k, v in os.environ.items() if k not in ("TMUX", "COLORTERM", "NO_COLOR")}
        settings |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "MNIST_TUI_OFFLINE": "1", "PYTHONUTF8": "1"}
        settings |= {"MNIST_TUI_HOME": str(home.path), "MNIST_TUI_DATA": str(home.path / "nowhere"), **environ}
        self.program = PseudoTerminal(CONSOLE, settings, columns, lines)
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""

    def text(self) -> str:
        """The screen as it is now."""
        return "\n".join(self.screen.display)

    def until(self, seen: Callable[[str], bool], what: str) -> str:
        """Read until the screen shows something; `what` says what that is."""
        for _ in range(int(PATIENCE / 0.05)):
            if seen(self.text()):
                return self.text()
            part = self.program.read(0.05)
            self.written += part
            self._stream.feed(part)
        raise AssertionError(f"You should see {what}, not:\n{self.text()}")

    def shows(self, *words: str) -> str:
        """Read until all of these words are on the screen."""
        return self.until(lambda text: all(word in text for word in words), " and ".join(map(repr, words)))

    def ends(self) -> int:
        """Read until the program has ended; its exit status."""

        def ended() -> bool:
            if self.program.descriptor >= 0:
                self.written += self.program.read(0.01)
            return self.program.has_ended()

        settle(ended, PATIENCE)
        while self.program.descriptor >= 0 and (rest := self.program.read(0)):
            self.written += rest
        assert self.program.exit_status is not None
        return self.program.exit_status


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[Home]:
    """A home with the synthetic digits and an engine that outlives the tests of this file."""
    home = Home(tmp_path_factory.mktemp("console")).prepare()
    (home.data / "synthetic").symlink_to(drawn_digits)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MNIST_TUI_OFFLINE", "1")
        environment.delenv("MNIST_TUI_DATA", raising=False)
        client = EngineClient(home)
        client.connect()
    yield home
    client.request(Quit())
    client.close()


@pytest.fixture
def opened(base: Home) -> Iterator[Callable[..., Terminal]]:
    """Opens consoles, and closes them when the test is over."""
    terminals: list[Terminal] = []

    def open_one(columns: int = 120, lines: int = 40, **environ: str) -> Terminal:
        terminals.append(Terminal(base, columns, lines, **environ))
        return terminals[-1]

    yield open_one
    for terminal in terminals:
        terminal.program.close()


@contextmanager
def training(home: Home) -> Iterator[Run]:
    """A run that trains until it is stopped."""
    client = EngineClient(home)
    client.connect()
    run = Run(home.runs / client.request(Start(config=FOR_EVER, run_name="endless")).run)
    try:
        settle(lambda: run.state().epochs, PATIENCE)
        yield run
    finally:
        if run.lock.held():
            run.request(STOP)
            settle(lambda: not run.lock.held(), PATIENCE)
        client.close()


def status(run: Run) -> str:
    return run.status(run.state().phase)


def test_f5_trains_and_the_curves_move(base: Home, opened: Callable[..., Terminal]) -> None:
    before = len(list_runs(base).runs)
    console = opened()
    console.shows("F5 Train", "Loss", "Accuracy", "Model", "Digits", "History")
    console.program.press("\x1b[15~")
    console.until(lambda text: "● test" in text and "epoch 1/5" in text, "the first epoch and a test figure")
    console.shows("finished", "epoch 5/5")
    assert len(list_runs(base).runs) == before + 1
    run = find_run(base, "last")
    assert status(run) == FINISHED
    shown = console.shows("Synthetic digits, not MNIST")
    assert f"{100 * run.state().epochs[-1].test_accuracy:.2f}" in shown, "You should see the run's test accuracy"


def test_a_run_is_paused_from_a_second_console(base: Home, opened: Callable[..., Terminal]) -> None:
    with training(base) as run:
        first, second = opened(), opened(80, 24)
        first.shows("running", "endless")
        second.shows("running", "endless")
        second.program.press("p")
        first.shows("paused")
        second.shows("paused")
        assert status(run) == PAUSED
        first.program.press("p")
        second.shows("running")
        settle(lambda: status(run) == RUNNING)


def test_stop_asks_first_and_keeps_a_checkpoint(base: Home, opened: Callable[..., Terminal]) -> None:
    with training(base) as run:
        console = opened()
        console.shows("running", "endless")
        console.program.press("s")
        console.shows("Stop endless?", "y Yes")
        console.program.press("y")
        console.shows("stopped")
        settle(lambda: status(run) == STOPPED)
        assert run.checkpoint_path.exists()


@pytest.mark.parametrize("how", ["hang up", "kill"])
def test_a_lost_terminal_ends_the_console_and_not_the_run(
    base: Home, opened: Callable[..., Terminal], how: str
) -> None:
    with training(base) as run:
        console = opened()
        console.shows("running", "endless")
        if how == "hang up":
            console.program.hang_up()
        else:
            os.kill(console.program.pid, signal.SIGKILL)
        console.ends()
        step = run.state().step
        settle(lambda: run.state().step > step)
        assert status(run) == RUNNING
        again = opened()
        again.shows("running", "endless")


def test_q_leaves_at_once_and_says_what_goes_on(base: Home, opened: Callable[..., Terminal]) -> None:
    with training(base) as run:
        console = opened()
        console.shows("running", "endless")
        console.program.press("q")
        assert console.ends() == 0
        last = console.written.split(b"\x1b[?1049l")[-1].decode()
        assert "endless" in last, "You should see which run goes on"
        assert "mnist-tui" in last, "You should see how to come back"
        assert status(run) == RUNNING


def test_a_term_signal_gives_the_terminal_back(opened: Callable[..., Terminal]) -> None:
    console = opened()
    console.shows("F5 Train")
    os.kill(console.program.pid, signal.SIGTERM)
    console.ends()
    assert b"\x1b[?1049l" in console.written, "the screen that was there before should be back"
    assert b"\x1b[?25h" in console.written, "the cursor should be back"


def test_other_sizes_show_progress_and_charts(base: Home, opened: Callable[..., Terminal]) -> None:
    with training(base) as run:
        run.request(PAUSE)
        settle(lambda: status(run) == PAUSED)
        console = opened()
        console.shows("paused", "endless", "Model", "History")
        for columns, lines in ((80, 24), (40, 12), (200, 60), (20, 5), (120, 40)):
            console.program.resize(columns, lines)
            os.kill(console.program.pid, signal.SIGWINCH)
            console.screen.resize(lines, columns)
            console.screen.reset()
            if lines >= 12:
                console.until(
                    lambda text: "paused" in text and "train" in text, "the run's status and a chart's legend"
                )
        assert not console.program.has_ended()


@pytest.mark.parametrize(
    "environ",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_a_terminal_without_utf_8_gets_what_it_can_show(
    environ: dict[str, str], opened: Callable[..., Terminal]
) -> None:
    console = opened(**environ)
    console.shows("F5 Train", "Loss", "History")
    console.program.press("q")
    console.ends()
    assert b"\\u" not in console.written
    assert all(byte < 128 for byte in console.written), "You should see ASCII alone"


@pytest.mark.parametrize("term", ["xterm", "screen", "tmux-256color", "linux"])
def test_every_usual_terminal_is_served(term: str, opened: Callable[..., Terminal]) -> None:
    console = opened(TERM=term)
    console.shows("F5 Train", "Loss", "History")
    assert b"38;2;" not in console.written, "a terminal of few colours should not be sent true colour"


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_can_show_nothing_is_told_of_train(term: str, opened: Callable[..., Terminal]) -> None:
    console = opened(TERM=term)
    assert console.ends() == 2
    said = console.written.decode()
    assert "mnist-tui train" in said
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said
