"""The rows above a chart: which curve is which, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.text import clean
from tui.charts.curve import EPOCH, ChartData, ChartOptions, Curve, XAxis
from tui.charts.symbols import Symbols
from tui.charts.units import Unit, figure
from tui.lines import Line, Span, crop, fit, pad, width

LONGEST_NAME = 20
VALUE_WIDTH = 6
BETWEEN: Span = ("   ", "")


def legend(
    data: ChartData,
    options: ChartOptions,
    cells: int,
    rows: int,
    symbols: Symbols,
    crosshair: float | None = None,
    lead: str = "",
) -> list[Line]:
    """At most `rows` lines of exactly `cells` cells: `lead`, then each curve's symbol, name and value.

    The value is the one at the crosshair, else the last. Where room is short, names are cut, then faint curves are left
    out, then names, then values."""
    curves = sorted((curve for curve in data.curves if curve.name), key=lambda curve: curve.faint)
    opening: list[Line] = [((lead, "value"),)] if lead else []
    packed: list[Line] = [()]
    for shown, longest, with_value in _ways(curves):
        items = [_item(curve, data.unit, longest, with_value, symbols, crosshair) for curve in shown]
        packed = _pack(opening + items, cells)
        if len(packed) <= rows:
            break
    notes = _notes(data, options, symbols)
    if notes and width(packed[0]) + len(notes) + 3 <= cells:
        packed[0] = (*pad(packed[0], cells - len(notes)), (notes, "label"))
    return [_exactly(line, cells) for line in packed[:rows]]


def _ways(curves: list[Curve]) -> Iterator[tuple[list[Curve], int, bool]]:
    """The ways to write a legend, shorter and shorter: which curves, the longest name, and whether with values."""
    clear = [curve for curve in curves if not curve.faint]
    for shown in (curves, clear):
        for longest in (LONGEST_NAME, 8):
            yield shown, longest, True
    yield clear, 0, True
    yield clear, 0, False


def place(x: float, axis: XAxis) -> str:
    """Where on the axis the crosshair is, in words."""
    if axis.name == EPOCH:
        return f"{axis.name} {x:.2f}"
    where = f"{axis.name} {figure(math.floor(x) if axis.unit is Unit.COUNT else x, axis.unit)}"
    return f"{where}, epoch {x / axis.per_epoch:.2f}" if axis.per_epoch else where


def _item(curve: Curve, unit: Unit, longest: int, with_value: bool, symbols: Symbols, crosshair: float | None) -> Line:
    sample = symbols.faint_sample if curve.faint else symbols.sample
    symbol = sample if curve.mark is None else symbols.mark(curve.mark)
    spans: list[Span] = [(symbol, f"{'faint' if curve.faint else 'curve'}-{curve.colour}")]
    if longest:
        name = symbols.text(clean(curve.name, LONGEST_NAME))
        spans.append((" " + crop(name, longest, symbols.ellipsis), "label"))
    if with_value:
        last = float(curve.y[-1]) if len(curve.y) else math.nan
        value = figure(last if crosshair is None else curve.at(crosshair), unit)
        spans.append((" " + value.replace("–", symbols.nothing).ljust(VALUE_WIDTH), "value"))
    return tuple(spans)


def _pack(items: list[Line], cells: int) -> list[Line]:
    lines: list[Line] = [()]
    for item in items:
        joined = (*lines[-1], BETWEEN, *item) if lines[-1] else item
        if not lines[-1] or width(joined) <= cells:
            lines[-1] = joined
        else:
            lines.append(item)
    return lines


def _notes(data: ChartData, options: ChartOptions, symbols: Symbols) -> str:
    log = options.log and data.unit is Unit.NUMBER
    smoothed = options.smoothing and any(curve.smooth for curve in data.curves)
    notes = [f"smooth {options.smoothing:.0%}"] * bool(smoothed) + ["log"] * log
    return f" {symbols.dot} ".join(notes)


def _exactly(line: Line, cells: int) -> Line:
    kept: list[Span] = []
    for text, style in line:
        room = cells - width(tuple(kept))
        kept.append((text if width(((text, style),)) <= room else fit(text, room, ""), style))
    return pad(tuple(kept), cells)
