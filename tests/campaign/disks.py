"""Lets the disk fail at the n-th change of a file: full, broken, read-only or beyond the quota, once or for good."""

from __future__ import annotations

import errno
from functools import partial
from pathlib import Path

from engine.runs.status import FINISHED
from tests.campaign.case import Case, require
from tests.campaign.checks import last_event, others, require_resumed, require_right, require_well_said
from tests.campaign.edits import EDITS, MOST_CHANGES, home_with_run, require_one_place
from tests.campaign.interference import Failure, stand_between
from tests.campaign.processes import call, program
from tests.campaign.stock import SETTINGS, Stock

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
WAYS = [(error, lasting) for error in ERRORS for lasting in (False, True)]


def fail_training(case: Case, stock: Stock, folder: Path) -> str:
    """You should be told in a line, find every event that was promised, and go on to the same end once there is room.

    The n-th case of a way to fail lets the n-th change fail, with data that are there and data that are not."""
    error, lasting = WAYS[case.number % len(WAYS)]
    turn, number = divmod(case.number // len(WAYS), stock.changes)
    home = stock.home_in(folder, data=turn % 2 == 0)
    failure = Failure(number + 1, error, lasting, folder / "note")
    ended = program(["train", *SETTINGS, "--quiet"], folder, partial(stand_between, home.path, failure)).wait()
    require_well_said(ended, (0, 1))
    require_right(home, stock)
    for run in others(home, stock):
        succeeded = last_event(run) == "run_finished"
        require(ended.status or succeeded, f"it succeeded, and its record ends with {last_event(run)}")
        require(run.state().phase != FINISHED or not ended.status, f"it failed, and is finished: {ended.errors}")
        require_resumed(run, stock, folder)
        require_right(home, stock)
    return _name(error, failure.note)


def fail_edits(case: Case, stock: Stock, folder: Path) -> str:
    """You should be told in a line, see the run as it was or as it should be, and do the same later."""
    error, lasting = WAYS[case.number % len(WAYS)]
    rest = case.number // len(WAYS)
    edit, number = EDITS[rest % len(EDITS)], rest // len(EDITS) % MOST_CHANGES
    home = home_with_run(stock, folder, edit.trashed)
    failure = Failure(number + 1, error, lasting, folder / "note")
    ended = program(list(edit.words), folder, partial(stand_between, home.path, failure)).wait()
    require_well_said(ended, (0, 1))
    require_right(home, stock)
    require_one_place(home, stock, edit)
    again = call(list(edit.words), folder)
    require_well_said(again, (0,) if ended.status else (0, 1))
    require_right(home, stock)
    return _name(error, failure.note)


def _name(error: int, note: Path) -> str:
    return errno.errorcode[error] if note.exists() else "no failure"
