"""What the devices have to offer now: memory, and how busy they are."""

from __future__ import annotations

import pwd
import re
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.interval import Interval
from engine.service.protocol import User
from engine.text import clean
from engine.training.cores import memory_limit

# Seconds that a reading stands for: the time over which NVIDIA's driver averages is at most a second. Where none can be
# had the next is waited for twice as long as the one before, up to the second figure.
GOOD_FOR = 1.0
LONGEST_REST = 60.0
SMI = (
    "nvidia-smi",
    "--query-gpu=uuid,memory.total,memory.free,utilization.gpu",
    "--format=csv,noheader,nounits",
)
SMI_PROCESSES = ("nvidia-smi", "--query-compute-apps=gpu_uuid,pid", "--format=csv,noheader,nounits")
SMI_SECONDS = 3.0
# Longer than either takes that is not in trouble.
FIRST_SECONDS = 5.0


@dataclass(frozen=True)
class DeviceUsage:
    """Memory in bytes, utilisation in [0, 1], None where not known; the processes on it, where they are told."""

    memory_total: int | None = None
    memory_free: int | None = None
    utilisation: float | None = None
    processes: tuple[int, ...] = ()


class DeviceStats:
    """Reads the gauges of devices. NVIDIA's are asked of its library: PyTorch would occupy every GPU it looks at.

    A driver in trouble can keep its library, or nvidia-smi, waiting without end. So they are asked in a thread of its
    own, one at a time; `read` gives what was last heard, and does not wait. After a failure they are left alone for a
    while, longer each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = False
        self._heard = threading.Event()
        self._rest = Interval.ended()
        self._failures = 0
        self._nvidia: dict[str, DeviceUsage] = {}

    def read(self, device: str, uuid: str = "") -> DeviceUsage:
        """The gauge of a device as last heard, of a card by its UUID; nothing is known of one that cannot be read."""
        if device.startswith("cuda"):
            self._refresh()
            return self._nvidia.get(_bare(uuid), DeviceUsage())
        return processor_memory()

    def wait(self, seconds: float) -> None:
        """Have NVIDIA's gauges read, and wait for them so long at most."""
        self._refresh()
        self._heard.wait(seconds)

    def _refresh(self) -> None:
        """Have NVIDIA's gauges read, unless they were read a moment ago or are being read."""
        with self._lock:
            if self._asking or not self._rest.is_over():
                return
            self._asking = True
        threading.Thread(target=self._ask, name="device stats", daemon=True).start()

    def _ask(self) -> None:
        heard: dict[str, DeviceUsage] = {}
        with suppress(OSError, subprocess.SubprocessError):
            heard = ask_library() or ask_program()
        with self._lock:
            self._failures = 0 if heard else self._failures + 1
            self._rest.begin(min(GOOD_FOR * 2**self._failures, LONGEST_REST))
            self._nvidia, self._asking = heard, False
        self._heard.set()


def ask_library() -> dict[str, DeviceUsage]:
    """Gauges by the GPU's UUID from nvidia-ml-py; none where it is not installed or cannot be used."""
    try:
        import pynvml
    except ImportError:
        return {}
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return {}
    gauges: dict[str, DeviceUsage] = {}
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            with suppress(pynvml.NVMLError):
                handle = pynvml.nvmlDeviceGetHandleByIndex(index)
                for device in (handle, *_slices(pynvml, handle)):
                    gauges.update([_gauge(pynvml, device)])
    finally:
        pynvml.nvmlShutdown()
    return gauges


def _slices(pynvml: Any, handle: Any) -> list[Any]:
    """The MIG slices that a GPU is cut into; PyTorch sees them alone then."""
    slices = []
    with suppress(pynvml.NVMLError):
        for index in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
            with suppress(pynvml.NVMLError):  # Not every place has one.
                slices.append(pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index))
    return slices


def _gauge(pynvml: Any, handle: Any) -> tuple[str, DeviceUsage]:
    """The UUID of a GPU or a slice of one, and its gauge. Raises NVMLError."""
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    utilisation, processes = None, tuple[int, ...]()
    with suppress(pynvml.NVMLError):  # Not every GPU counts it: slices of one do not.
        utilisation = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    with suppress(pynvml.NVMLError):
        processes = tuple(one.pid for one in pynvml.nvmlDeviceGetComputeRunningProcesses(handle))
    return _bare(str(pynvml.nvmlDeviceGetUUID(handle))), DeviceUsage(memory.total, memory.free, utilisation, processes)


def ask_program() -> dict[str, DeviceUsage]:
    """Gauges by the GPU's UUID from nvidia-smi. Raises OSError and SubprocessError."""
    completed = subprocess.run(
        SMI, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
    )
    gauges = parse_smi(completed.stdout)
    with suppress(OSError, subprocess.SubprocessError):
        completed = subprocess.run(
            SMI_PROCESSES, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
        )
        for uuid, pid in re.findall(r"^(?:GPU-)?([\w-]+), ([0-9]{1,9})$", completed.stdout, re.MULTILINE):
            if gauge := gauges.get(uuid):
                gauges[uuid] = replace(gauge, processes=(*gauge.processes, int(pid)))
    return gauges


def parse_smi(text: str) -> dict[str, DeviceUsage]:
    """Gauges by the GPU's UUID from nvidia-smi's lines of uuid, MiB in all, MiB free, per cent busy."""
    gauges = {}
    for line in text.splitlines():
        uuid, *figures = (part.strip() for part in line.split(","))
        if len(figures) == 3:
            total, free, busy = (int(figure) if re.fullmatch("[0-9]{1,9}", figure) else None for figure in figures)
            utilisation = None if busy is None else busy / 100
            gauges[_bare(uuid)] = DeviceUsage(_mebibytes(total), _mebibytes(free), utilisation)
    return gauges


def processor_memory() -> DeviceUsage:
    """The memory of this machine, as far as Linux tells, or of the control group where that leaves less."""
    with suppress(OSError, KeyError):
        text = Path("/proc/meminfo").read_text()
        sizes = {name: int(size) << 10 for name, size in re.findall(r"^(\w+): +([0-9]+) kB", text, re.MULTILINE)}
        total, free = sizes["MemTotal"], sizes["MemAvailable"]
        allowed, left = memory_limit() or (total, free)
        return DeviceUsage(min(total, allowed), min(free, left))
    return DeviceUsage()


def with_user(usage: DeviceUsage, pid: int) -> DeviceUsage:
    """The usage with one more process, where there is one and it is not told yet."""
    known = usage.processes
    return usage if not pid or pid in known else replace(usage, processes=(*known, pid))


def user_of(pid: int) -> User:
    """Who runs a process and what it is, as far as this user may see."""
    owner = program = ""
    with suppress(OSError, KeyError):
        process = Path("/proc") / str(pid)
        program = clean((process / "comm").read_text(errors="replace"), 40)
        owner = pwd.getpwuid(process.stat().st_uid).pw_name
    return User(pid=pid, owner=owner, program=program)


def _mebibytes(count: int | None) -> int | None:
    return None if count is None else count << 20


def _bare(uuid: str) -> str:
    """A UUID as PyTorch tells it, without the word that NVIDIA's tools put before it."""
    return re.sub("^(GPU|MIG)-", "", uuid)
