"""What a comparison's table says: a head for each line, a row for each setting and figure, and the notes below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.comparison.formats import difference_text, heading, label, meaning_of_time_to, notes_of, spread_text
from engine.comparison.judgement import Judgement
from engine.comparison.results import MeanStd
from engine.comparison.table import Comparison, MetricRow, Setting
from engine.comparison.verdicts import Verdict, p_text
from engine.quantities import Measure
from engine.runs.status import FINISHED, LIVE
from tui.charts.chart_data import COLOURS
from tui.charts.symbols import Symbols
from tui.drawing.glyphs import STATUS_SYMBOLS, UNKNOWN
from tui.panes.comparison.options import Choices
from tui.widgets.bindings import with_keys

NOISE, NO_TEST = "within noise", "no test"
ALONE = "Mark another run in History with {mark} to compare it with this one."
THOUSANDS_FROM = 10_000


@dataclass(frozen=True)
class Head:
    """A line of the comparison: its letter, its title, the colour and the mark of its curve, how it stands."""

    letter: str
    title: str
    colour: int
    mark: str
    status: str
    words: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """What a row says of a line, whether that is best, and the difference to the baseline."""

    text: str = ""
    style: str = ""
    wins: bool = False
    difference: str = ""


@dataclass(frozen=True)
class Row:
    """A cell for each line, or a `note` across all; `key` names it as figures change, `title` stands above it.

    `turns` is the figure that can be of the best or the last epoch, where it can."""

    key: str
    label: str = ""
    cells: tuple[Cell, ...] = ()
    note: str = ""
    title: str = ""
    turns: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: `heads` are its columns, as lines are ordered; `baseline` is the place of the one that comes first."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    baseline: int

    @property
    def order(self) -> tuple[int, ...]:
        """The places of the lines as they are shown."""
        return (self.baseline, *(index for index in range(len(self.heads)) if index != self.baseline))


def sheet(comparison: Comparison, choices: Choices, judgement: Judgement | None, symbols: Symbols) -> Sheet:
    """The table of a comparison; what has not been judged yet is an ellipsis."""
    heads = tuple(_head(index, comparison, symbols) for index in range(len(comparison.lines)))
    rows = [*_settings(comparison, choices), *_figures(comparison, judgement)]
    rows += _notes(comparison, judgement)
    return Sheet(heads, tuple(rows), comparison.baseline)


def _head(index: int, comparison: Comparison, symbols: Symbols) -> Head:
    line = comparison.lines[index]
    statuses = [trial.status for trial in line.trials]
    telling = [status for status in statuses if status in LIVE] or [s for s in statuses if s != FINISHED] or statuses
    text = telling[0] if len(statuses) == 1 else f"{len(statuses)} seeds"
    return Head(
        label(index),
        comparison.titles[index],
        index % COLOURS,
        symbols.mark(index),
        telling[0],
        f"{STATUS_SYMBOLS.get(telling[0], ' ')} {text}",
        line.ids,
    )


def _settings(comparison: Comparison, choices: Choices) -> Iterator[Row]:
    settings = choices.settings(comparison)
    title = "All settings" if choices.all_settings else "Settings that differ"
    if not settings and len(comparison.lines) > 1:
        yield Row("same settings", note="none: settings and seed are identical", title=title)
    for setting in settings:
        yield Row(
            f"setting {setting.name}",
            ("• " if choices.all_settings and setting.differs else "") + setting.label,
            tuple(_setting_cells(setting, comparison.baseline)),
            title=title,
        )
        title = ""


def _setting_cells(setting: Setting, baseline: int) -> Iterator[Cell]:
    """A setting of each line; what is not as in the baseline stands out."""
    own = setting.values[baseline]
    for value in setting.values:
        differs = value != own and value and own
        yield Cell(value or UNKNOWN, "changed" if differs else "dim")


def _figures(comparison: Comparison, judgement: Judgement | None) -> Iterator[Row]:
    title = "Results"
    for standing in comparison.standings:
        turns = standing.figure.name if standing.figure.by_epoch else ""
        cells = tuple(_figure_cells(standing, comparison.baseline))
        yield Row(f"figure {standing.figure.name}", heading(standing, comparison), cells, title=title, turns=turns)
        if standing.figure.name == "test_accuracy" and len(comparison.lines) > 1:
            yield Row("luck", "  is it luck?", tuple(_luck(comparison, judgement)))
        title = ""


def _figure_cells(standing: MetricRow, baseline: int) -> Iterator[Cell]:
    measure, winners = standing.figure.measure, standing.winners
    standing, unit = _in_thousands(standing)
    for index, cell in enumerate(standing.cells):
        text = spread_text(measure, cell) + unit if cell else UNKNOWN
        apart = index != baseline and standing.figure.has_differences
        difference = difference_text(measure, standing.difference(index, baseline)) if apart else ""
        wins = index in winners
        yield Cell(text, "best" if wins else "value", wins, difference and difference + unit)


def _in_thousands(standing: MetricRow) -> tuple[MetricRow, str]:
    """Numbers that all are large, as thousands with their unit."""
    known = [value for cell in standing.cells if cell for value in cell.values]
    if standing.figure.measure is not Measure.NUMBER or min(known, default=0.0) < THOUSANDS_FROM:
        return standing, ""
    cells = tuple(cell and MeanStd(tuple(value / 1000 for value in cell.values)) for cell in standing.cells)
    return replace(standing, cells=cells), "k"


def _luck(comparison: Comparison, judgement: Judgement | None) -> Iterator[Cell]:
    """In a word, whether the test accuracy of each line differs from the baseline's by more than luck."""
    verdicts = judgement.of(comparison) if judgement else {}
    for index in range(len(comparison.lines)):
        if index == comparison.baseline:
            yield Cell()
        elif judgement is None or not judgement.covers(comparison, index):
            yield Cell("…", "dim")
        else:
            yield _luck_cell(verdicts.get(index))


def _luck_cell(verdict: Verdict | None) -> Cell:
    if verdict is None:
        return Cell(UNKNOWN, "dim")
    if verdict.p is None:
        return Cell(NO_TEST, "dim")
    return Cell(NOISE, "dim") if verdict.within_noise else Cell(p_text(verdict.p), "title")


def _notes(comparison: Comparison, judgement: Judgement | None) -> Iterator[Row]:
    """The verdicts, each at its place whether it is known yet or not, and what the signs mean."""
    title = "Verdict"
    for key, note in _said(comparison, judgement):
        yield Row(f"note {key}", note=note, title=title)
        title = ""


def _said(comparison: Comparison, judgement: Judgement | None) -> Iterator[tuple[object, str]]:
    base = label(comparison.baseline)
    standing = comparison.standing("test_accuracy")
    if len(comparison.lines) < 2:
        yield "alone", with_keys(ALONE)
    elif standing is None or standing.cells[comparison.baseline] is None:
        yield "base", f"{base} has no test accuracy to hold the others against; b takes another line for the baseline."
    verdicts = judgement.of(comparison) if judgement else {}
    whole = judgement.disagreement if judgement and judgement.covers_all(comparison) else None
    notes = notes_of(comparison, list(verdicts.values()), whole)
    known = dict(zip(verdicts, notes, strict=False))
    for index in range(len(comparison.lines)):
        if index in known:
            yield index, known[index]
        elif index != comparison.baseline and not (judgement and judgement.covers(comparison, index)):
            yield index, f"{label(index)} against {base}: …"
    yield from enumerate(notes[len(known) :], len(comparison.lines))
    signs = list(_signs(comparison))
    if signs:
        yield "signs", "; ".join(signs)
    yield "time to", meaning_of_time_to(comparison)


def _signs(comparison: Comparison) -> Iterator[str]:
    if any(standing.winners for standing in comparison.standings):
        yield "★ best"
    if any(len(line.trials) > 1 for line in comparison.lines):
        yield "± sample standard deviation over the seeds"
