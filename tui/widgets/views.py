"""Which panes are seen: the views, and what becomes of them in a small terminal or when one is enlarged."""

from __future__ import annotations

from typing import NamedTuple

RUN, MODEL, LOSS, ACCURACY = "run", "model", "loss", "accuracy"
DIGITS, CONFUSION, HISTORY, DETAILS = "digits", "confusion", "history", "details"
CURVES, FIGURES, RIVALS, SHIFTS = "curves", "figures", "rivals", "shifts"
DEVICES = "devices"
SWEEP, CELLS = "sweep", "cells"
UNITS, FIRST_LAYER, UNIT, LAYERS = "units", "first-layer", "unit", "layers"
CANVAS, DRAWINGS = "canvas", "drawings"
LESSONS, LESSON = "lessons", "lesson"
TRAIN_VIEW, SWEEP_VIEW, NETWORK_VIEW = "Train", "Sweep", "Network"
DRAW_VIEW, LEARN_VIEW = "Draw", "Learn"
TITLES = {
    RUN: "Run", MODEL: "Model", LOSS: "Loss", ACCURACY: "Accuracy",
    DIGITS: "Digits", CONFUSION: "Confusion", HISTORY: "History", DETAILS: "Details",
    CURVES: "Curves", FIGURES: "Comparison", RIVALS: "Differences", SHIFTS: "Confusion difference",
    DEVICES: "Devices", SWEEP: "Sweep", CELLS: "Cells",
    UNITS: "Units", FIRST_LAYER: "First layer", UNIT: "Unit", LAYERS: "Layers",
    CANVAS: "Canvas", DRAWINGS: "Drawings",
    LESSONS: "Lessons", LESSON: "Lesson",
}  # fmt: skip
LEAST_WIDTH, LEAST_HEIGHT = 100, 30
LEAST_HEIGHT_FOR_TWO_BARS = 20


class View(NamedTuple):
    """Panes that are seen together, in the order of their tabs; `strip` is one that stays above the tabs' panes, and
    `short` the name where there is no room for all."""

    name: str
    panes: tuple[str, ...]
    strip: str = ""
    short: str = ""


VIEWS = (
    View(TRAIN_VIEW, (LOSS, ACCURACY, MODEL, DIGITS, HISTORY), RUN),
    View("Digits", (DIGITS, CONFUSION)),
    View("History", (HISTORY, DETAILS)),
    View("Compare", (CURVES, FIGURES)),
    View("Differences", (RIVALS, SHIFTS), short="Diff"),
    View("Devices", (DEVICES,), short="Dev"),
    View(SWEEP_VIEW, (SWEEP, CELLS)),
    View(NETWORK_VIEW, (UNITS, UNIT, FIRST_LAYER, LAYERS), short="Net"),
    View(DRAW_VIEW, (CANVAS, DRAWINGS)),
    View(LEARN_VIEW, (LESSONS, LESSON)),
)


def place(name: str) -> int:
    """Where the view of that name stands among all."""
    return [view.name for view in VIEWS].index(name)


def is_small(width: int, height: int) -> bool:
    """Whether panes must become tabs in a terminal of this size."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


def seen(view: View, current: str, small: bool, enlarged: bool) -> frozenset[str]:
    """The panes that are seen; `current` is the one whose tab is chosen, or that is `enlarged`."""
    if enlarged:
        return frozenset({current})
    return frozenset({current if small else "", *(() if small else view.panes), view.strip} - {""})
