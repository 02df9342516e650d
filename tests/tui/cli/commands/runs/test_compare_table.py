"""Comparisons on terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.text import Text

from engine.comparison.results import unfolded
from engine.comparison.table import compare
from tests.builders.summaries import trial
from tests.tui.cli.test_output import Terminal
from tui.cli.commands.runs.compare_table import print_comparison


def printed(monkeypatch: pytest.MonkeyPatch, width: int | None) -> list[str]:
    """The lines of a comparison of six runs, the one in place 4 the best."""
    stream = io.StringIO() if width is None else Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width or 80))
    accuracies = [0.90, 0.91, 0.92, 0.93, 0.95, 0.94]
    found = compare(unfolded([trial(n, [value], dropout=n / 10) for n, value in enumerate(accuracies)]))
    print_comparison(found, found.differing, ["a note"])
    return Text.from_ansi(stream.getvalue()).plain.splitlines()


def test_a_pipe_gets_one_table_whatever_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, None)
    (row,) = [line for line in lines if line.startswith("test acc, last")]
    assert " ".join(row.split()) == "test acc, last 90.00 % 91.00 % 92.00 % 93.00 % 95.00 % * 94.00 %"
    assert sum(line.startswith("results") for line in lines) == 1
    assert "a note" in lines and lines[-2] == "* best"


@pytest.mark.parametrize("width", [200, 80, 60, 40])
def test_a_narrow_terminal_gets_every_figure_in_several_tables(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """You should see the figures' names before each part, and no line wider than the terminal."""
    lines = printed(monkeypatch, width)
    assert all(cell_len(line) <= width for line in lines)
    rows = [line for line in lines if line.startswith("test acc, last")]
    shown = [word for row in rows for word in row.split() if word[0].isdecimal()]
    assert shown == ["90.00", "91.00", "92.00", "93.00", "95.00", "94.00"]
    assert len(rows) == sum(line.startswith("results") for line in lines)
    assert (len(rows) == 1) == (width == 200)
