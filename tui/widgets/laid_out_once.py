"""A screen that is styled, laid out and painted once when it is shown, and once again when what lay over it goes."""

from __future__ import annotations

from textual.await_remove import AwaitRemove
from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets._toast import ToastRack

from tui.drawing.compositor import SeenCompositor


class LaidOutOnce(Screen[ScreenResultType]):
    """Textual styles a new screen once more when it is shown, lays it, and all below it, out for the size that the
    first layout had and again for a rack without toasts, and paints the screen below twice more when it is removed.

    It stands after `ModalScreen` among the bases of a dialog: a widget has the style sheet of its first base alone."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = SeenCompositor()

    def _extend_compose(self, widgets: list[Widget]) -> None:
        super()._extend_compose(widgets)
        for rack in widgets:
            if isinstance(rack, ToastRack):
                rack.display = False

    def on_screen_resume(self, event: ScreenResume) -> None:
        event.prevent_default()
        if not self.stack_updates:
            event.refresh_styles = False
        is_laid_out = self.size == self.app.size
        self._on_screen_resume(event)
        # A layout paints all of the screen.
        self._repaint_required = self._repaint_required and is_laid_out

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        super()._compositor_refresh()
        if self is not self.app.screen:
            # Textual would paint all of both screens whenever something changes in the one below.
            self._repaint_required = False

    def remove(self) -> AwaitRemove:
        """Remove the screen; the one below, which is painted as it is shown again, is not laid out anew."""
        return self.app._prune(self)
