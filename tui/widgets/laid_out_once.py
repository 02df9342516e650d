"""A screen that is not laid out again for the size it has been laid out for."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen, ScreenResultType


class LaidOutOnce(Screen[ScreenResultType]):
    """Textual tells a screen the size of its first layout, upon which it and all below it would be laid out again."""

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:
            super()._screen_resized(size)
