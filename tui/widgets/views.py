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
# What all panes of Train need to show something; in less, one at a time does.
LEAST_WIDTH, LEAST_HEIGHT = 100, 30
LEAST_HEIGHT_FOR_TWO_BARS = 20


class View(NamedTuple):
    """Panes that are seen together, in the order of their tabs; `about` says of what. `strip` is one that stays above
    the tabs' panes, and `short` the name where there is no room for all."""

    name: str
    about: str
    panes: tuple[str, ...]
    strip: str = ""
    short: str = ""

    @property
    def idea(self) -> str:
        """What its key means, as `tui.widgets.bindings` names it."""
        return f"view_{self.name.lower()}"


VIEWS = (
    View(TRAIN_VIEW, "All panes of a run", (LOSS, ACCURACY, MODEL, DIGITS, HISTORY), RUN),
    View("Digits", "Test digits, what the network says of them, what it mixes up", (DIGITS, CONFUSION)),
    View("History", "Every run, and all that is known of one", (HISTORY, DETAILS)),
    View("Compare", "The marked runs side by side", (CURVES, FIGURES)),
    View("Differences", "The test digits two runs disagree on", (RIVALS, SHIFTS), short="Diff"),
    View("Devices", "What trains on each device, and the queue", (DEVICES,), short="Dev"),
    View(SWEEP_VIEW, "The cells of a sweep, as a picture and best first", (SWEEP, CELLS)),
    View(
        NETWORK_VIEW,
        "The units of a network, what they look for, and what if some were off",
        (UNITS, UNIT, FIRST_LAYER, LAYERS),
        short="Net",
    ),
    View(DRAW_VIEW, "A canvas for digits of your own, and what networks read on it", (CANVAS, DRAWINGS)),
    View(LEARN_VIEW, "Lessons with questions that your runs answer", (LESSONS, LESSON)),
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
