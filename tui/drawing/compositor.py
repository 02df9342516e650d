"""What Textual paints, of which only what is seen where something changed is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Console
from rich.control import Control
from textual._compositor import Compositor, CompositorUpdate, ReflowResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Piece(NamedTuple):
    """A strip from column `x` of row `y` on."""

    y: int
    x: int
    strip: Strip


class Pieces(CompositorUpdate):
    """Strips of a screen that do not overlap."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        return "".join(f"{Control.move_to(x, y)}{strip.render(console)}" for y, x, strip in self.pieces)


class SeenCompositor(Compositor):
    """Asks widgets for the lines of which something is seen, front to back.

    Textual has every widget drawn that lies between the first and the last change, what others cover included, and
    divides all of their lines at every edge of any widget."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Arrange all widgets, once: Textual does it again where one that was hidden has changed before."""
        changed = super().reflow(parent, size)
        self._full_map_invalidated = False
        return changed

    def render_full_update(self, simplify: bool = False) -> CompositorUpdate:  # type: ignore[override]
        if simplify:
            return super().render_full_update(simplify)
        self._dirty_regions.clear()
        return self._pieces([self.size.region])

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]
        regions = [region.intersection(self.size.region) for region in self._dirty_regions]
        self._dirty_regions.clear()
        return self._pieces(filter(None, regions)) if regions else None

    def _pieces(self, regions: Iterable[Region]) -> Pieces:
        # What is not painted yet: of each row the columns from the first to before the second of each pair.
        left: dict[int, list[tuple[int, int]]] = {}
        for y, x1, x2 in self._regions_to_spans(regions):
            left.setdefault(y, []).append((x1, x2))
        pieces: list[Piece] = []
        for widget, (region, clip) in self.visible_widgets.items():
            if not left:
                break
            seen = region.intersection(clip)
            rows = [y for y in seen.line_range if y in left and _meets(left[y], seen)]
            if not rows:
                continue
            crop = Region(seen.x - region.x, rows[0] - region.y, seen.width, rows[-1] + 1 - rows[0])
            strips = widget.render_lines(crop)
            for y in rows:
                uncovered: list[tuple[int, int]] = []
                for x1, x2 in left[y]:
                    start, end = max(x1, seen.x), min(x2, seen.right)
                    if start >= end:
                        uncovered.append((x1, x2))
                        continue
                    strip = strips[y - rows[0]]
                    if end - start < seen.width:
                        strip = strip.crop(start - seen.x, end - seen.x)
                    pieces.append(Piece(y, start, strip))
                    uncovered += [span for span in ((x1, start), (end, x2)) if span[0] < span[1]]
                left[y] = uncovered
                if not uncovered:
                    del left[y]
        return Pieces(pieces)


def _meets(spans: Iterable[tuple[int, int]], region: Region) -> bool:
    return any(x1 < region.right and x2 > region.x for x1, x2 in spans)
