"""Faults, through the real program in processes of its own: what a run leaves behind, and how it goes on."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import pty
import random
import resource
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyte
import pytest
import torch

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import RunFailed, RunStopped
from engine.runs.predictions import predicted_epochs
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED, INTERRUPTED, PAUSED, QUEUED, STOPPED
from engine.runs.summaries import find_run, list_runs
from tests.builders.program import ROOT, call, start
from tests.builders.runs import make_run
from tests.conftest import settle
from tests.engine.runs.test_state import ending, started

SETTINGS = ("dataset=synthetic", "train_size=1500", "hidden=32,16", "batch_size=1", "epochs=10", "dropout=0.3",
            "optimiser=adam", "learning_rate=0.001", "device=cpu")  # fmt: skip
LONG = (*SETTINGS, "epochs=500")
HELD_UP = """
import threading
from engine.training.trainer_thread import TrainerThread
TrainerThread.run = lambda self: threading.Event().wait()
from tui.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Run:
    """The run of SETTINGS that nothing happened to."""
    home = Home(tmp_path_factory.mktemp("whole")).prepare()
    (home.data / "synthetic").symlink_to(drawn_digits)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MNIST_TUI_HOME", str(home.path))
        assert call("train", *SETTINGS, "--quiet").exit_code == 0
    return find_run(home, "last")


def begun(home: Home, process: subprocess.Popen[str], lines: int = 8) -> Run:
    """The run that `process` trains, once so many events have been written."""
    settle(lambda: process.poll() is not None or _lines(home) >= lines)
    assert process.poll() is None, "the run was over too soon"
    return find_run(home, "last")


def _lines(home: Home) -> int:
    return sum(path.read_bytes().count(b"\n") for path in home.runs.glob("*/events.jsonl"))


def figures(run: Run) -> list[tuple[Any, ...]]:
    """Everything an epoch says but how long it took."""
    return [
        (e.epoch, e.step, e.train_loss, e.train_accuracy, e.penalty, e.test_loss, e.test_accuracy)
        for e in run.state().epochs
    ]


def weights(run: Run) -> dict[str, torch.Tensor]:
    """Every tensor of the checkpoint."""
    found: dict[str, torch.Tensor] = {}

    def collect(name: str, value: Any) -> None:
        if isinstance(value, torch.Tensor):
            found[name] = value
        elif isinstance(value, dict):
            for key, inner in value.items():
                collect(f"{name}/{key}", inner)

    collect("", torch.load(run.checkpoint_path, weights_only=True))
    return found


def assert_same_end(run: Run, whole: Run) -> None:
    """You should see the figures of every epoch and the last weights, bit for bit."""
    assert run.state().phase == FINISHED
    assert figures(run) == figures(whole)
    mine, theirs = weights(run), weights(whole)
    assert mine.keys() == theirs.keys() and len(mine) >= 6
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    assert predicted_epochs(run) == predicted_epochs(whole) == list(range(1, 11))


def resume(run: Run) -> None:
    """Go on with a run to its end."""
    result = call("train", "--resume", run.id, "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{run.id} finished")


def test_a_run_killed_again_and_again_goes_on_exactly(stocked_home: Home, whole: Run) -> None:
    """You should see it as interrupted each time."""
    moments = random.Random(7)
    words = [*SETTINGS]
    for _ in range(2):
        lines = _lines(stocked_home) + moments.randrange(3, 8)
        with start("train", *words, "--quiet") as process:
            run = begun(stocked_home, process, lines)
            process.kill()
            process.wait()
        assert list_runs(stocked_home).runs[0].status == INTERRUPTED
        assert "interrupted" in call("runs", "list").stdout
        words = ["--resume", run.id]
    resume(run)
    assert_same_end(run, whole)


def test_signals_stop_a_run_at_a_step_with_a_checkpoint(stocked_home: Home, whole: Run) -> None:
    """Interrupted by hand and by a shutdown, you should see it end as if it had not been."""
    words = [*SETTINGS]
    for number in (signal.SIGINT, signal.SIGTERM):
        with start("train", *words, "--quiet") as process:
            run = begun(stocked_home, process, _lines(stocked_home) + 5)
            process.send_signal(number)
            said, complained = process.communicate()
        assert (process.returncode, complained) == (130, "")
        assert f"go on: mnist-tui train --resume {run.id}" in said
        last = run.state().ending
        assert isinstance(last, RunStopped) and last.reason == "interrupted"
        assert run.checkpoint_path.exists()
        words = ["--resume", run.id]
    resume(run)
    assert_same_end(run, whole)


def test_a_signal_while_data_are_drawn_stops_the_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    with start("train", *SETTINGS, "--json") as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "drawing" in line)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait() == 130
    assert list_runs(home).runs[0].status == STOPPED


def test_a_second_interrupt_leaves_at_once(stocked_home: Home) -> None:
    """The trainer never comes to the end of its step; you should get out all the same."""
    command = [sys.executable, "-u", "-c", HELD_UP, "train", *SETTINGS]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as process:
        settle(lambda: list_runs(stocked_home).runs and list_runs(stocked_home).runs[0].status == QUEUED)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "stopping after this step; Ctrl-C again leaves at once\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130
        assert "go on: mnist-tui train --resume" in process.stderr.read()
    assert list_runs(stocked_home).runs[0].status == INTERRUPTED


def test_a_run_is_paused_resumed_and_stopped_from_another_process(stocked_home: Home) -> None:
    with start("train", *LONG, "--quiet") as process:
        run = begun(stocked_home, process)
        assert call("runs", "pause", run.id).stdout == f"{run.id} is paused\n"
        assert RunSnapshot.of(run).status == PAUSED
        at = run.state().step
        assert call("runs", "resume", run.id).stdout == f"{run.id} is running\n"
        settle(lambda: run.state().step > at)
        assert call("runs", "stop", run.id).stdout == f"{run.id} is stopped\n"
        assert process.wait() == 130
    assert run.state().reason == "stopped by request"


def test_a_run_goes_on_when_nobody_reads_it_any_more(stocked_home: Home) -> None:
    for option in ("--json", "--tag=lines"):
        read, write = os.pipe()
        with start("train", *SETTINGS, "epochs=1", option, stdout=write) as process:
            os.close(write)
            os.read(read, 10)
            os.close(read)
            assert process.stderr is not None
            assert process.stderr.read() == ""
            assert process.wait() == 0
        assert find_run(stocked_home, "last").state().phase == FINISHED


def test_a_run_stops_cleanly_when_its_terminal_hangs_up(stocked_home: Home) -> None:
    with on_terminal("train", *LONG) as (process, terminal):
        run = begun(stocked_home, process)
        os.close(terminal)
        assert process.wait(timeout=120) == 130
    assert run.state().phase == STOPPED


def test_a_terminal_that_stops_reading_holds_up_no_training(stocked_home: Home) -> None:
    """You should see the run finish in its directory while its terminal is full."""
    with on_terminal("train", *SETTINGS, "epochs=60", "train_size=20", "batch_size=20") as (process, terminal):
        settle(lambda: list_runs(stocked_home).runs and list_runs(stocked_home).runs[0].status == FINISHED)
        del terminal
        process.kill()


@contextmanager
def on_terminal(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The program on a pseudo-terminal of 80x24, which is its controlling one; yields our end of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = start(*words, preexec_fn=take_terminal, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            os.close(ours)


def test_the_progress_bar_is_drawn_and_taken_away(stocked_home: Home) -> None:
    """You should see a bar with epoch, loss, speed and time left, and at the end only lines and the table."""
    with on_terminal("train", *SETTINGS) as (process, terminal):
        shown = b""
        with suppress(OSError):
            while block := os.read(terminal, 65536):
                shown += block
        assert process.wait() == 0
    screen = pyte.Screen(80, 200)
    pyte.ByteStream(screen).feed(shown)
    lines = [line.rstrip() for line in screen.display]
    text = shown.decode()
    for part in ("epoch 2/10", "loss ", "/s", " left", "━"):
        assert part in text
    assert not any("━" in line for line in lines)
    assert sum(line.startswith("epoch ") for line in lines) == 10 + 1
    assert any("finished: test accuracy" in line for line in lines)
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h")


def test_a_home_that_cannot_be_written_is_told_in_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", "/dev/null/home")
    with start("train", "deep") as process:
        said, complained = process.communicate()
    assert (process.returncode, said) == (1, "")
    assert complained.splitlines() == [
        "mnist-tui: cannot write to /dev/null/home: Not a directory.",
        "Set MNIST_TUI_HOME to a folder you may write to.",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_permission_is_told(home: Home) -> None:
    home.runs.chmod(0o500)
    result = call("train", "deep")
    home.runs.chmod(0o700)
    assert result.exit_code == 1 and "Set MNIST_TUI_HOME" in result.stderr


def test_files_that_may_not_grow_fail_the_run_and_damage_nothing(stocked_home: Home, whole: Run) -> None:
    """As on a full disk: you should see the reason, other runs untouched, and the run go on once there is room."""
    call("train", *SETTINGS, "epochs=1", "--quiet", "--name", "before")
    before = figures(find_run(stocked_home, "before"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    with start("train", *SETTINGS, "--quiet", preexec_fn=limit) as process:
        said, complained = process.communicate()
    assert (process.returncode, said) == (1, "")
    assert complained.startswith("mnist-tui: the run failed: the disk is full")
    run = find_run(stocked_home, "last")
    assert isinstance(run.state().ending, RunFailed)
    assert not [path.name for path in run.path.rglob(".*")]
    assert figures(find_run(stocked_home, "before")) == before
    resume(run)
    assert_same_end(run, whole)


@pytest.fixture
def small_disk(stocked_home: Home, tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MiB under the home's runs; the test is skipped where none may be mounted."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", str(stocked_home.runs)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk may not be mounted here")
    try:
        yield stocked_home.runs
    finally:
        subprocess.run(["umount", "--lazy", str(stocked_home.runs)], check=True)


def test_a_disk_that_fills_up_fails_the_run_which_goes_on_later(
    stocked_home: Home, small_disk: Path, whole: Run
) -> None:
    filler = small_disk / "filler"
    with start("train", *SETTINGS, "--quiet") as process:
        run = begun(stocked_home, process, lines=10)
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        _, complained = process.communicate()
    assert process.returncode == 1
    assert "the disk is full" in complained
    last = run.state().ending
    assert isinstance(last, RunFailed) and "the disk is full" in last.reason
    filler.unlink()
    resume(run)
    assert_same_end(run, whole)


class Evil:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("save", [torch.save, lambda evil, path: path.write_bytes(pickle.dumps(evil))])
def test_a_checkpoint_that_would_run_code_is_refused(stocked_home: Home, tmp_path: Path, save: Any) -> None:
    config = RunConfig.parse(" ".join(SETTINGS))
    run = make_run(stocked_home, started(1.0), ending(RunStopped, 2.0, reason="interrupted"), config=config)
    sprung = tmp_path / "sprung"
    save({"position": Evil(sprung)}, run.checkpoint_path)
    result = call("train", "--resume", run.id, "--quiet")
    assert result.exit_code == 1
    assert result.stderr.startswith("mnist-tui: the run failed: ") and "checkpoint" in result.stderr
    assert not sprung.exists()


def test_a_garbled_home_is_listed_and_trained_in_all_the_same(stocked_home: Home) -> None:
    (stocked_home.runs / "x\x1b[2J").mkdir()
    (stocked_home.runs / "20990101-000000-0000000").symlink_to("/nonexistent")
    garbled = stocked_home.runs / "20990101-000000-0000001"
    garbled.mkdir()
    (garbled / "run.json").write_bytes(b"\xff" * 100)
    result = call("train", *SETTINGS, "epochs=1", "train_size=200", "--quiet", "--name", "..")
    assert result.exit_code == 0
    listed = call("runs", "list", "--json")
    assert [run["name"] for run in json.loads(listed.stdout)] == [".."]
    assert "3 entries are not runs and were skipped" in listed.stderr
    assert call("runs", "show", "..").exit_code == 0


def _statuses(home: Home) -> list[str]:
    return [run.status for run in list_runs(home).runs]
