"""Progress is drawn on a terminal, once work takes longer than a moment."""

from __future__ import annotations

import io
import re

import pytest

from tui.cli import long_work
from tui.cli.long_work import LongWork


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def worked(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, patience: float) -> str:
    """What is seen of two parts of work."""
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(long_work, "QUIET_SECONDS", patience)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    with LongWork() as work:
        work.begin("[red]reading[/]", 3)
        assert list(work.counted("abc")) == ["a", "b", "c"]
        work.begin("comparing", 2)
        assert [work.counting(abs)(number) for number in (-1, -2)] == [1, 2]
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())


def test_work_that_takes_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = worked(monkeypatch, Terminal(), patience=0)
    assert "[red]reading[/]" in shown
    assert "comparing" in shown and "2/2" in shown


def test_quick_work_and_other_streams_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked(monkeypatch, Terminal(), patience=3600) == ""
    assert worked(monkeypatch, io.StringIO(), patience=0) == ""
