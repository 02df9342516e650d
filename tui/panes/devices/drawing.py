"""The lines of the Devices pane: a row for each device, and below them one for each run that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from engine.quantities import NOTHING, percent
from engine.runs.status import QUEUED
from tui.drawing.device_figures import QueuedRun
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import STATUS_SYMBOLS, Glyphs
from tui.drawing.styled_lines import Line, Span, crop, fit, plain, width, wrapped
from tui.panes.devices.view import DeviceRow, DevicesView

UNKNOWN = "The devices are not known yet: an engine looks at them when it starts."
EMPTY = "Nothing is in the queue."
FREE, TAKEN, ITS_TURN = "free", "others use it", "waits for its turn"
# Widths from which memory, and a bar, are worth their room; then the cells of `100 %` and of a bar.
NARROW, WIDE = 60, 100
GAP, INDENT = 2, 6
SHORTEST_NAME, LONGEST_NAME = 12, 34
BAR, PERCENT = 14, 5


class Row(NamedTuple):
    """A line, and the run that it is about, if any."""

    line: Line
    run: str = ""


class Column(NamedTuple):
    """What stands above the cells, how wide they are, and what each shows; figures stand at the right."""

    title: str
    cells: int
    show: Callable[[DeviceRow], Line]
    is_figure: bool = False


def rows(view: DevicesView, glyphs: Glyphs, cells: int, height: int) -> list[Row]:
    """All rows; where they are more than `height`, free devices that are alike take one together."""
    devices = view.devices if len(view.devices) <= height // 2 else tuple(_folded(view.devices))
    shown = [*_device_rows(devices, glyphs, cells)] if devices else _said(UNKNOWN, cells, "dim")
    for fault in view.faults:
        shown += _said(f"! {fault}", cells, "warning")
    shown += [Row(()), *_queue_rows(view.queue, cells)]
    return shown


def marked(row: Row, cells: int, style: str) -> Line:
    return ((fit(plain(row.line).rstrip(), cells), style),)


def _said(text: str, cells: int, style: str) -> list[Row]:
    return [Row(line) for line in wrapped(text, cells, style, indent="  ")]


def _folded(devices: Sequence[DeviceRow]) -> Iterator[DeviceRow]:
    """Free slots that differ in their number alone are told by the first of them."""

    def kind(row: DeviceRow) -> object:
        alone = row.figures.run or row.figures.users or row.figures.busy != NOTHING
        return row.figures.slot if alone else row.figures.model

    alike: dict[object, list[DeviceRow]] = {}
    for row in devices:
        alike.setdefault(kind(row), []).append(row)
    for group in alike.values():
        first = group[0]
        yield first if len(group) == 1 else first._replace(like_it=len(group) - 1)


def _device_rows(devices: Sequence[DeviceRow], glyphs: Glyphs, cells: int) -> Iterator[Row]:
    columns = _columns(devices, glyphs, cells)
    room = cells - sum(column.cells + GAP for column in columns)
    head = "".join(fit(column.title, column.cells, right=column.is_figure) + " " * GAP for column in columns)
    yield Row(((crop(head.rstrip(), cells), "header"),))
    for row in devices:
        line: Line = ()
        for column in columns:
            cell = column.show(row)
            missing = " " * (column.cells - width(cell))
            line += ((missing, ""), *cell) if column.is_figure else (*cell, (missing, ""))
            line += ((" " * GAP, ""),)
        users = f"also there: {row.figures.users}" if row.figures.users else ""
        fits = bool(users) and width(((users, ""),)) <= room
        aside: Span = (users, "warning") if fits else (crop(row.figures.model, room), "dim")
        yield Row((*line, aside) if room >= SHORTEST_NAME else line, row.figures.run)
        if users and not fits:
            yield Row(((" " * INDENT + crop(users, cells - INDENT), "warning"),), row.figures.run)


def _columns(devices: Sequence[DeviceRow], glyphs: Glyphs, cells: int) -> list[Column]:
    """What there is room for and something is known of; the name takes what the others leave."""
    slots = min(14, max(len("device"), *(len(row.figures.slot) for row in devices)))
    is_known = any(row.figures.busy != NOTHING for row in devices)
    past = max((len(row.history) for row in devices), default=0)
    past = min(past, cells // 8) if cells >= NARROW and len(glyphs.column_parts) > 2 else 0
    bar = BAR if cells >= WIDE else 0
    memory = max(len("memory free"), *(len(row.figures.memory) for row in devices)) if cells >= NARROW else 0
    columns = [
        Column("device", slots, lambda row: ((crop(row.figures.slot, slots), ""),)),
        Column("done", bar + PERCENT, lambda row: _progress(row, glyphs, bar), is_figure=True),
        Column("memory free", memory, lambda row: ((row.figures.memory, ""),), is_figure=True),
        Column("busy", PERCENT if is_known else 0, lambda row: ((row.figures.busy, ""),), is_figure=True),
        Column(
            "of late", max(past, len("of late")) if past else 0, lambda row: ((_sparkline(row, glyphs, past), "bar"),)
        ),
    ]
    columns = [column for column in columns if column.cells]
    while (room := cells - sum(column.cells + GAP for column in columns)) < SHORTEST_NAME and len(columns) > 1:
        columns.pop()
    names = max(SHORTEST_NAME, min(room if cells < WIDE else room // 2, LONGEST_NAME))
    return [columns[0], Column("run", names, lambda row: _name(row, names)), *columns[1:]]


def _name(row: DeviceRow, cells: int) -> Line:
    figures = row.figures
    if figures.run:
        symbol = STATUS_SYMBOLS.get(figures.status, " ")
        more = f" {figures.more}" if figures.more else ""
        title = title_in(figures.title or figures.run, cells - 2 - len(more))
        return ((f"{symbol} ", figures.status), (title, "name"), (more, "dim"))
    text = f"{FREE}, and {row.like_it} more" if row.like_it else TAKEN if figures.users else FREE
    return ((crop(text, cells), "dim"),)


def _progress(row: DeviceRow, glyphs: Glyphs, cells: int) -> Line:
    share = row.figures.share
    if share is None:
        return ((NOTHING, "dim"),)
    bar = glyphs.bar(share, cells, rest="")
    return ((bar, "bar"), (glyphs.bar_rest * (cells - len(bar)), "dim"), (f"{percent(share, digits=0):>{PERCENT}}", ""))


def _sparkline(row: DeviceRow, glyphs: Glyphs, cells: int) -> str:
    """A column for each figure, the newest at the right; an idle device has the lowest that can be seen."""
    least = 1 / len(glyphs.column_parts)
    return "".join(glyphs.column(max(share, least), 1) for share in row.history[-cells:]).rjust(cells)


def _queue_rows(queue: Sequence[QueuedRun], cells: int) -> Iterator[Row]:
    if not queue:
        yield from _said(EMPTY, cells, "dim")
        return
    yield Row(((f"{len(queue)} in the queue", "header"),))
    places = max(len(run.ordinal) for run in queue)
    devices = min(20, cells // 4, max(len(run.device) for run in queue) + len("for "))
    names = max(SHORTEST_NAME, min(LONGEST_NAME, cells - places - devices - 2 - 3 * GAP))
    for run in queue:
        line: Line = (
            (f"{run.ordinal:>{places}}" + " " * GAP, "dim"),
            (f"{STATUS_SYMBOLS[QUEUED]} ", QUEUED),
            (fit(title_in(run.title or run.run, names), names) + " " * GAP, "name"),
            (fit(f"for {run.device}", devices) + " " * GAP, "dim"),
        )
        room = cells - width(line)
        reason = run.reason or ITS_TURN
        fits = width(((reason, ""),)) <= room
        yield Row((*line, (reason, "dim")) if fits else line, run.run)
        if run.reason and not fits:
            lines = wrapped(reason, cells - INDENT, "dim", 2)
            yield from (Row(((" " * INDENT, ""), *more), run.run) for more in lines)
