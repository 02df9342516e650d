"""How the program ends: with the exit status of what it did, and nothing lost that it wrote."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from engine.config.fields import ConfigError
from engine.errors import UserError
from tui.cli import streams
from tui.exit_codes import FAILED, INTERRUPTED, explain


def leave_with(work: Callable[[], int]) -> NoReturn:
    """Do this, and leave with the exit status that it returns or that its error means."""
    streams.take_over()
    status = _status(work)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = max(status, explain(error))
    sys.exit(max(status, FAILED) if streams.lost() else status)


def _status(work: Callable[[], int]) -> int:
    try:
        return work()
    except KeyboardInterrupt:
        streams.give_up()
        return INTERRUPTED
    except (ConfigError, UserError, OSError) as error:
        return explain(error)
