"""What the panes of a network are painted with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.color import Color
from rich.style import Style
from textual.binding import BindingType

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Tone, beside, wrapped
from tui.panes.digits.digit_lines import DigitLines, blend
from tui.panes.digits.image import BRAILLE, GREYS, styles
from tui.panes.digits.matrix_drawing import SHADE_RULES
from tui.panes.network.picture import BEYOND, EXCITES, INHIBITS, SHADES
from tui.panes.network.view import Place, Scene
from tui.widgets.bindings import hidden

# Cells between two runs, and those that each has at least.
GAP, LEAST = 2, 26


class NetworkLines(DigitLines, can_focus=True):
    """Shows something of a `Scene`; `go` takes the unit its keys lead to at once, so that the next key acts on it."""

    DEFAULT_CSS = f"""
    NetworkLines {{
        & > .cursor {{ text-style: reverse bold; }}
        & > .high {{ color: $text-warning; }}
        & > .low {{ color: $text-primary; }}
        & > .dead {{ color: $text-error; text-style: bold; }}
        & > .saturated {{ color: $text-accent; text-style: bold; }}
        & > .off {{ color: $text-error; }}
        {SHADE_RULES}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("left", "move(-1, 0)", "Left", "The unit to the left, or the layer before"),
        hidden("right", "move(1, 0)", "Right", "The unit to the right, or the next layer"),
        hidden("up", "move(0, -1)", "Up", "The unit above"),
        hidden("down", "move(0, 1)", "Down", "The unit below"),
        hidden("drawing", "next_style", "Drawing", "Draw by half blocks, shades or ASCII"),
    ]

    def __init__(self, glyphs: Glyphs, colours: int, go: Callable[[Place], object]) -> None:
        # Dots of braille have no shades.
        super().__init__(glyphs, [style for style in styles(glyphs, colours) if style != BRAILLE])
        self.scene = Scene()
        self.go = go
        self._is_low = False

    def show(self, scene: Scene) -> None:
        """Show something else."""
        self.scene = scene
        self.redraw()

    def set_low_bandwidth(self, low: bool) -> None:
        super().set_low_bandwidth(low)
        self._is_low = low
        self.notify_style_update()

    def lines(self, width: int, height: int) -> list[Line]:
        """The lines of a scene that has a network."""
        raise NotImplementedError

    def beside(self, right: int, down: int) -> Place:
        """The unit that is so much further in a scene that has a network."""
        raise NotImplementedError

    def action_move(self, right: int, down: int) -> None:
        self.lay_out()
        if self.scene.view is not None:
            self.go(self.beside(right, down))

    def draw(self, width: int, height: int) -> list[Line]:
        if self.scene.view is None:
            return wrapped(self.scene.problem, width, "dim")
        return self.lines(width, height)

    def make_look(self, style: str | Tone) -> Style:
        """Over a slow link symbols alone tell weights apart, as each change of a colour takes ten bytes."""
        return self.look("digit") if self._is_low and style in (EXCITES, INHIBITS) else super().make_look(style)

    def tone_colour(self, tone: int) -> Color | None:
        """That of a digit's grey, or of a weight, between the background and one of two colours."""
        if 0 <= tone < GREYS:
            return super().tone_colour(tone)
        return (
            blend(self.look(EXCITES), (tone - BEYOND) / SHADES)
            if tone > 0
            else blend(self.look(INHIBITS), -tone / SHADES)
        )


def side_width(width: int, of_two: bool, least: int = LEAST) -> int:
    """Cells of each of two runs, or all there are of one alone and where two had less than the `least`."""
    half = (width - GAP) // 2
    return half if of_two and half >= least else width


def side_by_side(parts: Sequence[list[Line]], cells: int) -> list[Line]:
    """One run's lines, or those of two beside each other, each so many cells wide."""
    return parts[0] if len(parts) == 1 else beside(parts[0], parts[1], cells + GAP)
