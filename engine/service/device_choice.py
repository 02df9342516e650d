"""Which devices an engine may use, as `MNIST_TUI_DEVICES` and `--devices` say: `all`, `0,2-5`, `cpu:4`,
`cpu,stack:8`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from engine.errors import Refusal
from engine.text import clean

VARIABLE = "MNIST_TUI_DEVICES"
ACCEPTED = (
    "all; GPUs by number, such as 0,2-5; cpu, or cpu:4 for four runs at once; or both, such as 0-3,cpu:2; "
    "and stack:8 for up to eight networks in one step"
)
MOST_CARDS, MOST_PROCESSOR_SLOTS = 1024, 1024


class DeviceChoiceError(Refusal):
    """The choice cannot be meant; the message says what is accepted."""


@dataclass(frozen=True)
class DeviceChoice:
    """`cards` by number, None for all there are; `processor` is how many runs at once train on the processor, 0 for as
    many as the machine suggests; `stack` how many networks of one shape a slot trains in one step at most, 1 for none
    together, 0 for as many as the device suggests; `text` is how it was written."""

    cards: frozenset[int] | None = None
    processor: int = 0
    stack: int = 0
    text: str = field(default="all", compare=False)

    @classmethod
    def parse(cls, text: str) -> DeviceChoice:
        """The choice that a text stands for. Raises DeviceChoiceError."""
        words = [word.strip().lower() for word in text.split(",")]
        written = ",".join(words) or "all"
        stacks = [word for word in words if re.fullmatch("stack:[0-9]{1,3}", word)]
        stack = _stack(int(stacks[-1][6:]), text) if stacks else 0
        words = [word for word in words if word not in stacks]
        if words in ([""], ["all"], []):
            return cls(stack=stack, text=written)
        cards, processor = set[int](), 0
        for word in words:
            if match := re.fullmatch(r"cpu(?::([0-9]{1,4}))?", word):
                processor = _within(int(match[1] or 1), 1, MOST_PROCESSOR_SLOTS, text) if match[1] else processor
            elif match := re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", word):
                first, last = int(match[1]), int(match[2] or match[1])
                cards |= {*range(first, _within(last, first, MOST_CARDS, text) + 1)}
            else:
                raise _refusal(text)
        return cls(frozenset(cards), processor, stack, written)

    @classmethod
    def of_environment(cls) -> DeviceChoice:
        """What `MNIST_TUI_DEVICES` says. Raises DeviceChoiceError."""
        return cls.parse(os.environ.get(VARIABLE, ""))

    @property
    def is_any(self) -> bool:
        """Whether every device may be used."""
        return self == DeviceChoice(stack=self.stack)

    @property
    def may_use_cards(self) -> bool:
        """Whether any card may be used."""
        return self.cards is None or bool(self.cards)

    def allows(self, number: int) -> bool:
        """Whether the card of this number may be used."""
        return self.cards is None or number in self.cards


def _stack(count: int, text: str) -> int:
    from engine.training.stack_shape import MOST_STACKED

    return _within(count, 1, MOST_STACKED, text)


def _within(count: int, least: int, most: int, text: str) -> int:
    if not least <= count <= most:
        raise _refusal(text)
    return count


def _refusal(text: str) -> DeviceChoiceError:
    return DeviceChoiceError(f"{clean(text, 60)!r} names no devices (--devices, {VARIABLE}).\nAccepted: {ACCEPTED}.")
