"""What each key means, the same wherever it does something, and bindings written on one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import format_key

from tui.widgets.views import VIEWS

NAMES = {
    "pageup": "Page Up",
    "pagedown": "Page Down",
    "escape": "Esc",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "enter": "Enter",
    "backspace": "Backspace",
}


class Idea(NamedTuple):
    """What some keys mean in every pane and dialog; `keys` as Textual names them, with commas between them."""

    keys: str
    meaning: str


# A letter stands for one idea; its capital, where there is one, for the reverse or the extreme of it.
IDEAS: Mapping[str, Idea] = {
    "train": Idea("f5,t", "train what the form says, after what trains now"),
    **{view.idea: Idea(str(number % 10), f"the view {view.name}") for number, view in enumerate(VIEWS, 1)},
    "pause": Idea("p", "pause the run; let it go on; continue it from its checkpoint"),
    "stop": Idea("s", "stop the run, or take it out of the queue"),
    "rate": Idea("equals_sign", "set the learning rate of the run in training"),
    "empty": Idea("S", "take all runs out of the queue, after a question"),
    "form": Idea("e", "the form of the next run"),
    "fork": Idea("r", "fill the form with the run's settings, to train it changed"),
    "vary": Idea("R", "fill the form with the run's settings, to try several values of some"),
    "values": Idea("f4", "values to try of a field of the form, several of which make a sweep"),
    "move_earlier": Idea("less_than_sign", "move it up the queue, or a column to the left"),
    "move_later": Idea("greater_than_sign", "move it down the queue, or a column to the right"),
    "next": Idea("tab", "the next pane, or the next field"),
    "previous": Idea("shift+tab", "the pane before, or the field before"),
    "up": Idea("up,k", "up"),
    "down": Idea("down,j", "down"),
    "left": Idea("left", "left: the crosshair, a digit, a cell, a choice, the column sorted by"),
    "right": Idea("right", "right"),
    "leap_left": Idea("shift+left", "ten columns to the left"),
    "leap_right": Idea("shift+right", "ten columns to the right"),
    "page_up": Idea("pageup", "a page up"),
    "page_down": Idea("pagedown", "a page down"),
    "first": Idea("home,g", "the first"),
    "last": Idea("end,G", "the last"),
    "open": Idea("enter", "open what is under the cursor; in a dialog, do what it says"),
    "leave": Idea("escape", "leave: a field, a filter, the crosshair, a zoomed pane, a lesson, a dialog"),
    "zoom": Idea("z", "the pane on the whole screen, and back"),
    "mark": Idea("space", "mark the run, or a box in a dialog; put the pen down, or lift it; a unit off, or on"),
    "range": Idea("v", "mark all from the run marked last to this one; keep one value of a setting of a sweep"),
    "range_up": Idea("shift+up", "mark this run and the one above; lead a range of values up"),
    "range_down": Idea("shift+down", "mark this run and the one below; lead a range of values down"),
    "all": Idea("a", "all: mark all runs, all digits, all settings"),
    "filter": Idea("slash", "filter the list"),
    "order": Idea("o", "the other order: reverse the list, or the next order of digits"),
    "fold": Idea("f", "runs of a group, or that differ only by seed, as one; each by itself"),
    "columns": Idea("vertical_line", "choose the columns"),
    "name": Idea("n", "name, tags, group and note; the digit of a drawing"),
    "star": Idea("asterisk", "give a star, or take it away"),
    "delete": Idea("d,delete", "delete the run, the marked ones or the drawing, after a question"),
    "undo": Idea("u,ctrl+u", "undo what was last done to runs or, in the form and in a drawing, to it"),
    "rename": Idea("ctrl+n", "in the list of presets, rename one of yours"),
    "forget": Idea("ctrl+d", "in the list of presets, delete yours after a question"),
    "save": Idea("ctrl+s", "keep the form as a preset of your own, or the drawing"),
    "open_file": Idea("ctrl+o", "open the file of a picture"),
    "erase": Idea("backspace", "the eraser, or the pen again"),
    "thickness": Idea("full_stop", "a thicker pen, then the finest"),
    "export": Idea("E", "write the run, the marked runs or the comparison into a file"),
    "copy": Idea("y", "copy: the run's id, its command, a table"),
    "picture": Idea("f12", "a picture of the pane"),
    "reference": Idea("b", "the run compared with: behind the charts, the baseline in Compare"),
    "take_out": Idea("minus", "take the line out of the comparison"),
    "goal": Idea("percent_sign", "the accuracy that is timed"),
    "earlier": Idea("left_square_bracket", "an earlier epoch or sweep; in Compare, the best one for this figure"),
    "later": Idea("right_square_bracket", "a later epoch or sweep; in Compare, the last one for this figure"),
    "earliest": Idea("left_curly_bracket", "the first epoch; in Compare, the best one for all figures"),
    "latest": Idea("right_curly_bracket", "always the newest epoch; in Compare, the last one for all figures"),
    "wrong": Idea("w", "the digits that are wrong"),
    "worst": Idea("W", "the worst: the largest cell of the matrix"),
    "class": Idea("c", "the next class"),
    "class_before": Idea("C", "the class before"),
    "kind": Idea("i", "the next kind: of difference, of a sweep's picture; probabilities or confusion"),
    "kind_before": Idea("I", "the kind before"),
    "drawing": Idea("ampersand", "the next way of drawing digits"),
    "metric": Idea("m", "the next metric"),
    "metric_before": Idea("M", "the metric before"),
    "log": Idea("l", "logarithmic or linear"),
    "smooth": Idea("h", "smooth more, then not at all"),
    "x_axis": Idea("x", "the x axis: step, epoch or time; the settings of a sweep across and down"),
    "close_up": Idea("plus", "the y axis by the second half of the curves"),
    "drop": Idea("exclamation_mark", "a random share of the layer off, as dropout does; more each time"),
    "reset": Idea(
        "ctrl+r", "as it was at first: a field as in the preset, standard columns, an empty canvas, all units on"
    ),
    "commands": Idea("ctrl+p", "find any action by its name"),
    "help": Idea("question_mark,f1", "help"),
    "slow_link": Idea("f2", "send less over a slow link, or all again"),
    "theme": Idea("f3", "light or dark"),
    "observe": Idea("semicolon", "the line under the charts, or none"),
    "suspend": Idea("ctrl+z", "go to the shell; `fg` comes back"),
    "quit": Idea("q", "leave at once; training goes on"),
}
# What a question is answered with; while one is asked no other letter does anything.
ANSWERS: Mapping[str, Idea] = {
    "yes": Idea("y", "yes"),
    "no": Idea("n", "no, as Enter and Esc are"),
}

# The keys that somebody has chosen instead, by idea.
_chosen: dict[str, str] = {}


def shown(
    idea: str,
    action: str,
    name: str,
    tooltip: str,
    display: str | None = None,
    *,
    letters: bool = True,
    priority: bool = False,
) -> Binding:
    """The keys of an idea, which the footer shows as `name` while they apply; without `letters` where one types."""
    keys = _keys(idea, letters)
    return Binding(keys, action, name, tooltip=tooltip, id=idea, key_display=display, priority=priority)


def hidden(idea: str, action: str, name: str, tooltip: str, *, letters: bool = True, priority: bool = False) -> Binding:
    """The keys of an idea that only the help shows, such as an arrow."""
    keys = _keys(idea, letters)
    return Binding(keys, action, name, tooltip=tooltip, id=idea, show=False, priority=priority)


def choose_keys(keymap: Mapping[str, str]) -> None:
    """Have sentences name these keys from now on, by idea, commas between several, and the usual ones of the others."""
    _chosen.clear()
    _chosen.update(keymap)


def keys_in_force(*ideas: str) -> list[str]:
    """The keys that have the meaning of these ideas now, as Textual names them."""
    return [key for idea in ideas for key in (_chosen.get(idea) or IDEAS[idea].keys).split(",")]


def key_name(idea: str) -> str:
    """The first key in force of an idea, as sentences name it."""
    return named_key(keys_in_force(idea)[0])


def with_keys(text: str) -> str:
    """A sentence in which each idea in braces is the key in force: `{train} trains`."""
    return re.sub(r"\{(\w+)\}", lambda found: key_name(found[1]) if found[1] in IDEAS else found[0], text)


def capitalised_key(name: str) -> str:
    """A key as Textual displays it, `shift+←` or `pgup`, with capitals where sentences have them."""
    words = {"pgup": NAMES["pageup"], "pgdn": NAMES["pagedown"]}
    return "+".join(
        words.get(part) or (part[:1].upper() + part[1:] if len(part) > 1 else part) for part in name.split("+")
    )


def conflicting(keys: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each key that stands for two ideas, with both, where ideas have these `keys`, commas between several."""
    owners: dict[str, str] = {}
    for idea, its_keys in keys.items():
        for key in its_keys.split(","):
            owner = owners.setdefault(key, idea)
            if owner != idea:
                yield key, (owner, idea)


def key_table() -> str:
    """All keys and what they mean, as a table in Markdown."""
    rows = ["| key | means | in keys.toml |", "|---|---|---|"]
    for name, idea in {**IDEAS, **ANSWERS}.items():
        keys = " or ".join(map(_written, idea.keys.split(",")))
        rows.append(f"| {keys} | {idea.meaning} | {f'`{name}`' if name in IDEAS else ''} |")
    return "\n".join(rows) + "\n"


def _written(key: str) -> str:
    """A key as Markdown holds it: a symbol as code, a bar so that it ends no cell, and a name as it is."""
    name = named_key(key)
    return name if len(name) > 1 else f"`{name}`" if name != "|" else r"`\|`"


def named_key(key: str) -> str:
    """A symbol as it is, and any other key by its name."""
    symbol = format_key(key)
    if len(symbol) > 1 or key in NAMES:
        return "+".join(NAMES.get(part, part.capitalize()) for part in key.split("+"))
    return symbol


def _keys(idea: str, letters: bool) -> str:
    keys = (IDEAS.get(idea) or ANSWERS[idea]).keys
    return keys if letters else ",".join(key for key in keys.split(",") if len(key) > 1)
