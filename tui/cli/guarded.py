"""What shows how training goes on, until its output is gone: a terminal that hung up ends no run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from tui.exit_codes import explain

ReportT = TypeVar("ReportT")


def guarded(report: ReportT) -> ReportT:
    """The report, of which a method that cannot write says so once, and from then on none does anything."""
    return cast(ReportT, _Guarded(report))


class _Guarded:
    def __init__(self, report: Any) -> None:
        self._report = report

    def __getattr__(self, name: str) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            try:
                if self._report is not None:
                    getattr(self._report, name)(*arguments)
            except OSError as error:
                self._report = None
                explain(error)

        return call
