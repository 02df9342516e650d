"""The devices there are, and how many threads the work on a processor deserves."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

import torch

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.training.batch_plan import Batching


class DeviceError(UserError):
    """The device asked for is not there; the message says which are."""


def available() -> list[str]:
    """The names of the devices there are, the one `auto` means first."""
    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, "cpu"]


def resolve(wanted: str) -> torch.device:
    """The device that a configuration's `device` means. Raises DeviceError when there is no such device."""
    names = available()
    name = {"auto": names[0], "cuda": "cuda:0"}.get(wanted, wanted)
    if name not in names:
        raise DeviceError(f"there is no device {name} here; choose one of: auto, {', '.join(names)}")
    return torch.device(name)


def describe(device: torch.device) -> str:
    """The device's name and model, such as `cuda:0 (NVIDIA H100)`."""
    if device.type == "cuda":
        return f"{device} ({torch.cuda.get_device_name(device)})"
    return f"{device} ({processor()})"


def processor() -> str:
    """The model of this machine's processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine(device: torch.device) -> dict[str, str]:
    """What a measurement was made on."""
    return {"device": describe(device), "cores": str(cores()), "torch": str(torch.__version__)}


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(device: torch.device, threads: int) -> None:
    """Make the calling thread ready to train on `device`.

    Numbers too small for a normal float are taken as 0: arithmetic on them is dozens of times slower."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    if device.type == "cuda":
        # cuBLAS reads both when it is first used, and an image may have set them to what rounds more or differs.
        os.environ["NVIDIA_TF32_OVERRIDE"] = "0"
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.cuda.set_device(device)


def threads_for(config: RunConfig, train_size: int) -> int:
    """How many threads to train with on the CPU: one, unless a single step is long.

    Depends on the configuration and the machine alone, never on a timing, so that figures repeat bit for bit.
    """
    worth_it = Batching.of(config, train_size).is_worth_threads(config.parameters())
    return max(1, min(cores(), 8)) if worth_it else 1
