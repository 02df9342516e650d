"""What each value of each setting comes to over all cells that have it, on one scale: a plot of main effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from engine.comparison.results import MeanStd
from engine.quantities import percent
from engine.sweeps.results import MainEffect, main_effects
from tui.charts.symbols import Symbols
from tui.drawing.styled_lines import Line, Span, crop, fit, window
from tui.panes.sweep.view import BEST, SweepView, figure

# Cells of a value as it is typed, of `97.17 %`, and of a plot with room for two marks that differ.
LONGEST_LABEL, FIGURE, LEAST_PLOT = 16, 7, 12
NONE_YET = "Nothing has finished yet."


class Row(NamedTuple):
    """A value of a setting with what it comes to; the setting's own row has no value."""

    setting: int
    text: str = ""
    means: MeanStd | None = None
    is_best: bool = False


def effects_of(view: SweepView) -> list[MainEffect]:
    """The main effects of the settings over the cells of a view that count."""
    cells = [(own.values, own.mean) for own in view.cells if own.rank is not None and own.mean is not None]
    return main_effects(view.settings, cells)


class EffectsPlot:
    """The main effects over the cells of a `view`; the cursor is on the value that the cell at `place` has of the
    setting `current`."""

    def __init__(self, view: SweepView, effects: Sequence[MainEffect], current: int, place: int) -> None:
        self._view, self._current = view, current
        cell = view.cell(place)
        self._text = cell.values[current] if cell else ""
        self._effects = effects
        self._top = 0
        self.rows = tuple(self._rows())

    def beside(self, by: int) -> tuple[int, str] | None:
        """The setting and the value of the next row, or of the one before."""
        rows = [row for row in self.rows if row.means]
        places = [n for n, row in enumerate(rows) if (row.setting, row.text) == (self._current, self._text)]
        place = places[0] + by if places else 0
        return (rows[place].setting, rows[place].text) if 0 <= place < len(rows) else None

    def at(self, y: int) -> Row | None:
        """The row under a line of the plot, where it has a value."""
        place = y - 1 + self._top
        return self.rows[place] if y > 0 and place < len(self.rows) and self.rows[place].means else None

    def lines(self, width: int, height: int, symbols: Symbols) -> list[Line]:
        """What is plotted, a row a value under the row of its setting, as many as there is room for, and the scale."""
        if not self.rows:
            return [((NONE_YET, "dim"),)]
        heading = f"{self._view.metric} by value over all other settings: mean and standard deviation"
        room = max(1, height - 2)
        cursor = next((n for n, row in enumerate(self.rows) if self._is_current(row)), 0)
        self._top = window(cursor, max(0, cursor - room // 2), 1, room, len(self.rows))
        labels = min(LONGEST_LABEL, max(len(row.text) for row in self.rows))
        counts = max(len(f"n {len(row.means.values)}") for row in self.rows if row.means)
        plot = width - labels - FIGURE - counts - 7
        shown = [self._line(row, labels, counts, plot, symbols) for row in self.rows[self._top : self._top + room]]
        return [((crop(heading, width), "dim"),), *shown, *self._scale(width - plot, plot)]

    def _rows(self) -> Iterator[Row]:
        for effect in self._effects:
            setting = self._view.settings.index(effect.setting)
            best = self._best(effect)
            if effect.means:
                yield Row(setting)
            for text in self._view.options[setting]:
                if own := effect.means.get(text):
                    yield Row(setting, text, own, text == best)

    def _best(self, effect: MainEffect) -> str:
        """The value of the best mean: what is better, the best and the last cell tell."""
        if len(effect.means) < 2:
            return ""
        first, last = self._extremes
        if first == last:
            return ""
        return (max if first > last else min)(effect.means, key=lambda text: effect.means[text].mean)

    @cached_property
    def _extremes(self) -> tuple[float, float]:
        """The means of the best cell and of the last that count."""
        ranked = [cell.mean for cell in self._view.cells if cell.rank is not None and cell.mean is not None]
        return ranked[0], ranked[-1]

    def _is_current(self, row: Row) -> bool:
        return bool(row.means) and (row.setting, row.text) == (self._current, self._text)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The lowest and the highest figure that is plotted."""
        ends = [
            end
            for row in self.rows
            if row.means
            for end in (row.means.mean - (row.means.deviation or 0.0), row.means.mean + (row.means.deviation or 0.0))
        ]
        return min(ends), max(ends)

    def _line(self, row: Row, labels: int, counts: int, plot: int, symbols: Symbols) -> Line:
        if row.means is None:
            effect = next(own for own in self._effects if own.setting == self._view.settings[row.setting])
            share = "" if effect.share is None else f"  {percent(effect.share, digits=0)} of the variance"
            style = "title" if row.setting == self._current else "label"
            return ((effect.setting, style), (share, "dim"))
        text = f"  {fit(row.text, labels, right=True)}  {figure(self._view.measure, row.means.mean):>{FIGURE}}"
        spans: list[Span] = [
            (text, "cursor" if self._is_current(row) else "label"),
            (BEST if row.is_best else " ", "value"),
            (f" {f'n {len(row.means.values)}':>{counts}} ", "dim"),
        ]
        return (*spans, *self._bar(row.means, plot, symbols)) if plot >= LEAST_PLOT else tuple(spans)

    def _bar(self, own: MeanStd, width: int, symbols: Symbols) -> Line:
        """The mean on the scale, and a standard deviation to either side."""
        (low, high), deviation = self._ends, own.deviation or 0.0
        span = (high - low) or 1.0
        first, middle, last = (
            round((value - low) / span * (width - 1))
            for value in (own.mean - deviation, own.mean, own.mean + deviation)
        )
        left, right = symbols.level * (middle - first), symbols.level * (last - middle)
        return ((" " * first + left, "axis"), (symbols.mark(0), "curve-1"), (right, "axis"))

    def _scale(self, left: int, plot: int) -> Sequence[Line]:
        """The figures at the ends of the scale."""
        if plot < LEAST_PLOT:
            return ()
        low, high = (figure(self._view.measure, end) for end in self._ends)
        return [((" " * left + low + high.rjust(plot - len(low)), "dim"),)]
