"""A list of runs drawn in text: the columns a width has room for, and a line for each run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from engine.history import RunSummary
from engine.state import RUNNING
from tui.charts.units import clock
from tui.glyphs import Glyphs
from tui.lines import Line, fit

LEAST_NAME, FAIR_NAME, MOST_NAME = 10, 14, 40
LEAST_REMARK = 24
SHORT_DATA = {"synthetic": " synth", "fashion-mnist": " fashion", "kmnist": " kmnist"}


@dataclass(frozen=True)
class Moment:
    """What a row is drawn with besides its run: the time in Unix seconds, and the symbols."""

    now: float
    glyphs: Glyphs


Words = Callable[[RunSummary, Moment], str]


@dataclass(frozen=True)
class Column:
    """A column `width` cells wide, one of them the gap before the next."""

    title: str
    width: int
    right: bool
    text: Words
    style: str = ""


def ago(then: float, now: float) -> str:
    """How long ago that was, in at most ten cells: `2 min ago`, or the day."""
    seconds = now - then
    if seconds < 5:
        return "now"
    for most, unit, name in ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h")):
        if seconds < most:
            return f"{int(seconds // unit)} {name} ago"
    days = int(seconds // 86_400)
    if days < 10:
        return f"{days} day{'s' if days > 1 else ''} ago"
    return time.strftime("%Y-%m-%d", time.localtime(then))


def percent(share: float | None, nothing: str) -> str:
    """A share in [0, 1] as `97.40 %`."""
    return nothing if share is None or not math.isfinite(share) else f"{100 * share:.2f} %"


def loss(value: float | None, nothing: str) -> str:
    """A loss in six cells where that can be."""
    if value is None or not math.isfinite(value):
        return nothing
    return f"{value:.4f}" if value < 1000 else f"{value:.1e}"


def status_word(run: RunSummary) -> str:
    """The status; of a run under way, with how much of it is done."""
    if run.status != RUNNING or not run.record.config.epochs:
        return run.status
    return f"{run.status} {100 * min(run.epoch, run.record.config.epochs) // run.record.config.epochs}%"


def _symbol(run: RunSummary, moment: Moment) -> str:
    return moment.glyphs.status.get(run.status, " ")


def _data(run: RunSummary) -> str:
    """What the figures were measured on; nothing while `auto` is undecided."""
    name = run.record.data.get("name") or run.record.config.dataset
    return "" if name == "auto" else name


def _name(run: RunSummary, moment: Moment) -> str:
    return f"{moment.glyphs.star} {run.record.name}" if run.record.starred else run.record.name


def _name_and_data(run: RunSummary, moment: Moment, cells: int) -> str:
    """The name, and whatever the width what the figures were measured on, unless that is MNIST."""
    data = SHORT_DATA.get(_data(run), "")
    return fit(_name(run, moment), cells - len(data), moment.glyphs.ellipsis) + data


def _remark(run: RunSummary, moment: Moment) -> str:
    return run.reason or " ".join([*(f"#{tag}" for tag in run.record.tags), run.record.note])


SYMBOL = Column("", 2, False, _symbol, "status")
DATA = Column("data", 14, False, lambda run, moment: _data(run), "dim")
PRESET = Column("preset", 14, False, lambda run, moment: run.record.preset or moment.glyphs.nothing, "dim")
STATUS = Column("status", 13, False, lambda run, moment: status_word(run), "status")
ACCURACY = Column("accuracy", 9, True, lambda run, moment: percent(run.test_accuracy, moment.glyphs.nothing))
LOSS = Column("loss", 8, True, lambda run, moment: loss(run.test_loss, moment.glyphs.nothing))
DURATION = Column("time", 9, True, lambda run, moment: clock(run.seconds))
WHEN = Column("when", 11, True, lambda run, moment: ago(run.updated, moment.now), "dim")

ORDER = (SYMBOL, PRESET, DATA, STATUS, ACCURACY, LOSS, DURATION, WHEN)
# What is shown first as the width grows; the name comes before all but the symbol.
PRIORITY = (SYMBOL, ACCURACY, WHEN, STATUS, LOSS, DURATION, DATA, PRESET)


@lru_cache(16)
def columns(width: int) -> tuple[Column, ...]:
    """The columns for a width, in order; the name takes what the others leave, a remark what the name leaves."""
    kept: list[Column] = []
    for column in PRIORITY:
        # The more is shown, the more of the name should be.
        least_name = LEAST_NAME if len(kept) < 3 else FAIR_NAME + 2 * (len(kept) - 3)
        if sum(c.width for c in kept) + column.width + least_name > width:
            break
        kept.append(column)
    room = max(1, width - sum(column.width for column in kept))
    name_width = min(room, MOST_NAME) if room >= MOST_NAME + LEAST_REMARK else room
    ordered = [column for column in ORDER if column in kept]
    name: Words = _name if DATA in kept else lambda run, moment: _name_and_data(run, moment, name_width - 1)
    ordered.insert(1 if SYMBOL in kept else 0, Column("name", name_width, False, name, "name"))
    if room > name_width:
        ordered.append(Column("", room - name_width, False, lambda run, moment: "  " + _remark(run, moment), "dim"))
    return tuple(ordered)


def header(width: int, glyphs: Glyphs) -> Line:
    """The titles of the columns."""
    return tuple((_cell(column, column.title, glyphs), "header") for column in columns(width))


def row(run: RunSummary, moment: Moment, width: int, style: str = "") -> Line:
    """One run; `style` is that of the whole row, where it has one."""
    spans = []
    for column in columns(width):
        own = run.status if column.style == "status" else column.style
        spans.append((_cell(column, column.text(run, moment), moment.glyphs), style or own))
    return tuple(spans)


def _cell(column: Column, text: str, glyphs: Glyphs) -> str:
    return fit(text, column.width - 1, glyphs.ellipsis, column.right) + " "
