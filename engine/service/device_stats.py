"""What the devices have to offer now: memory, and how busy they are."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

GOOD_FOR = 1.0
LONGEST_REST = 60.0
SMI = (
    "nvidia-smi",
    "--query-gpu=uuid,memory.total,memory.free,utilization.gpu",
    "--format=csv,noheader,nounits",
)
SMI_SECONDS = 3.0


@dataclass(frozen=True)
class DeviceUsage:
    """Memory in bytes and utilisation in [0, 1]; None where not known."""

    memory_total: int | None = None
    memory_free: int | None = None
    utilisation: float | None = None


class DeviceStats:
    """Reads the gauges of devices. NVIDIA's are asked of its library: PyTorch would occupy every GPU it looks at.

    A driver in trouble can keep its library, or nvidia-smi, waiting without end. So they are asked in a thread of its
    own, one at a time; `read` gives what was last heard, and does not wait. After a failure they are left alone for a
    while, longer each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = False
        self._ask_again_at = 0.0
        self._failures = 0
        self._nvidia: dict[str, DeviceUsage] = {}

    def read(self, device: torch.device) -> DeviceUsage:
        """The gauge of a device as last heard; nothing is known of one that cannot be read."""
        if device.type == "cuda":
            self._refresh()
            try:
                properties = torch.cuda.get_device_properties(device)
            except (RuntimeError, AssertionError):
                return DeviceUsage()
            gauge = self._nvidia.get(str(getattr(properties, "uuid", "")).removeprefix("GPU-"))
            return gauge or DeviceUsage(memory_total=properties.total_memory)
        if device.type == "mps":
            total = torch.mps.recommended_max_memory()
            return DeviceUsage(total, max(0, total - torch.mps.driver_allocated_memory()))
        return processor_memory()

    def _refresh(self) -> None:
        """Have NVIDIA's gauges read, unless they were read a moment ago or are being read."""
        with self._lock:
            if self._asking or time.monotonic() < self._ask_again_at:
                return
            self._asking = True
        threading.Thread(target=self._ask, name="device stats", daemon=True).start()

    def _ask(self) -> None:
        heard: dict[str, DeviceUsage] = {}
        with suppress(OSError, subprocess.SubprocessError):
            heard = ask_library() or ask_program()
        with self._lock:
            self._failures = 0 if heard else self._failures + 1
            self._ask_again_at = time.monotonic() + min(GOOD_FOR * 2**self._failures, LONGEST_REST)
            self._nvidia, self._asking = heard, False


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
    gauges = {}
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            with suppress(pynvml.NVMLError):
                handle = pynvml.nvmlDeviceGetHandleByIndex(index)
                memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
                utilisation = None
                with suppress(pynvml.NVMLError):  # Not every GPU counts it: slices of one do not.
                    utilisation = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
                uuid = str(pynvml.nvmlDeviceGetUUID(handle)).removeprefix("GPU-")
                gauges[uuid] = DeviceUsage(memory.total, memory.free, utilisation)
    finally:
        pynvml.nvmlShutdown()
    return gauges


def ask_program() -> dict[str, DeviceUsage]:
    """Gauges by the GPU's UUID from nvidia-smi. Raises OSError and SubprocessError."""
    said = subprocess.run(
        SMI, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
    )
    return parse_smi(said.stdout)


def parse_smi(text: str) -> dict[str, DeviceUsage]:
    """Gauges by the GPU's UUID from nvidia-smi's lines of uuid, MiB in all, MiB free, per cent busy."""
    gauges = {}
    for line in text.splitlines():
        uuid, *figures = (part.strip() for part in line.split(","))
        if len(figures) == 3:
            total, free, busy = (int(figure) if re.fullmatch("[0-9]{1,9}", figure) else None for figure in figures)
            utilisation = None if busy is None else busy / 100
            gauges[uuid.removeprefix("GPU-")] = DeviceUsage(_mebibytes(total), _mebibytes(free), utilisation)
    return gauges


def processor_memory() -> DeviceUsage:
    """The memory of this machine, as far as Linux tells."""
    with suppress(OSError, KeyError):
        text = Path("/proc/meminfo").read_text()
        found = {name: int(size) << 10 for name, size in re.findall(r"^(\w+): +([0-9]+) kB", text, re.MULTILINE)}
        return DeviceUsage(found["MemTotal"], found["MemAvailable"])
    return DeviceUsage()


def _mebibytes(count: int | None) -> int | None:
    return None if count is None else count << 20
