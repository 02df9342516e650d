"""The keys that go through test images, under the name of the pane that shows them."""

from __future__ import annotations

from textual.binding import BindingType

from tui.widgets.bindings import hidden, shown


def moves(pane: str) -> list[BindingType]:
    """The keys that move the selection."""
    return [
        hidden(f"{pane}.previous", "left", "move(-1)", "Previous", "The digit before"),
        hidden(f"{pane}.next", "right", "move(1)", "Next", "The digit after"),
        hidden(f"{pane}.up", "up", "move_row(-1)", "Up", "A row of digits up"),
        hidden(f"{pane}.down", "down", "move_row(1)", "Down", "A row of digits down"),
        hidden(f"{pane}.page_up", "pageup", "move_page(-1)", "Page up", "A page of digits up"),
        hidden(f"{pane}.page_down", "pagedown", "move_page(1)", "Page down", "A page of digits down"),
        hidden(f"{pane}.first", "home", "move_to(0)", "First", "The first digit"),
        hidden(f"{pane}.last", "end", "move_to(-1)", "Last", "The last digit"),
    ]


def classes(pane: str) -> list[BindingType]:
    """The keys that choose a class."""
    return [
        shown(f"{pane}.class", "c", "next_class(1)", "Class", "Only digits of the next class; after the last, of all"),
        hidden(f"{pane}.class_before", "C", "next_class(-1)", "Class before", "Only digits of the class before"),
    ]


def epochs(pane: str) -> list[BindingType]:
    """The keys that choose an epoch and a way of drawing."""
    return [
        shown(f"{pane}.earlier", "left_square_bracket", "epoch(-1)", "Earlier", "What an earlier epoch predicted", "["),
        shown(f"{pane}.later", "right_square_bracket", "epoch(1)", "Later", "What a later epoch predicted", "]"),
        shown(f"{pane}.follow", "f", "follow", "Follow", "Always what the newest epoch predicted"),
        shown(f"{pane}.drawing", "d", "next_style", "Drawing", "Draw by half blocks, braille, shades or ASCII"),
    ]
