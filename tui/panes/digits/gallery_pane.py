"""Test digits and a matrix of the same predictions, side by side."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from engine.errors import UserError
from engine.home import Home
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import capitalised
from tui.widgets.later import Later
from tui.widgets.pane_frame import PaneGroup

if TYPE_CHECKING:
    from tui.panes.digits.gallery import Gallery
    from tui.panes.digits.matrix_widget import MatrixPane


@dataclass
class ViewsRead(Message):
    """The predictions of a `query` have been read: the views of the images and the matrix, or the `problem`."""

    query: Any
    images: Any
    matrix: Any
    problem: str = ""


class GalleryPane(PaneGroup):
    """A gallery and a matrix in the panes `NAMES`; what they show they want read.

    What cannot be read is told in the panes or, where they show something already, as `Trouble`."""

    # Whose answer is shown when it comes.
    _asked: Any = None

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._gallery: Gallery[Any, Any] | None = None
        self._matrix: MatrixPane[Any] | None = None
        self._reading = Later(self, self.read)

    @abstractmethod
    def make_widgets(self) -> tuple[Gallery[Any, Any], MatrixPane[Any]]:
        """The widgets, whose modules import numpy."""

    @abstractmethod
    def read(self, epoch: int | None = None) -> None:
        """Have the predictions of an epoch read; without one, of the newest where that is followed."""

    def contents(self) -> tuple[Gallery[Any, Any], MatrixPane[Any]]:
        self._gallery, self._matrix = widgets = self.make_widgets()
        return widgets

    async def mount_panes(self) -> None:
        await super().mount_panes()
        self.read()

    @property
    def is_complete(self) -> bool:
        """Whether there are digits to be seen."""
        return self._gallery is not None and self._gallery.view is not None

    @property
    def selected(self) -> int | None:
        """The index in the test set of the digit under the cursor."""
        return self._gallery.selected if self._gallery is not None else None

    def read_within(self, seconds: float) -> None:
        """Read in so many seconds, once however often that is asked for until then."""
        self._reading.within(seconds)

    def request(self, query: Any, read_views: Callable[[Any, Home], tuple[Any, Any]]) -> None:
        """Have this read, and shown unless something else is asked for meanwhile."""
        self._asked = query

        def read(home: Home) -> Message:
            try:
                return ViewsRead(query, *read_views(query, home))
            except UserError as error:
                problem = capitalised(str(error))
            except Exception as error:
                problem = f"The predictions cannot be read: {type(error).__name__}: {error}"
            return ViewsRead(query, None, None, problem)

        from tui.workers.messages import ReadWanted

        self.post_message(ReadWanted(self, read))

    def on_views_read(self, event: ViewsRead) -> None:
        event.stop()
        if event.query != self._asked:
            return
        if event.problem and self.is_complete:
            from tui.workers.messages import Trouble

            self.post_message(Trouble(event.problem))
        else:
            self.show_views(event.images, event.matrix, event.problem)

    def on_gallery_epoch_wanted(self, event: Gallery.EpochWanted) -> None:
        event.stop()
        self.read(event.epoch)

    def select(self, selection: Any) -> None:
        """Show only the wanted digits, from the first of them."""
        if self._gallery is not None:
            self._gallery.select(selection)

    def show_views(self, images: Any, matrix: Any, empty: str = "") -> None:
        """Show what was said of the digits; where there is nothing, `empty` says why."""
        if self._gallery is not None and self._matrix is not None:
            with self.app.batch_update():
                self._gallery.show(images, empty)
                self._matrix.show(matrix, empty)
