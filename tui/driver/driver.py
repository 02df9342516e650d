"""Textual's driver for terminals, with a painter between its pictures and the terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from rich.color import Color, ColorSystem
from textual import events
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.strip import Strip

from tui.drawing.compositor import Piece
from tui.drawing.glyphs import colour_depth
from tui.drawing.terminfo import erases_in_colour
from tui.driver.brush import Brush
from tui.driver.cells import Cells
from tui.driver.key_parser import KeyParser
from tui.driver.painter import Painter
from tui.driver.pen import DEFAULT_BACKGROUND, DEFAULT_COLOUR, Palette
from tui.driver.window import Window

# The greys of a terminal of 256 colours, and those of them that are used.
FIRST_GREY, GREYS = 232, 24
FEWER_GREYS = 8

# Seconds for which nothing is written when a view has been changed.
SETTLING = 0.05


class SlowLinkFound(Message):
    """The link to the terminal has proved slow."""


class PacedDriver(LinuxDriver):
    """Sends what differs from what is shown, when the terminal has answered for what was sent before."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._colourless = colour_depth() == 0
        self._cells = Cells(*self._get_terminal_size(), self._palette(low_bandwidth=False))
        self._painter: Painter | None = None
        self._settling = 0.0
        self._found_slow = False

    def _get_terminal_size(self) -> tuple[int, int]:
        """What the terminal says; the environment may tell of another one, or of one as it was."""
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            columns = lines = 0
        return (columns, lines) if columns and lines else super()._get_terminal_size()

    def write(self, data: str) -> None:
        """Take in what is to be shown; never waits."""
        if self._painter is not None:
            self._painter.write(data)

    def show(self, pieces: Iterable[Piece], colours: ColorSystem) -> None:
        """Take in what is to be shown without the detour over codes; never waits."""
        if self._painter is not None:
            parameters = partial(Strip.render_ansi, color_system=colours)
            self._painter.show(
                (y, x, [(parameters(style) if style else "", text) for text, style, _ in strip])
                for y, x, strip in pieces
            )

    def set_low_bandwidth(self, low: bool) -> None:
        """Send a slow link fewer colours, and no picture that does not last; or all again as it is written."""
        self._settling = SETTLING if low else 0.0
        self._cells.palette = self._palette(low)
        if self._painter is not None:
            self._painter.settle(self._settling)

    def _palette(self, low_bandwidth: bool) -> Palette:
        """The colours that are sent: none where none are wanted."""
        if self._colourless:
            return Palette(no_colour)
        return Palette(fewer_colours) if low_bandwidth else Palette()

    def start_application_mode(self) -> None:
        """Take the terminal, and paint whatever picture there is already."""
        file = self._file
        assert file is not None
        self._window = Window()
        brush = Brush(erases_in_colour(os.environ.get("TERM", "")))

        def encode(text: str) -> bytes:
            return text.encode(file.encoding, file.errors or "strict")

        self._painter = Painter(file.fileno(), encode, self._cells, self._window, brush)
        self._painter.settle(self._settling)
        self._painter.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGWINCH, self._after_resizing(signal.getsignal(signal.SIGWINCH)))
        self._repaint()
        self._painter.ask()

    def stop_application_mode(self) -> None:
        """Give the terminal back; what is not shown yet never will be."""
        if self._painter is not None:
            self._painter.stop_painting()
        super().stop_application_mode()

    def close(self) -> None:
        """Return when all codes have been sent."""
        painter, self._painter = self._painter, None
        if painter is not None:
            painter.end()
        super().close()

    def run_input_thread(self) -> None:
        """Read keys by our own parser, which Textual takes from its module."""
        linux_driver.XTermParser = KeyParser  # type: ignore[attr-defined]
        super().run_input_thread()

    def _sigtstp_application(self, *_: Any) -> None:
        """Suspend in the loop's own turn: the signal may come amid a write."""
        self._loop.call_soon_threadsafe(self._suspend)

    def _sigcont_application(self, *_: Any) -> None:
        """Go on in the loop's own turn, also after a signal to stop that cannot be caught."""
        self._loop.call_soon_threadsafe(self._resume)

    def _suspend(self) -> None:
        """Give the terminal back, and stop until a signal says to go on."""
        if self._painter is not None:
            self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self) -> None:
        """Take the terminal as it is now, whatever was done to it; in the background, stop again."""
        with suppress(OSError):
            if os.tcgetpgrp(self.fileno) != os.getpgrp():
                self._suspend()
                return
        if self._painter is not None:
            self.suspend_application_mode()
        self.resume_application_mode()

    def process_message(self, message: Message) -> None:
        """Take the answers to the painter's queries out of what the terminal says."""
        if isinstance(message, events.CursorPosition):
            if self._painter is not None:
                self._painter.answered()
                if self._window.is_slow and not self._found_slow:
                    self._found_slow = True
                    super().process_message(SlowLinkFound())
            return
        if isinstance(message, events.Resize):
            self._loop.call_soon_threadsafe(self._repaint)
        super().process_message(message)

    def _after_resizing(self, handler: Any) -> Any:
        def handle(number: int, frame: Any) -> None:
            self._loop.call_soon_threadsafe(self._repaint)
            handler(number, frame)

        return handle

    def _repaint(self) -> None:
        """Whatever the terminal shows now, show the picture."""
        if self._painter is not None:
            self._painter.start_anew(*self._get_terminal_size())


def no_colour(code: str) -> str:
    """The SGR parameters of the terminal's own colour, for whoever wants no other."""
    return DEFAULT_BACKGROUND if code.startswith(("4", "10")) else DEFAULT_COLOUR


@cache
def fewer_colours(code: str) -> str:
    """The SGR parameters of a colour that is one of 256, of their greys one of eight."""
    kind, *model = code.split(";")
    if model[:1] == ["2"]:
        red, green, blue = map(int, model[1:])
        number = Color.from_rgb(red, green, blue).downgrade(ColorSystem.EIGHT_BIT).number or 0
    elif model[:1] == ["5"]:
        number = int(model[1])
    else:
        return code
    if number >= FIRST_GREY:
        step = (GREYS - 1) / (FEWER_GREYS - 1)
        number = FIRST_GREY + round(round((number - FIRST_GREY) / step) * step)
    return f"{kind};5;{number}"
