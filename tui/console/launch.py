"""How the console is opened and left."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.files import StoreError
from engine.home import Home
from engine.runs.status import LIVE, QUEUED
from tui.console.terminal import encoding, end_with_the_terminal, kept_from_libraries, refusal
from tui.drawing.glyphs import colour_depth, detect
from tui.exit_codes import DONE, FAILED, NAME, WRONG_USAGE, complain
from tui.widgets import views

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

LATEST = 50
# Seconds after which a thread that reads or plans gives way to a key.
GIVE_WAY = 0.0005


def open_console(home: Home, slow_link: bool, ascii: bool = False, lessons: bool = False) -> int:
    """Show the console until it is left, in nothing but ASCII and with the lessons first where that is wanted; the exit
    status."""
    if reason := refusal():
        return complain(reason, WRONG_USAGE)
    home.prepare()
    end_with_the_terminal()
    # A key waits for the next frame at most, so frames are to be short; Textual reads this once.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Textual takes many terminals for poorer than they are; it reads this once, too.
    if colour_depth() == 256:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    sys.setswitchinterval(GIVE_WAY)
    # Until the first screen is painted nothing is worth collecting.
    gc.disable()
    from tui.console.console import LOG, Console

    glyphs = detect(encoding(ascii))
    with kept_from_libraries(home.path / LOG):
        console = Console(home, glyphs, slow_link, view=views.LEARN_VIEW if lessons else views.TRAIN_VIEW)
        console.run()
    if console.trouble:
        return complain(console.trouble, FAILED)
    console.main.flush()
    print(exit_message(home))
    return DONE


def exit_message(home: Home) -> str:
    """One line: what goes on, and how to come back."""
    live = [run for run in _latest(home) if run.status in LIVE]
    under_way = [run for run in live if run.status != QUEUED] or live
    if not under_way:
        return f"Nothing is being trained. Come back with: {NAME}"
    run, more = under_way[0], len(live) - 1
    who = f"{run.record.title} and {more} more go on" if more else f"{run.record.title} goes on"
    where = f"{run.status}, {run.epoch} of {run.record.config.epochs} epochs done"
    return f"{who} ({where}). Come back with: {NAME}"


def _latest(home: Home) -> list[RunSummary]:
    from engine.runs.directory import Run
    from engine.runs.summaries import recent_ids, summarise

    summaries = []
    for id in recent_ids(home.runs)[:LATEST]:
        with suppress(StoreError):
            summaries.append(summarise(Run(home.runs / id)))
    return summaries
