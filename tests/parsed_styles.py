"""Rules of style sheets that the applications of one process share: each would parse the same anew as it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from textual.css.stylesheet import Stylesheet

# By the variables they were parsed under: what is parsed, by Textual's own keys.
_parsed: dict[frozenset[tuple[str, str]], dict[Any, Any]] = {}


def _share_after(change: Callable[..., None]) -> Callable[..., None]:
    """Let a style sheet have what others have parsed under its variables, once it has changed them."""

    def changed(sheet: Any, *variables: Any, **named: Any) -> None:
        sheet._parse_cache = {}
        change(sheet, *variables, **named)
        sheet._parse_cache = _parsed.setdefault(frozenset(sheet._variables.items()), {})

    return changed


def install() -> None:
    """Have every application share."""
    sheets = cast(Any, Stylesheet)
    sheets.__init__ = _share_after(Stylesheet.__init__)
    sheets.set_variables = _share_after(Stylesheet.set_variables)
