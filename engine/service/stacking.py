"""Which waiting runs are trained together, many networks in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from engine.service.queue_entry import QueuedRun
from engine.service.slots import Slot, Slots
from engine.training.stack_shape import MOST_STACKED, STACKED_ON_CARD, shape_of

# Of a card's memory: the batches of a chunk, the images and the working space.
MEMORY_A_NETWORK = 256 << 20

Queued = TypeVar("Queued", bound=QueuedRun)


def most_together(chosen: int, is_card: bool, memory: float | None = None) -> int:
    """How many networks train in one step: as `chosen`, else on a card as many as fit into so many bytes of its memory
    and on the processor one, where each core is faster with a run of its own."""
    if chosen:
        return min(chosen, MOST_STACKED)
    fitting = int(memory // MEMORY_A_NETWORK) if memory else STACKED_ON_CARD
    return max(1, min(STACKED_ON_CARD, fitting)) if is_card else 1


def most_stacked(slots: Slots, slot: Slot) -> int:
    """How many networks a slot trains in one step."""
    return most_together(slots.stack, slot.is_card, slot.memory)


def stack_with(entry: Queued, waiting: Iterable[Queued], most: int) -> list[Queued]:
    """A waiting run and those that are trained with it, in their order, at most so many."""
    if most < 2 or not can_be_stacked(entry):
        return [entry]
    shape = shape_of(entry.config)
    others = (other for other in waiting if other is not entry and can_be_stacked(other))
    alike = [other for other in others if shape_of(other.config) == shape]
    return [entry, *alike[: most - 1]]


def can_be_stacked(entry: QueuedRun) -> bool:
    """Whether a run can begin together with others: one that goes on is elsewhere, one that is paused goes nowhere."""
    begins = entry.writer.state.started is None and not entry.control.paused
    return begins and shape_of(entry.config) is not None


def may_grow(stack: Sequence[QueuedRun], most: int) -> bool:
    """Whether more runs to train with may be on their way: the last of these was queued only now."""
    return len(stack) < most and can_be_stacked(stack[0]) and not all(entry.gathering.is_over() for entry in stack)
