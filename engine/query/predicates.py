"""What a comparison in a filter asks of one column: the value it names, and the test that a run passes."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from datetime import datetime

from engine.quantities import Measure
from engine.query.columns import Column
from engine.runs.summaries import RunSummary

Test = Callable[[RunSummary], bool]
CONTAINS = ":"
ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?"
SAME = 1e-9


def condition(column: Column, sign: str, text: str) -> Test:
    """The test that `column sign text` stands for. Raises ValueError, which says what is expected instead.

    A missing figure passes no test but `!=`, which is always the opposite of `=`."""
    if sign == "!=":
        equal = condition(column, "=", text)
        return lambda run: not equal(run)
    if column.measure.is_figure:
        return _figure_test(column, sign, _figure(column, sign, text))
    if sign in ORDERINGS:
        raise ValueError(f"{column.name} has no order: use {column.name}=... or {column.name}:...")
    match column.measure:
        case Measure.SWITCH:
            target = _switch(column, text)
            return lambda run: column.value(run) is target
        case Measure.WORDS:
            return _words_test(column, sign, text)
        case _:
            return _text_test(column, sign, text)


def _figure_test(column: Column, sign: str, target: float) -> Test:
    value = column.figure
    if sign in ("=", CONTAINS):
        return lambda run: (found := value(run)) is not None and math.isclose(found, target, rel_tol=SAME)
    beyond, or_equal = ORDERINGS[sign], sign.endswith("=")

    def test(run: RunSummary) -> bool:
        figure = value(run)
        if figure is None:
            return False
        # A percentage as it is typed is rarely the same number to the last bit.
        return or_equal if math.isclose(figure, target, rel_tol=SAME) else beyond(figure, target)

    return test


def _words_test(column: Column, sign: str, text: str) -> Test:
    """`=` is one of several tags, or all the values of a setting; `:` is within a tag, or one of the values."""
    word = text.strip().casefold()
    if column.field is None:
        if sign == "=":
            return lambda run: any(word == own.casefold() for own in _words(column, run))
        return lambda run: any(word in own.casefold() for own in _words(column, run))
    try:
        target = tuple(str(part) for part in column.field.kind.read(text))
    except ValueError as refused:
        raise ValueError(f"{column.name}{sign} expects {refused}") from None
    if sign == "=":
        return lambda run: column.value(run) == target
    return lambda run: set(target) <= set(_words(column, run))


def _text_test(column: Column, sign: str, text: str) -> Test:
    word = text.strip().casefold()
    if sign == CONTAINS:
        return lambda run: word in str(column.value(run) or "").casefold()
    if column.choices and word not in column.choices:
        raise ValueError(f"{column.name}= expects {', '.join(column.choices[:-1])} or {column.choices[-1]}")
    return lambda run: word == str(column.value(run) or "").casefold()


def _words(column: Column, run: RunSummary) -> tuple[str, ...]:
    value = column.value(run)
    return value if isinstance(value, tuple) else ()


def _switch(column: Column, text: str) -> bool:
    word = text.strip().lower()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError(f"{column.name}= expects yes or no")
    return word in ("yes", "true")


def _figure(column: Column, sign: str, text: str) -> float:
    word = text.strip().lower()
    match column.measure:
        case Measure.SHARE:
            if match := re.fullmatch(rf"({NUMBER})\s*(%?)", word):
                number = float(match[1])
                return number / 100 if match[2] or number > 1 else number
            expected = "a share such as 0.97, or a percentage such as 97%"
        case Measure.SPAN:
            if (match := re.fullmatch(rf"({NUMBER})\s*([a-z]*)", word)) and match[2] in UNITS:
                return float(match[1]) * UNITS[match[2]]
            expected = "a time such as 90s, 5min, 2h or 3d"
        case Measure.MOMENT:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9:]{5,8})?", word):
                try:
                    return datetime.fromisoformat(word.upper()).timestamp()
                except (ValueError, OverflowError, OSError):
                    pass
            expected = "a day such as 2026-01-31, or 2026-01-31T18:30"
        case _:
            named = getattr(column.field.kind, "words", ()) if column.field else ()
            if word in named:
                return math.inf
            if re.fullmatch(NUMBER, word):
                return float(word)
            expected = "a number" + "".join(f", or {name}" for name in named)
    raise ValueError(f"{column.name}{sign} expects {expected}")
