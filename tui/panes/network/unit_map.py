"""The units of a network as a map: a layer is a block of columns, a unit a cell shaded by its mean activation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len

from engine.quantities import percent
from engine.runs.layers import BOUNDED
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, crop, fit, pad
from tui.panes.network.picture import EXCITES, INHIBITS, ramps
from tui.panes.network.view import NetworkView, Place

DEAD, SATURATED, OFF = "×", "▲", "○"
# Above the units: whose they are, what the layers are, and how many are dead or saturated. Below them, a line that says
# what the symbols mean.
ABOVE, BELOW = 3, 1
GAP = 2
WIDE, NARROW = 2, 1
# A name of an output and a blank.
LABEL = 2
LEVELS = 5


@dataclass(frozen=True)
class Block:
    """A layer on the map: where it begins and how wide it is, in cells; `columns` units a row, of the `rows` from the
    `top`-th on."""

    left: int
    width: int
    columns: int
    rows: int
    top: int


class UnitMap:
    """Where the units of a network are in a space of `width` by `height` cells, the one at `place` in sight."""

    def __init__(self, sizes: Sequence[int], place: Place, width: int, height: int) -> None:
        self.sizes, self.place = sizes, place
        self.high = max(1, height - ABOVE - BELOW)
        most = max(1, width - LABEL - GAP * (len(sizes) - 1))
        columns = _columns(sizes, self.high, most)
        self.cell = WIDE if WIDE * sum(columns) <= most else NARROW
        spare = (most - self.cell * sum(columns)) // len(sizes)
        self.blocks: list[Block] = []
        left = 0
        for layer, (size, count) in enumerate(zip(sizes, columns, strict=True)):
            wide = count * self.cell + (LABEL if layer == len(sizes) - 1 else 0)
            rows = math.ceil(size / count)
            row = place.unit // count if layer == place.layer else 0
            top = max(0, min(row - self.high // 2, rows - self.high))
            self.blocks.append(Block(left, wide + min(spare, max(0, 12 - wide)), count, rows, top))
            left += self.blocks[-1].width + GAP

    def at(self, x: int, y: int) -> Place | None:
        """The unit under a cell of the pane."""
        row = y - ABOVE
        for layer, block in enumerate(self.blocks):
            inner = x - block.left - self._label(layer)
            if 0 <= row < self.high and 0 <= inner < block.columns * self.cell:
                unit = (row + block.top) * block.columns + inner // self.cell
                return Place(layer, unit) if unit < self.sizes[layer] else None
        return None

    def beside(self, right: int, down: int) -> Place:
        """The unit next to that at the place; beyond an edge of its layer, the nearest of the next one."""
        layer, unit = self.place
        block = self.blocks[layer]
        row, column = divmod(unit, block.columns)
        if 0 <= column + right < block.columns and row * block.columns + column + right < self.sizes[layer]:
            row = max(0, min(row + down, block.rows - 1))
            return Place(layer, min(row * block.columns + column + right, self.sizes[layer] - 1))
        if not 0 <= layer + right < len(self.blocks):
            return self.place
        other = self.blocks[layer + right]
        shown = max(0, min(row - block.top + other.top, other.rows - 1))
        edge = 0 if right > 0 else other.columns - 1
        return Place(layer + right, min(shown * other.columns + edge, self.sizes[layer + right] - 1))

    def _label(self, layer: int) -> int:
        return LABEL if layer == len(self.blocks) - 1 else 0

    def lines(self, view: NetworkView, off: dict[int, npt.NDArray[np.bool_]], glyphs: Glyphs) -> list[Line]:
        """What the layers are and the rows of units; the one at the place has the cursor."""
        shades = [_shades(view, layer, off.get(layer)) for layer in range(len(self.blocks))]
        heads = self._row([_head(view, layer) for layer in range(len(self.blocks))], "title")
        marks = self._row([_marks(view, layer) for layer in range(len(self.blocks))], "dim")
        rows = [self._units(y, view, shades, glyphs) for y in range(min(self.high, max(b.rows for b in self.blocks)))]
        return [heads, marks, *rows]

    def _row(self, texts: Sequence[str], style: str) -> Line:
        """A text above each layer: what there is no room for is left out word by word."""
        shown = ""
        for text, block in zip(texts, self.blocks, strict=True):
            room = block.width + GAP - 1
            shown = shown.ljust(block.left) + (text if cell_len(text) <= room else crop(text.split()[0], room, ""))
        return ((shown, style),)

    def _units(self, y: int, view: NetworkView, shades: list[list[tuple[str, int]]], glyphs: Glyphs) -> Line:
        line: Line = ()
        for layer, block in enumerate(self.blocks):
            first = (y + block.top) * block.columns
            line = pad(line, block.left)
            if layer == view.outputs and first < self.sizes[layer]:
                line = (*line, (fit(view.class_names[first], LABEL - 1, "") + " ", "dim"))
            units = range(first, min(first + block.columns, self.sizes[layer])) if y < block.rows else ()
            line = (*line, *(self._cell(Place(layer, unit), *shades[layer][unit], glyphs) for unit in units))
        return line

    def _cell(self, place: Place, mark: str, level: int, glyphs: Glyphs) -> Span:
        if mark:
            text, style = mark.ljust(self.cell), {DEAD: "dead", SATURATED: "saturated", OFF: "off"}[mark]
        else:
            high, low = ramps(glyphs)
            symbol = "·" if not level else high[level - 1] if level > 0 else low[-level - 1]
            text, style = symbol * self.cell, EXCITES if level >= 0 else INHIBITS
        return text, "cursor" if place == self.place else style


def _columns(sizes: Sequence[int], high: int, most: int) -> list[int]:
    """How many columns each layer has: as many as show all of its units where there is room, else a fair share."""
    columns = [math.ceil(size / high) for size in sizes]
    while sum(columns) > most:
        widest = max(range(len(columns)), key=columns.__getitem__)
        if columns[widest] == 1:
            break
        columns[widest] -= 1
    return columns


def _head(view: NetworkView, layer: int) -> str:
    activation = view.network.activations[layer]
    return f"{view.sizes[layer]:,} {activation}" if activation else "out"


def _marks(view: NetworkView, layer: int) -> str:
    figures = view.activations.figures[layer]
    counts = ((int(figures.dead.sum()), "dead"), (int(figures.saturated.sum()), "saturated"))
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def _shades(view: NetworkView, layer: int, off: npt.NDArray[np.bool_] | None) -> list[tuple[str, int]]:
    """Of each unit of a layer its mark, if it has one, and its shade: its mean against the end of its range or, where
    there is none, the largest of the layer; the outputs by their mean probabilities."""
    figures = view.activations.figures[layer]
    means = view.whole.probabilities.mean(0) if layer == view.outputs else figures.mean
    largest = 1.0 if view.network.activations[layer] in BOUNDED else float(np.abs(means).max()) or 1.0
    levels = np.rint(np.nan_to_num(means / largest) * (LEVELS - 1)).astype(int).tolist()
    marks = np.where(figures.dead, DEAD, np.where(figures.saturated, SATURATED, ""))
    if off is not None:
        marks = np.where(off, OFF, marks)
    return list(zip(marks.tolist(), levels, strict=True))


def headline(view: NetworkView, accuracy: float, width: int) -> str:
    """Whose units these are, after which epoch, and how many test digits are right."""
    figures = f", epoch {view.network.epoch}, {percent(accuracy)}"
    return title_in(view.run, max(0, width - len(figures))) + figures


def symbols_line(view: NetworkView, any_off: bool, glyphs: Glyphs, width: int) -> Line:
    """What the symbols mean, as far as they are on the map."""
    high, low = ramps(glyphs)
    figures = view.activations.figures[: view.outputs]
    spans: list[Span] = [(f"·{high}", EXCITES), (" mean, all on" if any_off else " mean activation", "dim")]
    if any((one.mean < 0).any() for one in figures):
        spans += [(f"  ·{low}", INHIBITS), (" below 0", "dim")]
    if any(one.dead.any() for one in figures):
        spans += [(f"  {DEAD}", "dead"), (" dead", "dim")]
    if any(one.saturated.any() for one in figures):
        spans += [(f"  {SATURATED}", "saturated"), (" saturated", "dim")]
    if any_off:
        spans += [(f"  {OFF}", "off"), (" off", "dim")]
    line: list[Span] = []
    for text, style in spans:
        if sum(cell_len(one) for one, _ in line) + cell_len(text) > width:
            break
        line.append((text, style))
    return tuple(line)
