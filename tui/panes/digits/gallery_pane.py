"""Test digits and a matrix of the same predictions, side by side."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.drawing.glyphs import Glyphs
from tui.widgets.later import Later
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from tui.panes.digits.gallery import Gallery
    from tui.panes.digits.matrix_widget import MatrixPane


class GalleryPane(Horizontal):
    """A gallery and a matrix in the panes `NAMES`; what they show they want read."""

    NAMES: ClassVar[tuple[str, str]]

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._gallery: Gallery[Any, Any] | None = None
        self._matrix: MatrixPane[Any] | None = None
        self._reading = Later(self, self.read)
        self._low_bandwidth = False

    def compose(self) -> ComposeResult:
        yield from map(Pane, self.NAMES)

    @abstractmethod
    def make_widgets(self) -> tuple[Gallery[Any, Any], MatrixPane[Any]]:
        """The widgets, whose modules import numpy."""

    @abstractmethod
    def read(self, epoch: int | None = None) -> None:
        """Have the predictions of an epoch read; without one, of the newest where that is followed."""

    async def mount_panes(self) -> None:
        """Put the widgets in their panes; what they draw with has been imported."""
        self._gallery, self._matrix = widgets = self.make_widgets()
        for pane, content in zip(self.query(Pane), widgets, strict=True):
            await pane.fill(content)
        self.set_low_bandwidth(self._low_bandwidth)
        self.read()

    @property
    def is_complete(self) -> bool:
        """Whether there are digits to be seen."""
        return self._gallery is not None and self._gallery.view is not None

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw digits so that a slow link has little to carry, or as reads best again."""
        self._low_bandwidth = low
        if self._gallery is not None:
            self._gallery.set_low_bandwidth(low)

    def read_within(self, seconds: float) -> None:
        """Read in so many seconds, once however often that is asked for until then."""
        self._reading.within(seconds)

    def on_gallery_epoch_wanted(self, event: Gallery.EpochWanted) -> None:
        event.stop()
        self.read(event.epoch)

    def select(self, wanted: Any) -> None:
        """Show only the wanted digits, from the first of them."""
        if self._gallery is not None:
            self._gallery.select(wanted)

    def show_views(self, images: Any, matrix: Any, empty: str = "") -> None:
        """Show what was said of the digits; where there is nothing, `empty` says why."""
        if self._gallery is not None and self._matrix is not None:
            with self.app.batch_update():
                self._gallery.show(images, empty)
                self._matrix.show(matrix, empty)
