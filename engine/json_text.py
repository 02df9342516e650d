"""JSON as it is kept and sent: lines are strict, and what is nested too deeply is no JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from engine.files import read_bounded, write_whole

# Whole numbers that every reader of JSON holds exactly, and figures well within a float's range.
LARGEST_WHOLE = 2**53
LARGEST_FIGURE = 1e300


def write_line(value: object) -> str:
    """A value as one line, without the newline. Raises ValueError for a figure that is not finite."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def read_json(text: str | bytes, strict: bool = True) -> Any:
    """The value that a text stands for; NaN and infinity are none where it is `strict`. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse if strict else None)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None


def write_figure(value: float, digits: int) -> float | None:
    """A figure of so many digits as it is written; None for one that is not finite."""
    rounded = float(f"{value:.{digits}g}")
    return rounded if abs(rounded) < LARGEST_FIGURE else None


def read_figure(value: object) -> float:
    """The figure that a value stands for; NaN for None. Raises ValueError."""
    if value is None:
        return math.nan
    if type(value) in (int, float) and abs(value) < LARGEST_FIGURE:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    raise ValueError("not a figure")


def read_whole(value: object) -> int:
    """The whole number, 0 or more, that a value is. Raises ValueError."""
    if type(value) is int and 0 <= value < LARGEST_WHOLE:
        return value
    raise ValueError("not a whole number")


def read_file(path: Path, most: int) -> Any:
    """What a file of at most so many bytes holds. Raises OSError and ValueError."""
    return read_json(read_bounded(path, most), strict=False)


def read_object(path: Path, most: int) -> dict[str, Any]:
    """The object in a file of at most so many bytes, an empty one where there is no file. Raises OSError and
    ValueError."""
    try:
        content = read_file(path, most)
    except FileNotFoundError:
        return {}
    if not isinstance(content, dict):
        raise ValueError("not what was kept")
    return content


def object_to_change(path: Path, most: int) -> dict[str, Any]:
    """The same, to be written again; what cannot be read is set aside first, so that nothing of it is lost. Raises
    OSError."""
    try:
        return read_object(path, most)
    except (OSError, ValueError):
        path.rename(aside(path))
        return {}


def aside(path: Path) -> Path:
    """Where a file is kept that could not be read."""
    return path.with_name(f"{path.name}.unreadable")


def write_file(path: Path, value: object, mode: int = 0o666) -> None:
    """Replace a file as a whole. Raises OSError."""
    write_whole(path, json.dumps(value, indent=2).encode() + b"\n", mode)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value")
