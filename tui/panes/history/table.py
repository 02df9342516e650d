"""A list of runs drawn in text: the columns a width has room for, and a line for each run or group."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from engine.config.differences import SEPARATOR, shared_differences, shared_last
from engine.quantities import Measure, duration
from engine.query import columns as engine_columns
from engine.query.columns import CLOCKS_AGREE, Order
from engine.runs.summaries import RunSummary
from tui.drawing.formatting import cell, heading, title_in
from tui.drawing.glyphs import STATUS_SYMBOLS, UNKNOWN
from tui.drawing.styled_lines import Line, Span, fit
from tui.panes.history.run_list import RANKS, Entry, Fold, runs_of

# The mark, the symbol of the status, and a gap.
LEAD = 3
LEAST_NAME, FAIR_NAME, FAIR_TITLE, MOST_NAME = 10, 14, 24, 40
LEAST_REMARK = 24
SHORT_DATA = {"synthetic": " synth", "fashion-mnist": " fashion", "kmnist": " kmnist"}
NAME, CHANGED, STATUS, DATA, CREATED = "name", "changed", "status", "dataset", "created"
# Without columns of one's own: those shown first as the width grows, and the order in which they stand.
PRIORITY = ("test_accuracy", CREATED, STATUS, "test_loss", "seconds", CHANGED, DATA, "preset")
STANDARD = (NAME, CHANGED, "preset", DATA, STATUS, "test_accuracy", "test_loss", "seconds", CREATED)
WIDTHS = {
    "id": 24, "parent": 24, CHANGED: 22, STATUS: 13, "preset": 14, DATA: 14, "group": 20, "note": 30, "reason": 30,
    "tag": 16,
}  # fmt: skip
WIDTH_OF = {
    Measure.SHARE: 10, Measure.LOSS: 8, Measure.SPAN: 9, Measure.MOMENT: 9, Measure.NUMBER: 8, Measure.SWITCH: 5,
    Measure.TEXT: 12, Measure.WORDS: 12,
}  # fmt: skip
# Means and deviations take more room.
WIDTH_FOLDED = {Measure.SHARE: 15, Measure.LOSS: 17}
WIDTH_DATED = 16
# Of these, the largest is what one looks for first.
LARGEST_FIRST = (Measure.SHARE, Measure.MOMENT, Measure.SWITCH)


# What an entry has in a column, at a time in Unix seconds; what all of its group share of its changes comes last.
Words = Callable[[Entry, float, Collection[str]], str]


@dataclass(frozen=True)
class Column:
    """A column `width` cells wide, one of them the gap before the next; named as in `engine.query.columns`."""

    name: str
    title: str
    width: int
    right: bool
    text: Words
    style: str = "dim"


def first_order(name: str) -> Order:
    """How a column is sorted by when it is chosen."""
    column = engine_columns.column(name)
    return Order(column, column.measure in LARGEST_FIRST or name == "epoch")


def day(then: float, now: float, to_the_second: bool = False) -> str:
    """A moment in at most eight cells, which says the same for the rest of the day: `17:42`, `Nov 21`, `Nov 2025`.

    To the second it is `17:42:08` or, of another day, in fifteen cells `Nov 21 17:42:08`."""
    moment, today = time.localtime(then), time.localtime(now)
    if moment[:3] == today[:3]:
        return time.strftime("%H:%M:%S" if to_the_second else "%H:%M", moment)
    if moment.tm_year == today.tm_year or to_the_second:
        second = time.strftime(" %H:%M:%S", moment) if to_the_second else ""
        return time.strftime("%b ", moment) + str(moment.tm_mday) + second
    return time.strftime("%b %Y", moment)


def alike(entries: Iterable[Entry], now: float) -> dict[str, str]:
    """The runs, by id, that are told apart by nothing but the second in which they were made, and what `day` says."""
    same: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if not isinstance(entry, Fold):
            same.setdefault((entry.record.title, day(entry.record.created, now)), []).append(entry.id)
    return {id: made for (_, made), ids in same.items() if len(ids) > 1 for id in ids}


def age(seconds: float) -> str:
    """How long ago, in at most eight cells, so coarsely that it says the same for an hour.

    Of a run that another clock made in the future, that it is ahead."""
    if seconds < -CLOCKS_AGREE:
        return "ahead"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h" if seconds >= 3600 else "under 1h"
    return f"{int(seconds // 86_400)} days" if seconds >= 2 * 86_400 else "1 day"


@lru_cache(64)
def columns(
    width: int,
    chosen: tuple[str, ...] = (),
    sorted_by: str = "",
    folded: bool = False,
    dated: bool = False,
    changes: bool = True,
) -> tuple[Column, ...]:
    """The columns for a width, in order: the name, which takes what the others leave, and as many as there is room for
    of those that were chosen, or else of the standard ones, the one that is `sorted_by` first.

    Where they are `dated`, there is room for days to the second; without `changes` no run differs from its preset."""
    order = chosen or STANDARD
    offered = chosen or (name for name in PRIORITY if name != CHANGED or changes)
    ranked = sorted(offered, key=lambda name: name != sorted_by)
    placed: dict[str, Column] = {}
    for column in (_column(name, folded, dated) for name in ranked if name != NAME):
        # The more is shown, the more of the name should be.
        fair_name = FAIR_NAME if CHANGED in placed or column.name == CHANGED or not changes else FAIR_TITLE
        least_name = LEAST_NAME if chosen or len(placed) < 2 else fair_name + 2 * (len(placed) - 2)
        if LEAD + sum(c.width for c in placed.values()) + column.width + least_name > width:
            break
        placed[column.name] = column
    room = max(1, width - LEAD - sum(column.width for column in placed.values()))
    name_width = min(room, MOST_NAME) if room >= MOST_NAME + LEAST_REMARK else room
    placed[NAME] = _name_column(name_width, with_changes=CHANGED not in placed, with_data=DATA not in placed)
    if NAME not in order:
        order = (NAME, *order)
    shown = [placed[name] for name in order if name in placed]
    if room > name_width:
        shown.append(Column("", "", room - name_width, False, (lambda *_: "") if chosen else _remark))
    return tuple(shown)


def header(shown: Iterable[Column], order: Order | None = None) -> Line:
    """The titles of the columns, with an arrow at the one the runs are sorted by."""
    spans: list[Span] = [(" " * LEAD, "header")]
    for column in shown:
        arrow = ""
        if column.name == (order.column.name if order else CREATED):
            arrow = "↓" if order is None or order.descending else "↑"
        title = fit(column.title + arrow, column.width - 1, right=column.right)
        spans.append((title + " ", "sorted" if arrow else "header"))
    return tuple(spans)


def row(
    entry: Entry,
    now: float,
    shown: Iterable[Column],
    mark: str = " ",
    style: str = "",
    to_the_second: bool = False,
    shared: Collection[str] = (),
) -> Line:
    """One run or group, with a mark before it, on request with when it was made to the second; `style` is that of the
    whole row, where it has one, `shared` what all runs of its group change in their preset."""
    symbol = STATUS_SYMBOLS.get(entry.status, " ")
    spans: list[Span] = [(mark, style or "mark"), (symbol + " ", style or entry.status)]
    for column in shown:
        own = entry.status if column.style == STATUS else column.style
        text = column.text(entry, now, shared)
        if column.name == CHANGED:
            text = title_in(text, column.width - 1)
        elif column.name == CREATED and to_the_second and not isinstance(entry, Fold):
            text = day(entry.record.created, now, to_the_second)
        text = fit(text, column.width - 1, right=column.right)
        spans.append((text + " ", style or own))
    return tuple(spans)


@lru_cache(128)
def _column(name: str, folded: bool, dated: bool) -> Column:
    """A column of `engine.query.columns` as it is drawn."""
    source = engine_columns.column(name)
    measure, title = source.measure, heading(source)
    width = max(WIDTHS.get(name, WIDTH_OF[measure]), len(title) + 2)
    if folded and source.field is None:
        width = max(width, WIDTH_FOLDED.get(measure, 0))
    if dated and name == CREATED:
        width = WIDTH_DATED
    style = STATUS if name == STATUS else "dim" if measure in (Measure.TEXT, Measure.WORDS, Measure.MOMENT) else ""
    return Column(name, title, width, measure.is_figure, _words(source), style)


def _words(source: engine_columns.Column) -> Words:
    """What stands in a column."""

    def of_run(run: RunSummary, now: float) -> str:
        match source.name:
            case "dataset":
                return _data(run)
            case "age":
                return age(now - run.record.created) if run.record.created else UNKNOWN
        figure = source.figure(run)
        if source.measure is Measure.MOMENT and figure is not None:
            return day(figure, now)
        return cell(source, run, UNKNOWN)

    def words(entry: Entry, now: float, shared: Collection[str]) -> str:
        if isinstance(entry, Fold):
            return _of_fold(source, entry, now, of_run)
        if source.name == CHANGED:
            return SEPARATOR.join(shared_last(entry.record.differences, shared))
        return of_run(entry, now)

    return words


def _of_fold(source: engine_columns.Column, group: Fold, now: float, of_run: Callable[[RunSummary, float], str]) -> str:
    """What stands in a column for a group: a mean and its deviation over seeds or, of several settings, from which to
    which figure; a mean time, the newest moment, else what is so of all its runs."""
    if source.name == STATUS:
        return _statuses(group)
    if source.measure is Measure.MOMENT or source.name == "age":
        return of_run(group.runs[0], now)
    if source.field is None and source.measure in WIDTH_FOLDED:
        from engine.comparison.formats import range_text, spread_text

        written = spread_text if group.repeats_one else range_text
        return written(source.measure, found) if (found := group.spread(source)) else UNKNOWN
    if source.measure is Measure.SPAN and (found := group.spread(source)):
        return duration(found.mean)
    if source.name == CHANGED:
        return SEPARATOR.join(shared_differences(run.record.differences for run in group.runs))
    texts = {of_run(run, now) for run in group.runs}
    return texts.pop() if len(texts) == 1 else "…"


def _statuses(group: Fold) -> str:
    """`3 finished`, or how many there are of each status."""
    counts = Counter(run.status for run in group.runs)
    if len(counts) == 1:
        return f"{len(group.runs)} {group.status}"
    return " ".join(f"{counts[status]}{STATUS_SYMBOLS.get(status, ' ')}" for status in RANKS if status in counts)


def _name_column(width: int, with_changes: bool, with_data: bool) -> Column:
    """The name, with how many runs a group has and, where no other column tells, what differs from the preset and the
    data when they are not MNIST."""

    def words(entry: Entry, now: float, shared: Collection[str]) -> str:
        runs = runs_of(entry)
        data = {SHORT_DATA.get(_data(run), "") for run in runs} if with_data else {""}
        end = data.pop() if len(data) == 1 else " mixed"
        if isinstance(entry, Fold):
            name, end = f"▸ {entry.group}", f" ({len(runs)}){end}"
        else:
            changes = shared_last(entry.record.differences, shared) if with_changes else ()
            name = SEPARATOR.join((entry.record.name, *changes))
            name = f"★ {name}" if entry.record.starred else name
        return title_in(name, width - 1 - len(end)) + end

    return Column(NAME, NAME, width, False, words, NAME)


def _data(run: RunSummary) -> str:
    """What the figures were measured on; nothing while `auto` is undecided."""
    name = run.record.data.get("name") or run.record.config.dataset
    return "" if name == "auto" else name


def _remark(entry: Entry, now: float, shared: Collection[str]) -> str:
    if isinstance(entry, Fold):
        return ""
    return "  " + (entry.reason or " ".join([*(f"#{tag}" for tag in entry.record.tags), entry.record.note]))
