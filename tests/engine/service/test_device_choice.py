"""What `MNIST_TUI_DEVICES` may say, and the slots that follow from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.service.card_probe import Card, Cards, may_have_cards
from engine.service.device_choice import DeviceChoice, DeviceChoiceError
from engine.service.device_stats import DeviceUsage
from engine.service.placement import Placement
from engine.service.slots import slots_of
from engine.training.cores import Cores

CARDS = Cards(cards=tuple(Card(name=f"cuda:{number}", description="a card") for number in range(4)))
FOUR = Cores(4, "all there are")


def names(text: str, cards: Cards = CARDS) -> list[str]:
    return [slot.name for slot in slots_of(DeviceChoice.parse(text), cards, FOUR).all]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cpu"]),
        ("all", ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cpu"]),
        ("0, 2-3", ["cuda:0", "cuda:2", "cuda:3", "cpu"]),
        ("1,CPU:2", ["cuda:1", "cpu 1", "cpu 2"]),
        ("cpu:1", ["cpu"]),
        ("cpu", ["cpu 1", "cpu 2", "cpu 3", "cpu 4"]),
        ("stack:8", ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cpu"]),
        ("1,stack:8,cpu:2", ["cuda:1", "cpu 1", "cpu 2"]),
    ],
)
def test_a_choice_narrows_the_slots(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_without_cards_there_is_a_slot_for_each_core_and_the_reason_is_told() -> None:
    slots = slots_of(DeviceChoice(), Cards(faults=("CUDA cannot be used: too old",)), FOUR)
    assert len(slots.all) == 4 and slots.faults == ("CUDA cannot be used: too old",)
    assert slots.reason == "one a core, all there are"
    assert [slot.device for slot in slots.for_device("auto")] == ["cpu"] * 4
    assert not slots.for_device("cuda") and not slots.for_device("cuda:1")


def test_why_a_card_is_not_used_is_told_where_others_are_and_where_it_is_chosen() -> None:
    old = "cuda:1 has compute capability 6.1, for which this PyTorch has no code"
    probed = Cards(cards=CARDS.cards[:1], faults=(old,))

    def faults(text: str, cards: Cards = probed) -> tuple[str, ...]:
        return slots_of(DeviceChoice.parse(text), cards, FOUR).faults

    assert faults("all") == faults("0-1") == (old,)
    assert faults("0") == faults("cpu") == ()
    assert faults("0,7") == ("chosen, but not here: GPU 7",)
    assert faults("1-9") == (old, "chosen, but not here: GPU 2, 3, 4 …")
    assert faults("0", Cards()) == ("chosen, but not here: GPU 0",)
    assert faults("0-1", Cards(faults=("CUDA cannot be used: too old",)))[0] == "CUDA cannot be used: too old"
    slots = slots_of(DeviceChoice(), probed, FOUR)
    assert Placement(lambda slot: DeviceUsage()).refusal("cuda:1", slots).startswith(old)


def test_auto_means_the_cards_where_there_are_any() -> None:
    slots = slots_of(DeviceChoice(), CARDS, FOUR)
    assert slots.for_device("auto") == slots.cards
    assert [slot.name for slot in slots.for_device("cuda")] == ["cuda:0"]
    assert [slot.name for slot in slots.for_device("cpu")] == ["cpu"]


@pytest.mark.parametrize(
    "text",
    [
        "gpu",
        "0-",
        "5-2",
        "cpu:0",
        "cpu:x",
        "-1",
        "0;1",
        "all,0",
        "0,,1",
        "9999",
        "stack:0",
        "stack:129",
        "stack:",
        "\x1b[2J",
    ],
)
def test_a_choice_that_cannot_be_meant_is_told_what_is_accepted(text: str) -> None:
    with pytest.raises(DeviceChoiceError, match=r"Accepted: all; GPUs by number, such as 0,2-5; cpu") as error:
        DeviceChoice.parse(text)
    assert len(str(error.value).splitlines()) == 2 and "\x1b" not in str(error.value)


@given(st.text())
def test_any_text_is_a_choice_or_refused(text: str) -> None:
    try:
        DeviceChoice.parse(text)
    except DeviceChoiceError:
        return


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_cards_that_are_hidden_are_not_looked_for(hidden: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert not may_have_cards()
