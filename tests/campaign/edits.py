"""Kills what labels, deletes, restores and removes runs, at every change of a file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.trash import trashed
from tests.campaign.case import Case, require
from tests.campaign.checks import require_right, require_tidy, require_well_said
from tests.campaign.interference import Death, stand_between
from tests.campaign.processes import call, program
from tests.campaign.stock import Stock, digest

ID = "20260101-000000-0000001"
MOST_CHANGES = 12


@dataclass(frozen=True)
class Edit:
    """A command on the run ID, and where the run lies before it."""

    words: tuple[str, ...]
    trashed: bool = False

    @property
    def name(self) -> str:
        """The command's own name."""
        return self.words[1]


EDITS = (
    Edit(("runs", "rename", ID, "another name")),
    Edit(("runs", "tag", ID, "one", "two")),
    Edit(("runs", "note", ID, "a remark")),
    Edit(("runs", "star", ID)),
    Edit(("runs", "group", "together", ID)),
    Edit(("runs", "delete", "--yes", ID)),
    Edit(("runs", "restore", ID), trashed=True),
    Edit(("runs", "empty-trash", "--yes"), trashed=True),
)


def home_with_run(stock: Stock, folder: Path, in_trash: bool) -> Home:
    """A home with a finished run of the id ID, in its history or in its trash."""
    home = stock.home_in(folder)
    parent = home.trash if in_trash else home.runs
    parent.mkdir(exist_ok=True)
    shutil.copytree(stock.whole.path, parent / ID)
    return home


def kill_edits(case: Case, stock: Stock, folder: Path) -> str:
    """You should see the run as it was before or as it should be after, in one place, and the command do it again."""
    random = case.random
    edit = random.choice(EDITS)
    home = home_with_run(stock, folder, edit.trashed)
    death = Death(random.randint(1, MOST_CHANGES), random.random() < 0.5, folder / "note")
    program(list(edit.words), folder, partial(stand_between, home.path, death)).wait()
    require_right(home, stock)
    require_one_place(home, stock, edit)
    again = call(list(edit.words), folder)
    require_well_said(again, (0, 1))
    require_right(home, stock)
    require_tidy(home, stock)
    return edit.name if death.note.exists() else f"{edit.name} done"


def require_one_place(home: Home, stock: Stock, edit: Edit) -> None:
    """Raise Broken unless the run is whole, and in the history or in the trash."""
    places = [folder / ID for folder in (home.runs, home.trash) if (folder / ID).exists()]
    if edit.name == "empty-trash":
        require(all(run.id == ID for run in trashed(home)), "the trash holds something else")
        return
    require(len(places) == 1, f"the run is in {len(places)} places")
    run = Run(places[0])
    run.record()
    held, before = digest(run.path), digest(stock.whole.path)
    for name, content in before.items():
        require(
            name in ("run.json", "lock") or held.get(name) == content, f"{name} was changed by `{' '.join(edit.words)}`"
        )
