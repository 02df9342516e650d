"""A filter as it is typed, and its lines above the list that it picks from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.query.filters import EVERY, Filter
from engine.query.parser import FilterError, parse
from tui.drawing.styled_lines import Line, crop, wrapped

PROMPT = "/ "
# A narrower list says on two lines what is wrong with a filter; a lower one says less.
ROOMY, LEAST_HEIGHT = 60, 6


@dataclass(frozen=True)
class TypedFilter:
    """`wanted` is in force, and written as `text`; `problem` is why what was typed since is no filter."""

    text: str = ""
    query: Filter = EVERY
    problem: FilterError | None = None

    def typed(self, text: str) -> TypedFilter:
        """After this has been typed. While its last word is unfinished, what stands before it is in force."""
        try:
            return TypedFilter(text.strip(), parse(text))
        except FilterError as error:
            begun = error.position >= len(text.rstrip())
            return replace(self._before_last_word(text) if begun else self, problem=error)

    def _before_last_word(self, text: str) -> TypedFilter:
        rest = text.rstrip().rpartition(" ")[0].strip()
        try:
            return TypedFilter(rest, parse(rest))
        except FilterError:
            return self


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
