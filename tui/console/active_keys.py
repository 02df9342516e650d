"""Which keys mean something now: the bindings of the panes that are there, of the screen and of the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from tui.screens.main import MainScreen


def sections(main: MainScreen, console: App[None]) -> list[tuple[str, list[tuple[Binding, DOMNode]]]]:
    """Bindings, with what they act on, by the titles of the panes they belong to, or nothing, those with the focus
    first."""
    by_title: dict[str, list[tuple[Binding, DOMNode]]] = {}
    for title, binding, node in _bindings(main, console):
        by_title.setdefault(title, []).append((binding, node))
    focused = focused_panes(main)
    return sorted(by_title.items(), key=lambda section: focused.isdisjoint(section[0].split(", ")))


def focused_panes(main: MainScreen) -> set[str]:
    """The titles of the panes around what has the focus."""
    around = main.focused.ancestors if main.focused else ()
    return {pane.name_shown for pane in around if isinstance(pane, Pane)}


def _bindings(main: MainScreen, console: App[None]) -> Iterator[tuple[str, Binding, DOMNode]]:
    """Each binding with the titles of the panes it belongs to, and what it acts on."""
    for whole in (main, console):
        yield from (("", binding, whole) for binding in type(whole).BINDINGS if isinstance(binding, Binding))
    acting: dict[type[DOMNode], tuple[DOMNode, list[Pane]]] = {}
    for pane in main.query(Pane):
        if pane.content is not None:
            # What holds several panes has the keys that mean the same in all of them.
            around = (node for node in pane.ancestors if node not in (console, main))
            for node in (pane.content, *around):
                acting.setdefault(type(node), (node, []))[1].append(pane)
    for kind, (node, panes) in acting.items():
        title = ", ".join(pane.name_shown for pane in panes)
        for base in kind.__mro__:
            for binding in vars(base).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield title, binding, node
