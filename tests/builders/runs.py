"""Run directories made without training."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Event, RunFinished
from tests.conftest import settle
from tests.engine.runs.test_state import ending, epoch, started, steps

HOLD = """
import sys
from pathlib import Path
from engine.runs.directory import Run
run = Run(Path(sys.argv[1]))
run.lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def make_run(home: Home, *happened: Event, name: str = "", config: RunConfig | None = None, **more: Any) -> Run:
    """A run in whose events `happened`."""
    run = Run.create(home, config or RunConfig(epochs=3), name=name, **more)
    log = EventLog(run.events_path)
    for event in happened:
        log.append(event)
    log.close()
    return run


def finished_run(home: Home, name: str = "", test_accuracy: float = 0.9) -> Run:
    """A run of one epoch."""
    end = ending(RunFinished, 3.0)
    return make_run(home, started(1.0), steps(10, 2.0), epoch(1, 2.5, test_accuracy), end, name=name)


def pass_millisecond() -> None:
    """Wait until a new run is sure to be listed after those there are: ids tell no less than a millisecond."""
    began = time.time()
    settle(lambda: time.time() > began + 0.001)


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def held_elsewhere(run: Run) -> Iterator[subprocess.Popen[str]]:
    """While another process holds the run's lock."""
    command = [sys.executable, "-c", HOLD, str(run.path)]
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()
