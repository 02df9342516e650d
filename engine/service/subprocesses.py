"""Processes of this program that another of its processes starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

PACKAGES = Path(__file__).parents[2]


def module(name: str) -> list[str]:
    """The command that runs a module of the program, and never one of the folder it is started in."""
    return [sys.executable, "-P", "-m", name]


def environment() -> dict[str, str]:
    """What such a process is given: it finds the same packages as this one, and data wherever it runs."""
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    packages = [os.path.abspath(path) for path in (*sys.path, str(PACKAGES))]  # noqa: PTH100  As Path has no lexical form.
    given["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(packages))
    if data := given.get("MNIST_TUI_DATA"):
        given["MNIST_TUI_DATA"] = str(Path(data).expanduser().absolute())
    return given


def exit_at_once(status: int) -> NoReturn:
    """End this process: the ordinary way out waits for threads, which may wait for clients or load PyTorch."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
