"""How the program begins: without a word the console opens, anything else is for the whole command line."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from engine.home import Home
from tui.cli.leaving import leave_with
from tui.cli.opening import open_with

# What click calls the variable with which a shell asks for completions.
COMPLETE = "_MNIST_TUI_COMPLETE"


def main() -> NoReturn:
    """Run the program and leave with its exit status; a console does not wait until commands are imported."""
    if len(sys.argv) > 1 or COMPLETE in os.environ:
        from tui.cli.main import main as command_line

        command_line()
    leave_with(lambda: open_with(Home.find()))
