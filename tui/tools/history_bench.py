"""What a long history costs: runs listed, runs compared, and keys answered in a list of ten thousand."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from engine.comparison.results import fold, read_results
from engine.comparison.table import compare
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Epoch, Event, RunFinished, RunStarted, Steps
from engine.runs.summaries import list_runs, recent_ids
from tui.tools.console_bench import CONSOLE, DOWN, running
from tui.tools.figures import Figure, Measurement, at_most

# Runs that are listed, events of each, runs that are compared, and runs to scroll through.
LISTED, EVENTS, COMPARED, SCROLLED = 1_000, 1_000, 10, 10_000
STEPS_AN_EPOCH = 10
# An odd number for a median; so many keys that the 99th percentile is one of them.
ROUNDS, KEYS = 5, 100
BETWEEN_KEYS, LONGEST_ANSWER = 0.1, 2.0
PAGE_DOWN = "\x1b[6~"
# Until all runs are listed and nothing is painted any more.
SETTLING = 6.0


def history_measurements() -> Iterator[Measurement]:
    """Every budget of a long history, on runs that are made up."""
    with tempfile.TemporaryDirectory(prefix="mnist-tui-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder)).prepare()
        yield Measurement(f"a history of {LISTED:,} runs", partial(_listing, home))
        yield Measurement(f"a history of {SCROLLED:,} runs", partial(_scrolling, home))


def _listing(home: Home) -> Iterator[Figure]:
    _make(home, LISTED, EVENTS)
    yield at_most("1,000 runs of 1,000 events listed", _seconds(lambda: list_runs(home)), "s", 0.5)
    yield at_most("ten runs of 1,000 events compared", _seconds(lambda: _compare(home)), "s", 1.0)


def _scrolling(home: Home) -> list[Figure]:
    _make(home, SCROLLED - LISTED, 2 * STEPS_AN_EPOCH)
    delays = sorted(_scroll(home))
    name = "key press to painted list of 10,000 runs"
    return [
        at_most(f"{name}, median", statistics.median(delays), "ms", 20),
        at_most(f"{name}, 99th percentile", delays[len(delays) * 99 // 100], "ms", 50),
    ]


def _make(home: Home, count: int, events: int) -> None:
    """Add runs that have ended, of so many events each, numbered by their names."""
    config = RunConfig(epochs=max(1, events // (STEPS_AN_EPOCH + 1)))
    log = EventLog(home.path / "made-up")
    for event in _story(config):
        log.append(event)
    log.close()
    content = (home.path / "made-up").read_bytes()
    (home.path / "made-up").unlink()
    first = len(recent_ids(home.runs))
    for number in range(first, first + count):
        Run.create(home, config, name=f"run-{number:05}").events_path.write_bytes(content)


def _story(config: RunConfig) -> Iterator[Event]:
    now, size = time.time(), 60_000
    yield RunStarted(
        time=now, id="", run_name="", config=config, device="cpu", parameters=config.parameters(),
        train_size=size, test_size=10_000, steps_per_epoch=STEPS_AN_EPOCH,
    )  # fmt: skip
    for epoch in range(1, config.epochs + 1):
        loss = 1 / epoch
        for step in range((epoch - 1) * STEPS_AN_EPOCH + 1, epoch * STEPS_AN_EPOCH + 1):
            yield Steps(
                time=now + step, step=step, epoch=epoch, loss=loss, accuracy=1 - loss / 2, min_loss=loss / 2,
                max_loss=2 * loss, learning_rate=0.1, samples_per_second=1e5,
            )  # fmt: skip
        yield Epoch(
            time=now + step, epoch=epoch, step=step, train_loss=loss, train_accuracy=1 - loss / 2, penalty=0.0,
            test_loss=loss, test_accuracy=1 - loss / 2, seconds=1.0, evaluation_seconds=0.1,
        )  # fmt: skip
    yield RunFinished(
        time=now + step, epoch=epoch, step=step, test_loss=loss, test_accuracy=1 - loss / 2, seconds=epoch
    )


def _compare(home: Home) -> None:
    runs = [Run(home.runs / id) for id in recent_ids(home.runs)[:COMPARED]]
    compare(fold(read_results(runs)[0]))


def _seconds(work: Callable[[], object]) -> float:
    """The median time something takes once the disk is warm."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _scroll(home: Home) -> Iterator[float]:
    """Milliseconds from each key that goes through the list until the list is painted; nothing else is moving then."""
    with running(CONSOLE, home, f"run-{SCROLLED - 1:05}") as terminal:
        terminal.press("3")
        terminal.read_for(SETTLING)
        for key in islice(cycle((DOWN, DOWN, PAGE_DOWN)), KEYS):
            terminal.read_for(BETWEEN_KEYS)
            began = time.perf_counter()
            terminal.press(key)
            terminal.read(LONGEST_ANSWER)
            yield 1000 * (time.perf_counter() - began)
