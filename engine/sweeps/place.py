"""Where a sweep is trained, as its file tells it, and how it is gone on with there."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import Any, NamedTuple

from engine.config.fields import ConfigError, Problem
from engine.text import LONGEST_NOTE, clean

HERE, FOUND = "ray", "auto"
ACCEPTED = "ray (here), ray://HOST:PORT or auto (the cluster that Ray finds)"
PORT = re.compile(r"(?:ray://)?([^/\s:]+):([0-9]{1,5})")


class Place(NamedTuple):
    """The Ray cluster that `on` names, where each run has such a share of a GPU, or the engine of a home."""

    on: str = ""
    gpu_share: float = 1.0

    @classmethod
    def from_json(cls, values: dict[Any, Any]) -> Place:
        """The place that some values tell of; an engine where there can be none such."""
        match values.get("gpu_share"):
            case int() | float() as share if 0 < share <= 1:
                gpu_share = float(share)
            case _:
                gpu_share = 1.0
        on = ""
        with suppress(ConfigError):
            on = check_place(clean(values.get("on"), LONGEST_NOTE))
        return cls(on, gpu_share)


ENGINE = Place()


def check_place(text: str) -> str:
    """The cluster a sweep is to be trained on, as it was typed. Raises ConfigError."""
    if text in (HERE, FOUND) or (text.startswith("ray://") and PORT.fullmatch(text)):
        return text
    raise ConfigError([Problem("on", text, ACCEPTED)])


def resume_command(group: str, place: Place) -> str:
    """The command line that goes on with a sweep at a place."""
    share = () if place.gpu_share == 1 else ("--gpu-share", f"{place.gpu_share:g}")
    options = ("--on", place.on, *share) if place.on else ()
    return shlex.join(["mnist-tui", "sweep", "--resume", group, *options])
