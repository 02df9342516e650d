"""Frozen dataclasses as JSON values and back, strictly: what does not have the type of its field is refused.

Fields may be texts, whole numbers, real numbers, switches, run configurations, other dataclasses,
tuples of one of these, and any of them or None. A figure that is not finite is written as `null`, and read back as NaN
where the field may not be None.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.json_text import LARGEST_WHOLE, read_figure, write_figure

LONGEST_TEXT = 10_000
MOST_ITEMS = 4096


class WireError(ValueError):
    """A value is not what its field may hold."""


def pack(value: Any) -> Any:
    """The JSON value that stands for `value`."""
    match value:
        case RunConfig():
            return value.to_json()
        case bool() | int() | str() | None:
            return value
        case float():
            return write_figure(value, 12)
        case tuple():
            return [pack(item) for item in value]
    return {field.name: pack(getattr(value, field.name)) for field in dataclasses.fields(value)}


def unpack(kind: Any, values: object) -> Any:
    """The `kind`, a dataclass, that JSON `values` stand for. Raises WireError, which names the field at fault."""
    if not isinstance(values, dict):
        raise WireError(f"not a {kind.__name__}")
    hints = _hints(kind)
    if unknown := [name for name in values if name not in hints]:
        raise WireError(f"{str(unknown[0])[:40]!r} is not known")
    for field in dataclasses.fields(kind):
        if field.name not in values and field.default is dataclasses.MISSING:
            raise WireError(f"{field.name} is missing")
    return kind(**{name: _read(hints[name], value, name) for name, value in values.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _read(hint: Any, value: object, name: str) -> Any:
    if get_origin(hint) is UnionType:
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return None if value is None else _read(inner, value, name)
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise WireError(f"{name} is not a list of at most {MOST_ITEMS}")
        return tuple(_read(get_args(hint)[0], item, name) for item in value)
    if hint is RunConfig:
        return _read_config(value)
    if dataclasses.is_dataclass(hint):
        return unpack(hint, value)
    return _read_scalar(hint, value, name)


def _read_config(value: object) -> RunConfig:
    if not isinstance(value, dict):
        raise WireError("config is not a configuration")
    try:
        return RunConfig.from_json(value)
    except ConfigError as error:
        raise WireError(str(error)) from None


def _read_scalar(hint: Any, value: object, name: str) -> Any:
    if hint is str and isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and type(value) is int and abs(value) < LARGEST_WHOLE:
        return value
    if hint is float:
        with suppress(ValueError):
            return read_figure(value)
    raise WireError(f"{name} is not a {hint.__name__}")
