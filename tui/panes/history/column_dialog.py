"""The columns of the history, to be chosen and ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from engine.query.columns import COLUMNS, column
from tui.dialogs.base import Dialog
from tui.drawing.styled_lines import Line, fit, how_many_more, plain, wrapped
from tui.panes.history.table import NAME, STANDARD, columns
from tui.widgets.bindings import hidden
from tui.widgets.line_widget import LineWidget


@dataclass(frozen=True)
class ColumnChoice:
    """All columns by name in their order, those that are chosen, and the place of the cursor; the name always is."""

    names: tuple[str, ...]
    chosen: frozenset[str]
    cursor: int = 0
    standard: tuple[str, ...] = STANDARD

    @classmethod
    def of(cls, columns: tuple[str, ...], standard: tuple[str, ...] = STANDARD) -> ColumnChoice:
        """These columns before all others; none are the standard ones, of which there is room for `standard`."""
        first, chosen = columns or STANDARD, columns or standard
        if NAME not in first:
            first = (NAME, *first)
        names = dict.fromkeys((*first, *(column.name for column in COLUMNS)))
        return cls(tuple(names), frozenset((NAME, *chosen)), 0, standard)

    @property
    def columns(self) -> tuple[str, ...]:
        """The chosen ones in their order; none where they are the standard ones."""
        columns = tuple(name for name in self.names if name in self.chosen)
        return () if columns in (STANDARD, self.standard) else columns

    def go(self, by: int) -> ColumnChoice:
        """With the cursor elsewhere."""
        return replace(self, cursor=max(0, min(self.cursor + by, len(self.names) - 1)))

    def toggle(self) -> ColumnChoice:
        """With the column under the cursor chosen, or not."""
        return replace(self, chosen=self.chosen ^ ({self.names[self.cursor]} - {NAME}))

    def move(self, by: int) -> ColumnChoice:
        """With the column under the cursor, and the cursor, in another place."""
        moved = self.go(by)
        names = list(self.names)
        names.insert(moved.cursor, names.pop(self.cursor))
        return replace(moved, names=tuple(names))


# Cells of the check and of the name; in a list narrower than the last what a column shows goes on near the left edge.
CHECK, WIDTH, LEAST_WIDTH = 2, 1 + max(len(column.name) for column in COLUMNS), 60


class ColumnList(LineWidget):
    """Shows a `ColumnChoice` for a list of `cells` cells, scrolled so that the cursor is seen."""

    DEFAULT_CSS = """
    ColumnList {
        height: 1fr;
        background: $panel;
        & > .chosen { color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, choice: ColumnChoice, cells: int) -> None:
        super().__init__()
        self.choice = choice
        self._cells = cells
        self._top = 0
        # The place of the column on each row.
        self._places: list[int] = []

    def show(self, choice: ColumnChoice) -> None:
        """Show another choice."""
        self.choice = choice
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        choice = self.choice
        fitting = {column.name for column in columns(self._cells, choice.columns)}
        drawn = [self._drawn_column(index, width, name in fitting) for index, name in enumerate(choice.names)]
        lines = [line for its_lines in drawn for line in its_lines]
        places = [index for index, its_lines in enumerate(drawn) for _ in its_lines]
        room = height if len(lines) <= height else max(1, height - 1)
        first = places.index(choice.cursor)
        top = max(first + len(drawn[choice.cursor]) - room, min(self._top, first, max(0, len(lines) - room)))
        self._top, self._places = top, places[top : top + room]
        shown = lines[top : top + room]
        if room == height:
            return shown
        return [*shown, how_many_more(self._places[0], len(choice.names) - self._places[-1] - 1)]

    def on_click(self, event: Click) -> None:
        """Choose the column under the mouse, or not."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._places):
            self.show(self.choice.go(self._places[offset.y] - self.choice.cursor).toggle())

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.show(self.choice.go(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.show(self.choice.go(-1))

    def _drawn_column(self, index: int, width: int, fits: bool) -> list[Line]:
        """A column and what it shows, which goes on below itself where the line ends."""
        name = self.choice.names[index]
        chosen = name in self.choice.chosen
        check = "✓" if chosen else " "
        note = "no room for it" if chosen and not fits else said_of(name)
        indent = CHECK + (WIDTH if width >= LEAST_WIDTH else CHECK)
        style = "cursor" if index == self.choice.cursor else "chosen" if chosen else "dim"
        text = fit(check, CHECK) + fit(name, WIDTH) + note
        return [((fit(plain(line), width), style),) for line in wrapped(text, width, style, indent=" " * indent)]


def said_of(name: str) -> str:
    """What a column shows, in a few words."""
    chosen = column(name)
    if name == NAME:
        return f"{chosen.label}: always shown"
    return f"{chosen.label}: {chosen.field.help}" if chosen.field else chosen.label


class ColumnChooser(Dialog[tuple[str, ...]]):
    """Asks which columns there are to be and returns their names in order: none for the standard ones, which are as
    many as there is room for. `chosen` are those of now, in a list of `width` cells; `changes` tells whether some run
    differs from its preset."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ColumnChooser > VerticalScroll { width: 110; height: 100%; max-height: 60; }
    ColumnChooser.-low .title { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("open", "accept", "Accept", "Show these columns"),
        hidden("mark", "choose", "Choose", "Show this column, or not"),
        hidden("up", "go(-1)", "Up", "The column above"),
        hidden("down", "go(1)", "Down", "The column below"),
        hidden("page_up", "go(-10)", "Page up", "Ten columns up"),
        hidden("page_down", "go(10)", "Page down", "Ten columns down"),
        hidden("first", "go(-100)", "First", "The first column"),
        hidden("last", "go(100)", "Last", "The last column"),
        hidden("move_earlier", "move(-1)", "Earlier", "Move it to the left"),
        hidden("move_later", "move(1)", "Later", "Move it to the right"),
        hidden("reset", "standard", "Standard", "The standard columns, as many as there is room for"),
    ]  # fmt: skip
    KEYS = "{mark} chooses   {move_earlier} {move_later} move   {reset} standard   {open} saves   {leave} leaves"

    def __init__(self, chosen: tuple[str, ...], width: int, changes: bool = True) -> None:
        super().__init__("Columns of the history, from left to right")
        self._standard = tuple(column.name for column in columns(width, changes=changes) if column.name)
        self._choices = ColumnList(ColumnChoice.of(chosen, self._standard), width)

    def asked(self) -> Iterable[Widget]:
        yield self._choices

    def action_accept(self) -> None:
        self.dismiss(self._choices.choice.columns)

    def action_choose(self) -> None:
        self._choices.show(self._choices.choice.toggle())

    def action_go(self, by: int) -> None:
        self._choices.show(self._choices.choice.go(by))

    def action_move(self, by: int) -> None:
        self._choices.show(self._choices.choice.move(by))

    def action_standard(self) -> None:
        cursor = self._choices.choice.cursor
        self._choices.show(replace(ColumnChoice.of((), self._standard), cursor=cursor))
