"""The symbols the console draws with, and what stands for them where a terminal lacks them.

Whatever is drawn is drawn in Unicode and translated when it is painted: `UNICODE` is for any modern terminal, `LINUX`
for the text console's small font, `ASCII` for everything else. A fallback is as wide as what it stands for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from engine.runs.status import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    PAUSED,
    PREPARING,
    PRUNED,
    QUEUED,
    RUNNING,
    STOPPED,
    UNQUEUED,
)
from tui.drawing import terminfo

TRUECOLOUR = 1 << 24
# Terminals of 256 colours or more whose names do not say so, and which a server's terminfo often lacks.
COLOURFUL = ("alacritty", "contour", "foot", "ghostty", "iterm", "kitty", "konsole", "rio", "st-", "wezterm")

STATUS_SYMBOLS = {
    QUEUED: "○", PREPARING: "◐", RUNNING: "●", PAUSED: "‖",
    FINISHED: "✓", STOPPED: "■", UNQUEUED: "⊘", FAILED: "✗", PRUNED: "·", INTERRUPTED: "!",
}  # fmt: skip
# Where a figure is not known.
UNKNOWN = "–"


class _Fallbacks(dict[int, str]):
    """A table for `str.translate`, from what each text stands for."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        super().__init__((ord(symbol), text) for text, lacking in symbols.items() for symbol in lacking)


class _AsciiFallbacks(_Fallbacks):
    """A question mark a cell stands for a symbol that nothing is known of, such as one in a name."""

    def __missing__(self, code: int) -> str:
        from rich.cells import cell_len

        return chr(code) if code < 128 else "?" * cell_len(chr(code))


# In ASCII it takes the space behind a symbol, too, to say what it means.
_PAIRS = (("± ", "+-"), ("≤ ", "<="), ("≥ ", ">="))


class Glyphs(NamedTuple):
    """What a terminal can show: whether braille, and symbols beyond ASCII at all; the parts of bars and columns, from
    almost nothing to full, and the rest of a bar; the name of the enter key; what stands for what it lacks."""

    unicode: bool
    braille: bool
    bar_parts: str
    column_parts: str
    bar_rest: str
    enter: str
    fallbacks: Mapping[int, str]

    def shown(self, text: str) -> str:
        """`text` in symbols that the terminal has, in as many cells."""
        if not self.unicode and not text.isascii():
            for symbol, fallback in _PAIRS:
                text = text.replace(symbol, fallback)
        return text.translate(self.fallbacks)

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


_LINUX_FALLBACKS = _Fallbacks(
    {"o": "○", "~": "◐…", "►": "●▸", "=": "‖", "√": "✓", "x": "✗", "*": "★", "♦": "◆", ">": "›", "<": "‹", "-": "–⊘",
     "_": "▁", "▄": "▂▃▅", "█": "▆▇"}
)  # fmt: skip
# These stand for the frames and the bars of Textual's widgets as well.
_ASCII_FALLBACKS = _AsciiFallbacks({
    "o": "○", "~": "◐…", ">": "●▸›→", "=": "‖", "+": "✓┌┐└┘┤┬┴┼╭╮╰╯", "#": "■▅▆▇█", "x": "✗×", "*": "•★◆", ".": "·▂▃",
    "<": "‹←", "^": "↑▲", "v": "↓▼", "|": "│┃║▌▐▊▎├", "-": "–⊘─━═—▔", "_": "▁", ":": "▄▀",
})  # fmt: skip
UNICODE = Glyphs(
    unicode=True,
    braille=True,
    bar_parts="▏▎▍▌▋▊▉█",
    column_parts="▁▂▃▄▅▆▇█",
    bar_rest="─",
    enter="⏎",
    fallbacks={},
)
LINUX = Glyphs(
    unicode=True,
    braille=False,
    bar_parts="█",
    column_parts="▄█",
    bar_rest="░",
    enter="enter",
    fallbacks=_LINUX_FALLBACKS,
)
ASCII = Glyphs(
    unicode=False,
    braille=False,
    bar_parts="#",
    column_parts=".#",
    bar_rest=".",
    enter="enter",
    fallbacks=_ASCII_FALLBACKS,
)


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
