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
    """Reads the gauges of devices, those of NVIDIA's through nvidia-smi: PyTorch would occupy every GPU it looks at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -GOOD_FOR
        self._nvidia: dict[str, DeviceUsage] = {}

    def read(self, device: torch.device) -> DeviceUsage:
        """The gauge of a device, at most a second old."""
        if device.type == "cuda":
            properties = torch.cuda.get_device_properties(device)
            gauge = self._smi().get(str(getattr(properties, "uuid", "")).removeprefix("GPU-"))
            return gauge or DeviceUsage(memory_total=properties.total_memory)
        if device.type == "mps":
            total = torch.mps.recommended_max_memory()
            return DeviceUsage(total, max(0, total - torch.mps.driver_allocated_memory()))
        return processor_memory()

    def _smi(self) -> dict[str, DeviceUsage]:
        with self._lock:
            if time.monotonic() - self._read_at >= GOOD_FOR:
                self._nvidia = {}
                with suppress(OSError, subprocess.SubprocessError):
                    said = subprocess.run(
                        SMI, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
                    )
                    self._nvidia = parse_smi(said.stdout)
                self._read_at = time.monotonic()
            return self._nvidia


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
