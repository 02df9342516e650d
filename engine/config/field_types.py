"""Kinds of configuration field: how a value is read, checked and written.

A kind knows nothing of networks. It turns text or JSON into a value (`read`), a value into its canonical text
(`write`), and says in words what it would accept (`accepts`). The command line, the form and validation share it.
Every start of the program waits for these classes: they have no method that nobody calls.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.text import LONGEST_NAME, clean


class Kind(ABC):
    """One kind of value. `read` raises ValueError for anything that `accepts` does not describe."""

    @property
    @abstractmethod
    def accepts(self) -> str:
        """What may be written here, in words."""

    @abstractmethod
    def read(self, value: object) -> Any:
        """The value that `value` (text, or a value read from JSON) stands for."""

    def write(self, value: Any) -> str:
        """The canonical text of a value; `read(write(value)) == value`."""
        return str(value)

    def may_be_known_later(self, value: object) -> bool:
        """Whether a value that is refused looks like a word that a later version may accept."""
        return False


@dataclass(eq=False, repr=False)
class Choice(Kind):
    """One word of a few; `meanings` says of each, in the same order, what it stands for."""

    words: tuple[str, ...]
    meanings: tuple[str, ...] = ()

    @classmethod
    def of(cls, meanings: Mapping[str, str]) -> Choice:
        """The choice of these words, each with what it means."""
        return cls(tuple(meanings), tuple(meanings.values()))

    @property
    def accepts(self) -> str:
        return ", ".join(self.words[:-1]) + " or " + self.words[-1]

    def read(self, value: object) -> str:
        word = value.strip().lower() if isinstance(value, str) else value
        if word not in self.words:
            raise ValueError(self.accepts)
        return str(word)

    def may_be_known_later(self, value: object) -> bool:
        return value not in self.words and _is_word(value)


@dataclass(eq=False, repr=False)
class Number(Kind):
    """A real number between `low` and `high`; an end can be left out of the range."""

    low: float
    high: float
    above_low: bool = False
    below_high: bool = False

    @property
    def accepts(self) -> str:
        if not (self.above_low or self.below_high):
            return f"a number from {self.low:g} to {self.high:g}"
        return (
            f"a number, {self.low:g} {'<' if self.above_low else '≤'} x {'<' if self.below_high else '≤'} {self.high:g}"
        )

    def read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError(self.accepts)
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise ValueError(self.accepts) from None
        too_low = number <= self.low if self.above_low else number < self.low
        too_high = number >= self.high if self.below_high else number > self.high
        if math.isnan(number) or too_low or too_high:
            raise ValueError(self.accepts)
        return number + 0.0

    def write(self, value: float) -> str:
        return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(value)


@dataclass(eq=False, repr=False)
class Whole(Kind):
    """A whole number between `low` and `high`, or one of a few words such as `full`."""

    low: int
    high: int
    words: tuple[str, ...] = ()

    @property
    def accepts(self) -> str:
        return "".join(f"{word}, or " for word in self.words) + (f"a whole number from {self.low:,} to {self.high:,}")

    def read(self, value: object) -> int | str:
        if isinstance(value, str):
            text = value.strip().lower()
            if text in self.words:
                return text
            if not re.fullmatch(r"[0-9][0-9_]{0,24}", text):
                raise ValueError(self.accepts)
            value = int(text.replace("_", ""))
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(self.accepts)
        if not self.low <= value <= self.high:
            raise ValueError(self.accepts)
        return value


class Switch(Kind):
    """Yes or no."""

    @property
    def accepts(self) -> str:
        return "yes or no"

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in ("yes", "true", "on", "1"):
            return True
        if word in ("no", "false", "off", "0"):
            return False
        raise ValueError(self.accepts)

    def write(self, value: bool) -> str:
        return "yes" if value else "no"


@dataclass(eq=False, repr=False)
class Listing(Kind):
    """Values of another kind, separated by commas; `none` for no value where that is allowed."""

    item: Kind
    most: int
    may_be_empty: bool = False

    @property
    def accepts(self) -> str:
        none = "none, or " if self.may_be_empty else ""
        return f"{none}up to {self.most} values separated by commas, each {self.item.accepts}"

    def read(self, value: object) -> tuple[Any, ...]:
        if isinstance(value, str):
            text = value.strip().lower()
            empty = text == "none" and self.may_be_empty
            parts: Sequence[object] = [] if empty else text.split(",")
        elif isinstance(value, (list, tuple)):
            parts = value
        else:
            parts = [value]
        if len(parts) > self.most or (not parts and not self.may_be_empty):
            raise ValueError(self.accepts)
        try:
            return tuple(self.item.read(part) for part in parts)
        except ValueError:
            raise ValueError(self.accepts) from None

    def may_be_known_later(self, value: object) -> bool:
        parts = value.split(",") if isinstance(value, str) else value
        return isinstance(parts, (list, tuple)) and any(map(self.item.may_be_known_later, parts))

    def write(self, value: Sequence[Any]) -> str:
        return ",".join(self.item.write(part) for part in value) or "none"


@dataclass(eq=False, repr=False)
class Pattern(Kind):
    """A word of a given form, described by examples; `words` are those that need nothing filled in."""

    pattern: str
    examples: str
    words: tuple[str, ...] = ()

    @property
    def accepts(self) -> str:
        return self.examples

    def read(self, value: object) -> str:
        text = value.strip().lower() if isinstance(value, str) else ""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.accepts)
        return text

    def may_be_known_later(self, value: object) -> bool:
        return _is_word(value) and not re.fullmatch(self.pattern, str(value))


class GroupName(Kind):
    """The name of a group, or nothing for none; spaces at its ends do not count."""

    @property
    def accepts(self) -> str:
        return f"a name of up to {LONGEST_NAME} characters that can be shown"

    def read(self, value: object) -> str:
        name = clean(value)
        if not isinstance(value, str) or "".join(name.split()) != "".join(value.split()):
            raise ValueError(self.accepts)
        return name


def _is_word(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9:_-]{0,39}", value) is not None
