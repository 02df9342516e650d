"""Where a run goes that keeps its own process, on cards that are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.events import Event, Notice, Progress
from engine.service import own_slot
from engine.service.card_probe import Card, Cards
from engine.service.device_choice import DeviceChoice
from engine.service.device_stats import DeviceStats, DeviceUsage
from engine.service.own_slot import OwnSlot
from engine.service.slots import slots_of
from engine.training.slot_locks import SlotLocks

FULL, EMPTY = DeviceUsage(80 << 30, 1 << 30, 0.0), DeviceUsage(80 << 30, 70 << 30, 0.0)


@pytest.fixture
def usage(monkeypatch: pytest.MonkeyPatch) -> dict[str, DeviceUsage]:
    """Three cards and how they are used: the first is full, the second busy."""
    found = {"cuda:0": FULL, "cuda:1": DeviceUsage(80 << 30, 70 << 30, 0.5), "cuda:2": EMPTY}
    cards = Cards(cards=tuple(Card(name=name, description="a card") for name in found))
    monkeypatch.setattr(own_slot, "may_have_cards", lambda: True)
    monkeypatch.setattr(own_slot, "cards_here", lambda: cards)
    monkeypatch.setattr(own_slot, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(DeviceStats, "read", lambda stats, device, uuid="": found[device])
    monkeypatch.setattr(DeviceStats, "wait", lambda stats, seconds: None)
    return found


def chosen(home: Home, choice: str = "all", **settings: str) -> tuple[str, list[Event]]:
    told: list[Event] = []
    device = OwnSlot(home, DeviceChoice.parse(choice)).choose(RunConfig().replace(settings), told.append)
    return device, told


def test_it_is_the_free_card_that_is_least_used_and_what_is_passed_over_is_said(
    home: Home, usage: dict[str, DeviceUsage]
) -> None:
    device, (notice,) = chosen(home)
    assert device == "cuda:2" and isinstance(notice, Notice)
    assert notice.message == "cuda:0 is passed over: others leave 1.0 GiB of its memory"
    SlotLocks(home).take("cuda:2")
    assert chosen(home)[0] == "cuda:1"
    assert [chosen(home, choice)[0] for choice in ("cpu", "1")] == ["cpu", "cuda:1"]
    assert [chosen(home, device=name)[0] for name in ("cuda:0", "cpu")] == ["cuda:0", "cpu"]


def test_a_card_is_taken_by_its_uuid_whatever_number_it_has_where_others_are_hidden(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = [Card(name=f"cuda:{number}", description="a card", uuid=f"GPU-{number}") for number in range(4)]
    hidden = Cards(cards=(replace(cards[3], name="cuda:0"),))
    monkeypatch.setattr(own_slot, "cards_here", lambda: hidden)
    mine = OwnSlot(home, DeviceChoice())
    mine.occupy("cuda:0", 1)
    slots, locks = slots_of(DeviceChoice(), Cards(cards=tuple(cards))), SlotLocks(home)
    assert [slot.name for slot in slots.cards if locks.user_of(slot.key)] == ["cuda:3"]
    mine.release()
    assert not any(locks.user_of(slot.key) for slot in slots.cards)


def test_cards_that_this_home_alone_fills_are_shared(home: Home, usage: dict[str, DeviceUsage]) -> None:
    locks = SlotLocks(home)
    for name in usage:
        locks.take(name)
    assert chosen(home)[0] == "cuda:2"


def test_while_others_fill_all_cards_it_waits_and_says_so(home: Home, usage: dict[str, DeviceUsage]) -> None:
    usage |= {"cuda:1": FULL, "cuda:2": FULL}
    told = []

    def report(event: Event) -> None:
        told.append(event)
        usage["cuda:1"] = EMPTY

    assert OwnSlot(home, DeviceChoice()).choose(RunConfig(), report) == "cuda:1"
    assert isinstance(told[0], Progress) and told[0].task.startswith("all devices busy or unavailable: cuda:0")


def test_a_card_that_cannot_be_used_leaves_the_processor_and_says_why(
    home: Home, usage: dict[str, DeviceUsage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_slot, "cards_here", lambda: Cards(faults=("CUDA cannot be used: the driver is too old",)))
    device, (notice,) = chosen(home)
    assert device == "cpu" and isinstance(notice, Notice)
    assert notice.message == "CUDA cannot be used: the driver is too old; training on the processor"
