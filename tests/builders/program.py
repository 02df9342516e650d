"""The program, called as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tui.cli.main import main

ROOT = Path(__file__).parent.parent.parent
QUICK = ("dataset=synthetic", "train_size=400", "hidden=16", "epochs=2", "device=cpu")


def call(*words: str, answer: str | None = None) -> Result:
    """Call the program in this process; an exception other than its exit is a fault of the program."""
    result = CliRunner().invoke(main, words, input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def start(*words: str, **more: Any) -> subprocess.Popen[str]:
    """Start the program in a process of its own, with pipes in place of a terminal."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)
