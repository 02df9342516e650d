"""The processor: how many of its cores, and how much memory, this process may really use, within the share that a
container is given."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PROCESSOR = "cpu"
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
# What version 1 tells where there is no limit is near the largest whole number of 64 bits.
NO_LIMIT = 1 << 60


@dataclass(frozen=True)
class Cores:
    """How many cores, at least one, and in words what says so."""

    count: int
    reason: str


def usable_cores(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> Cores:
    """The cores this process may use. A share of less than one core counts as one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    groups = _groups("cpu", cgroups, membership)
    share = min((share for group in groups for share in _share(group)), default=float("inf"))
    if share < allowed:
        return Cores(max(1, int(share)), f"the control group allows the time of {share:g}, of {allowed} cores")
    machine = os.cpu_count() or allowed
    return Cores(allowed, f"the process may run on {allowed} of {machine}" if allowed < machine else "all there are")


def processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_limit(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> tuple[int, int] | None:
    """The memory that the process's control groups allow it, in bytes, and how much of that is left: of the group that
    leaves least. None where none sets a limit."""
    limits = [limit for group in _groups("memory", cgroups, membership) for limit in _limits(group)]
    return min(limits, key=lambda limit: limit[1], default=None)


def _groups(controller: str, cgroups: Path, membership: Path) -> Iterator[Path]:
    """The folders of the process's control groups that may limit something, of version 1 or 2, and of those above."""
    try:
        lines = membership.read_text().splitlines()
    except (OSError, ValueError):
        return
    for _, names, path in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        mounts = [names, controller] if controller in names.split(",") else ["", "unified"] if not names else []
        for mount in dict.fromkeys(mounts):
            # In a container the path may be the host's, of which only the top is mounted.
            for group in (PurePosixPath(path), *PurePosixPath(path).parents):
                yield cgroups / mount / str(group).lstrip("/")


def _share(group: Path) -> Iterator[float]:
    """The share in cores that one control group sets, if it sets one."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (group / "cpu.max").read_text().split()
        if quota != "max":
            yield int(quota) / int(period)
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota_us = int((group / "cpu.cfs_quota_us").read_text())
        if quota_us > 0:
            yield quota_us / int((group / "cpu.cfs_period_us").read_text())


def _limits(group: Path) -> Iterator[tuple[int, int]]:
    """The limit that one control group sets, if it sets one, and what is left of it.

    Pages of files that nobody uses now count as left: they are given up before anything is refused."""
    for limit, usage, unused in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError):
            allowed, used = int((group / limit).read_text()), int((group / usage).read_text())
            if allowed < NO_LIMIT:
                pages = re.search(rf"^{unused} (\d+)$", _text(group / "memory.stat"), re.MULTILINE)
                yield allowed, max(0, allowed - used + (int(pages[1]) if pages else 0))


def _text(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.read_text()
    return ""
