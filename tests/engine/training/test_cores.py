"""How many cores a process may use, by made-up trees of control groups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.training import cores
from engine.training.cores import memory_limit, usable_cores


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)


def machine(tmp_path: Path, membership: str, files: dict[str, str]) -> tuple[Path, Path]:
    """A tree of control groups, and the file that says where in it the process is."""
    for name, text in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "self").write_text(membership)
    return tmp_path / "cgroup", tmp_path / "self"


V1 = "3:memory:/a\n2:cpu,cpuacct:/a/b\n1:name=systemd:/\n"


@pytest.mark.parametrize(
    ("membership", "files", "count"),
    [
        ("0::/a/b\n", {"a/b/cpu.max": "200000 100000\n"}, 2),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n"}, 1),
        ("0::/a\n", {"a/cpu.max": "50000 100000\n"}, 1),
        ("0::/a\n", {"a/cpu.max": "900000 100000\n"}, 4),
        ("0::/a\n", {"a/cpu.max": "max 100000\n"}, 4),
        ("0::/of/the/host\n", {"cpu.max": "300000 100000\n"}, 3),
        ("1:memory:/\n0::/a\n", {"unified/a/cpu.max": "200000 100000\n"}, 2),
        (V1, {"cpu,cpuacct/a/b/cpu.cfs_quota_us": "250000", "cpu,cpuacct/a/b/cpu.cfs_period_us": "100000"}, 2),
        (V1, {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        (V1, {"cpu/a/b/cpu.cfs_quota_us": "-1", "cpu/a/b/cpu.cfs_period_us": "100000"}, 4),
        (V1, {}, 4),
        ("0::/a\n", {"a/cpu.max": "100000 0\n"}, 4),
        ("0::/a\n", {"a/cpu.max": "garbage"}, 4),
        ("no line of a control group", {"cpu.max": "100000 100000"}, 4),
    ],
)
def test_the_share_of_the_control_group_counts(
    membership: str, files: dict[str, str], count: int, tmp_path: Path, four_cores: None
) -> None:
    assert usable_cores(*machine(tmp_path, membership, files)).count == count


LARGEST = str((1 << 63) - 4096)


@pytest.mark.parametrize(
    ("membership", "files", "limit"),
    [
        ("0::/a/b\n", {"a/b/memory.max": "1000\n", "a/b/memory.current": "400\n"}, (1000, 600)),
        (
            "0::/a\n",
            {"a/memory.max": "1000", "a/memory.current": "900", "a/memory.stat": "inactive_file 300\n"},
            (1000, 400),
        ),
        ("0::/a\n", {"a/memory.max": "1000", "a/memory.current": "1200"}, (1000, 0)),
        (
            "0::/a/b\n",
            {"a/b/memory.max": "800", "a/b/memory.current": "0", "a/memory.max": "1000", "a/memory.current": "700"},
            (1000, 300),
        ),
        ("0::/a\n", {"a/memory.max": "max\n", "a/memory.current": "400"}, None),
        ("0::/of/the/host\n", {"memory.max": "1000", "memory.current": "1"}, (1000, 999)),
        (V1, {"memory/a/memory.limit_in_bytes": "1000", "memory/a/memory.usage_in_bytes": "250"}, (1000, 750)),
        (V1, {"memory/a/memory.limit_in_bytes": LARGEST, "memory/a/memory.usage_in_bytes": "250"}, None),
        (V1, {"cpu/a/b/memory.max": "1000", "cpu/a/b/memory.current": "1"}, None),
        ("0::/a\n", {"a/memory.max": "garbage", "a/memory.current": "1"}, None),
        ("no line of a control group", {"memory.max": "1000", "memory.current": "1"}, None),
    ],
)
def test_the_memory_of_the_control_group_that_leaves_least_counts(
    membership: str, files: dict[str, str], limit: tuple[int, int] | None, tmp_path: Path
) -> None:
    assert memory_limit(*machine(tmp_path, membership, files)) == limit


def test_what_was_found_says_why(tmp_path: Path, four_cores: None) -> None:
    groups = machine(tmp_path, "0::/a\n", {"a/cpu.max": "50000 100000\n"})
    assert usable_cores(*groups).reason == "the control group allows the time of 0.5, of 4 cores"
    assert usable_cores(tmp_path / "none", tmp_path / "none").reason == "the process may run on 4 of 8"


def test_a_machine_without_affinity_counts_its_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores(tmp_path / "none", tmp_path / "none") == cores.Cores(1, "all there are")
