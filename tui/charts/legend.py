"""The rows above a chart: which curve is which, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from engine.quantities import percent
from engine.text import clean
from tui.charts.chart_data import EPOCH, ChartData, ChartOptions, Curve, XAxis
from tui.charts.symbols import Symbols
from tui.charts.units import Unit, difference, figure
from tui.drawing.formatting import title_in
from tui.drawing.styled_lines import Line, Span, fit, pad, width

LONGEST_NAME = 20
# Cells of a value and of a difference, of percentages and of other figures.
WIDTHS, OTHER_WIDTHS = (7, 5), (6, 7)
BASELINE = "base"
BETWEEN, CLOSER = "   ", "  "


class Way(NamedTuple):
    """A way to write a legend: of which curves, how much of their names, and whether their values too.

    The longest name is in cells; 0 is the short one, if a curve has one. `between` parts a curve from the next."""

    curves: list[Curve]
    longest: int
    valued: bool = True
    between: str = BETWEEN


def legend(
    data: ChartData,
    cells: int,
    rows: int,
    symbols: Symbols,
    crosshair: float | None = None,
    lead: str = "",
    notes: str = "",
) -> list[Line]:
    """At most `rows` lines of exactly `cells` cells: `lead`, then each curve's symbol, name, value, and difference from
    the baseline if there is one; `notes` at the end of the first line.

    The value is the one at the crosshair, else the last. Where room is short, names are cut, then faint curves are left
    out, then names, then values. More than two lines are set in columns."""
    opening: list[Line] = [((lead, "value"),)] if lead else []
    packed: list[Line] = [()]
    room = cells - len(notes) - len(BETWEEN) if notes else cells
    for way in _ways(data.curves):
        items = opening + [_item(curve, data, way, symbols, crosshair) for curve in way.curves]
        packed = _pack(items, room, way.between)
        if len(packed) > 2:
            packed = _pack(_level(items), room, way.between)
        if len(packed) <= rows:
            break
    lines = [_exactly(line, room) for line in packed[:rows]]
    if notes:
        lines[0] = (*pad(lines[0], cells - len(notes)), (notes, "label"))
    return [_exactly(line, cells) for line in lines]


def _ways(curves: Iterable[Curve]) -> Iterator[Way]:
    """The ways to write a legend, shorter and shorter."""
    named = sorted((curve for curve in curves if curve.name), key=lambda curve: curve.faint)
    clear = [curve for curve in named if not curve.faint]
    for shown in (named, clear):
        yield Way(shown, LONGEST_NAME)
        for longest in (LONGEST_NAME, 12, 8):
            yield Way(shown, longest, between=CLOSER)
    yield Way(clear, 0)
    yield Way(clear, 0, valued=False)


def place(x: float, axis: XAxis) -> str:
    """Where on the axis the crosshair is, in words; on an axis with ticks of its own, at which of them."""
    if axis.ticks:
        return min(axis.ticks, key=lambda tick: abs(tick[0] - x))[1]
    if axis.name == EPOCH:
        return f"{axis.name} {x:.2f}"
    where = f"{axis.name} {figure(math.floor(x) if axis.unit is Unit.COUNT else x, axis.unit)}"
    return f"{where}, epoch {x / axis.per_epoch:.2f}" if axis.per_epoch else where


def notes_of(data: ChartData, options: ChartOptions, symbols: Symbols, brief: bool = False) -> str:
    """How the chart is looked at, as far as that is not plainly."""
    log = options.log and data.unit is Unit.NUMBER
    smoothed = options.smoothing and any(curve.smooth for curve in data.curves)
    smooth = ("" if brief else "smooth ") + percent(options.smoothing, digits=0)
    notes = [smooth] * bool(smoothed) + ["log"] * log + ["close" if brief else "close-up"] * options.close
    return f" {symbols.dot} ".join(notes)


def _item(curve: Curve, data: ChartData, way: Way, symbols: Symbols, crosshair: float | None) -> Line:
    sample = symbols.faint_sample if curve.faint else symbols.sample
    symbol = sample if curve.mark is None else symbols.mark(curve.mark)
    spans: list[Span] = [(symbol, f"{'faint' if curve.faint else 'curve'}-{curve.colour}")]
    name = title_in(clean(curve.name), way.longest)
    if shown := name if way.longest else curve.short:
        spans.append((" " + shown, "label"))
    if way.valued:
        value = figure(_value(curve, crosshair), data.unit)
        cells, difference_cells = WIDTHS if data.unit is Unit.PERCENT else OTHER_WIDTHS
        spans.append((" " + value.ljust(cells), "value"))
        if data.baseline is not None:
            against = _against(curve, data.baseline, data.unit, crosshair)
            spans.append((" " + against.ljust(difference_cells), "label"))
    return tuple(spans)


def _against(curve: Curve, baseline: Curve, unit: Unit, crosshair: float | None) -> str:
    if curve is baseline:
        return BASELINE
    return difference(_value(curve, crosshair), _value(baseline, crosshair), unit)


def _value(curve: Curve, crosshair: float | None) -> float:
    return curve.last if crosshair is None else curve.at(crosshair)


def _level(items: list[Line]) -> list[Line]:
    """The items with the spans of each as wide as those of the others."""
    widths = [max(map(width, zip(column))) for column in zip_longest(*items, fillvalue=("", ""))]
    return [tuple((fit(text, w, ""), style) for (text, style), w in zip(item, widths, strict=False)) for item in items]


def _pack(items: list[Line], cells: int, between: str) -> list[Line]:
    lines: list[Line] = [()]
    for item in items:
        joined: Line = (*lines[-1], (between, ""), *item) if lines[-1] else item
        if not lines[-1] or width(joined) <= cells:
            lines[-1] = joined
        else:
            lines.append(item)
    return lines


def _exactly(line: Line, cells: int) -> Line:
    spans: list[Span] = []
    for text, style in line:
        room = cells - width(tuple(spans))
        spans.append((text if width(((text, style),)) <= room else fit(text, room, ""), style))
    return pad(tuple(spans), cells)
