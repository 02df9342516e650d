"""What the campaign tries, one case at a time, and how a case says that something broke."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


class Broken(Exception):
    """Something that must always hold did not; the message says what."""


@dataclass(frozen=True)
class Case:
    """The `number`-th case of a kind; together with the seed that is all it depends on."""

    kind: str
    seed: int
    number: int

    @property
    def random(self) -> Random:
        """The source of everything the case draws, new each time."""
        return Random(f"{self.seed} {self.kind} {self.number}")

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


def require(holds: object, otherwise: str) -> None:
    """Raise Broken unless something holds."""
    if not holds:
        raise Broken(otherwise)
