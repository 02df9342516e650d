"""Starts the driver of a sweep, in a session of its own: it outlives who has started it and knows no terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress

from engine.cluster.connection import ClusterError
from engine.cluster.driver import LOG
from engine.home import Home
from engine.json_text import read_json
from engine.service.log_file import open_log
from engine.service.subprocesses import environment, module

FAREWELL_SECONDS = 60.0


def start_driver(
    home: Home, group: str, place: str, share: float, failed: bool, refused: Callable[[str], object]
) -> subprocess.Popen[str]:
    """A driver that has taken a sweep in hand. `refused` is given a line for each node that may not train.

    Raises ClusterError, HomeError or OSError."""
    path = home.prepare().path.absolute()
    command = [*module("engine.cluster.driver"), "--home", str(path), "--group", group]
    command += ["--on", place, "--share", str(share), *(["--failed"] if failed else [])]
    with open_log(path / LOG) as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, cwd="/", env=environment(),
            start_new_session=True, text=True,
        )  # fmt: skip
    try:
        _await_beginning(process, refused)
    except BaseException:
        process.terminate()
        raise
    return process


def _await_beginning(process: subprocess.Popen[str], refused: Callable[[str], object]) -> None:
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            message: object = None
            with suppress(ValueError):  # Libraries may print what they like.
                message = read_json(line)
            match message:
                case {"refused": str(text)}:
                    refused(text)
                case {"begun": _}:
                    return
                case {"error": str(text)}:
                    process.wait(FAREWELL_SECONDS)
                    raise ClusterError(text)
    raise ClusterError("the driver of the sweep has ended without a word; see ray.log in the home")
