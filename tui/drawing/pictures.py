"""Lines as they are shown, as a drawing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from rich.console import Console
from rich.segment import Segment, Segments

# A drawing is to look the same without a network.
FONT_FROM_AFAR = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def svg(lines: Iterable[Iterable[Segment]], width: int, title: str) -> str:
    """Lines of `width` cells as SVG, in a window with this title."""
    console = Console(
        width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    for line in lines:
        console.print(Segments([*line, Segment.line()]), end="")
    return FONT_FROM_AFAR.sub("", console.export_svg(title=title))
