"""Calling a person back when runs have ended: a bell, or a notice of the desktop in the way the terminal has it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.home import Home
from engine.quantities import percent
from engine.runs.status import LIVE
from engine.text import clean
from tui.exit_codes import NAME
from tui.workers.preference_file import read_part, write_part

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

NOTHING_ELSE = "nothing else is being trained"

PART, VARIABLE = "notify", "MNIST_TUI_NOTIFY"
OFF, BELL, DESKTOP = "off", "bell", "desktop"
# Besides the three, the number of the sequence that a terminal understands.
WAYS = {
    OFF: "Do not call when runs end",
    BELL: "Ring the terminal's bell when a run or the queue ends while you are elsewhere",
    DESKTOP: "Have the desktop say when a run or the queue ends while you are elsewhere, as the terminal can",
    "9": "The same by OSC 9, as iTerm2, WezTerm and Ghostty have it",
    "777": "The same by OSC 777, as foot, rxvt and Konsole have it",
    "99": "The same by OSC 99, as kitty has it",
}
LONGEST = 120
# By how the value of TERM, or of what terminals say of themselves, begins.
SEQUENCES = {
    "99": ("xterm-kitty", "kitty"),
    "777": ("foot", "rxvt", "konsole"),
    "9": ("iterm", "wezterm", "xterm-ghostty", "ghostty", "contour", "rio", "warp", "mintty"),
}


def chosen_way(home: Home, environ: Mapping[str, str] | None = None) -> str:
    """How to call: what the environment says, else what is kept in the home, else not at all."""
    environ = os.environ if environ is None else environ
    for value in (environ.get(VARIABLE), read_part(home, PART)):
        if isinstance(value, str) and value.lower() in WAYS:
            return value.lower()
    return OFF


def keep_way(home: Home, way: str) -> None:
    """Keep how to call. Raises OSError."""
    write_part(home, PART, way)


def call(text: str, way: str, environ: Mapping[str, str] | None = None) -> str:
    """The codes that call with a text; a bell where a terminal is not known to show notices."""
    environ = os.environ if environ is None else environ
    shown_text = clean(text, LONGEST).replace(";", ",")
    match _sequence(environ) if way == DESKTOP else way:
        case "off":
            return ""
        case "9":
            return f"\x1b]9;{NAME}: {shown_text}\x07"
        case "777":
            return f"\x1b]777;notify;{NAME};{shown_text}\x07"
        case "99":
            return f"\x1b]99;;{NAME}: {shown_text}\x1b\\"
    return "\x07"


def _sequence(environ: Mapping[str, str]) -> str:
    kinds = [environ.get(name, "").lower() for name in ("TERM", "TERM_PROGRAM", "LC_TERMINAL")]
    if kinds[0].startswith(("screen", "tmux")):
        return BELL
    known = (number for number, names in SEQUENCES.items() if any(kind.startswith(names) for kind in kinds))
    return next(known, BELL)


class RunEnds:
    """Compares each list of runs with the one before."""

    def __init__(self) -> None:
        self._live: frozenset[str] = frozenset()

    def take(self, runs: Sequence[RunSummary]) -> str:
        """What has ended between the list before and this one, in words; nothing where nothing has."""
        before, self._live = self._live, frozenset(run.id for run in runs if run.status in LIVE)
        ended = [run for run in runs if run.id in before and run.status not in LIVE]
        if not ended:
            return ""
        text = f"{ended[0].record.title} {ended[0].status}, test {percent(ended[0].test_accuracy)}"
        if len(ended) > 1:
            text = f"{len(ended)} runs ended, the newest: {text}"
        return text if self._live else f"{text}; {NOTHING_ELSE}"
