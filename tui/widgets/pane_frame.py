"""A frame around a widget, and groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.css.styles import StylesBase
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets import views
from tui.widgets.line_widget import LineWidget


class FrameCache(StylesCache):
    """Draws one row of a frame for all those between the first and the last."""

    def render_line(self, styles: StylesBase, y: int, size: Size, *rest: Any) -> Strip:
        if not 0 < y < size.height - 1:
            return super().render_line(styles, y, size, *rest)
        if self._simple_strip is None:
            self._simple_strip = super().render_line(styles, y, size, *rest)
        return self._simple_strip


class Pane(Vertical):
    """A frame with a title around the widget that shows something, which may come later."""

    @dataclass
    class Titled(Message):
        """The words after the pane's name are others."""

        pane: Pane

    # Nothing scrolls in it, so that a new size needs no second layout.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, name: str, content: Widget | None = None) -> None:
        super().__init__(*([content] if content else []), id=name)
        self._styles_cache = FrameCache()
        self.content = content
        self.title = ""
        self.border_title = Content(self.name_shown)

    @property
    def name_shown(self) -> str:
        return views.TITLES[self.id or ""]

    def render_line(self, y: int) -> Strip:
        """A line behind what is in the frame."""
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    def show_title(self, title: str) -> None:
        """Show the pane's title with these words after it."""
        if title != self.title:
            self.title = title
            self.border_title = Content(f"{self.name_shown}  {title}" if title else self.name_shown)
            # Told by itself: Textual stops a message at a parent that made it.
            self.call_later(self._tell_title)

    def _tell_title(self) -> None:
        self.post_message(self.Titled(self))

    async def fill(self, content: Widget) -> None:
        """Put the widget in the frame."""
        self.content = content
        await self.mount(content)


class PaneGroup(Widget):
    """The panes of `NAMES` beside each other, filled once what they draw with has been imported."""

    DEFAULT_CSS = """
    PaneGroup { width: 1fr; height: 1fr; layout: horizontal; overflow: hidden hidden; }
    """
    ID: ClassVar[str]
    NAMES: ClassVar[tuple[str, ...]]
    _low_bandwidth = False

    def __init__(self) -> None:
        super().__init__(id=self.ID)

    def compose(self) -> ComposeResult:
        yield from map(Pane, self.NAMES)

    def contents(self) -> Sequence[Widget]:
        """What the panes are to show, in their order."""
        raise NotImplementedError

    async def mount_panes(self) -> None:
        """Fill the panes."""
        for pane, content in zip(self.query(Pane), self.contents(), strict=True):
            await pane.fill(content)
        self.set_low_bandwidth(self._low_bandwidth)

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw so that a slow link has little to carry, or as reads best again."""
        self._low_bandwidth = low
        for pane in self.query(Pane):
            if isinstance(pane.content, LineWidget):
                pane.content.set_low_bandwidth(low)
