"""A run drawn in text: its status, how far it is, its figures, and what one must know of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from engine.quantities import duration, gibibytes, loss, percent, points
from engine.runs.status import FAILED, FINISHED, INTERRUPTED, PREPARING, QUEUED
from tui.drawing.formatting import queued_words, title_in
from tui.drawing.glyphs import STATUS_SYMBOLS, UNKNOWN, Glyphs
from tui.drawing.styled_lines import Line, crop, pad, width, wrapped
from tui.panes.run.view import RunView

# Figures stand in columns of this many cells, so that one that grows does not move the others.
COLUMN = 18
# From this height on, what is being prepared has a line of its own.
LEAST_HEIGHT_FOR_TASK = 6
# From this height on, a name that is too long beside the status has lines of its own.
LEAST_HEIGHT_FOR_NAME = 8


def run_lines(view: RunView, glyphs: Glyphs, cells: int, height: int) -> list[Line]:
    """The lines of a pane `cells` wide; notices and reasons stand in it however small it is."""
    lines = _title(view, cells, height >= LEAST_HEIGHT_FOR_NAME)
    warnings = _warnings(view, cells, max(1, min(height - 2, (height + 1) // 2)))
    apart = height >= LEAST_HEIGHT_FOR_TASK and view.status == PREPARING and view.task_share is not None
    if height > 2 or not warnings:
        lines.append(_progress(view, glyphs, cells, "" if apart else view.task))
    if apart:
        lines += wrapped(view.task, cells, "dim", 2)
    room = max(0, height - len(lines) - len(warnings))
    return [*lines, *_table(view, cells)[:room], *warnings][:height]


def _title(view: RunView, cells: int, has_room: bool) -> list[Line]:
    """Status, name and accuracy; where it `has_room`, a name that would be cut stands below them, whole."""
    text = queued_words(view.place) if view.status == QUEUED else view.status
    status = f"{STATUS_SYMBOLS.get(view.status, ' ')} {text}"
    measured_on = "test" if view.dataset in ("", "mnist") else view.dataset
    accuracy = f"{measured_on} {percent(view.test_accuracy, UNKNOWN)}"
    room = cells - len(status) - len(accuracy) - 3
    if room < 0:
        return [((crop(f"{status} {accuracy}", cells), view.status),)]
    apart = has_room and cell_len(view.name) > room
    left: Line = ((status, view.status), ("  " + ("" if apart else title_in(view.name, room)), "title"))
    first = (*pad(left, cells - len(accuracy)), (accuracy, "title" if view.test_accuracy else "dim"))
    return [first, *(wrapped(view.name, cells, "title", 2) if apart else ())]


def _progress(view: RunView, glyphs: Glyphs, cells: int, task: str) -> Line:
    if view.status == QUEUED:
        ahead = f", {view.place - 1} before it" if view.place > 1 else ", the next" if view.place else ""
        return ((crop(f"waits for its turn{ahead}", cells), "dim"),)
    if view.status == PREPARING and view.task_share is None:
        return ((crop(f"{view.task or 'gets ready'} …", cells), "dim"),)
    share = view.task_share if view.task_share is not None else view.share
    text = f"{percent(share, digits=0):>5}  {_time(view)}"
    if view.status == PREPARING:
        text = crop(f"{percent(share, digits=0):>5}  {task}".rstrip(), cells // 2)
    length = max(0, cells - max(len(text), 17) - 1)
    bar = glyphs.bar(share, length, rest="")
    rest = glyphs.bar_rest * (length - len(bar))
    style = view.status if view.status in (FINISHED, FAILED, INTERRUPTED) else "bar"
    return ((bar, style), (rest, "dim"), (" " + text, ""))


def _time(view: RunView) -> str:
    if view.seconds_left is not None:
        return f"{duration(view.seconds_left, 1)} left"
    return f"trained {duration(view.elapsed, 1)}"


def _table(view: RunView, cells: int) -> list[Line]:
    """Label and value of each figure that is known, in columns; one too long for its column takes the next as well,
    and one too long for all of them more lines."""
    columns = max(1, cells // COLUMN)
    lines: list[Line] = []
    free = 0
    for label, value in _figures(view):
        figure: Line = ((f"{label} ", "dim"), (value, ""))
        if width(figure) > cells:
            lines += wrapped(f"{label} {value}", cells, "", indent=" " * (len(label) + 1))
            free = 0
            continue
        columns_taken = min(columns, -(-(width(figure) + 1) // COLUMN))
        if columns_taken > free:
            lines.append(())
            free = columns
        lines[-1] += pad(figure, columns_taken * COLUMN)
        free -= columns_taken
    return lines


def _figures(view: RunView) -> Iterator[tuple[str, str]]:
    yield "epoch", f"{view.epoch}/{view.epochs}"
    if view.total_steps:
        yield "step", f"{view.step:,}/{view.total_steps:,}"
    if view.samples_per_second is not None:
        yield "speed", f"{view.samples_per_second:,.0f}/s"
    if view.gap is not None:
        yield "gap", points(view.gap)
    if view.test_loss is not None:
        yield "test loss", loss(view.test_loss, "")
    if view.train_accuracy is not None:
        yield "train acc", percent(view.train_accuracy, "")
    if view.learning_rate is not None:
        yield "learning rate", f"{view.learning_rate:.4g}"
    if view.utilisation is not None:
        yield "GPU busy", percent(view.utilisation, digits=0)
    if view.memory is not None:
        yield "memory", _memory(view.memory, view.memory_total)
    if view.device:
        yield "device", view.device


def _memory(used: int, total: int | None) -> str:
    """`0.5/80 GiB`, or what is used alone."""
    whole = f"/{total / 2**30:.0f}" if total else ""
    return gibibytes(used).replace(" ", f"{whole} ")


def _warnings(view: RunView, cells: int, most: int) -> list[Line]:
    """What went wrong, and every notice, in at most `most` lines."""
    symbol = STATUS_SYMBOLS.get(view.status, " ")
    warnings = [(symbol, view.reason, "failed" if view.status == FAILED else "warning")] if view.reason else []
    warnings += [("!", notice, "warning") for notice in view.notices]
    lines: list[Line] = []
    for left, (symbol, text, style) in zip(range(len(warnings), 0, -1), warnings, strict=True):
        room = max(1, most - len(lines) - left + 1)
        lines += wrapped(f"{symbol} {text}", cells, style, room, indent="  ")
    return lines[:most]
