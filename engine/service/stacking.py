"""Which waiting runs are trained together, many networks in one step."""

from __future__ import annotations

from collections.abc import Iterable

from engine.service.queue_entry import Entry
from engine.service.slots import Slot, Slots
from engine.training.stack_shape import MOST_STACKED, STACKED_ON_CARD, shape_of

# Of a card's memory: the batches of a chunk, the images and the working space.
MEMORY_A_NETWORK = 256 << 20


def most_stacked(slots: Slots, slot: Slot) -> int:
    """How many networks a slot trains in one step: as chosen, else on a card many and on the processor one, where each
    slot is faster with a run of its own."""
    if slots.stack:
        return min(slots.stack, MOST_STACKED)
    fitting = slot.memory // MEMORY_A_NETWORK if slot.memory else STACKED_ON_CARD
    return max(1, min(STACKED_ON_CARD, fitting)) if slot.is_card else 1


def stack_with(entry: Entry, waiting: Iterable[Entry], most: int) -> list[Entry]:
    """A waiting run and those that are trained with it, in their order, at most so many."""
    if most < 2 or not can_be_stacked(entry):
        return [entry]
    shape = shape_of(entry.config)
    others = (other for other in waiting if other is not entry and can_be_stacked(other))
    alike = [other for other in others if shape_of(other.config) == shape]
    return [entry, *alike[: most - 1]]


def can_be_stacked(entry: Entry) -> bool:
    """Whether a run can begin together with others: one that goes on is elsewhere, one that is paused goes nowhere."""
    begins = entry.writer.state.started is None and not entry.control.paused
    return begins and shape_of(entry.config) is not None


def may_grow(stack: list[Entry], most: int) -> bool:
    """Whether more runs to train with may be on their way: the last of these was queued only now."""
    return len(stack) < most and can_be_stacked(stack[0]) and not all(entry.gathering.is_over() for entry in stack)
