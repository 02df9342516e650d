"""How the console is opened and left."""

from __future__ import annotations

import gc
import os

from engine.home import Home
from tui.console.terminal import encoding, end_with_the_terminal, kept_from_libraries, refusal
from tui.drawing.glyphs import colour_depth, detect
from tui.exit_codes import DONE, FAILED, WRONG_USAGE, complain


def open_console(home: Home, slow_link: bool, ascii: bool = False) -> int:
    """Show the console until it is left, in nothing but ASCII where that is wanted; the exit status."""
    if reason := refusal():
        return complain(reason, WRONG_USAGE)
    home.prepare()
    end_with_the_terminal()
    # A key waits for the next frame at most, so frames are to be short; Textual reads this once.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Textual takes many terminals for poorer than they are; it reads this once, too.
    if colour_depth() == 256:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    # Until the first screen is painted nothing is worth collecting.
    gc.disable()
    from tui.console.console import LOG, Console
    from tui.console.exit_message import farewell

    written_in = encoding(ascii)
    with kept_from_libraries(home.path / LOG, written_in):
        console = Console(home, detect(written_in), slow_link)
        console.run()
    if console.trouble:
        return complain(console.trouble, FAILED)
    console.main.settle()
    print(farewell(home))
    return DONE
