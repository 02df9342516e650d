"""What a network says of the test digits: the digits themselves, and the confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer

from engine.home import Home
from engine.runs.snapshot import RunSnapshot
from tui.drawing.glyphs import Glyphs, colour_depth
from tui.panes.digits.loader import Wanted, read_views
from tui.widgets import views
from tui.widgets.pane_frame import Pane
from tui.workers.messages import ReadWanted, Trouble

if TYPE_CHECKING:
    from tui.panes.digits.matrix_drawing import MatrixView
    from tui.panes.digits.matrix_widget import Confusion
    from tui.panes.digits.view import DigitsView
    from tui.panes.digits.widget import Digits


@dataclass
class AnswersRead(Message):
    """The predictions that were wanted have been read."""

    wanted: Wanted
    digits: DigitsView | None
    matrix: MatrixView | None


class Answers(Horizontal):
    """Digits and confusion matrix of the same epoch of the same run; what they show they want read."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._digits: Digits | None = None
        self._confusion: Confusion | None = None
        self._run: RunSnapshot | None = None
        self._wanted: Wanted | None = None
        self._timer: Timer | None = None
        self._low_bandwidth = False

    def compose(self) -> ComposeResult:
        yield Pane(views.DIGITS)
        yield Pane(views.CONFUSION)

    async def mount_panes(self) -> None:
        """Put the widgets in their panes; what they draw with has been imported."""
        from tui.panes.digits.matrix_widget import Confusion
        from tui.panes.digits.widget import Digits

        self._digits = Digits(self._glyphs, colour_depth())
        self._confusion = Confusion()
        for pane, content in zip(self.query(Pane), (self._digits, self._confusion), strict=True):
            await pane.fill(content)
        self.set_low_bandwidth(self._low_bandwidth)
        self._read()

    @property
    def is_complete(self) -> bool:
        """Whether there are digits to be seen."""
        return self._digits is not None and self._digits.view is not None

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw digits so that a slow link has little to carry, or as reads best again."""
        self._low_bandwidth = low
        if self._digits is not None:
            self._digits.set_low_bandwidth(low)

    def show_title(self, words: str) -> None:
        """Say which run it is."""
        for pane in self.query(Pane):
            pane.show_title(words)

    def show(self, run: RunSnapshot) -> None:
        """Show what the newest epoch of another run says."""
        self._run, self._wanted = run, None
        self._read()

    def follow(self, within: float) -> None:
        """Show what the newest epoch of the run says, in so many seconds: more often nobody can look at it."""
        if self._timer is None:
            self._timer = self.set_timer(within, self._read)

    def show_mistakes(self) -> None:
        """Show only the digits that the network gets wrong."""
        if self._digits is not None and self.is_complete:
            from engine.comparison.confusion import Selection

            self._digits.select(Selection(mistakes=True))

    def on_digits_epoch_wanted(self, event: Digits.EpochWanted) -> None:
        event.stop()
        self._read(event.epoch)

    def on_confusion_cell_chosen(self, event: Confusion.CellChosen) -> None:
        """Show the digits of that cell; to go to them is for the screen."""
        from engine.comparison.confusion import Selection

        if self._digits is not None:
            self._digits.select(Selection(true=event.true, predicted=event.predicted))

    def on_answers_read(self, event: AnswersRead) -> None:
        event.stop()
        if event.wanted == self._wanted and self._digits is not None and self._confusion is not None:
            with self.app.batch_update():
                self._digits.show(event.digits)
                self._confusion.show(event.matrix)

    def _read(self, epoch: int | None = None) -> None:
        """Read the predictions of an epoch; without one, of the newest where that is followed."""
        self._timer = None
        if self._run is None or self._digits is None:
            return
        if epoch is None and self._wanted is not None and not self._digits.following:
            epoch = self._wanted.epoch
        wanted = self._wanted = Wanted(self._run.record.id, self._run.dataset, epoch, self._run.epoch)

        def read(home: Home) -> Message:
            try:
                return AnswersRead(wanted, *read_views(wanted, home))
            except Exception as error:
                return Trouble(f"the digits cannot be read: {type(error).__name__}: {error}")

        self.post_message(ReadWanted(self, read))
