"""The processor, and how many of its cores this process may really use: those it may run on, within the share a
container is given."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PROCESSOR = "cpu"
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Cores:
    """How many cores, at least one, and in words what says so."""

    count: int
    reason: str


def usable_cores(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> Cores:
    """The cores this process may use. A share of less than one core counts as one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share = min(_shares(cgroups, membership), default=float("inf"))
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


def _shares(cgroups: Path, membership: Path) -> Iterator[float]:
    """The shares in cores that the process's control groups, of version 1 or 2, and those above them set."""
    try:
        lines = membership.read_text().splitlines()
    except (OSError, ValueError):
        return
    for _, controllers, path in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        mounts = [controllers, "cpu"] if "cpu" in controllers.split(",") else ["", "unified"] if not controllers else []
        for mount in dict.fromkeys(mounts):
            # In a container the path may be the host's, of which only the top is mounted.
            for group in (PurePosixPath(path), *PurePosixPath(path).parents):
                yield from _share(cgroups / mount / str(group).lstrip("/"))


def _share(group: Path) -> Iterator[float]:
    """The share that one control group sets, if it sets one."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (group / "cpu.max").read_text().split()
        if quota != "max":
            yield int(quota) / int(period)
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota_us = int((group / "cpu.cfs_quota_us").read_text())
        if quota_us > 0:
            yield quota_us / int((group / "cpu.cfs_period_us").read_text())
