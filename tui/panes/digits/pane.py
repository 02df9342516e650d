"""What a network says of the test digits: the digits themselves, and the confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.drawing.glyphs import colour_depth
from tui.panes.digits.gallery_pane import GalleryPane
from tui.widgets import views
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from engine.runs.snapshot import RunSnapshot
    from tui.panes.digits.matrix_widget import Confusion
    from tui.panes.digits.widget import Digits


class Answers(GalleryPane):
    """Digits and confusion matrix of the same epoch of the same run."""

    ID, NAMES = "answers", (views.DIGITS, views.CONFUSION)

    _run: RunSnapshot | None = None

    def make_widgets(self) -> tuple[Digits, Confusion]:
        from tui.panes.digits.matrix_widget import Confusion
        from tui.panes.digits.widget import Digits

        return Digits(self._glyphs, colour_depth()), Confusion()

    def show_title(self, title: str) -> None:
        for pane in self.query(Pane):
            pane.show_title(title)

    def show(self, run: RunSnapshot) -> None:
        """Show what the newest epoch of another run says."""
        self._run, self._asked = run, None
        self.read()

    def show_mistakes(self) -> None:
        """Show only the digits that the network gets wrong."""
        from engine.comparison.confusion import Selection

        if self.is_complete:
            self.select(Selection(mistakes=True))

    def on_confusion_cell_selected(self, event: Confusion.CellSelected) -> None:
        """Show the digits of that cell; to go to them is for the screen."""
        from engine.comparison.confusion import Selection

        self.select(Selection(true=event.true, predicted=event.predicted))

    def read(self, epoch: int | None = None) -> None:
        if self._run is None or self._gallery is None:
            return
        if epoch is None and self._asked is not None and not self._gallery.following:
            epoch = self._asked.epoch
        elif epoch is None:
            epoch = self._run.state.kept_epoch or None
        from tui.panes.digits.loader import Wanted, read_views

        self.request(Wanted(self._run.record.id, self._run.dataset, epoch, self._run.epoch), read_views)
