"""Whatever is written to standard output and standard error arrives as a whole, or the program says so."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.home import Home
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED
from engine.runs.summaries import find_run
from tests.builders.program import QUICK, ROOT, call, start
from tests.builders.runs import finished_run
from tests.conftest import settle

ROOM = 4096
NEARLY_FULL = ROOM - 1500

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """A small pipe, to read from and to write to, that nobody who writes to it is made to wait for."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, ROOM)
    os.set_blocking(write, False)
    yield read, write
    os.close(read)


def unread(descriptor: int) -> int:
    """How many bytes wait in a pipe."""
    count: int = struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)))[0]
    return count


def read_slowly(process: subprocess.Popen[str], pipe: Pipe) -> str:
    """All that arrives, read in small pieces once the pipe is full."""
    os.close(pipe[1])
    settle(lambda: unread(pipe[0]) > NEARLY_FULL or process.poll() is not None, 90)
    pieces = []
    while piece := os.read(pipe[0], 100):
        pieces.append(piece)
    return b"".join(pieces).decode()


@pytest.mark.parametrize(
    "words",
    [
        ["runs", "list"],
        ["runs", "list", "--json"],
        ["runs", "show", "last", "--json"],
        ["runs", "compare", "run", "--no-fold"],
        ["runs", "compare", "run", "--no-fold", "--csv", "--all-fields"],
        ["runs", "compare", "run", "--no-fold", "--markdown", "--all-fields"],
    ],
    ids=" ".join,
)
def test_a_slow_reader_of_a_non_blocking_pipe_gets_all_of_it(home: Home, pipe: Pipe, words: list[str]) -> None:
    for _ in range(40):
        finished_run(home, "run")
    with start(*words, stdout=pipe[1]) as process:
        read = read_slowly(process, pipe)
        assert process.stderr is not None
        assert process.wait(120) == 0
        told = process.stderr.read()
    assert told.startswith("run is 40 runs, all of which are taken") if "compare" in words else told == ""
    assert read == call(*words).stdout


def test_a_slow_reader_of_events_gets_every_one(stocked_home: Home, pipe: Pipe) -> None:
    with start("train", *QUICK, "epochs=60", "--json", stdout=pipe[1]) as process:
        read = read_slowly(process, pipe)
        assert process.wait(120) == 0
    assert read == find_run(stocked_home, "last").events_path.read_text()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_either_stream_waits_for_room(pipe: Pipe, stream: str) -> None:
    code = f"import sys; from tui.cli import streams; streams.take_over(); print('x' * 50_000, file=sys.{stream})"
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: pipe[1]}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, text=True, **both) as process:  # type: ignore[call-overload]
        assert read_slowly(process, pipe) == "x" * 50_000 + "\n"
        assert process.wait(120) == 0


def test_control_c_ends_waiting_for_a_reader(home: Home, pipe: Pipe) -> None:
    for _ in range(40):
        finished_run(home)
    with start("runs", "list", "--json", stdout=pipe[1]) as process:
        os.close(pipe[1])
        settle(lambda: unread(pipe[0]) > NEARLY_FULL)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130


def run_in_shell(redirection: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m tui {' '.join(words)} {redirection}"
    return subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("redirection", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
def test_output_that_cannot_be_written_is_told(home: Home, redirection: str, reason: str) -> None:
    if "full" in redirection and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    for words in (["runs", "list"], ["runs"], ["data"], ["--version"]):
        done = run_in_shell(redirection, *words)
        assert (done.returncode, done.stderr) == (1, f"mnist-tui: standard output: {reason}\n")


def test_training_goes_on_without_its_output_and_the_loss_is_told(stocked_home: Home) -> None:
    done = run_in_shell(">&-", "train", *QUICK, "--json")
    assert (done.returncode, done.stderr) == (1, "mnist-tui: standard output: Bad file descriptor\n")
    run = find_run(stocked_home, "last")
    assert RunSnapshot.of(run).status == FINISHED


def test_a_closed_standard_error_takes_nothing_from_the_output(home: Home) -> None:
    run = finished_run(home)
    (home.runs / "not a run").mkdir()
    done = run_in_shell("2>&-", "runs", "list")
    assert done.returncode == 0 and run.id in done.stdout


def test_symbols_that_an_encoding_lacks_keep_their_width() -> None:
    """You should see what the console shows for them where it is confined to ASCII, and no error for a torn name."""
    text = "97.50 ± 0.12 %  é…  caf\udce9"
    script = f"from tui.cli.streams import take_over; take_over(); print({text!r})"
    shown = {
        encoding: subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True,
        ).stdout.decode(encoding)
        for encoding in ("ascii", "latin-1", "utf-8")
    }  # fmt: skip
    assert shown["ascii"] == "97.50 +-0.12 %  ?~  caf?\n"
    assert shown["latin-1"] == "97.50 ± 0.12 %  é~  caf?\n"
    assert shown["utf-8"] == "97.50 ± 0.12 %  é…  caf?\n"
