"""An input of one row."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class StillInput(Input):
    """An input without a border; its cursor stands still, so an idle link is idle."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_blink = False
        # As an argument it would be styled at once, and again when it has its place.
        self.set_reactive(Input.compact, True)
        self.add_class("-textual-compact", update=False)
