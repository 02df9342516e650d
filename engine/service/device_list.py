"""The slots with all that is told of them: what trains on each, how full and busy it is, who else uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.service.device_stats import DeviceUsage, user_of
from engine.service.protocol import Device, DeviceList
from engine.service.slots import Occupant, Slot, Slots

NOBODY = Occupant()


def device_list(
    slots: Slots,
    usage: Callable[[Slot], DeviceUsage],
    occupants: Mapping[str, Occupant],
    epoch_seconds: Callable[[Slot], float | None],
    torch_loaded: bool,
) -> DeviceList:
    """`occupants` are by the names of slots; `usage` is without the engine's own processes."""

    def told(slot: Slot) -> Device:
        used, occupant = usage(slot), occupants.get(slot.name, NOBODY)
        return Device(
            name=slot.device,
            slot=slot.name,
            description=slot.description,
            memory_total=used.memory_total if used.memory_total is not None else slot.memory,
            memory_free=used.memory_free,
            utilisation=used.utilisation,
            run=occupant.run,
            worker=occupant.worker,
            beside=occupant.beside,
            users=tuple(user_of(pid) for pid in used.processes),
            epoch_seconds=epoch_seconds(slot),
        )

    return DeviceList(
        torch_loaded=torch_loaded,
        devices=tuple(told(slot) for slot in slots.all),
        reason=slots.reason,
        faults=slots.faults,
    )
