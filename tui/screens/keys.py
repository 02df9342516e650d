"""The keys that apply in every pane."""

from __future__ import annotations

from textual.binding import BindingType

from tui.widgets.bindings import hidden, shown
from tui.widgets.views import VIEWS

KEYS: list[BindingType] = [
    shown("train", "start", "Train", "Train the network of the Model pane, after what trains now"),
    shown("pause", "pause", "Pause", "Pause this run after a step, whoever started it"),
    shown("pause", "resume", "Resume", "Let this run go on"),
    shown("pause", "continue", "Continue", "Train this run on from its checkpoint"),
    shown("stop", "stop", "Stop", "Stop this run after a step; it can be continued from its checkpoint"),
    shown("stop", "drop", "Unqueue", "Take this run out of the queue"),
    shown("zoom", "enlarge", "Zoom", "Give this pane the whole screen, or back what it took"),
    shown("help", "app.help", "Help", "All keys and what they do"),
    shown("quit", "app.quit", "Quit", "Leave at once; training goes on"),
    shown("form", "edit", "Edit", "Go to the form of the next run"),
    shown("wrong", "mistakes", "Wrong", "The test digits that this run gets wrong"),
    shown("fork", "fork", "Fork", "Fill the form with this run's settings"),
    shown("vary", "vary", "Vary", "Fill the form with this run's settings, to try several values of some"),
    shown("reference", "reference", "Reference", "Compare with this run behind the charts; again: with none"),
    hidden("rate", "set_rate", "Rate", "Set the learning rate of this run, from the next step on"),
    hidden("observe", "observe", "Observations", "Say in a line under the charts how the run is doing, or not"),
    shown("export", "export", "Export", "Write this run, the marked ones or the comparison into a file"),
    shown("copy", "app.copy", "Copy", "Copy this run's id, the command that repeats it, or a table"),
    hidden("picture", "app.picture", "Picture", "Draw this pane into the exports of the home, and as text"),
    shown("move_earlier", "move(-1)", "Earlier", "Move this run up the queue"),
    shown("move_later", "move(1)", "Later", "Move this run down the queue"),
    shown("next", "go(1)", "Next pane", "The next pane, or the next field of the form", "Tab"),
    hidden("leave", "leave", "Leave", "Leave an enlarged pane, or the form"),
    *(hidden(view.idea, f"view({place})", f"Go to {view.name}", view.about) for place, view in enumerate(VIEWS)),
    hidden("previous", "go(-1)", "Previous pane", "The pane before, or the field before"),
]
