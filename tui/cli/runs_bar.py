"""A bar below the lines of a command that has several runs trained."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, TextColumn

from engine.quantities import duration
from tui.cli.output import Output


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
            detail = "" if seconds_left is None else f"about {duration(seconds_left)} left"
            words = f"{done}, {running} running"
            self._bar.update(
                self._task, description=words, completed=epochs, total=all_epochs or None, detail=detail, refresh=True
            )

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar:
            self._bar.stop()
