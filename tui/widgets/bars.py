"""Lines of one row: what one can go to, and which keys apply now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from textual.binding import ActiveBinding, Binding
from textual.events import Click
from textual.message import Message

from tui.drawing.styled_lines import Line, Span, crop, fit, width, wrapped
from tui.widgets.later import Later
from tui.widgets.line_widget import LineWidget

# Cells from which keys stand two blanks apart.
ROOMY = 60
# Cells without which a message is not begun.
LEAST_WORDS = 8
HELP = "app.help"
# So many keys of everywhere are of the run: to train it, to pause it, to stop it.
OF_RUN = 3
# Seconds for which a line stands in place of keys.
HINT_SECONDS = 4.0


class Tabs(LineWidget):
    """Shows names of which one is current, and words at the right; sends `Chosen` for a name that is clicked."""

    DEFAULT_CSS = """
    Tabs {
        height: 1;
        background: $panel;
        & > .current { background: $primary; color: $text; text-style: bold; }
        & > .other { color: $foreground; }
        & > .words { color: $text-muted; }
    }
    """

    @dataclass
    class Chosen(Message):
        """The name at this place was clicked."""

        tabs: Tabs
        place: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names: tuple[str, ...] = ()
        self._short: tuple[str, ...] = ()
        self._current = 0
        self._messages: tuple[str, ...] = ()

    def show(self, names: Sequence[str], current: int, *messages: str, short: Sequence[str] = ()) -> None:
        """Show these names and, at the right, as many of the messages as there is room for; without room for all names
        the short ones."""
        self._names, self._current, self._messages = tuple(names), current, messages
        self._short = tuple(short) or self._names
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        return [tabs_line(self._names, self._current, self._messages, width, self._short)]

    def on_click(self, event: Click) -> None:
        offset, end = event.get_content_offset(self), 0
        message = self._messages[0] if self._messages else ""
        for index, name in enumerate(_written(self._names, self._current, message, self.size.width, self._short)):
            end += len(name)
            if offset is not None and offset.x < end:
                self.post_message(self.Chosen(self, index))
                return


def tabs_line(
    names: Sequence[str], current: int, messages: Sequence[str], cells: int, short: Sequence[str] = ()
) -> Line:
    """The line of a `Tabs`; of the messages those are left out for which there is no room, the first ones last."""
    shown = _written(names, current, messages[0] if messages else "", cells, short or names)
    line: Line = tuple((name, "current" if n == current else "other") for n, name in enumerate(shown))
    room = cells - width(line) - 2
    message_shown = ""
    for message in filter(None, messages):
        longer = f"{message_shown}   {message}" if message_shown else message
        message_shown = longer if cell_len(longer) <= room else message_shown
    message_shown = message_shown or crop(next(filter(None, messages), ""), room)
    if not message_shown or room < LEAST_WORDS:
        return line
    return (*line, (fit(message_shown, room + 1, right=True), "words"))


def _written(names: Sequence[str], current: int, message: str, cells: int, short: Sequence[str]) -> list[str]:
    """The names with the blanks around them, fewer of these where that makes the message whole; where there is no room
    for that, the short ones, and as much of each as there is, of the current one first."""
    least, words = sum(map(len, names)) + len(names), max(LEAST_WORDS, cell_len(message)) + 2 if message else 0
    if least + len(names) + words > cells >= least + words:
        return [f" {name}" for name in names]
    if least + len(names) <= cells:
        return [f" {name} " for name in names]
    room = cells - len(names)
    if sum(map(len, short)) <= room:
        return [f" {name}" for name in short]
    lengths = [len(name) for name in short]
    lengths[current] = min(len(names[current]), max(1, room - len(names) + 1))
    while sum(lengths) > room and max(others := lengths[:current] + lengths[current + 1 :]) > 1:
        longest = max(others) - 1
        lengths = [length if index == current else min(length, longest) for index, length in enumerate(lengths)]
    shown = [names[current] if index == current else name for index, name in enumerate(short)]
    return [f" {name[:length]}" for name, length in zip(shown, lengths, strict=True)]


class Key(NamedTuple):
    """A key as the key bar shows it."""

    key: str
    name: str
    enabled: bool
    active: ActiveBinding


class KeyBar(LineWidget):
    """Shows which keys apply now: those of the focused pane and those of everywhere, in a row each where there are two.

    A row that has no room for all of them ends with the key of the help, where the others are."""

    @dataclass
    class Hint(Message):
        """Something to say in place of keys: until the next key, or for so many `seconds` whatever is pressed."""

        text: str
        seconds: float = 0.0

    DEFAULT_CSS = """
    KeyBar {
        height: 2;
        background: $panel;
        & > .key { color: $text-accent; text-style: bold; }
        & > .off { color: $foreground 40%; }
        & > .hint { color: $text-warning; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hint = ""
        self._stays = False
        self._unsay = Later(self, self._end)

    def say(self, text: str, seconds: float = 0.0) -> None:
        """Show words in place of keys for a moment, or so many `seconds`; or the keys again, unless those are not over
        yet."""
        if self._stays and not text:
            return
        self._unsay.cancel()
        self._stays = seconds > 0
        if text:
            self._unsay.within(seconds or HINT_SECONDS)
        if text != self._hint:
            self._hint = text
            self.redraw()

    def has_room_for(self, text: str) -> bool:
        """Whether its rows can say all of this."""
        return len(_said(text, self.size.width)) <= self.size.height

    def _end(self) -> None:
        self._stays = False
        self.say("")

    def on_mount(self) -> None:
        # Many keys change together, and what one of them has done is painted first.
        self.screen.bindings_updated_signal.subscribe(self, lambda screen: self.once_painted(self.redraw))

    def draw(self, width: int, height: int) -> list[Line]:
        rows = self._rows(height)
        more = _more(rows[-1])
        lines = [keys_line(keys, width, more) for keys in rows]
        if self._hint:
            said = _said(self._hint, width, height)
            lines[: len(said)] = said
        return lines

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        rows = self._rows(self.size.height)
        place = 0
        for key in _fitting(rows[min(offset.y, len(rows) - 1)], self.size.width, _more(rows[-1])):
            place += _cells(key, self.size.width)
            if offset.x < place:
                self.run_worker(self.app.run_action(key.active.binding.action, key.active.node))
                return

    def _rows(self, height: int) -> list[list[Key]]:
        """The keys of each row; in a single one those of the run that apply, then those of the pane."""
        own, everywhere = self._keys()
        if height > 1:
            return [own, everywhere]
        return [[*(key for key in everywhere[:OF_RUN] if key.enabled), *own, *everywhere[OF_RUN:]]]

    def _keys(self) -> tuple[list[Key], list[Key]]:
        """The keys of the focused pane, and those of everywhere in the order the screen names them."""
        own: dict[str, Key] = {}
        everywhere: dict[str, Key] = {}
        for active in self.screen.active_bindings.values():
            node, binding, enabled, _ = active
            part = everywhere if node in (self.screen, self.app) else own
            if binding.show and binding.action not in part:
                display = self.app.get_key_display(binding)
                part[binding.action] = Key(display, binding.description, enabled, active)
        order = [binding.action for binding in self.screen.BINDINGS if isinstance(binding, Binding)]
        ranked = sorted(everywhere.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
        return list(own.values()), [key for _, key in ranked]


def _said(text: str, cells: int, rows: int = 100) -> list[Line]:
    """Words in place of keys, in at most so many rows."""
    return [((" ", ""), *line) for line in wrapped(text, cells - 2, "hint", rows)]


def keys_line(keys: Sequence[Key], cells: int, more: Key | None = None) -> Line:
    """As many keys as fit, with what each does; where that is not all of them, `more` is the last."""
    spans: list[Span] = []
    gap = " " if cells >= ROOMY else ""
    for key in _fitting(keys, cells, more):
        styles = ("key", "name") if key.enabled else ("off", "off")
        spans += [(f" {key.key}", styles[0]), (f" {key.name}{gap}", styles[1])]
    return tuple(spans)


def _more(everywhere: Sequence[Key]) -> Key | None:
    """The key of the help, as the one that leads to all others."""
    return next((key._replace(name="more") for key in everywhere if key.active.binding.action == HELP), None)


def _fitting(keys: Sequence[Key], cells: int, more: Key | None) -> list[Key]:
    # Where keys stand two blanks apart, the last of these may be beyond the row.
    room = cells + 1 if cells >= ROOMY else cells
    if sum(_cells(key, cells) for key in keys) <= room:
        return list(keys)
    fitting, used = [], _cells(more, cells) if more else 0
    for key in keys:
        if more and key.active == more.active:
            continue
        if used + _cells(key, cells) <= room:
            used += _cells(key, cells)
            fitting.append(key)
    return [*fitting, more] if more else fitting


def _cells(key: Key, cells: int) -> int:
    return len(key.key) + len(key.name) + (3 if cells >= ROOMY else 2)
