"""What this machine offers the program, what is wrong with it, and what to do; torch is imported in another process."""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine import __version__
from engine.datasets import inventory
from engine.errors import UserError
from engine.files import StoreError, write_whole
from engine.home import Home
from engine.quantities import gibibytes
from engine.runs import leftovers
from engine.runs.lock import RunLock
from engine.runs.summaries import list_runs
from engine.service.card_probe import Card, Cards
from engine.service.device_choice import VARIABLE, DeviceChoice
from engine.service.device_stats import processor_memory
from engine.service.slots import slots_of
from engine.service.stacking import most_stacked
from engine.service.worker_pool import WORKER_MEMORY
from engine.training.cores import Cores, memory_limit

CGROUP, LINGERING = Path("/proc/self/cgroup"), Path("/var/lib/systemd/linger")
LOGIND = ["loginctl", "show-session", "--property=KillUserProcesses"]
LINGER, SCOPE = "loginctl enable-linger", "systemd-run --user --scope mnist-tui"

OK, NOTE, PROBLEM = "ok", "note", "problem"
PACKAGES = ("torch", "torchvision", "textual", "rich", "plotext", "click", "numpy", "platformdirs")
LITTLE_SPACE = 500 << 20
DEVICE_SECONDS = 120
LOOK_AT_DEVICES = """
import json, torch
from engine.training import devices, native, products
from engine.training.cores import usable_cores
from engine.training.threads import threads_for
from engine.config.run_config import RunConfig
cores = usable_cores()
names = [devices.describe(torch.device(name)) for name in devices.available()]
print(json.dumps({
    "devices": names, "build": torch.version.cuda or "", "threads": torch.get_num_threads(),
    "faults": devices.faults(), "cores": cores.count, "why": cores.reason,
    "chosen": threads_for(RunConfig(), 60000), "products": products.describe(),
    "compiled": native.compiled().reason, "compiles": native.compiled().add_gradients is not None,
}))
"""


@dataclass(frozen=True)
class Finding:
    """What was found of one thing: `ok`, a `note`, or a `problem`; `advice` says what to do about it."""

    subject: str
    state: str
    found: str
    advice: str = ""


def check_versions() -> Iterator[Finding]:
    yield Finding("mnist-tui", OK, f"{__version__} on Python {platform.python_version()}, {platform.platform()}")
    missing, present = [], []
    for package in PACKAGES:
        try:
            present.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    yield Finding("packages", OK, ", ".join(present))
    if missing:
        yield Finding("packages", PROBLEM, f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")


def check_devices() -> Iterator[Finding]:
    """What networks can be trained on, seen by a process of its own."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", LOOK_AT_DEVICES],
            capture_output=True,
            text=True,
            timeout=DEVICE_SECONDS,
            cwd=Path(__file__).parents[2],
            check=True,
        )
        seen = json.loads(answer.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        yield Finding("devices", PROBLEM, f"PyTorch was not loaded within {DEVICE_SECONDS} s", "try again when idle")
        return
    except (subprocess.CalledProcessError, ValueError, IndexError, OSError) as error:
        lines = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        yield Finding(
            "devices", PROBLEM, f"PyTorch cannot be loaded: {lines[-1] if lines else error}", "reinstall torch"
        )
        return
    yield Finding("devices", OK, ", ".join(seen["devices"]))
    if Path("/proc/driver/nvidia").exists() and not any(name.startswith("cuda") for name in seen["devices"]):
        build = f"it is built for CUDA {seen['build']}" if seen["build"] else "it is built without CUDA"
        advice = "update the driver, or install a build of PyTorch that fits it (see pytorch.org)"
        yield Finding("devices", NOTE, f"there is an NVIDIA driver that PyTorch does not use: {build}", advice)
    for fault in seen["faults"]:
        yield Finding("devices", NOTE, fault, f"PyTorch here is built for CUDA {seen['build']}; see pytorch.org")
    yield from _slots(seen)
    cores = f"{seen['cores']} {'core' if seen['cores'] == 1 else 'cores'} ({seen['why']})"
    yield Finding("threads", OK, f"{cores}, {seen['chosen']} for the reference network")
    yield _memory()
    yield Finding("products", OK, seen["products"])
    if seen["compiles"]:
        yield Finding("compiled steps", OK, seen["compiled"])
    else:
        advice = "install a C compiler, such as gcc: small networks then train faster on the processor"
        yield Finding("compiled steps", NOTE, seen["compiled"], advice)


def _slots(seen: dict[str, Any]) -> Iterator[Finding]:
    """How many runs an engine trains at once, and why so many."""
    cards = tuple(Card(name=name.partition(" ")[0], description=name) for name in seen["devices"] if name[:3] != "cpu")
    try:
        slots = slots_of(DeviceChoice.of_environment(), Cards(cards=cards), Cores(seen["cores"], seen["why"]))
    except UserError as error:
        problem, _, advice = str(error).partition("\n")
        yield Finding("slots", PROBLEM, problem, advice)
        return
    runs = f"{len(slots.all)} {'run' if len(slots.all) == 1 else 'runs'} at once"
    together = max(most_stacked(slots, slot) for slot in slots.all)
    stacked = f"; up to {together} of one shape together in a slot" if together > 1 else ""
    names = ", ".join(slot.name for slot in slots.all)
    yield Finding("slots", OK, f"{runs}: {names} (processor: {slots.reason}){stacked}")
    for fault in slots.faults:
        yield Finding("slots", NOTE, fault, f"choose others: {VARIABLE}")


def _memory() -> Finding:
    """How many workers the memory that is left carries."""
    memory, limit = processor_memory(), memory_limit()
    if memory.memory_free is None or memory.memory_total is None:
        return Finding("memory", OK, "not told by this system")
    why = ", as the control group allows" if limit and limit[0] <= memory.memory_total else ""
    free = f"{gibibytes(memory.memory_free)} free of {gibibytes(memory.memory_total)}{why}"
    if memory.memory_free < WORKER_MEMORY:
        return Finding("memory", PROBLEM, free, f"a worker takes {gibibytes(WORKER_MEMORY)}: make room, or allow more")
    return Finding("memory", OK, f"{free}, enough for {memory.memory_free // WORKER_MEMORY} workers")


def check_home(home: Home) -> Iterator[Finding]:
    """Whether runs can be kept: by writing, and by locking."""
    try:
        _probe(home)
    except UserError as error:
        found, _, advice = str(error).partition("\n")
        yield Finding("home", PROBLEM, found.rstrip("."), advice.rstrip(".").replace("Set ", "set ", 1))
        return
    except OSError as error:
        yield Finding("home", PROBLEM, str(error), "set MNIST_TUI_HOME to a folder you may write to")
        return
    free = shutil.disk_usage(home.path).free
    found = f"{home.path}, {gibibytes(free)} free"
    if free < LITTLE_SPACE:
        yield Finding("home", PROBLEM, found, "make room; runs fail when the disk is full")
    else:
        yield Finding("home", OK, found)
    yield _check_runs(home)
    if left := leftovers.find(home):
        found = f"{len(left):,} that killed processes left half written, such as {left[0].relative_to(home.path)}"
        yield Finding("leftovers", NOTE, found, "mnist-tui runs empty-trash")


def _probe(home: Home) -> None:
    """Write and lock a file. Raises UserError or OSError."""
    probe = home.prepare().path / f".probe.{os.getpid()}"
    try:
        write_whole(probe, b"\0" * 4096)
        lock = RunLock(probe)
        lock.acquire()
        held = RunLock(probe).held()
        lock.release()
    finally:
        probe.unlink(missing_ok=True)
    if not held:
        raise StoreError(
            f"{home.path} keeps no locks, so running runs look interrupted.\n"
            "Set MNIST_TUI_HOME to a folder on a local disk."
        )


def _check_runs(home: Home) -> Finding:
    listing = list_runs(home)
    count = f"{len(listing.runs):,} in {home.runs}"
    if not listing.skipped:
        return Finding("runs", OK, count)
    return Finding("runs", NOTE, f"{count}, {listing.skipped:,} entries that are none", "move them elsewhere")


def check_logout() -> Iterator[Finding]:
    """Whether runs go on when the user logs out."""
    if end := end_at_logout():
        yield Finding("logout", NOTE, *end)
    else:
        yield Finding("logout", OK, "runs go on after it")


def check_data(home: Home) -> Iterator[Finding]:
    holdings = inventory.survey(home)
    for held in holdings:
        name = held.spec.name
        if held.state == inventory.PRESENT:
            yield Finding(f"data: {name}", OK, str(held.raw))
        elif held.state == inventory.CONVERTIBLE:
            yield Finding(f"data: {name}", NOTE, held.faults[0])
        elif held.faults:
            yield Finding(f"data: {name}", PROBLEM, held.faults[0], f"mnist-tui data fetch {name}")
    if not any(held.spec.name == "mnist" and held.state == inventory.PRESENT for held in holdings):
        advice = "mnist-tui data fetch mnist, or point MNIST_TUI_DATA to it; until then synthetic digits stand in"
        yield Finding("data: mnist", NOTE, "not here", advice)


def end_at_logout() -> tuple[str, str] | None:
    """What ends the engine at logout, and what to do about it; None where nothing does."""
    try:
        cgroup = CGROUP.read_text()
    except OSError:
        return None
    lingers = (LINGERING / _user()).exists()
    if re.search(r"/user@\d+\.service/", cgroup):
        reason = "when your last login ends, systemd ends what it runs for you, the engine and its runs too"
        return None if lingers else (reason, LINGER)
    # Unless told otherwise logind spares the processes of root.
    if re.search(r"/session-[^/]+\.scope", cgroup) and os.geteuid() != 0 and _kills_user_processes():
        reason = "logind ends what a login has started when it ends (KillUserProcesses), the engine and its runs too"
        return reason, SCOPE if lingers else f"{LINGER}, then start the console by: {SCOPE}"
    return None


def _kills_user_processes() -> bool:
    try:
        output = subprocess.run(LOGIND, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "KillUserProcesses=yes" in output


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
