"""A comparison printed for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from engine.comparison.formats import difference_text, heading, label, meaning_of_time_to, runs_text, spread_text
from engine.comparison.results import SeedGroup
from engine.comparison.table import Comparison, MetricRow, Setting
from tui.cli.output import GAP, Column, Output, status_text
from tui.drawing.formatting import title_in

LONGEST_NAME = 18
Row = Sequence[str | Text]


def print_comparison(comparison: Comparison, settings: Iterable[Setting], notes: Iterable[str]) -> None:
    """The lines, their settings, their figures and the notes."""
    output = Output()
    legend = [
        Column(""),
        Column("name", flexible=True),
        Column("runs"),
        Column("seeds", flexible=True),
        Column("status"),
    ]
    output.table(legend, [_described(label(index), line) for index, line in enumerate(comparison.lines)])
    heads = [_head(index, title) for index, title in enumerate(comparison.titles)]
    rows: list[Row] = [[setting.label, *setting.values] for setting in settings]
    if rows:
        output.line()
        _wide_table(output, ["settings", *heads], rows)
    rows = [row for standing in comparison.standings for row in _rows(standing, comparison)]
    output.line()
    _wide_table(output, ["results", *heads], rows)
    output.line()
    for note in [*notes, *_key(comparison)]:
        output.line(note, wrap=True)


def _described(letter: str, line: SeedGroup) -> Row:
    statuses = dict.fromkeys(trial.status for trial in line.trials)
    status = status_text(line.first.status) if len(statuses) == 1 else Text(", ".join(statuses))
    return [letter, line.title, runs_text(line), " ".join(map(str, line.seeds)), status]


def _head(index: int, title: str) -> str:
    return f"{label(index)} {title_in(title, LONGEST_NAME)}"


def _rows(standing: MetricRow, comparison: Comparison) -> Iterator[Row]:
    """The means of a figure and the differences to the baseline."""
    measure = standing.figure.measure
    cells: list[str | Text] = [heading(standing, comparison)]
    for index, cell in enumerate(standing.cells):
        wins = index in standing.winners
        cells.append(Text(spread_text(measure, cell) + (" *" if wins else "  "), "bold green" if wins else ""))
    yield cells
    differences = [
        ""
        if index == comparison.baseline
        else difference_text(measure, standing.difference(index, comparison.baseline))
        for index in range(len(comparison.lines))
    ]
    if standing.figure.has_differences and any(differences):
        yield [
            Text(f"  against {label(comparison.baseline)}", "dim"),
            *(Text(f"{text}  ", "dim") for text in differences),
        ]


def _key(comparison: Comparison) -> Iterator[str]:
    signs = []
    if any(standing.winners for standing in comparison.standings):
        signs.append("* best")
    if any(len(line.trials) > 1 for line in comparison.lines):
        signs.append("± sample standard deviation over the seeds")
    if signs:
        yield "; ".join(signs)
    yield meaning_of_time_to(comparison)


def _wide_table(output: Output, heads: Sequence[str], rows: Sequence[Row]) -> None:
    """A table whose lines go on below where a terminal is too narrow, the first column before each part."""
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in [heads, *rows]]
    widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    for first, last in _parts(widths, output.console.width if output.is_terminal else None):
        if first > 1:
            output.line()
        columns = [Column(heads[0]), *(Column(head, number=True) for head in heads[first:last])]
        output.table(columns, [[row[0], *row[first:last]] for row in rows])


def _parts(widths: Sequence[int], room: int | None) -> Iterator[tuple[int, int]]:
    """Which columns stand beside the first one, from and to, in each part of a table."""
    first = 1
    while first < len(widths):
        last, used = first + 1, widths[0] + len(GAP) + widths[first]
        while last < len(widths) and (room is None or used + len(GAP) + widths[last] <= room):
            used += len(GAP) + widths[last]
            last += 1
        yield first, last
        first = last
