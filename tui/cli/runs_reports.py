"""What is seen of several runs while the engine trains them: events as JSON, notices alone, or lines above a bar."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from engine.interval import Interval
from engine.quantities import percent
from engine.runs.event_log import Follower
from engine.runs.events import Event, encode
from engine.runs.state import RunState
from engine.runs.status import FINISHED, RUNNING
from engine.service.protocol import Start
from tui.cli.engine_session import RunsReport, Trained
from tui.cli.progress_reports import QuietReport, RemarkLines, RunsBar


class JsonRuns(RunsReport):
    """Every event as a line of JSON on standard output, those of one run after those of the run before."""

    def __init__(self) -> None:
        self._place = 0
        self._follower: Follower | None = None

    def tick(self, runs: Sequence[Trained], asked: Sequence[Start], stopping: bool) -> None:
        while self._place < len(runs):
            trained = runs[self._place]
            self._follower = self._follower or Follower(trained.run.events_path)
            for event in self._follower.all():
                sys.stdout.write(encode(event) + "\n")
            if not trained.has_ended:
                break
            self._place, self._follower = self._place + 1, None
        sys.stdout.flush()


class QuietRuns(RunsReport):
    """Notices alone, on standard error."""

    def show(self, event: Event, state: RunState) -> None:
        QuietReport().show(event, state)


class RunLines(RunsReport):
    """A line for every run that has ended and for what its user should know and, on a terminal, a bar under them."""

    def __init__(self) -> None:
        self._lines = RemarkLines()
        self._bar = RunsBar(self._lines.output)
        self._since = Interval.ended()

    def show(self, event: Event, state: RunState) -> None:
        self._lines.show(event, state)

    def ended(self, trained: Trained) -> None:
        state = trained.state
        outcome = f"test accuracy {percent(state.epochs[-1].test_accuracy)}" if state.phase == FINISHED else state.phase
        self._lines.line(f"{trained.run.id}  {trained.title}: {outcome}")
        self._lines.output.flush()

    def tick(self, runs: Sequence[Trained], asked: Sequence[Start], stopping: bool) -> None:
        self._lines.tick(stopping)
        ended = sum(trained.has_ended for trained in runs)
        running = sum(trained.state.phase == RUNNING for trained in runs)
        epochs = sum(len(trained.state.epochs) for trained in runs)
        total = sum(start.config.epochs for start in asked)
        passed = self._since.passed
        left = (total - epochs) * passed / epochs if epochs else None
        self._bar.draw(f"{ended} of {len(asked)} runs", running, epochs, total, left)

    def close(self) -> None:
        self._bar.close()


def choose_runs_report(*, json: bool = False, quiet: bool = False) -> RunsReport:
    return JsonRuns() if json else QuietRuns() if quiet else RunLines()
