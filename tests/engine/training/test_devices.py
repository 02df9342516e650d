"""Which devices count as there, with cards that are not at hand made up."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import torch

from engine.training import devices

TOO_OLD = "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver"
CAPABILITIES = {0: (9, 0), 1: (6, 1), 2: (12, 0)}


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three cards, of which the build has code for the first and the last."""
    for name, value in {
        "device_count": lambda: 3,
        "init": lambda: None,
        "get_device_capability": CAPABILITIES.__getitem__,
        "get_arch_list": lambda: ["sm_80", "sm_90", "sm_120"],
        "get_device_name": lambda device: "NVIDIA H100",
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_card_counts_when_the_build_has_code_for_it(cards: None) -> None:
    assert devices.available() == ["cuda:0", "cuda:2", "cpu"]
    assert devices.resolve("auto") == torch.device("cuda:0")
    with pytest.raises(devices.DeviceError, match=r"cuda:1 has compute capability 6.1, for which this PyTorch"):
        devices.resolve("cuda:1")


@pytest.mark.parametrize(
    ("built_for", "capability", "fits"),
    [
        (["sm_80"], (8, 6), True),
        (["sm_86"], (8, 0), False),
        (["sm_80"], (9, 0), False),
        (["sm_80", "compute_80"], (9, 0), True),
        (["sm_90a"], (9, 0), True),
        (["sm_120"], (12, 1), True),
        ([], (9, 0), False),
    ],
)
def test_code_of_the_same_generation_fits(built_for: list[str], capability: tuple[int, int], fits: bool) -> None:
    assert devices.has_code_for(capability, built_for) is fits


def test_a_driver_too_old_leaves_the_processor_and_says_why(cards: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "init", raising(RuntimeError(TOO_OLD)))
    assert devices.available() == ["cpu"]
    assert devices.resolve("auto") == torch.device("cpu")
    assert devices.faults() == [f"CUDA cannot be used: {TOO_OLD}"]
    with pytest.raises(devices.DeviceError, match="driver on your system is too old"):
        devices.resolve("cuda:0")


def test_a_card_that_cannot_be_read_does_not_hide_the_others(cards: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def capability(index: int) -> tuple[int, int]:
        return raising(RuntimeError("CUDA error: unspecified launch failure"))() or (0, 0) if index == 0 else (9, 0)

    monkeypatch.setattr(torch.cuda, "get_device_capability", capability)
    assert devices.available() == ["cuda:1", "cuda:2", "cpu"]
    assert devices.faults() == ["cuda:0 cannot be used: CUDA error: unspecified launch failure"]


def test_a_card_whose_name_cannot_be_read_keeps_its_number(cards: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", raising(RuntimeError("CUDA error")))
    assert devices.describe(torch.device("cuda:0")) == "cuda:0"


def test_without_cards_there_is_nothing_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert devices.faults() == []


def test_products_on_a_card_are_exact_and_repeat_whatever_the_image_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "1")
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":0:0")
    torch.backends.cuda.matmul.allow_tf32 = True
    used: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "set_device", used.append)
    devices.prepare(torch.device("cuda:1"), torch.get_num_threads())
    assert not torch.backends.cuda.matmul.allow_tf32 and used == [torch.device("cuda:1")]
    assert (os.environ["NVIDIA_TF32_OVERRIDE"], os.environ["CUBLAS_WORKSPACE_CONFIG"]) == ("0", ":4096:8")
