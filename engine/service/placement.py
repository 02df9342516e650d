"""Which of the free slots a run is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.config.run_config import RunConfig
from engine.quantities import gibibytes
from engine.service.device_stats import DeviceUsage
from engine.service.epoch_times import images_there
from engine.service.slots import Slot, Slots, device_named
from engine.training.threads import threads_for

# A card with less memory free, be it half of a small one's, or in use for more of its time by others, is left to those
# who fill it.
LITTLE_MEMORY, BUSY = 2 << 30, 0.9
ALL_BUSY = "all devices busy or unavailable"

Usage = Callable[[Slot], DeviceUsage]


@dataclass(frozen=True)
class Place:
    """The slots a run is given; none while it waits, for the `reason` where it is not for its turn alone.

    `notices` are what its user should know."""

    slots: tuple[Slot, ...] = ()
    reason: str = ""
    notices: tuple[str, ...] = ()


class Placement:
    """Chooses slots by what they have to offer now, which `usage` says."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def choose(self, config: RunConfig, slots: Slots, unused: Sequence[Slot]) -> Place:
        """Where a run of this configuration goes, for whose device there are `slots`, some of which are `unused`."""
        fitting = slots.for_device(config.device)
        free = [slot for slot in fitting if slot in unused]
        if not free:
            return Place()
        if not fitting[0].is_card:
            needed = min(threads_for(config, images_there(config)), len(fitting))
            faults = slots.faults if config.device == "auto" else ()
            notices = tuple(f"{fault}; training on the processor" for fault in faults)
            return Place(tuple(free[:needed]), notices=notices) if len(free) >= needed else Place()
        if config.device != "auto":
            return Place((free[0],))
        return self._least_used(free)

    def refusal(self, device: str, slots: Slots) -> str:
        """Why a run for a device that is not there cannot be trained."""
        name = device_named(device)
        why = next((fault for fault in slots.faults if fault.startswith(name)), f"there is no device {name} here")
        return f"{why}; choose one of: auto, {', '.join(dict.fromkeys(slot.device for slot in slots.all))}"

    def _least_used(self, free: Sequence[Slot]) -> Place:
        usages = {slot: self._usage(slot) for slot in free}
        crowds = {slot: crowd for slot, usage in usages.items() if (crowd := _crowd(usage))}
        left = [slot for slot in free if slot not in crowds]
        reasons = tuple(f"{slot.name} is passed over: {crowd}" for slot, crowd in crowds.items())
        if not left:
            return Place(reason=f"{ALL_BUSY}: {'; '.join(reasons)}")
        best = min(left, key=lambda slot: (usages[slot].utilisation or 0.0, -(usages[slot].memory_free or 0)))
        return Place((best,), notices=reasons)


def _crowd(usage: DeviceUsage) -> str:
    """What speaks against a card that none of this engine's runs is on; nothing as a rule."""
    little = LITTLE_MEMORY if usage.memory_total is None else min(LITTLE_MEMORY, usage.memory_total // 2)
    if usage.memory_free is not None and usage.memory_free < little:
        return f"others leave {gibibytes(usage.memory_free)} of its memory"
    if usage.utilisation is not None and usage.utilisation >= BUSY and usage.processes:
        return f"others keep it busy for {usage.utilisation:.0%} of the time"
    return ""
