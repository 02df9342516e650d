"""The canvas on the screen: drawn on by mouse or by keys, with what networks read on it beside."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
from rich.color import Color
from textual.binding import BindingType
from textual.events import MouseDown, MouseMove, MouseUp
from textual.message import Message

from tui.drawing.glyphs import TRUECOLOUR, UNICODE, Glyphs
from tui.drawing.styled_lines import Line
from tui.drawing.styled_lines import beside as side_by_side
from tui.panes.digits.digit_lines import DigitLines
from tui.panes.digits.image import BRAILLE, styles
from tui.panes.draw.canvas import Canvas
from tui.panes.draw.drawing import PEN, canvas_lines, reading_lines
from tui.panes.draw.layout import divide
from tui.panes.draw.pane import DrawingRequested, OpenFile, Save
from tui.panes.draw.view import Reading
from tui.widgets.bindings import hidden, shown

# The button of the mouse that erases whatever the keys say.
RIGHT_BUTTON = 3


class DrawPad(DigitLines, can_focus=True):
    """Shows a canvas and a `Reading` of it. Sends `Changed` when something else is drawn, and `DrawingRequested` when
    the drawing is to be kept, or another to be opened."""

    DEFAULT_CSS = """
    DrawPad {
        & > .frame { color: $foreground 50%; }
        & > .pen { color: $text-accent; text-style: bold reverse; }
        & > .chosen { color: $text-success; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("left", "go(-1, 0)", "Left", "The pen a pixel to the left; one that is down draws"),
        hidden("right", "go(1, 0)", "Right", "The pen a pixel to the right"),
        hidden("up", "go(0, -1)", "Up", "The pen a pixel up"),
        hidden("down", "go(0, 1)", "Down", "The pen a pixel down"),
        shown("mark", "pen", "Pen", "Put the pen down, or lift it"),
        shown(
            "erase",
            "erase",
            "Erase",
            "Take the eraser, or the pen again; the mouse erases by its right button",
            "Backspace",
        ),
        shown("thickness", "widen", "Thicker", "The next thicker pen; after the thickest the finest"),
        shown("undo", "undo", "Undo", "Take back a stroke of the mouse, or a step of the pen"),
        shown("reset", "clear", "Clear", "An empty canvas, which Undo takes back"),
        shown("save", "save", "Save", "Keep the drawing with the digit that it is meant to be"),
        shown("open_file", "open_file", "Open", "Take a PNG or a JPEG file for the canvas"),
        hidden("drawing", "next_style", "Drawing", "Draw by half blocks, shades or ASCII"),
    ]

    class Changed(Message):
        """Something else is on the canvas."""

    def __init__(self, glyphs: Glyphs = UNICODE, colours: int = TRUECOLOUR) -> None:
        # Dots of braille show neither the soft edge of a line nor the pen.
        super().__init__(glyphs, [style for style in styles(glyphs, colours) if style != BRAILLE], id="pad")
        self.canvas = Canvas()
        self.reading = Reading()
        # Whether the button of the mouse that is held erases; None where none is.
        self._rubbing: bool | None = None

    def show(self, reading: Reading) -> None:
        """Show what networks read on the canvas."""
        self.reading = reading
        self.redraw()

    def put(self, ink: npt.NDArray[np.uint8]) -> None:
        """Put another picture, bytes (28, 28) of ink, on the canvas."""
        self.canvas.replace(ink)
        self._changed()

    def draw(self, width: int, height: int) -> list[Line]:
        layout = divide(width, height)
        canvas = canvas_lines(self.canvas, layout, self.style_shown)
        beside = reading_lines(self.reading, layout, self.glyphs, self.style_shown, height)
        return side_by_side(canvas, beside, layout.start)[:height]

    def tone_colour(self, tone: int) -> Color | None:
        """As of any digit, or the pen's."""
        return self.look("pen").color if tone == PEN else super().tone_colour(tone)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a step to take back, and something to clear and to keep."""
        if action == "undo":
            return True if self.canvas.can_undo else None
        if action in ("clear", "save"):
            return None if self.canvas.is_blank else True
        return True

    def action_go(self, right: int, down: int) -> None:
        self.canvas.go(right, down)
        self._moved()

    def action_pen(self) -> None:
        self.canvas.put_down_or_lift()
        self._moved()

    def action_erase(self) -> None:
        self.canvas.erases = not self.canvas.erases
        self.redraw()

    def action_widen(self) -> None:
        self.canvas.widen()
        self.redraw()

    def action_undo(self) -> None:
        self.canvas.undo()
        self._changed()

    def action_clear(self) -> None:
        self.canvas.clear()
        self._changed()

    def action_save(self) -> None:
        answer = self.reading.shown
        self.post_message(DrawingRequested(Save(self.canvas.pixels, answer.predicted if answer else None)))

    def action_open_file(self) -> None:
        self.post_message(DrawingRequested(OpenFile()))

    def on_mouse_down(self, event: MouseDown) -> None:
        """Put the pen where the mouse is."""
        layout = divide(*self.size)
        if layout.holds(event.x, event.y):
            self.capture_mouse()
            self._rubbing = self.canvas.erases or event.button == RIGHT_BUTTON
            self.canvas.begin()
            self.canvas.pen = layout.point_at(event.x, event.y)
            self._stroke(event)

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._rubbing is not None:
            self._stroke(event)

    def on_mouse_up(self, event: MouseUp) -> None:
        if self._rubbing is not None:
            self.release_mouse()
            self._rubbing = None

    def _stroke(self, event: MouseDown | MouseMove) -> None:
        self.canvas.draw_to(divide(*self.size).point_at(event.x, event.y), self._rubbing)
        self._changed()

    def _moved(self) -> None:
        """The pen is elsewhere, and may have drawn."""
        if self.canvas.is_down:
            self._changed()
        else:
            self.redraw()

    def _changed(self) -> None:
        self.redraw()
        self.refresh_bindings()
        self.post_message(self.Changed())
