"""`python -m tests gpu`: the tests that need a CUDA device, then the bench on it, as the table of the README, and how
fast stacks of networks are there; `python -m tests stacks` tells that alone, also of a processor."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
BATCHES = ("1", "32", "128", "1024", "full")
STACKS = {"cuda": (1, 8, 32, 128), "cpu": (1, 8)}
ROUNDS = 5
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
    return tests.returncode or bench.returncode or stacks()


def stacks() -> int:
    """Tell how many images a second stacks of several sizes train on, in turns, and how often that is one network's."""
    from engine import datasets
    from engine.config.run_config import RunConfig
    from engine.home import Home
    from engine.training import devices
    from tests.stack_bench import stacked_speed

    device = devices.resolve("auto")
    config = RunConfig(train_size="all" if device.type == "cuda" else 12_000)
    data = datasets.load(config.dataset, Home.find(), lambda event: None)
    sizes = STACKS["cuda" if device.type == "cuda" else "cpu"]
    speeds: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(ROUNDS):
        for size in sizes:
            speeds[size].append(stacked_speed(config, data, device, size))
    print(f"stacks on {devices.describe(device)}, {data.name}, batch {config.text('batch_size')}, with evaluation:")
    for size, found in speeds.items():
        ratio = statistics.median(mine / one for mine, one in zip(found, speeds[1], strict=True))
        print(f"{size:>4} networks {statistics.median(found):>14,.0f} images a second of all, {ratio:.2f} of one's")
    return 0


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
