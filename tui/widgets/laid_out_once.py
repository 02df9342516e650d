"""A screen that is not styled and laid out a second time when it is first shown."""

from __future__ import annotations

from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType


class LaidOutOnce(Screen[ScreenResultType]):
    """Textual styles a new screen once more when it is shown, and lays it, and all below it, out for the size that the
    first layout had.

    It stands after `ModalScreen` among the bases of a dialog: a widget has the style sheet of its first base alone."""

    def on_screen_resume(self, event: ScreenResume) -> None:
        if not self.stack_updates:
            event.refresh_styles = False

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:
            super()._screen_resized(size)
