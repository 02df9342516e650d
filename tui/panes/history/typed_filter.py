"""A filter as it is typed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.query.filters import EVERY, Filter
from engine.query.parser import FilterError, parse


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

    def finished(self) -> TypedFilter:
        """When nothing more is typed."""
        return replace(self, problem=None)
