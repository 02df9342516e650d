"""The lines of the history pane: the filter, the header, the runs and what is marked of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.query.columns import Order
from tui.drawing.styled_lines import Line, crop, wrapped
from tui.panes.history.run_list import Entry, runs_of
from tui.panes.history.table import LEAD, Column, alike, columns, header, row
from tui.panes.history.typed_filter import LEAST_HEIGHT, TypedFilter, filter_line, typed_lines
from tui.widgets.bindings import with_keys

NO_RUNS = "No runs yet. {train} trains the network of the Model pane."
NO_MATCH = "No run matches."
EXAMPLE = "such as: acc>97% lr=0.1 tag:sweep -failed"
NOTHING_TYPED = TypedFilter()


@dataclass(frozen=True)
class Listing:
    """What the pane shows: of `total` runs the `entries` that stand for `matched` ones.

    `hidden` of the `marked` runs are not listed; `changes` tells whether some run differs from its preset, `shared` by
    group what all its runs change there. `chosen` are the names of the columns, if any were; `typing` whether the
    filter is being typed; `active` whether keys go to the list."""

    entries: Sequence[Entry]
    now: float
    total: int
    matched: int
    chosen: tuple[str, ...] = ()
    order: Order | None = None
    folded: bool = False
    marked: Collection[str] = ()
    hidden: int = 0
    changes: bool = True
    shared: Mapping[str, Collection[str]] = field(default_factory=dict)
    typed_filter: TypedFilter = NOTHING_TYPED
    typing: bool = False
    active: bool = True

    def alike(self, top: int, width: int, height: int) -> Mapping[str, str]:
        """The runs that look alike among those seen, the entry at `top` first, and their days."""
        return alike(self.entries[top : top + self.rows(width, height)], self.now)

    def columns(self, width: int, same: Mapping[str, str]) -> tuple[Column, ...]:
        """The columns there is room for beside the scroll bar, where these runs look alike."""
        sorted_by = self.order.column.name if self.order else ""
        dated = any(":" not in made for made in same.values())
        return columns(width - 1, self.chosen, sorted_by, self.folded, dated, self.changes)

    def column_at(self, x: int, top: int, width: int, height: int) -> str:
        """The name of the column at that cell; nothing for none."""
        end = LEAD
        for column in self.columns(width, self.alike(top, width, height)):
            end += column.width
            if x < end:
                return column.name
        return ""

    def rows(self, width: int, height: int) -> int:
        """How many entries there is room for."""
        return max(0, height - len(self.above(width, height)) - 1 - len(self._below(width, height)))

    def above(self, width: int, height: int) -> list[Line]:
        """The lines above the header."""
        if self.typing:
            return typed_lines(self.typed_filter, self._count(), EXAMPLE, width, height)
        return [filter_line(self.typed_filter.text, self._count(), width)] if self.typed_filter.text else []

    def lines(self, cursor: int, top: int, width: int, height: int) -> list[Line]:
        """All lines, with the entry at `top` as the first."""
        if not self.total:
            return wrapped(with_keys(NO_RUNS), width, "dim")
        same, room = self.alike(top, width, height), self.rows(width, height)
        shown = self.columns(width, same)
        seen = range(top, min(top + room, len(self.entries)))
        body = [self._row(index, shown, same, "" if index != cursor else self._cursor_style()) for index in seen]
        if len(self.entries) > room:
            thumb = _thumb(top, room, len(self.entries))
            bar = "█"
            body = [(*line, (bar, "dim")) if index in thumb else line for index, line in enumerate(body)]
        elif not self.entries:
            body = wrapped(NO_MATCH, width, "dim")[:room]
        body += [()] * (room - len(body))
        head = header(shown, self.order)
        return [*self.above(width, height), head, *body, *self._below(width, height)]

    def _count(self) -> str:
        return f"{self.matched:,} of {self.total:,} runs"

    def _below(self, width: int, height: int) -> list[Line]:
        if not self.marked or height < LEAST_HEIGHT:
            return []
        text = f"◆ {len(self.marked):,} marked"
        text += f", {self.hidden:,} of them not listed" if self.hidden else ""
        text += "; 4 compares them" if len(self.marked) > 1 else ""
        return [((crop(text, width), "mark"),)]

    def _row(self, index: int, shown: tuple[Column, ...], same: Mapping[str, str], style: str) -> Line:
        entry = self.entries[index]
        marks = [run.id in self.marked for run in runs_of(entry)] if self.marked else [False]
        mark = "◆" if all(marks) else "·" if any(marks) else " "
        shared = self.shared.get(runs_of(entry)[0].record.group, ())
        return row(entry, self.now, shown, mark, style, entry.id in same, shared)

    def _cursor_style(self) -> str:
        return "cursor" if self.active else "cursor-unfocused"


def _thumb(top: int, room: int, count: int) -> range:
    """The rows of the scroll bar that stand for what is seen."""
    length = max(1, room * room // count)
    start = round(top * (room - length) / (count - room))
    return range(start, start + length)
