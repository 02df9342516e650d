"""`python -m tests gpu`: the tests that need a CUDA device, then the bench on it, as the table of the README."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
BATCHES = ("1", "32", "128", "1024", "full")
TESTS = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests/engine"]
BENCH = [
    sys.executable, "-m", "tui", "bench", "--device", "cuda", "--json",
    *(word for batch in BATCHES for word in ("--batch-size", batch)),
]  # fmt: skip


def main() -> int:
    """Run both; 0 when the tests passed and every budget of the bench holds, or when there is no device to test."""
    import torch

    if not torch.cuda.is_available():
        print("skipped: there is no CUDA device here")
        return 0
    tests = subprocess.run(TESTS, cwd=ROOT, check=False)
    bench = subprocess.run(BENCH, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    if bench.stdout:
        print("\n".join(table(json.loads(bench.stdout))))
    return tests.returncode or bench.returncode


def table(found: Mapping[str, object]) -> list[str]:
    """The lines of a Markdown table: a row for each way of training, a column for each batch size, images a second."""
    timings = found["timings"]
    assert isinstance(timings, list)
    speeds = {(timing["way"], timing["batch_size"]): timing["median"] for timing in timings}
    batches = list(dict.fromkeys(timing["batch_size"] for timing in timings))
    ways = list(dict.fromkeys(timing["way"] for timing in timings))
    rows = [[way, *(f"{speeds[way, b]:,.0f}" if (way, b) in speeds else "" for b in batches)] for way in ways]
    lines = [f"{found['device']}, PyTorch {found['torch']}, {found['dataset']}, images a second:", ""]
    for row in (["batch", *batches], ["---", *("---:" for _ in batches)], *rows):
        lines.append(f"| {' | '.join(row)} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
