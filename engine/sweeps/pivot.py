"""A sweep as a table of one setting against another, in CSV, Markdown and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.comparison.formats import spread_text
from engine.comparison.results import MeanStd
from engine.config.fields import ConfigError, Problem
from engine.config.run_config import field_named
from engine.runs.metrics import METRIC
from engine.sweeps.standing import Standing
from engine.tables import NUMBERS, PLAIN, Cell, csv_table, escaped, markdown_table

LATEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "±": r"$\pm$",
    }
)


@dataclass(frozen=True)
class Pivot:
    """Values of a metric by those of two settings, or of one where `columns` is empty; `cells` is by row, then column.

    A cell is of all seeds that finished; several cells that differ in other settings are one by their means."""

    rows: str
    columns: str
    metric: str
    row_values: tuple[str, ...]
    column_values: tuple[str, ...]
    cells: tuple[tuple[MeanStd | None, ...], ...]


def pivot(standing: Standing, rows: str = "", columns: str = "", metric: str = "") -> Pivot:
    """The pivot of a sweep; the first two settings and its own metric unless others are named. Raises ConfigError."""
    settings, metric = standing.sweep.record.settings, metric or standing.sweep.record.metric
    rows = field_named(rows) if rows else next((name for name in settings if name != field_named(columns)), "")
    columns = field_named(columns) if columns else next((name for name in settings if name != rows), "")
    problems = [
        Problem(option, name, f"one of {', '.join(settings) or 'none: no setting varies'}")
        for option, name in (("rows", rows), ("columns", columns))
        if name and name not in settings
    ]
    if metric not in METRIC:
        problems.append(Problem("metric", metric, f"one of {', '.join(METRIC)}"))
    if rows and rows == columns:
        problems.append(Problem("columns", columns, f"another setting than {rows}"))
    if problems:
        raise ConfigError(problems)
    groups: dict[tuple[str, str], list[MeanStd]] = {}
    for cell in standing.cells:
        texts = dict(zip(settings, cell.values, strict=True))
        if figures := cell.measured(metric):
            groups.setdefault((texts.get(rows, ""), texts.get(columns, "")), []).append(figures)
    by_row, by_column = (_values(standing, name) for name in (rows, columns))
    cells = tuple(tuple(_together(groups.get((row, column), [])) for column in by_column) for row in by_row)
    return Pivot(rows, columns, metric, by_row, by_column, cells)


def _values(standing: Standing, name: str) -> tuple[str, ...]:
    """The values of a setting in the order in which they are tried."""
    if not name:
        return ("",)
    place = standing.sweep.record.settings.index(name)
    return tuple(dict.fromkeys(cell.values[place] for cell in standing.cells))


def _together(several: Sequence[MeanStd]) -> MeanStd | None:
    if len(several) < 2:
        return several[0] if several else None
    return MeanStd(tuple(own.mean for own in several))


def to_csv(table: Pivot) -> str:
    """A row a value of the first setting; of each value of the other the mean, and the deviation where there is one."""
    heads = [table.rows or table.metric]
    for value in table.column_values:
        named = f"{table.columns}={value}" if table.columns else table.metric
        heads += [named, f"{named} deviation"]
    rows: list[list[Cell]] = []
    for value, cells in zip(table.row_values, table.cells, strict=True):
        figures = [part for cell in cells for part in ((cell.mean, cell.deviation) if cell else (None, None))]
        rows.append([value, *figures])
    return csv_table(heads, rows)


def to_markdown(table: Pivot) -> str:
    """A table with the best cell bold."""
    heads, rows = _texts(table, escaped, lambda text: f"**{text}**")
    return markdown_table(heads, [PLAIN, *[NUMBERS] * (len(heads) - 1)], rows) + "\n"


def to_latex(table: Pivot) -> str:
    """A tabular of the package booktabs, with the best cell bold."""
    heads, rows = _texts(table, lambda text: text.translate(LATEX), lambda text: rf"\textbf{{{text}}}")
    lines = [rf"\begin{{tabular}}{{l{'r' * (len(heads) - 1)}}}", r"\toprule", " & ".join(heads) + r" \\", r"\midrule"]
    return "\n".join([*lines, *(" & ".join(row) + r" \\" for row in rows), r"\bottomrule", r"\end{tabular}", ""])


FORMATS: dict[str, Callable[[Pivot], str]] = {"csv": to_csv, "markdown": to_markdown, "latex": to_latex}


def _texts(table: Pivot, safe: Callable[[str], str], bold: Callable[[str], str]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows as texts of a format."""
    metric = METRIC[table.metric]
    means = [cell.mean for cells in table.cells for cell in cells if cell]
    best = max(means, key=lambda mean: metric.better * mean, default=None) if metric.better else None
    corner = f"{table.rows} \\ {table.columns}" if table.columns else table.rows
    heads = [safe(corner), *(safe(value or metric.title) for value in table.column_values)]
    rows = []
    for value, cells in zip(table.row_values, table.cells, strict=True):
        texts = [(cell, safe(re.sub(r"^-$", "", spread_text(metric.measure, cell)))) for cell in cells]
        rows.append([safe(value), *(bold(text) if cell and cell.mean == best else text for cell, text in texts)])
    return heads, rows
