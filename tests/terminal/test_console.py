"""The console on a real terminal, with a real engine: opened, watched, left in every way, and come back to."""

from __future__ import annotations

import base64
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.lock import RunLock
from engine.runs.status import PAUSED, RUNNING, STOPPED
from engine.runs.summaries import find_run
from engine.service.client import EngineClient
from engine.service.protocol import Start
from tests.builders.consoles import Live, append, finished, known_answers, made_run, started, trained
from tests.builders.engines import LONG, engine_home, reach, status
from tests.builders.terminals import ESCAPE, F5, Screen, console, down_to
from tests.conftest import settle

READY = "F5 Train"


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[Home]:
    """A home whose engine trains one run, for as long as any test of this module goes on."""
    with engine_home(tmp_path_factory.mktemp("lively") / "home", drawn_digits) as home:
        client = EngineClient(home)
        client.connect()
        run = Run(home.runs / client.request(Start(config=LONG, run_name="endless")).run)
        reach(run, RUNNING)
        yield home
        client.close()


@pytest.fixture
def endless(lively: Home) -> Iterator[Run]:
    """The run that goes on, whatever the last test did to it, and only as long as the test does."""
    run = find_run(lively, "last")
    run.request("resume")
    reach(run, RUNNING)
    yield run
    run.request("pause")


def read_text(path: Path) -> str:
    """What a file says; nothing while it is not there."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def epochs(run: Run) -> int:
    return run.state().epoch


def goes_on(run: Run) -> None:
    """You should see the run train more epochs from now."""
    before = epochs(run)
    settle(lambda: epochs(run) > before + 1)
    assert status(run) == RUNNING


def curve(text: str) -> int:
    """How many cells of a screen are braille: what curves are made of."""
    return len(re.findall("[\u2801-\u28ff]", text))


def test_from_an_empty_home_to_moving_curves_and_back(tmp_path: Path, drawn_digits: Path) -> None:
    """You should see: F5 trains, curves move, q says what goes on, the console shows it again, and s stops it."""
    with engine_home(tmp_path / "home", drawn_digits) as home:
        with console(home) as screen:
            screen.until("F5 trains the network")
            screen.press("e")
            screen.until("As preset")
            screen.press(down_to("epochs") + "300" + F5)
            screen.until("running")
            before = curve(screen.until(lambda text: curve(text) > 20))
            screen.until(lambda text: curve(text) > before)
            screen.until("synthetic")
            screen.press(ESCAPE)
            screen.until("q Quit")
            screen.press("q")
            assert screen.wait() == 0
            said = screen.written.decode().split("\x1b[?1004l")[-1]
            assert re.search(r"deep · epochs 300 goes on \(running, \d+ of 300 epochs done\)\. Come back with: ", said)
        run = find_run(home, "last")
        assert run.record().config.epochs == 300
        goes_on(run)
        with console(home, size=(80, 24)) as screen:
            screen.until(lambda text: "running" in text and curve(text) > 3)
            screen.press("s")
            screen.until("It can be continued where it stops")
            screen.press("y")
            screen.until("stopped")
            reach(run, STOPPED)
            screen.press("q")
            assert screen.wait() == 0
            assert b"Nothing is being trained" in screen.written


@pytest.mark.parametrize("way", ["q", "SIGKILL"])
def test_the_form_is_as_it_was_left(own_home: Home, way: str) -> None:
    """You should see what you typed, mistakes included, in the next console, however the last one ended."""
    with console(own_home, size=(80, 24)) as screen:
        screen.until("F5 trains the network")
        screen.press("e")
        screen.until("As preset")
        screen.press(down_to("hidden") + "256,12x")
        screen.until("1 value to correct")
        if way == "q":
            screen.press(ESCAPE)
            screen.until("q Quit")
            screen.press("q")
            assert screen.wait() == 0
        else:
            settle(lambda: "256,12x" in read_text(own_home.path / "form.json"))
            ways_to_go(screen, way)
            screen.wait()
    with console(own_home, size=(80, 24)) as screen:
        screen.until("F5 trains the network")
        screen.press("e")
        screen.until("1 value to correct", "256,12x")


def test_a_second_console_sees_the_same_run_and_pauses_it(lively: Home, endless: Run) -> None:
    with console(lively) as first, console(lively, size=(80, 24)) as second:
        first.until("running")
        second.until("running")
        second.press("p")
        reach(endless, PAUSED)
        first.until("paused")
        second.until("p Resume")
        first.press("p")
        reach(endless, RUNNING)
        second.until("running")


def ways_to_go(screen: Screen, way: str) -> None:
    if way == "hang up":
        screen.terminal.hang_up()
    else:
        os.kill(screen.terminal.pid, getattr(signal, way))


@pytest.mark.parametrize("way", ["hang up", "SIGHUP", "SIGTERM", "SIGKILL"])
def test_training_outlives_the_console(lively: Home, endless: Run, way: str) -> None:
    """You should see the console's process end at once, and the run go on; SIGTERM leaves the terminal as it was."""
    with console(lively) as screen:
        screen.until("running")
        ways_to_go(screen, way)
        if way == "hang up":
            settle(screen.terminal.has_ended)
        elif screen.wait() == 0:
            assert way == "SIGTERM"
            assert b"\x1b[?1049l" in screen.written and b"\x1b[?25h" in screen.written
        goes_on(endless)


def test_a_console_that_ignores_hang_ups_ends_with_its_terminal(lively: Home, endless: Run) -> None:
    """You should see no process spin on a terminal that is gone, even where the signal for it is ignored."""
    ignore = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); sys.argv = ['x']; import tui.__main__"
    with console(lively, program=("-c", ignore)) as screen:
        screen.until("running")
        screen.terminal.hang_up()
        settle(screen.terminal.has_ended)
    goes_on(endless)


def test_a_terminal_that_stops_reading_does_not_hold_up_training(lively: Home, endless: Run) -> None:
    with console(lively) as screen:
        screen.until("running")
        for _ in range(200):
            screen.press("1234")
        goes_on(endless)
        os.kill(screen.terminal.pid, signal.SIGSTOP)
        goes_on(endless)
        os.kill(screen.terminal.pid, signal.SIGCONT)
        screen.look()


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
def test_curves_and_progress_at_every_size(lively: Home, endless: Run, size: tuple[int, int]) -> None:
    with console(lively, size=size) as screen:
        screen.until("running", "%", "1 Train", "F5 Train", lambda text: curve(text) > 3)
        screen.resize(100, 32)
        screen.until(lambda text: "┌─ Model" in text)


def test_an_engine_that_dies_is_offered_again(tmp_path: Path, drawn_digits: Path) -> None:
    """You should see that it is gone, the run interrupted, and with two keys the run going on."""
    with engine_home(tmp_path / "home", drawn_digits) as home:
        client = EngineClient(home)
        pid = client.connect().pid
        run = Run(home.runs / client.request(Start(config=LONG, run_name="endless")).run)
        settle(lambda: any(run.predictions_path.glob("*")) and run.checkpoint_path.exists())
        with console(home) as screen:
            screen.until("running")
            os.kill(pid, signal.SIGKILL)
            client.close()
            screen.until(lambda text: "Start another engine?" in text and "interrupted" in text)
            screen.press("y")
            screen.until("p Continue")
            screen.press("p")
            screen.until("running")
            goes_on(run)


@pytest.mark.parametrize("term", ["xterm", "linux", "screen-256color"])
def test_every_terminal_shows_a_run(own_home: Home, term: str) -> None:
    """You should see the status, the progress and the form; on the text console no braille."""
    made_run(own_home, 1, "deep", started(), *trained(1, 5), finished())
    with console(own_home, TERM=term) as screen:
        screen.until("finished", "Hidden layers", "5k", lambda text: term == "linux" or curve(text) > 20)
        assert term != "linux" or not curve(screen.text)
        screen.press("q")
        screen.wait()
        colours = re.findall(rb"\x1b\[[0-9;]*38;2;", screen.written)
        assert not colours, "these terminals do not say that they show every colour"


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        ((), {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
        ((), {"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}),
        (("--ascii",), {"LC_ALL": "C.UTF-8"}),
    ],
)
def test_without_utf_8_every_byte_is_ascii(own_home: Home, options: tuple[str, ...], environ: dict[str, Any]) -> None:
    """You should see every view, the help and the commands in ASCII."""
    for number in (1, 2):
        run = made_run(own_home, number, "deep", started(), *trained(1, 5), finished())
        known_answers(own_home, run, 5, wrong_every=10 * number)
    with console(own_home, *options, **environ) as screen:
        screen.until(lambda text: "finished" in text and "+- Model" in text and "5k" in text)
        shown = {
            "6": "is in the queue",
            "7": "No sweep yet",
            "2": "Confusion",
            "3": "Details",
            "4": "Comparison",
            "5": "Differences",
            "?": "Anywhere",
        }
        for key, words in (*shown.items(), (ESCAPE, "Confusion difference"), ("\x10", "Keep the settings of deep")):
            screen.press(key)
            screen.until(words)
        assert screen.written.isascii()
        assert b"\\u" not in screen.written


@pytest.mark.parametrize("term", ["foot", "xterm-kitty"])
def test_terminals_that_lose_their_promise_over_ssh_are_shown_in_256_colours(own_home: Home, term: str) -> None:
    with console(own_home, TERM=term, COLORTERM="") as screen:
        screen.until(READY, lambda _: b"38;5;" in screen.written)
        assert b"38;2;" not in screen.written


def colours_in(written: bytes) -> list[bytes]:
    """The parameters of codes that take a colour other than the terminal's own."""
    codes = re.findall(rb"\x1b\[([\d;]*)m", written)
    return [code for code in codes if re.search(rb"(?:^|;)(?:[34][0-8]|9[0-7]|10[0-7])(?:;|$)", code)]


def test_no_color_is_heeded(own_home: Home) -> None:
    """You should see no colour in any view, and what stands out in bold, underlined or reversed."""
    made_run(own_home, 1, "deep", started(), *trained(1, 5), finished())
    with console(own_home, NO_COLOR="1", COLORTERM="truecolor") as screen:
        screen.until(lambda text: "finished" in text and "5k" in text)
        for view, seen in (("2", "Confusion"), ("3", "Details"), ("4", "Results"), ("?", "Esc closes")):
            screen.press(view)
            screen.until(seen)
        assert not colours_in(screen.written)
        assert b"\x1b[1m" in screen.written and b"\x1b[7m" in screen.written


def test_commands_heed_no_color_too(own_home: Home) -> None:
    """You should see the list of runs on a terminal without a colour."""
    made_run(own_home, 1, "deep", started(), *trained(1, 5), finished())
    with console(own_home, "runs", "list", NO_COLOR="1") as screen:
        assert screen.wait() == 0
        assert b"deep" in screen.written and not colours_in(screen.written)
    with console(own_home, "runs", "list", COLORTERM="truecolor") as screen:
        assert screen.wait() == 0
        assert colours_in(screen.written), "where nobody forbids it there are some"


def test_a_copy_and_a_call_reach_the_terminal(own_home: Home) -> None:
    """You should find the id in the clipboard by OSC 52, and be called by OSC 777 when the run ends."""
    run = made_run(own_home, 1, "deep", started(), *trained(1, 3))
    with Live(run), console(own_home, MNIST_TUI_NOTIFY="777") as screen:
        screen.until("epoch 3/5")
        screen.press("y")
        screen.until(f"id       {run.id}")
        screen.press("\r")
        screen.until("Copied: id.")
        assert b"\x1b]52;c;" + base64.b64encode(run.id.encode()) + b"\x07" in screen.written
        append(run, *trained(4, 5), finished())
        run.lock.release()
        screen.until(lambda text: "finished" in text)
        screen.until(lambda _: b"\x1b]777;notify;mnist-tui;deep finished" in screen.written)


def test_an_error_in_a_widget_ends_in_a_line(own_home: Home) -> None:
    """You should see the terminal restored, one message that says where the traceback is, and none of it here."""
    broken = (
        "import sys; from tui.panes.details.widget import Details; sys.argv = ['x']\n"
        "Details.draw = lambda self, width, height: 1 / 0\n"
        "import tui.__main__"
    )
    with console(own_home, program=("-c", broken)) as screen:
        screen.until(READY)
        screen.press("3")
        assert screen.wait() == 1
        after = screen.written.split(b"\x1b[?1049l")[-1].decode()
        assert "the console met an error of its own: ZeroDivisionError" in after
        assert "Traceback" not in after
    assert "ZeroDivisionError" in (own_home.path / "console.log").read_text()


def test_leaving_does_not_wait_for_an_engine_that_never_comes(stocked_home: Home) -> None:
    """The console would look for it for an hour; you should be out as soon as you ask."""
    patient = (
        "from engine.service.client import EngineClient\n"
        "EngineClient.connect.__defaults__ = (True, 3600.0)\n"
        "from tui.cli.main import main\n"
        "main()"
    )
    lock = RunLock(stocked_home.path / "engine.lock")
    lock.acquire()
    with console(stocked_home, program=("-c", patient)) as screen:
        screen.until(READY)
        screen.press("q")
        assert screen.wait() == 0
    lock.release()


@pytest.mark.parametrize(
    "stuck", ["tui.panes.digits.loader.read_views", "tui.workers.run_follower.FollowerThread._look"]
)
def test_a_reader_that_hangs_keeps_nobody_from_leaving(own_home: Home, stuck: str) -> None:
    made_run(own_home, 1, "deep", started(), *trained(1, 5), finished())
    module, _, name = stuck.removesuffix("._look").rpartition(".")
    name += "._look" * stuck.endswith("._look")
    hang = f"import sys, threading, {module} as module; module.{name} = lambda *_: threading.Event().wait()"
    with console(own_home, program=("-c", f"{hang}; sys.argv = ['x']; import tui.__main__")) as screen:
        screen.until(READY)
        screen.press("2q")
        assert screen.wait() == 0


def test_what_was_asked_just_before_leaving_is_done(own_home: Home) -> None:
    """You should find the run that F5 started, though q was pressed in the same breath."""
    with console(own_home) as screen:
        screen.until(READY)
        screen.press(F5 + "q")
        assert screen.wait() == 0
    run = find_run(own_home, "last")
    settle(lambda: run.state().epochs)
