"""What a person prefers of the console, kept in the home: a part for each that has preferences."""

from __future__ import annotations

import json
from contextlib import suppress

from engine.files import open_regular, write_whole
from engine.home import Home

FILE = "console.json"
LARGEST = 1 << 16


def read_part(home: Home, name: str) -> object:
    """What is kept under a name; None where nothing is, or it cannot be read."""
    return _read(home).get(name)


def write_part(home: Home, name: str, values: object) -> None:
    """Keep this under a name, beside what others keep. Raises OSError."""
    content = {**_read(home), name: values}
    write_whole(home.path / FILE, json.dumps(content, indent=2).encode() + b"\n", 0o600)


def _read(home: Home) -> dict[str, object]:
    with suppress(OSError, ValueError, RecursionError), open_regular(home.path / FILE) as file:
        content = json.loads(file.read(LARGEST))
        if isinstance(content, dict):
            return content
    return {}
