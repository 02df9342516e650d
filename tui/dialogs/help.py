"""The help: every key and what it does, made from the bindings themselves, and searched by typing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.drawing.styled_lines import Line, wrapped
from tui.widgets.bindings import hidden, with_keys
from tui.widgets.laid_out_once import LaidOutOnce
from tui.widgets.pane_frame import FrameCache
from tui.widgets.scrolled_lines import ScrolledLines
from tui.widgets.still_input import StillInput

if TYPE_CHECKING:
    from engine.comparison.observations import Observation

# Cells of a key, and of its name; in a space narrower than this, what a key does goes on near the left edge.
KEYS, NAME, LEAST_WIDTH = 15, 17, 60
ADVICE = (
    "{train} trains the network of the Model pane. Training goes on when you leave, even when the connection drops: "
    "mnist-tui shows it again. {next} goes from pane to pane, and each pane has keys of its own; {commands} finds any "
    "of them.",
    "The mouse: click a pane, a tab, a key of the footer, a field or a run; click a title of a column to sort by it; "
    "click twice to open; the wheel scrolls. Hold Shift to select text as the terminal does.",
)


class Key(NamedTuple):
    """A key in words, its name, and what it does."""

    keys: str
    name: str
    does: str


class Section(NamedTuple):
    """The keys that apply in one place."""

    title: str
    keys: Sequence[Key]


class Search(StillInput):
    """What to look for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("help", "screen.dismiss", "Close", "Back to the console", priority=True),
        hidden("filter", "focus", "Search", "Type what to look for", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="search")

    def action_focus(self) -> None:
        """Nothing: it has the focus already."""


class KeyList(ScrolledLines):
    """Shows the keys of some sections, those that match what is looked for."""

    DEFAULT_CSS = "KeyList { height: 1fr; background: $panel; }"

    def __init__(self, sections: Sequence[Section], file: str, observation: Observation | None) -> None:
        super().__init__()
        self._sections = sections
        self._file = file
        self._observation = observation
        self._query = ""

    def look_for(self, query: str) -> None:
        """Show the keys in whose lines all these words are, from the first."""
        self._query = query
        self.scroll_home_at_once()
        self.redraw()

    def lines(self, width: int) -> Iterator[Line]:
        if self._observation and not self._query:
            yield from observed_lines(self._observation, width)
        yield from help_lines(self._sections, self._file, width, self._query)


class Help(ModalScreen[None], LaidOutOnce[None]):
    """Lists the keys of `sections`, those that match what is typed; `file` is where others are chosen. The reason of an
    `observation` comes first."""

    AUTO_FOCUS = "Input"
    # Nothing behind it is painted with it, which would take a third of the time that it opens in.
    DEFAULT_CSS = """
    Help {
        align: center middle; background: $surface;
        & > #help {
            width: 96%; max-width: 110; height: 96%;
            border: solid $accent; padding: 0 1; background: $panel;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("leave", "dismiss", "Close", "Back to the console"),
        hidden("up", "scroll(-1)", "Up", "A line up"),
        hidden("down", "scroll(1)", "Down", "A line down"),
        hidden("page_up", "scroll_page(-1)", "Page up", "A page up"),
        hidden("page_down", "scroll_page(1)", "Page down", "A page down"),
    ]

    def __init__(self, sections: Iterable[Section], file: str, observation: Observation | None = None) -> None:
        super().__init__()
        self._keys = KeyList(tuple(sections), file, observation)

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box._styles_cache = FrameCache()
            box.border_title = "Help"
            box.border_subtitle = with_keys("type to search, {leave} closes")
            yield Search()
            yield self._keys

    def on_input_changed(self, event: Input.Changed) -> None:
        self._keys.look_for(event.value)

    def action_scroll(self, by: int) -> None:
        self._keys.action_scroll_lines(by)

    def action_scroll_page(self, by: int) -> None:
        self._keys.action_scroll_pages(by)


def observed_lines(observation: Observation, cells: int) -> list[Line]:
    """What is said under the charts, why, and a blank line."""
    text = (observation.sentence, "title"), (observation.reason, "")
    return [*(line for words, style in text for line in wrapped(words, cells, style)), ()]


def help_lines(sections: Iterable[Section], file: str, cells: int, query: str = "") -> Iterator[Line]:
    """The lines of each key, with advice after the first section; of what is `query`, the keys alone in which all its
    words are."""
    blocks = _blocks(sections, file, cells, query.casefold().split())
    first = next(blocks, None)
    yield from wrapped(f"Nothing is called {query!r}.", cells, "") if first is None else first
    for block in blocks:
        yield ()
        yield from block


def _blocks(sections: Iterable[Section], file: str, cells: int, words: Sequence[str]) -> Iterator[list[Line]]:
    """What stands apart, with a blank line between: the keys of each section, and the advice."""
    for index, (title, keys) in enumerate(sections):
        if matching := [key for key in keys if _matches(f"{title} {' '.join(key)}", words)]:
            yield [((title, "title"),), *(line for key in matching for line in _lines(key, cells))]
        if index == 0 and not words:
            advice = (*ADVICE, "Other keys: write them into " + file + ".")
            yield [line for text in advice for line in wrapped(with_keys(text), cells, "")]


def _lines(key: Key, cells: int) -> list[Line]:
    """What a key does, in a column of its own where there is room for one."""
    if cells < LEAST_WIDTH:
        return wrapped(f"  {key.keys}  {key.name}: {key.does}", cells, "", indent="    ")
    head = f"  {key.keys:<{KEYS}} {key.name:<{NAME}} "
    return wrapped(head + key.does, cells, "", indent=" " * len(head))


def _matches(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
