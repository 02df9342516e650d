"""Text that came from somebody else, made safe to keep and to show."""

from __future__ import annotations

import unicodedata

LONGEST_NAME, LONGEST_NOTE = 120, 2000


def clean(text: object, longest: int = LONGEST_NAME) -> str:
    """`text` on one line without control, formatting or unpaired surrogate characters, cut to `longest`."""
    if not isinstance(text, str):
        return ""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if c.isspace() else c for c in text[: longest * 8] if _is_shown(c))
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_shown(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th` and so on."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
