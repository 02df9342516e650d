"""Where two runs disagree: the digits themselves, and the difference of their confusion matrices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.config.differences import SEPARATOR
from engine.runs.snapshot import RunSnapshot
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import colour_depth
from tui.panes.digits.gallery_pane import GalleryPane
from tui.panes.disagreement.loader import Pairing, labelled, read_views
from tui.widgets import views
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from tui.panes.disagreement.difference_widget import ConfusionDifferences
    from tui.panes.disagreement.widget import DisagreementDigits

# Cells of which two are beside each other in the narrowest frame that has room for both panes.
LONGEST_TITLE = 26
HOW_TO = (
    "Mark two runs in History with {mark} (or one: it is held against the run shown), then press {view_differences}."
)
ONE_LINE = (
    "These runs differ only by seed and are one line: {fold} in the table of Compare ({view_compare}) takes them apart."
)
READING = "Reading what the two runs said of the test digits …"
# Seconds between readings of runs that train: more often nobody can look at it.
EVERY = 1.0


class Disagreements(GalleryPane):
    """The digits on which two runs disagree, and what that does to the confusion matrix, which they want read."""

    ID, NAMES = "disagreements", (views.RIVALS, views.SHIFTS)

    every = EVERY
    _pairing: Pairing | None = None
    _how_to, _aside = HOW_TO, ""

    def make_widgets(self) -> tuple[DisagreementDigits, ConfusionDifferences]:
        from tui.panes.disagreement.difference_widget import ConfusionDifferences
        from tui.panes.disagreement.widget import DisagreementDigits

        return DisagreementDigits(self._glyphs, colour_depth()), ConfusionDifferences()

    async def mount_panes(self) -> None:
        """Put the widgets in their panes, and say in them what there is to come or to do."""
        await super().mount_panes()
        self.show_views(None, None, READING if self._pairing else self._how_to)

    def show(
        self,
        a: RunSnapshot | None,
        b: RunSnapshot | None,
        names: tuple[str, str],
        how_to: str = HOW_TO,
        aside: str = "",
        level: int = 0,
    ) -> None:
        """Show where two runs, called `names`, disagree as they are now; without two, tell `how_to` choose them.

        The names are such as `A deep`, whose first word is used for short; `aside` goes with them in the title. They
        are held against each other after epoch `level`, where that is not 0 and none is chosen."""
        before, names = self._pairing, labelled(names)
        retitled, self._aside = aside != self._aside, aside
        if a is None or b is None:
            changed, self._how_to = before is not None or how_to != self._how_to, how_to
            self._pairing = self._asked = None
            if changed:
                self.show_views(None, None, how_to)
        elif before is None or (before.a.id, before.b.id, before.names) != (a.record.id, b.record.id, names):
            self._pairing, self._asked = Pairing(a.record, b.record, names, None, (a.epoch, b.epoch), level), None
            if self._gallery is not None:
                self._gallery.following = True
            self.show_views(None, None, READING)
            self.read()
        else:
            self._pairing = Pairing(a.record, b.record, names, before.epoch, (a.epoch, b.epoch), level)
            if retitled:
                self._show_titles()
            if self._pairing != self._asked:
                self.read_within(self.every)

    def on_confusion_differences_cell_selected(self, event: ConfusionDifferences.CellSelected) -> None:
        """Show the digits of that cell; to go to them is for the screen."""
        from engine.comparison.disagreement import Choice, Kind

        self.select(Choice(Kind.DIFFERENT, event.true, event.predicted))

    def show_views(self, images: Any, matrix: Any, empty: str = "") -> None:
        if self._gallery is not None:
            with self.app.batch_update():
                self._show_titles()
                super().show_views(images, matrix, empty)

    def _show_titles(self) -> None:
        titles = ("", "") if self._pairing is None else _titles(*self._pairing.names, self._aside)
        for pane, title in zip(self.query(Pane), titles, strict=True):
            pane.show_title(title)

    def read(self, epoch: int | None = None) -> None:
        if self._pairing is None or self._gallery is None:
            return
        if epoch is not None or self._gallery.following:
            self._pairing = replace(self._pairing, epoch=epoch)
        if self._pairing != self._asked:
            self.request(self._pairing, read_views)


def _titles(a: str, b: str, aside: str) -> tuple[str, str]:
    """What the digits and the narrower matrix are of; there is room for the names alone in the second."""
    short = [name.partition(SEPARATOR)[0] for name in (b, a)]
    return f"{title_in(a, LONGEST_TITLE)} against {title_in(b, LONGEST_TITLE)}" + (
        f" ({aside})" if aside else ""
    ), " less ".join(short)
