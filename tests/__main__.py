"""The one check command: `python -m tests` checks formatting, lint, types and import rules, and runs every test."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
STEPS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "imports": [PYTHON, "-m", "pytest", "-q", "tests/test_imports.py"],
    "tests": [PYTHON, "-m", "pytest", "-q", "--ignore=tests/test_imports.py"],
}


def check(name: str, command: list[str]) -> bool:
    """Run one step and say in one line how it went; what it printed is shown when it failed."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    passed = done.returncode == 0
    if not passed:
        print(done.stdout.rstrip())
    said = done.stdout.strip().splitlines()
    verdict = "passed" if passed else "FAILED"
    print(f"{name:<8} {verdict}  {time.monotonic() - began:6.1f} s  {said[-1] if said else ''}", flush=True)
    return passed


def main(words: list[str]) -> int:
    """Run the steps that `words` name, or all; 0 when every one passed, 2 when a word names none."""
    if unknown := [word for word in words if word not in STEPS]:
        print(f"no such step: {' '.join(unknown)}; choose from: {' '.join(STEPS)}", file=sys.stderr)
        return 2
    results = [check(name, command) for name, command in STEPS.items() if not words or name in words]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
