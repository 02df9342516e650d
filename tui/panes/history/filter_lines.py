"""The lines of a filter above the list that it picks from."""

from __future__ import annotations

from tui.drawing.styled_lines import Line, crop, wrapped
from tui.panes.history.typed_filter import TypedFilter

PROMPT = "/ "
# A narrower list says on two lines what is wrong with a filter; a lower one says less.
ROOMY, LEAST_HEIGHT = 60, 6


def typed_lines(typed_filter: TypedFilter, count: str, example: str, width: int, height: int) -> list[Line]:
    """While a filter is typed: the prompt, and below it what is wrong, or the `count` of what it lets through with, at
    first, an example."""
    most = 2 if width < ROOMY and height >= 2 * LEAST_HEIGHT else 1
    if typed_filter.problem:
        lines = wrapped(str(typed_filter.problem), width, "wrong", most)
    else:
        lines = wrapped(count + ("" if typed_filter.text else f", {example}"), width, "dim", most)
    return [((PROMPT, "filter"),), *lines, *[()] * (most - len(lines))]


def filter_line(text: str, count: str, width: int) -> Line:
    """A filter that is in force, with the count of what it lets through."""
    count = f"  {count}"
    shown = crop(PROMPT + text, max(len(PROMPT), width - len(count)))
    return ((shown, "filter"), (crop(count, width, ""), "dim"))
