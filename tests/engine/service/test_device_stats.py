"""Memory and how busy devices are."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import torch

from engine.service.device_stats import DeviceStats, DeviceUsage, parse_smi, processor_memory


def test_lines_of_nvidia_smi_are_read() -> None:
    text = "GPU-5f3c-aa, 81559, 81008, 37\nGPU-77, 40960, [N/A], [Not Supported]\n"
    assert parse_smi(text) == {
        "5f3c-aa": DeviceUsage(81559 << 20, 81008 << 20, 0.37),
        "77": DeviceUsage(40960 << 20, None, None),
    }


@pytest.mark.parametrize(
    "text", ["", "No devices were found\n", "a,b\n", "NVIDIA-SMI has failed, because, of, that, x"]
)
def test_other_words_of_nvidia_smi_are_no_gauges(text: str) -> None:
    assert parse_smi(text) == {}


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="only Linux tells its memory there")
def test_the_processor_has_memory_and_no_utilisation() -> None:
    gauge = DeviceStats().read(torch.device("cpu"))
    assert gauge.memory_total is not None and gauge.memory_free is not None
    assert 0 < gauge.memory_free <= gauge.memory_total
    assert gauge.utilisation is None
    assert processor_memory().memory_total == gauge.memory_total


class Properties:
    """What PyTorch tells of a GPU."""

    uuid = "5f3c-aa"
    total_memory = 1000


def test_a_gpu_is_found_by_its_uuid_and_asked_about_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\necho GPU-5f3c-aa, 10, 4, 50\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: Properties)
    gauges = DeviceStats()
    for _ in range(3):
        assert gauges.read(torch.device("cuda:0")) == DeviceUsage(10 << 20, 4 << 20, 0.5)
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_without_nvidia_smi_only_the_total_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: Properties)
    assert DeviceStats().read(torch.device("cuda:0")) == DeviceUsage(memory_total=1000)
