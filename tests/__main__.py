"""The one check command: `python -m tests` checks formatting, lint, types and import rules, and runs every test.

`python -m tests STEP...` runs these steps alone; `python -m tests campaign`, `gpu`, for a machine with a card,
and `stacks` are no steps, and described in their modules.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
# Tests of the program itself mostly wait for it, so that there is work for twice as many processes as there are cores.
# Each imports PyTorch and the console: many more would only fill the memory.
PROCESSES = min(2 * len(os.sched_getaffinity(0)), 8)
STEPS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "imports": [PYTHON, "-m", "pytest", "-q", "tests/test_imports.py"],
    "tests": [
        PYTHON, "-m", "pytest", "-q", "-n", str(PROCESSES), "--dist", "worksteal", "--durations=20",
        "--ignore=tests/test_imports.py",
    ],
}  # fmt: skip
DURATION = re.compile(r"\d+\.\d\ds (call|setup|teardown) ")


def check(name: str, command: list[str]) -> bool:
    """Run one step and say in one line how it went, below its slowest tests or, when it failed, all it printed."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    passed = done.returncode == 0
    said = done.stdout.strip().splitlines()
    shown = [line for line in said if DURATION.match(line)] if passed else said
    print("\n".join([*shown, ""]) if shown else "", end="")
    verdict = "passed" if passed else "FAILED"
    print(f"{name:<8} {verdict}  {time.monotonic() - began:6.1f} s  {said[-1] if said else ''}", flush=True)
    return passed


def main(words: list[str]) -> int:
    """Run the steps that `words` name, or all; 0 when every one passed, 2 when a word names none."""
    if words[:1] == ["campaign"]:
        from tests.campaign.command import main as campaign

        return campaign(words[1:])
    if words == ["gpu"]:
        from tests.gpu import main as gpu

        return gpu()
    if words == ["stacks"]:
        from tests.gpu import stacks

        return stacks()
    if unknown := [word for word in words if word not in STEPS]:
        known = " ".join([*STEPS, "campaign", "gpu", "stacks"])
        print(f"no such step: {' '.join(unknown)}; choose from: {known}", file=sys.stderr)
        return 2
    results = [check(name, command) for name, command in STEPS.items() if not words or name in words]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
