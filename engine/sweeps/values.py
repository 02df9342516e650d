"""The values to try of a setting, as they are typed: `0,1e-5,1e-4`, `log:0.01..1:5`, `none/128/128,64`.

Commas separate values; where a value is a list itself, as of `hidden` and `activation`, a slash alone does. `a..b:n`
are n evenly spaced values from a to b, `log:a..b:n` evenly spaced in their logarithm, both ends included. Whole
settings are rounded, and what is repeated counts once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.config.field_types import Kind, Listing, Number, Whole
from engine.config.fields import Field

MOST_VALUES = 10_000
RANGE = re.compile(r"(?P<log>log:)?(?P<low>.*?)\.\.(?P<high>.*?)(?::(?P<count>[0-9]{1,6}))?", re.DOTALL)
DECIMAL_COMMA = re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")
DOT = "a decimal point is a dot"
# Of the figures between the ends of a range as few digits are kept as tell them apart.
DIGITS = (3, 4, 6, 9, 17)


@dataclass(frozen=True)
class Span:
    """The ends of a range, and whether it is even in logarithms."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Axis:
    """A setting and its values to try, each once; `span` is the range that alone was given, None for other texts."""

    field: Field
    values: tuple[Any, ...]
    span: Span | None = None

    @property
    def name(self) -> str:
        """The name of the setting."""
        return self.field.name

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as they are written."""
        return tuple(map(self.field.kind.write, self.values))

    @classmethod
    def read(cls, field: Field, text: str) -> Axis:
        """The values that a text stands for. Raises ValueError, which says what is accepted."""
        try:
            return cls._read(field, text)
        except ValueError as refused:
            hint = f"; {DOT}" if has_decimal_comma(field, text) else ""
            raise ValueError(f"{refused}{hint}") from None

    @classmethod
    def _read(cls, field: Field, text: str) -> Axis:
        words = text.split(_separator(field))
        spans = [_span(field, word) for word in words]
        texts = [
            value
            for word, span in zip(words, spans, strict=True)
            for value in (_between(field, *span) if span else [_value(field, word)])
        ]
        if len(texts) > MOST_VALUES:
            raise ValueError(f"at most {MOST_VALUES:,} values")
        return cls(field, tuple(dict.fromkeys(texts)), spans[0][0] if len(spans) == 1 and spans[0] else None)


def accepted(field: Field) -> str:
    """What may be written as the values to try of a setting, in words."""
    kind = field.kind
    if isinstance(kind, Listing):
        return f"{kind.accepts}; several such lists separated by /"
    several = f"{kind.accepts}; several separated by commas"
    return f"{several}, or a range such as {_example(kind)}" if isinstance(kind, (Number, Whole)) else several


def is_several(field: Field, text: str) -> bool:
    """Whether a text is written as several values of a setting, or as a range, accepted or not."""
    return _separator(field) in text or ".." in text


def has_decimal_comma(field: Field, text: str) -> bool:
    """Whether two values look like one number with a decimal comma, as `0,1` does for a setting that takes `0.1`."""
    return isinstance(field.kind, Number) and DECIMAL_COMMA.fullmatch(text) is not None


def _separator(field: Field) -> str:
    return "/" if isinstance(field.kind, Listing) else ","


def _example(kind: Kind) -> str:
    return "1..9:5 or log:16..256:5" if isinstance(kind, Whole) else "0.1..0.5:5 or log:0.01..1:5"


def _value(field: Field, word: str) -> Any:
    try:
        return field.kind.read(word)
    except ValueError:
        raise ValueError(accepted(field)) from None


def _span(field: Field, word: str) -> tuple[Span, int] | None:
    """The range that a word is and how many values it stands for; None where it is none. Raises ValueError."""
    match = RANGE.fullmatch(word.strip().lower())
    if not match or not isinstance(field.kind, (Number, Whole)):
        return None
    log = bool(match["log"])
    low, high = (_value(field, match[end]) for end in ("low", "high"))
    if match["count"] is None or not 2 <= int(match["count"]) <= MOST_VALUES:
        raise ValueError(
            f"how many values, from 2 to {MOST_VALUES:,}, behind a colon: {match['low']}..{match['high']}:5"
        )
    if isinstance(low, str) or isinstance(high, str) or not low < high:
        raise ValueError(f"two numbers with the smaller first, such as {_example(field.kind)}")
    if log and low <= 0:
        raise ValueError(f"a range in logarithms that begins above 0, such as {_example(field.kind).split()[-1]}")
    return Span(low, high, log), int(match["count"])


def _between(field: Field, span: Span, count: int) -> Iterator[Any]:
    """So many values of a range, ends included, as the setting has them."""
    if isinstance(field.kind, Whole):
        yield from (min(max(round(value), span.low), span.high) for value in _spaced(span, count))
        return
    exact = list(_spaced(span, count))
    for digits in DIGITS:
        inner = [min(max(float(f"{value:.{digits}g}"), span.low), span.high) for value in exact[1:-1]]
        values = [span.low, *inner, span.high]
        if len(set(values)) == count:
            break
    yield from values


def _spaced(span: Span, count: int) -> Iterable[float]:
    for place in range(count):
        share = place / (count - 1)
        if span.log:
            yield math.exp(math.log(span.low) * (1 - share) + math.log(span.high) * share)
        else:
            yield span.low * (1 - share) + span.high * share
