"""The symbols charts are drawn with, for each kind of terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tui.drawing.glyphs import Glyphs

# Of a braille cell the dots on the left: what is left of a faint line, unless nothing would be.
_LEFT_DOTS = 0x47


@dataclass(frozen=True)
class Symbols:
    """`trace` is the marker plotext draws lines with, of `dots` (across, down) a cell, and `faint` maps its symbols to
    those of a faint line. `sample` and `faint_sample` stand for lines in the legend; `marks` are set on points; `shade`
    fills bands."""

    trace: str
    faint: Mapping[int, str] = field(hash=False)
    dots: tuple[int, int]
    sample: str
    faint_sample: str
    marks: str
    upright: str
    level: str
    corner: str
    tick_left: str
    tick_below: str
    cross: str
    shade: str
    dot: str

    def mark(self, number: int) -> str:
        """The symbol of a number, from 0."""
        return self.marks[number % len(self.marks)]


BRAILLE = Symbols(
    trace="braille",
    faint={0x2800 + dots: chr(0x2800 + (dots & _LEFT_DOTS or dots)) for dots in range(256)},
    dots=(2, 4),
    sample="━",
    faint_sample="╍",
    marks="●▲■◆○△□◇▼▽",
    upright="│",
    level="─",
    corner="└",
    tick_left="┤",
    tick_below="┬",
    cross="┊",
    shade="⢕",
    dot="·",
)
LINUX = replace(
    BRAILLE,
    trace="•",
    faint={ord("•"): "·"},
    dots=(1, 1),
    sample="•",
    faint_sample="·",
    marks="O▲■♦o^#+x%",
    cross="│",
    shade="░",
)
ASCII = replace(
    LINUX,
    trace="*",
    faint={ord("*"): "."},
    sample="*",
    faint_sample=".",
    marks="O^#@ov+x%&",
    upright="|",
    level="-",
    corner="+",
    tick_left="+",
    tick_below="+",
    cross="|",
    shade=":",
    dot="-",
)


def symbols_for(glyphs: Glyphs) -> Symbols:
    """The symbols of a terminal that shows these glyphs."""
    if glyphs.braille:
        return BRAILLE
    return LINUX if glyphs.unicode else ASCII
