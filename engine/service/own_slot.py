"""The slot of a run that is trained without the engine: chosen as the engine chooses, and taken so that it is seen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.events import Event, Notice, Progress
from engine.service.card_probe import Cards, cards_here, may_have_cards
from engine.service.device_choice import DeviceChoice
from engine.service.device_stats import FIRST_SECONDS, DeviceStats, DeviceUsage, with_user
from engine.service.placement import Placement
from engine.service.slots import Slot, slots_of
from engine.training.cores import PROCESSOR
from engine.training.slot_locks import SlotLocks

LOOK_EVERY = 0.5


class OwnSlot:
    """For one run in this process, which loads PyTorch anyway. `choice` narrows the devices."""

    def __init__(self, home: Home, choice: DeviceChoice) -> None:
        self._choice = choice
        self._locks, self._stats = SlotLocks(home), DeviceStats()
        self._placement = Placement(self._usage)

    def choose(self, config: RunConfig, report: Callable[[Event], None]) -> str:
        """The device to train on: for `auto` the free slot that is least used.

        While others fill all cards it waits, which `report` is told every moment; what that raises ends the wait. Cards
        that runs of this home alone are on are shared where none is free."""
        if config.device != "auto":
            return config.device
        looks = self._choice.may_use_cards and may_have_cards()
        slots = slots_of(self._choice, cards_here() if looks else Cards())
        fitting = slots.for_device("auto")
        while True:
            if slots.cards:
                self._stats.wait(FIRST_SECONDS)
            free = [slot for slot in fitting if not slot.is_card or not self._locks.user_of(slot.key)]
            place = self._placement.choose(config, slots, free or fitting)
            if place.slots:
                for notice in place.notices:
                    report(Notice(message=notice))
                return place.slots[0].device
            report(Progress(task=place.reason, done=0, total=0))
            time.sleep(LOOK_EVERY)

    def occupy(self, device: str, threads: int) -> None:
        """Take what the run uses, so that others leave it alone."""
        slots = () if device == PROCESSOR else slots_of(DeviceChoice(), cards_here()).for_device(device)
        self._locks.take_for(slots[0].key if slots else device, threads)

    def release(self) -> None:
        """Let go of it."""
        self._locks.release_all()

    def _usage(self, slot: Slot) -> DeviceUsage:
        usage = with_user(self._stats.read(slot.device, slot.uuid), self._locks.user_of(slot.key))
        return replace(usage, processes=tuple(pid for pid in usage.processes if pid != os.getpid()))
