"""How the console is opened and left."""

from __future__ import annotations

import gc
import os

from engine.home import Home
from tui.console.terminal import end_with_the_terminal, kept_from_libraries, refusal
from tui.exit_codes import DONE, FAILED, WRONG_USAGE, complain


def open_console(home: Home, slow_link: bool) -> int:
    """Show the console until it is left; the exit status."""
    if reason := refusal():
        return complain(reason, WRONG_USAGE)
    home.prepare()
    end_with_the_terminal()
    # A key waits for the next frame at most, so frames are to be short; Textual reads this once.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Until the first screen is painted nothing is worth collecting.
    gc.disable()
    from tui.console.console import LOG, Console
    from tui.console.exit_message import farewell
    from tui.drawing.glyphs import detect

    with kept_from_libraries(home.path / LOG):
        console = Console(home, detect(), slow_link)
        console.run()
    if console.trouble:
        return complain(console.trouble, FAILED)
    console.main.settle()
    print(farewell(home))
    return DONE
