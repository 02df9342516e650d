"""Progress of work that a command does itself, on a terminal, once it takes longer than a moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from engine.interval import Interval

if TYPE_CHECKING:
    from rich.progress import Progress

QUIET_SECONDS = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


class LongWork:
    """A bar on standard error, from the first step on that is done later than a second after the beginning.

    Nothing is shown where standard error is no terminal."""

    def __init__(self) -> None:
        self._task = ""
        self._total = self._done = 0
        self._quiet = Interval(QUIET_SECONDS)
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, task: str, total: int) -> None:
        """The next part of the work is `task`, of `total` steps."""
        self._task, self._total, self._done = task, total, 0
        self._draw()

    def counted(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, each a step that is done when the next is asked for."""
        for item in items:
            yield item
            self._step()

    def counting(self, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """The function, each call of it a step."""

        def counted(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
            self._step()
            return function(*args, **named)

        return counted

    def _step(self) -> None:
        self._done += 1
        self._draw()

    def _draw(self) -> None:
        if not self._quiet.is_over() or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = _new_bar()
            self._bar.add_task(self._task)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], description=self._task, total=self._total, completed=self._done)


def _new_bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from tui.cli.output import Output

    columns = TextColumn("{task.description}", markup=False), BarColumn(None), MofNCompleteColumn()
    return Progress(*columns, console=Output(stderr=True).console, transient=True)
