"""JSON as it is kept and sent: lines are strict, and what is nested too deeply is no JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.files import read_bounded, write_whole


def write_line(value: object) -> str:
    """A value as one line, without the newline. Raises ValueError for a figure that is not finite."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def read_json(text: str | bytes, strict: bool = True) -> Any:
    """The value that a text stands for; NaN and infinity are none where it is `strict`. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse if strict else None)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None


def read_file(path: Path, most: int) -> Any:
    """What a file of at most so many bytes holds. Raises OSError and ValueError."""
    return read_json(read_bounded(path, most), strict=False)


def write_file(path: Path, value: object, mode: int = 0o666) -> None:
    """Replace a file as a whole. Raises OSError."""
    write_whole(path, json.dumps(value, indent=2).encode() + b"\n", mode)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value")
