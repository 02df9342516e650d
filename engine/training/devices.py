"""The devices there are, seen by PyTorch."""

from __future__ import annotations

import os
import re

import torch

from engine.errors import UserError
from engine.training.cores import processor, usable_cores


class DeviceError(UserError):
    """The device asked for is not there; the message says which are."""


def available() -> list[str]:
    """The names of the devices there are, the one `auto` means first."""
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*(name for name, fault in _cards().items() if not fault), *mps, "cpu"]


def faults() -> list[str]:
    """Why GPUs that the driver counts cannot be used, in a line each."""
    return list(dict.fromkeys(fault for fault in _cards().values() if fault))


def _cards() -> dict[str, str]:
    """The GPUs that the driver counts, each with what keeps this PyTorch from using it: nothing, as a rule."""
    cards: dict[str, str] = {}
    for index in range(torch.cuda.device_count()):
        name = f"cuda:{index}"
        try:
            torch.cuda.init()
        except (RuntimeError, AssertionError) as error:
            cards[name] = f"CUDA cannot be used: {first_line(error)}"
            continue
        try:
            capability = torch.cuda.get_device_capability(index)
        except (RuntimeError, AssertionError) as error:
            cards[name] = f"{name} cannot be used: {first_line(error)}"
            continue
        fits = has_code_for(capability, torch.cuda.get_arch_list())
        lacking = f"{name} has compute capability {capability[0]}.{capability[1]}, for which this PyTorch has no code"
        cards[name] = "" if fits else f"{lacking}; install a build that does (see pytorch.org)"
    return cards


def has_code_for(capability: tuple[int, int], built_for: list[str]) -> bool:
    """Whether a build for such architectures (`sm_90`, `compute_90`) runs on a card: machine code does on cards of its
    generation that are not older, code for the driver to compile on every newer one."""
    for kind, digits in re.findall(r"(sm|compute)_(\d+)", " ".join(built_for)):
        major, minor = divmod(int(digits), 10)
        if (major == capability[0] and minor <= capability[1]) or (kind == "compute" and major < capability[0]):
            return True
    return False


def first_line(error: BaseException) -> str:
    """What an error says, without the advice of the lines below."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def resolve(requested: str) -> torch.device:
    """The device that a configuration's `device` means. Raises DeviceError when there is no such device."""
    if requested == "cpu":
        return torch.device(requested)  # Without a look at the cards, each of which it would occupy.
    names = available()
    name = {"auto": names[0], "cuda": "cuda:0"}.get(requested, requested)
    if name not in names:
        why = _cards().get(name) or f"there is no device {name} here"
        raise DeviceError(f"{why}; choose one of: auto, {', '.join(names)}")
    return torch.device(name)


def describe(device: torch.device) -> str:
    """The device's name and model, such as `cuda:0 (NVIDIA H100)`; the name alone where the model cannot be read."""
    if device.type == "cuda":
        try:
            return f"{device} ({torch.cuda.get_device_name(device)})"
        except (RuntimeError, AssertionError):
            return str(device)
    return f"{device} ({processor()})"


def machine(device: torch.device) -> dict[str, str]:
    """What a measurement was made on."""
    return {"device": describe(device), "cores": str(usable_cores().count), "torch": str(torch.__version__)}


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
