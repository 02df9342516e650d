"""The symbols the console draws with, and which of them a terminal can show.

`UNICODE` is for any modern terminal, `LINUX` for the text console's small font, `ASCII` for everything else. Every
symbol is one cell wide in each of them, so a drawing keeps its shape whichever is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.runs.state import FAILED, FINISHED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED, UNQUEUED
from tui.drawing import terminfo

TRUECOLOUR = 1 << 24
# Terminals of 256 colours or more whose names do not say so, and which a server's terminfo often lacks.
COLOURFUL = ("alacritty", "contour", "foot", "ghostty", "iterm", "kitty", "konsole", "rio", "st-", "wezterm")


@dataclass(frozen=True)
class Glyphs:
    """A set of symbols. Bar and column parts and `shades` go from almost nothing to full, `ramp` from dark to light."""

    unicode: bool
    braille: bool
    half_blocks: bool
    status: Mapping[str, str]
    right_answer: str
    wrong_answer: str
    error: str
    notice: str
    changed: str
    star: str
    mark: str
    folded: str
    cursor: str
    dot: str
    ellipsis: str
    nothing: str
    enter: str
    arrow: str
    previous: str
    next: str
    up: str
    down: str
    bar_parts: str
    column_parts: str
    bar_rest: str
    shades: str
    line: str
    ramp: str = " .:-=+*#%@"

    def bar(self, share: float, width: int, rest: str = " ") -> str:
        """A bar `width` cells long, `share` of it (0 to 1) filled; any share above nothing leaves a mark."""
        drawn = _filled(share, width, self.bar_parts)
        return drawn + rest * (width - len(drawn))

    def column(self, share: float, height: int) -> str:
        """The same upright: the symbols of a column from its top to its foot."""
        return _filled(share, height, self.column_parts).ljust(height)[::-1]


def _filled(share: float, cells: int, parts: str) -> str:
    """The symbols, from the foot of a bar, that fill `share` of `cells` cells in steps of `parts`."""
    steps = round(min(1.0, max(0.0, share)) * cells * len(parts))
    if share > 0 and cells:
        steps = max(1, steps)
    whole, part = divmod(steps, len(parts))
    return parts[-1] * whole + (parts[part - 1] if part else "")


UNICODE = Glyphs(
    unicode=True,
    braille=True,
    half_blocks=True,
    status={
        QUEUED: "○", PREPARING: "◐", RUNNING: "●", PAUSED: "‖",
        FINISHED: "✓", STOPPED: "■", UNQUEUED: "⊘", FAILED: "✗", INTERRUPTED: "!",
    },
    right_answer="✓",
    wrong_answer="✗",
    error="✗",
    notice="!",
    changed="•",
    star="★",
    mark="◆",
    folded="▸",
    cursor="›",
    dot="·",
    ellipsis="…",
    nothing="–",
    enter="⏎",
    arrow="→",
    previous="‹",
    next="›",
    up="↑",
    down="↓",
    bar_parts="▏▎▍▌▋▊▉█",
    column_parts="▁▂▃▄▅▆▇█",
    bar_rest="─",
    shades=" ░▒▓█",
    line="─",
)  # fmt: skip

LINUX = replace(
    UNICODE,
    braille=False,
    status={
        QUEUED: "o", PREPARING: "~", RUNNING: "►", PAUSED: "=",
        FINISHED: "√", STOPPED: "■", UNQUEUED: "-", FAILED: "x", INTERRUPTED: "!",
    },
    right_answer="√",
    wrong_answer="x",
    error="x",
    changed="*",
    star="*",
    mark="♦",
    folded="►",
    cursor=">",
    ellipsis="~",
    nothing="-",
    enter="enter",
    previous="<",
    next=">",
    bar_parts="█",
    column_parts="▄█",
    bar_rest="░",
)  # fmt: skip

ASCII = Glyphs(
    unicode=False,
    braille=False,
    half_blocks=False,
    status={
        QUEUED: "o", PREPARING: "~", RUNNING: ">", PAUSED: "=",
        FINISHED: "+", STOPPED: "#", UNQUEUED: "-", FAILED: "x", INTERRUPTED: "!",
    },
    right_answer="+",
    wrong_answer="x",
    error="x",
    notice="!",
    changed="*",
    star="*",
    mark="*",
    folded=">",
    cursor=">",
    dot=".",
    ellipsis="~",
    nothing="-",
    enter="enter",
    arrow=">",
    previous="<",
    next=">",
    up="^",
    down="v",
    bar_parts="#",
    column_parts=".#",
    bar_rest=".",
    shades=" .:*#",
    line="-",
)  # fmt: skip


def detect(encoding: str, environ: Mapping[str, str] | None = None) -> Glyphs:
    """The symbols that a terminal of this encoding can show."""
    environ = os.environ if environ is None else environ
    if encoding.lower().replace("-", "").replace("_", "") != "utf8":
        return ASCII
    return LINUX if environ.get("TERM") == "linux" else UNICODE


def colour_depth(environ: Mapping[str, str] | None = None) -> int:
    """How many colours this terminal shows; 0 when the user wants none."""
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR") is not None:
        return 0
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return TRUECOLOUR
    kind = environ.get("TERM", "").lower()
    many = kind.endswith(("256color", "direct")) or kind.removeprefix("xterm-").startswith(COLOURFUL)
    return 256 if many or terminfo.colours(kind) >= 256 else 16
