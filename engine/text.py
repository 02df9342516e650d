"""Text that came from somebody else, made safe to keep and to show."""

from __future__ import annotations

import json
import unicodedata

LONGEST_NAME, LONGEST_NOTE = 120, 2000


def clean(text: object, longest: int = LONGEST_NAME) -> str:
    """`text` on one line without control, formatting or unpaired surrogate characters, cut to `longest`."""
    if not isinstance(text, str):
        return ""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (c for c in text[: longest * 8] if c.isspace() or unicodedata.category(c)[0] != "C")
    shown = "".join(" " if c.isspace() else c for c in kept)
    line = " ".join(shown.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def value_text(value: object) -> str:
    """Any JSON value as text, a list without its brackets."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    try:
        return json.dumps(value, separators=(",", ":"))
    except (ValueError, RecursionError):
        return "a value that cannot be shown"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th` and so on."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
