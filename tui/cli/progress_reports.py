"""What is seen of a run while it trains: nothing, events as JSON, a last line, or lines with a bar; and of several."""

from __future__ import annotations

import sys

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from engine.quantities import duration, percent
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import Event, encode
from engine.runs.state import RunState
from engine.runs.status import FAILED, FINISHED
from engine.text import clean
from tui.cli.output import Output
from tui.cli.run_tables import epoch_line, figures_table, headline, notice_lines, step_details
from tui.cli.signals import STOPPING

# Cells of a bar that moves a cell for every 5 %; words give way before it does.
NARROWEST_BAR = 20


class Report:
    """Shows nothing; the others say what they show."""

    def show(self, event: Event, state: RunState) -> None:
        """An event, which `state` includes already."""

    def tick(self, stopping: bool) -> None:
        """A moment without an event has passed."""

    def conclude(self, run: Run, state: RunState) -> None:
        """What is left to say of a run that ended."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class JsonReport(Report):
    """Every event as a line of JSON on standard output, and nothing else there."""

    def show(self, event: Event, state: RunState) -> None:
        sys.stdout.write(encode(event) + "\n")
        sys.stdout.flush()


class QuietReport(Report):
    """Only the last line; notices go to standard error."""

    def show(self, event: Event, state: RunState) -> None:
        if isinstance(event, events.Notice):
            Output(stderr=True).line(f"notice: {clean(event.message, 500)}")

    def conclude(self, run: Run, state: RunState) -> None:
        if state.phase != FAILED:
            Output().line(headline(run.id, state))


class RemarkLines(Report):
    """Lines for notices and for what has happened to a run, and for nothing that is as it should be."""

    def __init__(self) -> None:
        self.output = Output()
        self._stopping = False

    def show(self, event: Event, state: RunState) -> None:
        match event:
            case events.Notice():
                self.line(f"notice: {clean(event.message, 500)}", "yellow")
            case events.Paused():
                self.line(f"{_id(state)} is paused after step {event.step:,}", "yellow")
            case events.Resumed():
                self.line(f"{_id(state)} goes on after step {event.step:,}")
        self.output.flush()

    def line(self, text: str, style: str = "") -> None:
        self.output.line(text, style, wrap=True)

    def tick(self, stopping: bool) -> None:
        if stopping and not self._stopping:
            self._stopping = True
            self.line(STOPPING, "yellow")
            self.output.flush()


class LinesReport(RemarkLines):
    """A line for everything worth knowing, and a closing table."""

    def __init__(self) -> None:
        super().__init__()
        self._task = ""

    def show(self, event: Event, state: RunState) -> None:
        match event:
            case events.Progress():
                self.prepare(clean(event.task), event)
            case events.RunStarted():
                self.line(_introduction(event))
            case events.Epoch():
                self.line(epoch_line(event, state))
        super().show(event, state)

    def prepare(self, task: str, event: events.Progress) -> None:
        if task != self._task:
            self._task = task
            self.line(f"{task} ...")

    def conclude(self, run: Run, state: RunState) -> None:
        if state.epochs:
            self.output.line()
            figures_table(self.output, state, most=20)
            self.output.line()
        for line in notice_lines(state.notices):
            self.line(line, "yellow")
        if state.phase != FAILED:
            self.line(headline(run.id, state), "bold")
        if state.phase == FINISHED:
            self.line(f"See it again: mnist-tui runs show {run.id}")
        self.output.flush()


class BarReport(LinesReport):
    """The lines, above a progress bar at the foot of the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(None),
            TextColumn("{task.fields[detail]}", markup=False),
            console=self.output.console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bar: TaskID | None = None

    def show(self, event: Event, state: RunState) -> None:
        super().show(event, state)
        if state.started and isinstance(event, (events.RunStarted, events.Resumed, events.Steps, events.Epoch)):
            where = f"epoch {max(1, state.epoch)}/{state.started.config.epochs}"
            room = self.output.console.width - len(where) - NARROWEST_BAR
            self._draw(where, state.step, state.total_steps, step_details(state, room))
        elif isinstance(event, events.Ending):
            self.close()

    def prepare(self, task: str, event: events.Progress) -> None:
        detail = percent(event.done / event.total, digits=0) if event.total else ""
        self._draw(task, event.done, event.total or None, detail)

    def tick(self, stopping: bool) -> None:
        super().tick(stopping)
        self._progress.refresh()

    def close(self) -> None:
        self._progress.stop()

    def _draw(self, description: str, done: int, total: int | None, detail: str) -> None:
        if self._bar is None:
            self._progress.start()
            self._bar = self._progress.add_task(description, total=total, detail=detail)
        task = self._progress.tasks[0]
        # A total of None makes the bar pulse, and update() takes None for no change.
        task.total = total
        self._progress.update(self._bar, description=description, completed=done, detail=detail, refresh=True)


def choose_report(*, json: bool = False, quiet: bool = False) -> Report:
    """The report that suits the options and the place standard output leads to."""
    if json:
        return JsonReport()
    if quiet:
        return QuietReport()
    lines = LinesReport()
    return BarReport() if lines.output.is_terminal and not lines.output.console.is_dumb_terminal else lines


def _id(state: RunState) -> str:
    return clean(state.started.id) if state.started else ""


def _introduction(event: events.RunStarted) -> str:
    data = f"{event.train_size:,} images of {event.config.dataset}"
    network = f"{event.config.layers()}, {event.parameters:,} parameters, {data}, on {clean(event.device)}"
    return f"run {clean(event.id)}  {clean(event.run_name)}\n{network}"


class RunsBar:
    """How far all runs are; nothing where no terminal shows it."""

    def __init__(self, output: Output) -> None:
        self._bar: Progress | None = None
        if output.is_terminal and not output.console.is_dumb_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(None), TextColumn("{task.fields[detail]}"))
            self._bar = Progress(*columns, console=output.console, auto_refresh=False)
            self._task = self._bar.add_task("", total=None, detail="")
            self._bar.start()

    def draw(self, done: str, running: int, epochs: int, all_epochs: int, seconds_left: float | None) -> None:
        """Which of the runs are done, how many train, and how many of all epochs have ended."""
        if self._bar:
            detail = "" if seconds_left is None else f"about {duration(seconds_left, 1)} left"
            words = f"{done}, {running} running"
            self._bar.update(
                self._task, description=words, completed=epochs, total=all_epochs or None, detail=detail, refresh=True
            )

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar:
            self._bar.stop()
