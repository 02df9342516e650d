"""The history pane: the runs of the home, the live ones moving, filtered, sorted, folded and marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from engine.runs.summaries import RunSummary
from tui.drawing.styled_lines import Line
from tui.panes.history.cursor import Cursor
from tui.panes.history.drawing import Listing
from tui.panes.history.filter_bar import Filtered
from tui.panes.history.marked_runs import Selection
from tui.panes.history.preferences import Preferences
from tui.panes.history.run_list import Fold, RunList, runs_of
from tui.panes.history.typed_filter import PROMPT
from tui.widgets.bindings import hidden, shown
from tui.widgets.row_list import RowList, row_keys


class History(Filtered, RowList, can_focus=True):
    """Shows runs, newest first unless they are sorted; the cursor stays on its run as the list changes.

    What is typed is in force as soon as it is a filter. Sends `Highlighted` when the cursor comes to another run,
    `Selected` on Enter, `Marked` when other runs are marked, `ColumnsWanted` when others are to
    be chosen, `Preferred` when the list is laid out differently."""

    DEFAULT_CSS = """
    History {
        layout: vertical;
        overflow: hidden;
        & > .sorted { color: $text-accent; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *row_keys("run", "runs", "The first run of the list", "The last run of the list"),
        shown("open", "select", "Show", "Show this run in the other panes"),
        shown("open", "open", "Open", "List the runs of this group by themselves"),
        shown("mark", "mark", "Mark", "Mark this run, or not, and go to the next"),
        shown("left", "sort(-1)", "Sort", "Sort by the column to the left", "←→"),
        shown("fold", "fold(True)", "Fold", "List the runs of a group as one: the mean of seeds, the range of a sweep"),
        shown("fold", "fold(False)", "Unfold", "List every run by itself"),
        shown("name", "screen.relabel", "Name, tags", "Give these runs a name, tags, a group, a note"),
        shown("delete", "screen.delete", "Delete", "Move these runs to the trash"),
        shown("columns", "columns", "Columns", "Choose and order the columns, settings among them"),
        shown("undo", "screen.undo", "Undo", "Take back what was last done to runs here"),
        shown("star", "screen.star", "Star", "Give these runs a star, or take it away"),
        hidden("right", "sort(1)", "Sort by right", "Sort by the column to the right"),
        hidden("order", "turn", "Reverse", "Sort the other way round"),
        hidden("range_up", "extend(-1)", "Mark up", "Mark this run and the one above"),
        hidden("range_down", "extend(1)", "Mark down", "Mark this run and the one below"),
        hidden("range", "mark_range", "Mark range", "Mark all from the run marked last to this one"),
        hidden("all", "mark_all", "Mark all", "Mark all runs that are listed, or none of them"),
    ]  # fmt: skip

    @dataclass
    class Highlighted(Message):
        """The cursor came to this run, or to none; of a group it is the newest."""

        run_id: str | None

    @dataclass
    class Selected(Message):
        """This run is to be shown."""

        run_id: str

    class Marked(Message):
        """Other runs are marked than before."""

    @dataclass
    class ColumnsWanted(Message):
        """Somebody wants to choose the columns; those of now, none for the standard ones, in so many cells, and whether
        some run differs from its preset."""

        columns: tuple[str, ...]
        width: int
        changes: bool

    @dataclass
    class Preferred(Message):
        """The user has laid out the list differently."""

        preferences: Preferences

    def __init__(self) -> None:
        super().__init__()
        self.highlighted: str | None = None
        self._list = RunList()
        self._cursor = Cursor(self._list)
        self._now = 0.0
        self._columns: tuple[str, ...] = ()
        self._marks = Selection()

    @property
    def runs(self) -> Sequence[RunSummary]:
        """All runs, newest first."""
        return self._list.runs

    @property
    def listed(self) -> tuple[RunSummary, ...]:
        """The runs that the filter lets through, in their order."""
        return tuple(run for entry in self._list.entries for run in runs_of(entry))

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids of the marked runs, in the order in which they were marked."""
        return tuple(self._marks)

    @property
    def meant(self) -> tuple[str, ...]:
        """The runs that keys act on: the marked ones, else those under the cursor."""
        return self.marked or tuple(run.id for entry in self._cursor.entries for run in runs_of(entry))

    @property
    def preferences(self) -> Preferences:
        """How the list is laid out."""
        return Preferences(self._columns, self._list.order, self._list.folded)

    def prefer(self, preferences: Preferences) -> None:
        """Lay out the list like this."""
        preferences = preferences.possible()
        self._columns = preferences.columns
        if preferences.order != self._list.order:
            self._list.sort(preferences.order)
        if preferences.folded != self._list.folded:
            self._list.fold(preferences.folded)
        self._relist()

    def show(self, runs: Sequence[RunSummary], now: float) -> None:
        """Show these runs as they are at `now` (Unix seconds)."""
        self._now, offered = now, self._offered
        if not self._list.take(runs):
            self.redraw()
            return
        self._relist()
        self.mark(self._marks)
        if self._offered != offered:
            self.refresh_bindings()

    def highlight(self, run_id: str) -> None:
        """Move the cursor to a run, where one of that id is listed."""
        index = self._list.index_of(run_id)
        if index is not None:
            self.put(index)

    def choose_columns(self, names: tuple[str, ...]) -> None:
        """Show these columns from now on; none are the standard ones."""
        self._prefer(replace(self.preferences, columns=names))

    def mark(self, run_ids: Iterable[str]) -> None:
        """Have these runs marked, in this order, and no others; those that there are not are left out."""
        self._tell_marked(self._marks.replace(run_ids, self._list.ids))

    def find(self) -> None:
        """List the runs that the filter matches."""
        self._list.filter(self.typed_filter.query)
        self._relist()

    def draw(self, width: int, height: int) -> list[Line]:
        listing = self._listing()
        room = listing.rows(width, height)
        self._cursor.keep_in_sight(room)
        if self.editor.is_open:
            self.editor.place(len(PROMPT), 0, max(1, width - len(PROMPT)))
        return listing.lines(self._cursor.index, self._cursor.top, width, height)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A run is shown and a group unfolded; nothing can be done with no runs."""
        if not super().check_action(action, parameters):
            return False
        if action in ("leave", "list_all"):
            return True
        if action == "fold":
            return self._list.has_groups and parameters != (self._list.folded,)
        is_group = isinstance(self._cursor.entry, Fold)
        if action == "open":
            return is_group
        if action == "select" and is_group:
            return False
        listed = self.runs if action in ("filter", "columns", "sort", "turn") else self._list.entries
        return True if listed else None

    def action_select(self) -> None:
        if self.highlighted is not None:
            self.post_message(self.Selected(self.highlighted))

    def action_open(self) -> None:
        if isinstance(entry := self._cursor.entry, Fold):
            self._list.open(entry.group)
            self._relist()

    def action_fold(self, folded: bool) -> None:
        self._prefer(replace(self.preferences, folded=folded))

    def action_sort(self, by: int) -> None:
        self._prefer(self.preferences.sort_beside(by))

    def action_turn(self) -> None:
        self._prefer(self.preferences.turn())

    def action_columns(self) -> None:
        self.lay_out()
        self.post_message(self.ColumnsWanted(self._columns, self.size.width, self._list.has_changes))

    def action_mark(self) -> None:
        self._tell_marked(self._marks.toggle(self._cursor.entries))
        self.put(self._cursor.index + 1)

    def action_extend(self, by: int) -> None:
        entries = self._cursor.entries
        self.put(self._cursor.index + by)
        self._tell_marked(self._marks.mark([*entries, *self._cursor.entries]))

    def action_mark_range(self) -> None:
        self._tell_marked(self._marks.mark(self._cursor.entries_from(self._marks.last)))

    def action_mark_all(self) -> None:
        self._tell_marked(self._marks.toggle(self._list.entries))

    def on_click(self, event: Click) -> None:
        """Move to the run under the mouse, which a second click selects; sort by a column whose title is clicked."""
        offset = event.get_content_offset(self)
        if offset is None or event.widget is self.editor:
            return
        listing = self._listing()
        y = offset.y - len(listing.above(*self.size))
        index = self._cursor.top + y - 1
        if y == 0:
            if name := listing.column_at(offset.x, self._cursor.top, *self.size):
                self._prefer(self.preferences.sort_by(name))
        elif y > 0 and index < len(self._list.entries) and y <= listing.rows(*self.size):
            self.put(index)
            if event.chain == 2:
                self.action_open() if isinstance(self._cursor.entry, Fold) else self.action_select()

    @property
    def _offered(self) -> tuple[bool, ...]:
        """What decides which keys apply."""
        return bool(self.runs), bool(self._list.entries), self._list.has_groups

    def _listing(self) -> Listing:
        catalogue = self._list
        return Listing(
            catalogue.entries,
            self._now,
            len(catalogue.runs),
            len(catalogue.matching),
            self._columns,
            catalogue.order,
            catalogue.folded,
            self._marks,
            sum(run_id not in catalogue.matching for run_id in self._marks),
            catalogue.has_changes,
            catalogue.shared,
            self.typed_filter,
            typing=self.editor.is_open,
            active=self.has_focus or self.editor.is_open,
        )

    @property
    def row(self) -> int:
        return self._cursor.index

    @property
    def count(self) -> int:
        return len(self._list.entries)

    @property
    def above(self) -> int:
        """How many lines stand above the runs and below them."""
        return self.size.height - self._listing().rows(*self.size)

    def put(self, row: int) -> None:
        self._cursor.go_to(row)
        self._show_cursor()

    def _relist(self) -> None:
        """Other entries are listed, or in another order."""
        self._cursor.catch_up()
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self._cursor.run_id != self.highlighted:
            self.highlighted = self._cursor.run_id
            self.post_message(self.Highlighted(self.highlighted))
        self.redraw()

    def _prefer(self, preferences: Preferences) -> None:
        """Lay out the list like this from now on."""
        self.prefer(preferences)
        self.post_message(self.Preferred(self.preferences))

    def _tell_marked(self, changed: bool) -> None:
        if changed:
            self.post_message(self.Marked())
            self.refresh_with_keys()
