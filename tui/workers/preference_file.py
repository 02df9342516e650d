"""What a person prefers of the console, kept in the home: a part for each that has preferences."""

from __future__ import annotations

from contextlib import suppress

from engine.home import Home
from engine.json_text import aside, object_to_change, read_object, write_file
from engine.text import clean

FILE = "console.json"
LARGEST, LONGEST = 1 << 16, 80


def read_part(home: Home, name: str) -> object:
    """What is kept under a name; None where nothing is, or it cannot be read."""
    with suppress(OSError, ValueError):
        return read_object(home.path / FILE, LARGEST).get(name)
    return None


def write_part(home: Home, name: str, values: object) -> None:
    """Keep this under a name, beside what others keep. Raises OSError."""
    path = home.path / FILE
    write_file(path, {**object_to_change(path, LARGEST), name: values}, 0o600)


def problem(home: Home) -> str:
    """Why nothing that is kept can be read, and what becomes of it; nothing where it can."""
    path = home.path / FILE
    try:
        read_object(path, LARGEST)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return (
            f"{path} cannot be read ({clean(reason, LONGEST)}): preferences are as at first. Mend it; with the next "
            f"that you change it becomes {aside(path).name}."
        )
    return ""
