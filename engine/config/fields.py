"""A setting as it is described, and how a value is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.config.field_types import Kind


class Field(NamedTuple):
    """One field of `RunConfig`: `group` is the heading it stands under in a form, `aliases` are short names."""

    name: str
    label: str
    help: str
    group: str
    default: Any
    kind: Kind
    aliases: tuple[str, ...] = ()


class Problem(NamedTuple):
    """A value that was refused, and what would be accepted."""

    field: str
    value: str
    accepts: str

    def __str__(self) -> str:
        return f"{_shown(self.field)}={_shown(self.value)}: expected {self.accepts}"


def _shown(text: str) -> str:
    """`text` short and without what a terminal would obey."""
    short = text if len(text) <= 40 else text[:37] + "..."
    return "".join(c if c.isprintable() else "?" for c in short)


class ConfigError(ValueError):
    """One or more values were refused; `problems` names them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def setting(default: Any, kind: Kind, group: str, label: str, help: str, aliases: tuple[str, ...] = ()) -> Any:
    """A field of a configuration's dataclass, with what `Field` says of it."""
    metadata = {"kind": kind, "group": group, "label": label, "help": help, "aliases": aliases}
    return dataclasses.field(default=default, metadata=metadata)
