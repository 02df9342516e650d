"""The digits pane: test digits beside what the network said of them, epoch by epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from engine.comparison.confusion import Selection
from tui.panes.digits.drawing import Page
from tui.panes.digits.gallery import Gallery, keys
from tui.panes.digits.view import DigitsView
from tui.widgets.bindings import shown


class Digits(Gallery[DigitsView, Selection], can_focus=True):
    """Shows a `DigitsView`; asks for the predictions of other epochs by `EpochWanted`."""

    BINDINGS: ClassVar[list[BindingType]] = keys(
        [
            shown("wrong", "mistakes", "Wrong", "Only the digits it gets wrong, or right ones as well"),
            shown("order", "least_certain", "Order", "The least certain predictions first, or as stored"),
        ],
        "All digits, in the order of the test set",
    )
    standard = Selection()
    empty = "No test digits yet: they come with the data set of the first run ({train} starts one)."
    page = Page

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what has no meaning without digits, predictions or another epoch."""
        if action in ("mistakes", "least_certain") and (self.view is None or self.view.predictions is None):
            return None
        return super().check_action(action, parameters)

    def action_mistakes(self) -> None:
        self.select(replace(self.selection, mistakes=not self.selection.mistakes, predicted=None))

    def action_least_certain(self) -> None:
        self.select(replace(self.selection, least_certain=not self.selection.least_certain))
