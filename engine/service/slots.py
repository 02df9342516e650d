"""The slots of a machine: what can train one run each, a card or a share of the processor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from engine.service.card_probe import Cards, ProbeError, may_have_cards, probe_cards
from engine.service.device_choice import DeviceChoice
from engine.training.cores import PROCESSOR, Cores, processor, usable_cores

MOST_TOLD = 3


@dataclass(frozen=True)
class Slot:
    """`name` tells it from the others, `device` is what a configuration calls it; memory of a card is in bytes."""

    name: str
    device: str
    description: str
    uuid: str = ""
    memory: int | None = None

    @property
    def is_card(self) -> bool:
        """Whether it is a GPU."""
        return self.device != PROCESSOR

    @property
    def key(self) -> str:
        """What tells it from the others to processes that may number the cards otherwise: CUDA_VISIBLE_DEVICES does."""
        return self.uuid or self.name


class Occupant(NamedTuple):
    """Who is on a slot: a run, or none, trained together with so many `beside` it, by the process `worker`, or 0."""

    run: str = ""
    worker: int = 0
    beside: int = 0


@dataclass(frozen=True)
class Slots:
    """The slots, cards first; how many the processor has and what says so; why cards are not used, in a line each; how
    many networks each trains in one step at most, 0 where that is not chosen."""

    all: tuple[Slot, ...]
    reason: str
    faults: tuple[str, ...] = ()
    stack: int = 0

    @property
    def cards(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.all if slot.is_card)

    def for_device(self, device: str) -> tuple[Slot, ...]:
        """Those that a configuration's `device` may mean; none where there is no such device."""
        if device == "auto":
            return self.cards or self.all
        return tuple(slot for slot in self.all if slot.device == device_named(device))


def device_named(device: str) -> str:
    """The one device that a configuration's `device` means, `auto` apart."""
    return "cuda:0" if device == "cuda" else device


def needs_probe(choice: DeviceChoice) -> bool:
    """Whether PyTorch has to be asked for cards."""
    return choice.may_use_cards and may_have_cards()


def find_slots(choice: DeviceChoice) -> Slots:
    """The slots of this machine; takes as long as PyTorch takes to load where `needs_probe` says so.

    That the cards cannot be told is one of the faults."""
    if not needs_probe(choice):
        return slots_of(choice, Cards())
    try:
        return slots_of(choice, probe_cards())
    except ProbeError as error:
        return slots_of(choice, Cards(faults=(str(error),)))


def slots_of(choice: DeviceChoice, probed: Cards, cores: Cores | None = None) -> Slots:
    """The slots of the chosen devices: each card, and the processor's: one beside cards, else one for each core."""
    cores = cores or usable_cores()
    cards = [
        Slot(card.name, card.name, card.description, card.uuid, card.memory)
        for card in probed.cards
        if choice.allows(_number(card.name) or 0)
    ]
    if choice.processor:
        count, reason = choice.processor, f"{choice.processor} as chosen"
    elif cards:
        count, reason = 1, "one beside the cards"
    else:
        count, reason = cores.count, f"one a core, {cores.reason}"
    description = f"{PROCESSOR} ({processor()})"
    names = [PROCESSOR] if count == 1 else [f"{PROCESSOR} {number}" for number in range(1, count + 1)]
    return Slots(
        (*cards, *(Slot(name, PROCESSOR, description) for name in names)),
        reason,
        tuple(_faults(choice, probed)),
        choice.stack,
    )


def _faults(choice: DeviceChoice, probed: Cards) -> Iterator[str]:
    """Why cards of the choice are not used, in a line each; those that are not there in one."""
    if not choice.may_use_cards:
        return
    yield from (fault for fault in probed.faults if (of := _number(fault)) is None or choice.allows(of))
    known = {_number(text) or 0 for text in (*(card.name for card in probed.cards), *probed.faults)}
    if missing := sorted((choice.cards or frozenset()) - known):
        numbers = ", ".join(map(str, missing[:MOST_TOLD])) + (" …" if len(missing) > MOST_TOLD else "")
        yield f"chosen, but not here: GPU {numbers}"


def _number(text: str) -> int | None:
    """The number of the card that a name or a sentence begins with, if it does."""
    match = re.match(r"\w+:(\d+)", text)
    return int(match[1]) if match else None
