"""What a person prefers of the console, kept in the home: a part for each that has preferences."""

from __future__ import annotations

from contextlib import suppress

from engine.home import Home
from engine.json_text import read_file, write_file

FILE = "console.json"
LARGEST = 1 << 16


def read_part(home: Home, name: str) -> object:
    """What is kept under a name; None where nothing is, or it cannot be read."""
    return _read(home).get(name)


def write_part(home: Home, name: str, values: object) -> None:
    """Keep this under a name, beside what others keep. Raises OSError."""
    content = {**_read(home), name: values}
    write_file(home.path / FILE, content, 0o600)


def _read(home: Home) -> dict[str, object]:
    with suppress(OSError, ValueError):
        content = read_file(home.path / FILE, LARGEST)
        if isinstance(content, dict):
            return content
    return {}
