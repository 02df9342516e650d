"""Memory and how busy devices are."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine import interval
from engine.service import device_stats
from engine.service.device_stats import DeviceStats, DeviceUsage, ask_library, parse_smi, processor_memory, user_of
from engine.service.protocol import User
from tests.conftest import settle


def test_a_control_group_that_allows_less_than_the_machine_has_limits_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(device_stats, "memory_limit", lambda: (1 << 20, 1 << 10))
    assert processor_memory() == DeviceUsage(1 << 20, 1 << 10)
    assert DeviceStats().read("cpu").memory_free == 1 << 10


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
    gauge = DeviceStats().read("cpu")
    assert gauge.memory_total is not None and gauge.memory_free is not None
    assert 0 < gauge.memory_free <= gauge.memory_total
    assert gauge.utilisation is None
    assert processor_memory().memory_total == gauge.memory_total


@pytest.fixture
def smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a script in the place of nvidia-smi, without the library; every call leaves a line in the file returned."""
    monkeypatch.setitem(sys.modules, "pynvml", None)

    def install(script: str) -> Path:
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return tmp_path / "asked"

    return install


GPU = ("cuda:0", "5f3c-aa")
HEARD = DeviceUsage(10 << 20, 4 << 20, 0.5)


def test_a_gpu_is_found_by_its_uuid(smi: Callable[[str], Path]) -> None:
    smi("echo GPU-5f3c-aa, 10, 4, 50")
    stats = DeviceStats()
    settle(lambda: stats.read(*GPU) == HEARD)


def refreshed(stats: DeviceStats) -> bool:
    stats._refresh()
    return not stats._asking


def test_a_gpu_is_asked_about_once_a_second(smi: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = smi("echo GPU-5f3c-aa, 10, 4, 50")
    now = [1000.0]
    monkeypatch.setattr(interval, "time", SimpleNamespace(monotonic=lambda: now[0]))
    stats = DeviceStats()
    settle(lambda: refreshed(stats))
    for _ in range(3):
        assert stats.read(*GPU) == HEARD
    now[0] += 1.5
    settle(lambda: refreshed(stats))
    assert asked.read_text() == 4 * "asked\n"


def test_a_program_that_hangs_holds_nothing_up(smi: Callable[[str], Path], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    asked = smi(f"read line < {tmp_path}/never; echo GPU-5f3c-aa, 10, 4, 50")
    stats = DeviceStats()
    for _ in range(3):
        assert stats.read(*GPU) == DeviceUsage()
    settle(asked.exists)
    (tmp_path / "never").write_text("now\n")
    settle(lambda: stats.read(*GPU) == HEARD)


def test_after_a_failure_it_is_left_alone_for_longer_each_time(
    smi: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = smi("exit 9")
    now = [1000.0]
    monkeypatch.setattr(interval, "time", SimpleNamespace(monotonic=lambda: now[0]))
    stats = DeviceStats()
    rests = []
    for calls in range(1, 9):
        stats.read(*GPU)
        settle(lambda: not stats._asking)
        assert asked.read_text().count("asked") == calls
        rests.append(stats._rest.left)
        now[0] += stats._rest.left
    assert rests == [2, 4, 8, 16, 32, 60, 60, 60]


def test_the_processes_on_a_gpu_are_told_with_their_owners(smi: Callable[[str], Path]) -> None:
    smi(f"case $1 in *compute-apps*) echo GPU-5f3c-aa, {os.getpid()};; *) echo GPU-5f3c-aa, 10, 4, 50;; esac")
    stats = DeviceStats()
    settle(lambda: stats.read(*GPU).processes == (os.getpid(),))
    user = user_of(os.getpid())
    assert user.pid == os.getpid()
    if Path("/proc/self/comm").exists():
        assert user.program == Path("/proc/self/comm").read_text().strip() and user.owner
    assert user_of(2**22 + 1) == User(pid=2**22 + 1)


def test_the_library_is_asked_before_the_program(smi: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    class NVMLError(Exception):
        pass

    def utilisation(handle: int) -> SimpleNamespace:
        if handle:
            raise NVMLError("Not Supported")
        return SimpleNamespace(gpu=37)

    def slices(handle: int) -> int:
        if not handle:
            raise NVMLError("Not Supported")
        return 2

    def slice_of(handle: int, place: int) -> int:
        if place:
            raise NVMLError("Not Found")
        return 2

    library = SimpleNamespace(
        NVMLError=NVMLError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(total=100, free=40),
        nvmlDeviceGetUtilizationRates=utilisation,
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [SimpleNamespace(pid=handle + 5)],
        nvmlDeviceGetUUID=lambda handle: ("GPU-5f3c-aa", "GPU-other", "MIG-slice")[handle],
        nvmlDeviceGetMaxMigDeviceCount=slices,
        nvmlDeviceGetMigDeviceHandleByIndex=slice_of,
    )
    asked = smi("echo GPU-5f3c-aa, 10, 4, 50")
    monkeypatch.setitem(sys.modules, "pynvml", library)
    assert ask_library() == {
        "5f3c-aa": DeviceUsage(100, 40, 0.37, (5,)),
        "other": DeviceUsage(100, 40, None, (6,)),
        "slice": DeviceUsage(100, 40, None, (7,)),
    }
    stats = DeviceStats()
    settle(lambda: stats.read(*GPU) == DeviceUsage(100, 40, 0.37, (5,)))
    assert not asked.exists()


def test_without_nvidia_smi_only_the_total_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    stats = DeviceStats()
    stats.read(*GPU)
    settle(lambda: not stats._asking)
    assert stats.read(*GPU) == DeviceUsage()
