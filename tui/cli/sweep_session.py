"""Follows a sweep in the engine's hands until it has ended, and keeps it answerable to signals."""

from __future__ import annotations

import json as jsons
import sys
import time
from contextlib import suppress
from typing import Any

from engine.comparison.results import RunResult
from engine.errors import UserError
from engine.home import Home
from engine.quantities import quantity
from engine.runs.metrics import METRIC
from engine.runs.status import ENDED, FAILED, FINISHED
from engine.service.client import EngineGone
from engine.sweeps.place import resume_command
from engine.sweeps.standing import CellStanding, Standing, SweepReader, figure
from engine.sweeps.sweep_file import ask_to_stop
from engine.text import clean
from tui import exit_codes
from tui.cli.guarded import guarded
from tui.cli.output import Output
from tui.cli.progress_reports import RunsBar
from tui.cli.signals import STOPPING, Signals
from tui.cli.sweep_trainers import SweepTrainer
from tui.exit_codes import complain

LOOK_EVERY = 0.25
MOST_TOLD = 20


class NotBegun(UserError):
    """Nobody has taken a sweep in hand; the message says why, and what to do."""


class SweepReport:
    """Shows nothing but, at the end, what a sweep has come to; the others say what they show."""

    def ended(self, standing: Standing, cell: CellStanding, result: RunResult) -> None:
        """A run has ended."""

    def tick(self, standing: Standing, stopping: bool) -> None:
        """A moment has passed."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class JsonLines(SweepReport):
    """A line of JSON for every run that has ended, and nothing else."""

    def ended(self, standing: Standing, cell: CellStanding, result: RunResult) -> None:
        sys.stdout.write(jsons.dumps(run_values(standing, cell, result), allow_nan=False) + "\n")
        sys.stdout.flush()


class SweepLines(SweepReport):
    """A line for every run that has ended and, on a terminal, a bar under them."""

    def __init__(self) -> None:
        self.output = Output()
        self._stopping = False
        self._bar = RunsBar(self.output)

    def ended(self, standing: Standing, cell: CellStanding, result: RunResult) -> None:
        words = [result.id, described(standing, cell), f"seed {result.record.config.seed}: "]
        outcome = result.status
        if result.status == FINISHED:
            outcome = measured(standing, figure(result, standing.sweep.record.metric))
        self.output.line("  ".join(filter(None, words)) + outcome)
        self.output.flush()

    def tick(self, standing: Standing, stopping: bool) -> None:
        if stopping and not self._stopping:
            self._stopping = True
            self.output.line(STOPPING, "yellow")
        self._bar.draw(
            f"{sum(standing.counts[status] for status in ENDED)} of {standing.runs} runs",
            standing.counts["running"],
            sum(cell.epochs for cell in standing.cells),
            standing.epochs,
            standing.seconds_left,
        )

    def close(self) -> None:
        self._bar.close()


def described(standing: Standing, cell: CellStanding) -> str:
    """A cell in words: `l2=0.001 batch_size=32`."""
    return " ".join(f"{name}={value}" for name, value in zip(standing.sweep.record.settings, cell.values, strict=True))


def measured(standing: Standing, value: float | None) -> str:
    """A value of the metric a sweep is judged by, with its name."""
    metric = METRIC[standing.sweep.record.metric]
    return f"{metric.title.lower()} {quantity(value, metric.measure)}"


def run_values(standing: Standing, cell: CellStanding, result: RunResult) -> dict[str, Any]:
    """A run of a sweep as JSON values."""
    record = standing.sweep.record
    return {
        "run": result.id, "cell": cell.place, "seed": result.record.config.seed, "status": result.status,
        "settings": dict(zip(record.settings, cell.values, strict=True)), record.metric: figure(result, record.metric),
    }  # fmt: skip


def train_sweep(
    home: Home, group: str, report: SweepReport, trainer: SweepTrainer, *, failed: bool = False, detach: bool = False
) -> Standing:
    """Have a trainer train what is missing of a sweep and follow it to its end, unless it is left to itself.

    How it stands then. Raises UserError or OSError."""
    reader, signals, left = SweepReader(home, group), Signals(), detach
    report = guarded(report)
    seen = {result.id for _, result in _ended(reader.read())}
    try:
        _begin(home, reader, trainer, failed)
        if detach:
            return reader.read()
        with signals.answered():
            return _followed(home, reader, report, signals, trainer, seen)
    except KeyboardInterrupt:
        left = True
        complain(f"left {group}, whose runs are being stopped; go on: {resume_command(group, trainer.place)}")
        raise
    finally:
        report.close()
        trainer.end(left)


def _begin(home: Home, reader: SweepReader, trainer: SweepTrainer, failed: bool) -> None:
    try:
        trainer.begin(home, reader.group, failed)
    except UserError as error:
        if reader.read().fed:
            raise
        raise NotBegun(f"{error}\n{reader.group} waits; go on: {resume_command(reader.group, trainer.place)}") from None


def _followed(
    home: Home, reader: SweepReader, report: SweepReport, signals: Signals, trainer: SweepTrainer, seen: set[str]
) -> Standing:
    is_told = False
    while True:
        began = time.monotonic()
        standing = reader.read()
        if signals.stopping and not is_told:
            is_told = True
            with suppress(UserError):  # It may have ended meanwhile.
                ask_to_stop(home, reader.group)
        for cell, result in _ended(standing):
            if result.id not in seen:
                seen.add(result.id)
                report.ended(standing, cell, result)
        report.tick(standing, signals.stopping)
        if not standing.fed:
            if not standing.sweep.ended:
                raise EngineGone(f"{trainer.name} has gone; go on: {resume_command(reader.group, trainer.place)}")
            return standing
        # The look at thousands of runs is not to take the time of those that train.
        time.sleep(max(LOOK_EVERY, 10 * (time.monotonic() - began)))


def _ended(standing: Standing) -> list[tuple[CellStanding, RunResult]]:
    return [(cell, result) for cell in standing.cells for result in cell.results if result and result.status in ENDED]


def exit_status(standing: Standing, trainer: SweepTrainer) -> int:
    """What the end of a sweep means, which `trainer` may go on with; the runs that failed, and why it ended early, are
    said on standard error."""
    record = standing.sweep.record
    failures = [(cell, result) for cell, result in _ended(standing) if result.status == FAILED]
    if failures:
        lines = [f"{len(failures)} of {standing.runs} runs failed; see why: mnist-tui runs show RUN"]
        lines += [
            f"  {r.id}  {described(standing, cell)} seed {r.record.config.seed}" for cell, r in failures[:MOST_TOLD]
        ]
        more = len(failures) - MOST_TOLD
        complain("\n".join([*lines, *([f"  and {more} more"] if more > 0 else [])]))
    if standing.status == FINISHED:
        return exit_codes.FAILED if failures else exit_codes.DONE
    reason = clean(standing.sweep.reason, 200) or "not all runs have finished"
    complain(f"{record.group} has ended early: {reason}; go on: {resume_command(record.group, trainer.place)}")
    return exit_codes.FAILED if record.fail_fast and failures else exit_codes.INTERRUPTED
