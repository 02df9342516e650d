"""What is said of a key that does nothing where it was pressed: why, or in which panes it does something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui.drawing.formatting import title_in
from tui.widgets.bindings import IDEAS, keys_in_force, named_key

if TYPE_CHECKING:
    from textual.binding import Binding

    from tui.screens.run_actions import Target

# Nothing is said of these: one sees that there is nowhere to go.
MOVES = frozenset(
    {
        "up", "down", "left", "right", "leap_left", "leap_right", "page_up", "page_down", "first", "last",
        "next", "previous", "leave",
    }
)  # fmt: skip

# Why a pane refuses what its key is called.
REASONS = {
    "Earlier": "there is no earlier one",
    "Later": "there is no later one",
    "Log scale": "what is drawn has no logarithmic scale",
    "Best epoch": "this line is of no epoch",
    "Last epoch": "this line is of no epoch",
    "Baseline": "this line is the baseline",
    "Take out": "the last line stays",
    "Fold": "no runs are of one group",
    "Columns": "there are no runs yet",
    "Filter": "there is nothing to filter",
    "Empty queue": "nothing is in the queue",
    "Picture": "there is no other picture of this sweep",
    "On/off": "outputs cannot be off",
    "Random off": "outputs cannot be off",
    "Restore": "no unit is off",
}


class Meaning(NamedTuple):
    """A binding of the key, the titles of the panes it belongs to, nothing for everywhere, and whether it is of the
    pane with the focus."""

    panes: str
    binding: Binding
    is_here: bool


def why_nothing(key: str, meanings: Iterable[Meaning], target: Target | None, cells: int) -> str:
    """One line about a key in so many cells; nothing for one without a meaning. `target` is the run keys act on."""
    telling = [meaning for meaning in meanings if meaning.binding.id not in MOVES]
    here = next((meaning for meaning in telling if meaning.is_here), None)
    if here is None:
        names = {meaning.panes: meaning.binding.description for meaning in reversed(telling)}
        elsewhere = [
            f"{name} in {', '.join(panes for panes in reversed(names) if names[panes] == name)}"
            for name in dict.fromkeys(reversed(names.values()))
        ] or _of_no_pane(key)
        return _in_whole_words(f"{named_key(key)} acts elsewhere: {'; '.join(elsewhere)}", cells) if elsewhere else ""
    if here.panes:
        reason = REASONS.get(here.binding.description)
        return f"{here.binding.description} does not apply{f': {reason}' if reason else ' here now'}."
    if target is None:
        return f"{here.binding.description} needs a run, and there is none here."
    refused = f"{here.binding.description} does not apply: {{}} is {target.status}."
    return refused.format(title_in(target.title, cells - cell_len(refused.format(""))))


def _of_no_pane(key: str) -> list[str]:
    """What a key means that no pane has, as those of dialogs."""
    return [idea.meaning for name, idea in IDEAS.items() if name not in MOVES and key in keys_in_force(name)]


def _in_whole_words(told: str, cells: int) -> str:
    """As many of the panes that a sentence names as so many cells have room for."""
    end = "."
    while cell_len(told + end) > cells and (last := max(told.rfind(", "), told.rfind("; "))) > 0:
        told, end = told[:last], " and more."
    return told + end
