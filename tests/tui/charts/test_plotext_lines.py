"""Lines through dots, drawn by plotext."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tui.charts import plotext_lines
from tui.charts.plotext_lines import Run, Trace, draw
from tui.charts.symbols import ASCII, BRAILLE


def trace(columns: list[int], rows: list[int], colour: int = 0) -> Trace:
    joined = np.ones(len(columns), dtype=bool)
    return Trace(np.array(columns), np.array(rows), joined, colour)


@pytest.mark.parametrize(
    ("column", "row", "run"),
    [
        (0, 0, Run(0, 1, "⡀", 0)),
        (1, 0, Run(0, 1, "⢀", 0)),
        (0, 4, Run(0, 0, "⡀", 0)),
        (0, 7, Run(0, 0, "⠁", 0)),
        (7, 7, Run(3, 0, "⠈", 0)),
    ],
)
def test_every_dot_is_where_it_was_put(column: int, row: int, run: Run) -> None:
    assert list(draw([trace([column], [row])], 4, 2, BRAILLE)) == [run]


def test_a_line_leads_from_dot_to_dot_unless_it_is_broken() -> None:
    joined = list(draw([trace([0, 5], [0, 0])], 6, 1, ASCII))
    broken = list(draw([trace([0, 5], [0, 0])._replace(joined=np.array([False, False]))], 6, 1, ASCII))
    assert joined == [Run(0, 0, "******", 0)]
    assert broken == [Run(0, 0, "*", 0), Run(5, 0, "*", 0)]


def test_later_lines_cover_earlier_ones() -> None:
    runs = list(draw([trace([0, 5], [0, 0], 3), trace([2, 3], [0, 0], 250)], 6, 1, ASCII))
    assert runs == [Run(0, 0, "**", 3), Run(2, 0, "**", 250), Run(4, 0, "**", 3)]


def test_dots_beyond_the_edges_are_drawn_at_the_edges() -> None:
    assert list(draw([trace([-9, 10**12], [10**12, 10**12])], 3, 2, ASCII)) == [Run(0, 0, "***", 0)]


def test_lines_that_were_drawn_before_are_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a run's reference as it was, though its own curves grow."""
    begun: list[tuple[int, int]] = []
    figure = plotext_lines._figure

    def counted(*size: int) -> Any:
        begun.append((size[0], size[1]))
        return figure(*size)

    monkeypatch.setattr(plotext_lines, "_figure", counted)
    line = trace([0, 11, 23], [3, 5, 1], 77)
    first = draw([line], 12, 3, BRAILLE)
    assert draw([trace([0, 11, 23], [3, 5, 1], 77)], 12, 3, BRAILLE) == first
    assert begun == [(12, 3)]
    others = [line._replace(colour=78), trace([0, 11, 23], [3, 5, 2], 77), line._replace(joined=~line.joined)]
    assert all(draw([other], 12, 3, BRAILLE) != first for other in others)
    assert draw([line], 12, 4, BRAILLE) != first and draw([line], 12, 3, ASCII) != first


def test_threads_draw_at_once_without_disturbing_each_other() -> None:
    def drawing(number: int) -> list[Run]:
        rows = [(number * 7 + column * 3) % 40 for column in range(80)]
        return list(draw([trace(list(range(80)), rows, number)], 40, 10, BRAILLE))

    expected = [drawing(number) for number in range(24)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(drawing, range(24))) == expected


def test_a_size_beyond_the_terminal_is_drawn_in_full_and_nothing_is_printed() -> None:
    code = (
        "import numpy as np; from tui.charts.plotext_lines import Trace, draw; from tui.charts.symbols import ASCII;"
        "dots = np.arange(300); runs = list(draw([Trace(dots, dots % 90, dots > 0, 0)], 300, 90, ASCII));"
        "assert max(run.column for run in runs) == 299 and max(run.row for run in runs) == 89"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""
