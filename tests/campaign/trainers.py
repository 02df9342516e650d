"""Kills a trainer again and again, from the creation of its run to its end, and lets it go on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random

from engine.runs.directory import Run
from engine.runs.status import FINISHED
from engine.training import checkpoint
from tests.campaign.case import Case, require
from tests.campaign.checks import others, require_resumed, require_right, require_tidy, require_well_said
from tests.campaign.interference import Death, stand_between
from tests.campaign.processes import program
from tests.campaign.stock import SETTINGS, Stock

PLACES = {"run.json": "create", "data": "prepare", "events": "train", "checkpoint": "checkpoint",
          "predictions": "predict", "weights": "weights"}  # fmt: skip
LONGEST = 0.5


def kill_trainers(case: Case, stock: Stock, folder: Path) -> str:
    """You should see the run interrupted at once each time, nothing else touched, and the same end bit for bit."""
    random = case.random
    home = stock.home_in(folder, data=random.random() < 0.8)
    words = ["train", *SETTINGS]
    places = []
    for _ in range(random.choice((1, 1, 2, 4))):
        places.append(_kill(words, random, stock, folder, home.path))
        require_right(home, stock)
        if found := others(home, stock):
            words = ["train", "--resume", found[0].id]
        if places[-1] == "ended":
            break
    found = others(home, stock)
    require(len(found) < 2, f"there are {len(found)} runs, where one was begun")
    for run in found:
        if random.random() < 0.2:
            _race(run, folder)
            require_right(home, stock)
        require_resumed(run, stock, folder)
        require_right(home, stock)
    require_tidy(home, stock)
    return places[-1]


def _kill(words: list[str], random: Random, stock: Stock, folder: Path, home: Path) -> str:
    """Train, and kill it at a moment that is drawn: at a change of a file, or any; where it was."""
    # Real runs are longer than the least time between two checkpoints; half of these have none in between.
    checkpoint.INTERVAL = checkpoint.COSTS_APART = random.choice((0, 1))
    note = folder / "note"
    note.unlink(missing_ok=True)
    if random.random() < 0.7:
        death = Death(random.randint(1, stock.changes + 2), random.random() < 0.5, note)
        trainer = program([*words, "--quiet"], folder, partial(stand_between, home, death))
        trainer.wait()
        return place_of(note.read_text()) if note.exists() else "ended"
    trainer = program([*words, "--json"], folder)
    ended = trainer.ended(random.random() * LONGEST)
    trainer.kill()
    trainer.wait()
    return "ended" if ended else "any moment"


def _race(run: Run, folder: Path) -> None:
    """Go on with a run in two processes at once. Raises Broken unless one trains it and the other says so."""
    words = ["train", "--resume", run.id, "--quiet"]
    finished = run.state().phase == FINISHED
    with program(words, folder, name="one") as one, program(words, folder, name="other") as other:
        ended = [one.wait(), other.wait()]
    for each in ended:
        require_well_said(each, (0, 1))
    require(finished or any(each.status == 0 for each in ended), f"of two trainers none trained: {ended[0].errors}")
    require(run.state().phase == FINISHED, "two trainers have ended, and the run is not finished")


def place_of(note: str) -> str:
    """What was being done at a change of a file, in a word."""
    return next((place for part, place in PLACES.items() if part in note.rpartition("home/")[2]), "elsewhere")
