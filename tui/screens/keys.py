"""The keys that apply in every pane."""

from __future__ import annotations

from textual.binding import BindingType

from tui.widgets.bindings import hidden, shown

KEYS: list[BindingType] = [
    shown("run.start", "f5,t", "start", "Train", "Train the network of the Model pane, after what trains now"),
    shown("run.pause", "p", "pause", "Pause", "Pause this run after a step, whoever started it"),
    shown("run.resume", "p", "resume", "Resume", "Let this run go on"),
    shown("run.continue", "p", "continue", "Continue", "Train this run on from its checkpoint"),
    shown("run.stop", "s", "stop", "Stop", "Stop this run after a step; it can be continued from its checkpoint"),
    shown("run.drop", "s", "drop", "Unqueue", "Take this run out of the queue"),
    shown("view.enlarge", "z", "enlarge", "Zoom", "Give this pane the whole screen, or back what it took"),
    shown("console.help", "question_mark,f1", "app.help", "Help", "All keys and what they do"),
    shown("console.quit", "q", "app.quit", "Quit", "Leave at once; training goes on"),
    shown("pane.model", "e", "edit", "Edit", "Go to the form of the next run"),
    shown("run.mistakes", "w", "mistakes", "Mistakes", "The test digits that this run gets wrong"),
    shown("run.reuse", "r", "reuse", "Reuse", "Fill the form with this run's settings"),
    shown("run.reference", "b", "reference", "Reference", "Compare with this run behind the charts; again: with none"),
    shown("run.export", "E", "export", "Export", "Write this run, the marked ones or the comparison into a file"),
    shown("run.copy", "y", "app.copy", "Copy", "Copy this run's id, the command that repeats it, or a table"),
    hidden("pane.picture", "f12", "app.picture", "Picture", "Draw this pane into the exports of the home, and as text"),
    shown("run.earlier", "less_than_sign", "move(-1)", "Earlier", "Move this run up the queue", "<"),
    shown("run.later", "greater_than_sign", "move(1)", "Later", "Move this run down the queue", ">"),
    shown("pane.next", "tab", "go(1)", "Next pane", "The next pane, or the next field of the form", "Tab"),
    shown("console.commands", "ctrl+p", "app.command_palette", "Commands", "Find any action by its name"),
    hidden("view.leave", "escape", "leave", "Leave", "Leave an enlarged pane, or the pane one is in"),
    hidden("view.train", "1", "view(0)", "Go to Train", "All panes of a run"),
    hidden(
        "view.digits",
        "2",
        "view(1)",
        "Go to Digits",
        "Test digits, what the network says of them, what it mixes up",
    ),
    hidden("view.history", "3", "view(2)", "Go to History", "Every run, and all that is known of one"),
    hidden("view.compare", "4", "view(3)", "Go to Compare", "The marked runs side by side"),
    hidden("view.disagree", "5", "view(4)", "Go to Differences", "The test digits two runs disagree on"),
    hidden("pane.previous", "shift+tab", "go(-1)", "Previous pane", "The pane before, or the field before"),
]
