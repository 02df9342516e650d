"""Conditions on runs, as a filter is made of: a search, a comparison, and what `not`, `and` and `or` make of them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from engine.query.columns import STATUSES
from engine.runs.summaries import RunSummary

STARRED = "starred"
PLAIN = r'[^\s()"]+'


class Filter(ABC):
    """A condition on runs. Its text, `str(filter)`, parses to the same filter."""

    @abstractmethod
    def matches(self, run: RunSummary) -> bool:
        """Whether a run fulfils it."""


@dataclass(frozen=True)
class Search(Filter):
    """Runs in whose texts `words` occur; unquoted, those of that status or with a star."""

    words: str
    quoted: bool = False

    def matches(self, run: RunSummary) -> bool:
        words = self.words.casefold()
        if not self.quoted and (words in STATUSES or words == STARRED):
            return run.status == words or (words == STARRED and run.record.starred) or words in _texts(run)
        return words in _texts(run)

    def __str__(self) -> str:
        return _quote(self.words) if self.quoted else self.words


@dataclass(frozen=True)
class Comparison(Filter):
    """Runs whose `column` stands in the relation `operator` to `value`."""

    column: str
    operator: str
    value: str
    test: Callable[[RunSummary], bool] = field(compare=False, repr=False)

    def matches(self, run: RunSummary) -> bool:
        return self.test(run)

    def __str__(self) -> str:
        plain = re.fullmatch(PLAIN, self.value)
        return f"{self.column}{self.operator}{self.value if plain else _quote(self.value)}"


@dataclass(frozen=True)
class Not(Filter):
    """Runs that `inner` does not match."""

    inner: Filter

    def matches(self, run: RunSummary) -> bool:
        return not self.inner.matches(run)

    def __str__(self) -> str:
        return f"-{_bracketed(self.inner, (And, Or))}"


@dataclass(frozen=True)
class And(Filter):
    """Runs that every part matches; every run where there is no part."""

    parts: tuple[Filter, ...] = ()

    def matches(self, run: RunSummary) -> bool:
        return all(part.matches(run) for part in self.parts)

    def __str__(self) -> str:
        return " ".join(_bracketed(part, (And, Or)) for part in self.parts)


@dataclass(frozen=True)
class Or(Filter):
    """Runs that some part matches."""

    parts: tuple[Filter, ...]

    def matches(self, run: RunSummary) -> bool:
        return any(part.matches(run) for part in self.parts)

    def __str__(self) -> str:
        return " or ".join(_bracketed(part, (Or,)) for part in self.parts)


EVERY = And()


@lru_cache(1 << 15)
def _joined(*texts: str) -> str:
    # A separator that no clean text has, so that no word is found across two texts.
    return "\0".join(texts).casefold()


def _texts(run: RunSummary) -> str:
    record = run.record
    return _joined(record.id, record.name, record.preset, record.group, record.note, *record.tags)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bracketed(part: Filter, kinds: tuple[type[Filter], ...]) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)
