"""Textual's application, whose pictures go to the driver as they are."""

from __future__ import annotations

from typing import Any, cast

from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from tui.drawing.compositor import Pieces
from tui.driver.driver import PacedDriver


class PacedApp(App[None]):
    """An application on a `PacedDriver`."""

    def __init__(self) -> None:
        super().__init__(driver_class=PacedDriver)

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        """Hand what is painted to the driver, where Textual would write codes for the driver to read again."""
        driver = self._driver
        if not (isinstance(renderable, Pieces) and isinstance(driver, PacedDriver)):
            super()._display(screen, cast("RenderableType | None", renderable))
        elif self._running and not self._closed and not self._batch_count:
            self._begin_update()
            driver.show(renderable.pieces, self.console._color_system or ColorSystem.TRUECOLOR)
            self._end_update()

    def set_low_bandwidth(self, low: bool) -> None:
        """Show everything in fewer colours, for a slow link, or in all of them again."""
        if isinstance(self._driver, PacedDriver):
            self._driver.set_low_bandwidth(low)
            self.screen.refresh()
