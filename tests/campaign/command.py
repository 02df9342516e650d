"""`python -m tests campaign`: tries cases of every kind for a while, and prints what was tried and what survived.

python -m tests campaign --minutes 30
python -m tests campaign --seed 7 --case trainers:123      # that case again, and what broke in it
"""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.campaign.case import Broken, Case
from tests.campaign.kinds import KINDS
from tests.campaign.stock import Stock, prepare

MINUTES = 10.0
MOST_SHOWN = 20
IN_MEMORY = "/dev/shm"


@dataclass(frozen=True)
class Result:
    """What came of a case: in a word what was done, and what broke, or nothing."""

    case: Case
    tried: str
    broken: str


@dataclass
class Tally:
    """The cases of a kind: how many, what was tried in them, and those that broke something."""

    tried: Counter[str] = field(default_factory=Counter)
    broken: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count a case."""
        self.tried[result.tried] += 1
        if result.broken:
            self.broken.append(result)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a while, in memory where that can be: what a process leaves does not depend on the disk's speed."""
    memory = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="campaign-", dir=memory, ignore_cleanup_errors=True)


def try_case(case: Case, stock: Stock) -> Result:
    """Try one case in a folder of its own."""
    tried, broken = "broken", ""
    with tempfile.TemporaryDirectory(
        prefix="campaign-", dir=stock.home.path.parent, ignore_cleanup_errors=True
    ) as folder:
        try:
            tried = KINDS[case.kind](case, stock, Path(folder))
        except Broken as error:
            broken = str(error)
        except Exception:
            broken = traceback.format_exc()
    return Result(case, tried, broken)


def cases(kinds: Sequence[str], seed: int, count: int | None, seconds: float) -> Iterator[Case]:
    """One case of each kind in turn, until there are `count` of each or the time is over."""
    deadline = time.monotonic() + seconds
    number = 0
    while count is None or number < count:
        for kind in kinds:
            if count is None and time.monotonic() > deadline:
                return
            yield Case(kind, seed, number)
        number += 1


def campaign(wanted: Iterator[Case], stock: Stock) -> dict[str, Tally]:
    """Try the cases, as many at once as there are processors; what broke is printed as it breaks."""
    tallies: dict[str, Tally] = {}
    workers = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers, get_context("fork")) as pool:
        trying: set[Future[Result]] = set()
        more = True
        while more or trying:
            while more and len(trying) < 2 * workers:
                case = next(wanted, None)
                more = case is not None
                if case:
                    trying.add(pool.submit(try_case, case, stock))
            done, trying = wait(trying, return_when=FIRST_COMPLETED)
            for result in (future.result() for future in done):
                tally = tallies.setdefault(result.case.kind, Tally())
                tally.add(result)
                if result.broken and len(tally.broken) <= MOST_SHOWN:
                    print(f"{result.case} broke: {result.broken.strip()}", flush=True)
    return tallies


def table(tallies: dict[str, Tally]) -> str:
    """A line for each kind: how many cases, how many survived, and what was tried in them."""
    lines = []
    for kind in filter(tallies.__contains__, KINDS):
        tally = tallies[kind]
        tried = ", ".join(f"{name} {count:,}" for name, count in tally.tried.most_common())
        total = tally.tried.total()
        lines.append(f"{kind:<10} {total:>7,} tried {total - len(tally.broken):>7,} survived   {tried}")
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:
    """Run the campaign; 0 when every case survived."""
    parser = argparse.ArgumentParser(prog="python -m tests campaign", description="Kills, failing disks and garbage.")
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help="the kinds to try; all unless given")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"how long; {MINUTES:g} unless given")
    parser.add_argument("--cases", type=int, help="so many of each kind, however long it takes")
    parser.add_argument("--seed", type=int, help="what every case is drawn from; by chance unless given")
    parser.add_argument("--case", help="one case again, such as trainers:123")
    given = parser.parse_args(words)
    seed = secrets.randbelow(10_000) if given.seed is None else given.seed
    with temporary_folder() as folder:
        stock = prepare(Path(folder))
        if given.case:
            kind, _, number = given.case.partition(":")
            wanted = iter([Case(kind, seed, int(number))])
        else:
            wanted = cases(given.kinds or list(KINDS), seed, given.cases, given.minutes * 60)
        began = time.monotonic()
        tallies = campaign(wanted, stock)
    print(table(tallies))
    broken = sum(len(tally.broken) for tally in tallies.values())
    print(f"seed {seed}, {(time.monotonic() - began) / 60:.1f} min: {broken or 'nothing'} broke")
    return 1 if broken else 0
