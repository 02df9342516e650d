"""What is loaded once the first screen is painted, and when memory that is no longer used is collected."""

from __future__ import annotations

import asyncio
import gc
from importlib import import_module

DRAWING = (
    "plotext",
    "tui.dialogs.help",
    "tui.dialogs.choice_list",
    "tui.dialogs.confirm",
    "tui.charts.chart_widget",
    "tui.charts.comparison_widget",
    "tui.panes.digits.widget",
    "tui.panes.digits.matrix_widget",
    "tui.panes.comparison.table_widget",
    "tui.panes.disagreement.widget",
    "tui.panes.disagreement.difference_widget",
    "tui.panes.sweep.picture",
    "tui.panes.network.widgets",
    "tui.panes.network.layers_widget",
    "tui.panes.draw.pad",
    "tui.panes.draw.kept_list",
    "engine.comparison.judgement",
)
MINUTE = 60.0
# Young objects are collected when there are so many of them; old ones once a minute, never while a key is answered.
GARBAGE = (1_000, 10, 1_000_000)


async def import_drawing() -> None:
    """Import what draws with numpy and plotext, while keys are answered."""
    for module in DRAWING:
        await asyncio.to_thread(import_module, module)


def collect_seldom() -> None:
    """Collect young objects alone from now on."""
    gc.set_threshold(*GARBAGE)
    gc.enable()


def collect() -> None:
    """Collect old objects too; a timer cannot call what is built into Python."""
    gc.collect()


def keep() -> None:
    """Let all that is there now stay: a collector that went through it would be felt at the keyboard."""
    gc.freeze()
