"""Values as TOML, which the standard library reads and does not write."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def toml_text(tables: Mapping[str, Any]) -> str:
    """A document of these tables, and of what else is at its top, which `tomllib` reads back as the same values."""
    loose = "".join(f"{_key(name)} = {_value(value)}\n" for name, value in tables.items() if not _is_table(value))
    blocks = [loose] if loose else []
    for name, table in tables.items():
        if _is_table(table):
            lines = (f"{_key(key)} = {_value(value)}\n" for key, value in table.items())
            blocks.append(f"[{_key(name)}]\n" + "".join(lines))
    return "\n".join(blocks)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _string(name)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case float():
            return (
                repr(value) if math.isfinite(value) else "nan" if math.isnan(value) else "-inf" if value < 0 else "inf"
            )
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case Mapping():
            inside = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
            return "{ " + inside + " }" if inside else "{}"
    # What is left of what TOML has: whole numbers, and dates and times, which are written as ISO has them.
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
