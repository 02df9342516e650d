"""The disagreement pane: the test digits that two networks do not both get right, beside what both said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from engine.comparison.disagreement import Choice, Kind, Order
from tui.panes.digits.gallery import Gallery, keys
from tui.panes.disagreement.drawing import PairPage
from tui.panes.disagreement.view import PairView
from tui.widgets.bindings import hidden, shown


class DisagreementDigits(Gallery[PairView, Choice], can_focus=True):
    """Shows a `PairView`; asks for the predictions of other epochs by `EpochWanted`."""

    BINDINGS: ClassVar[list[BindingType]] = keys(
        [
            shown("kind", "next_kind(1)", "Kind", "Right by one alone, by the other, by neither, or different"),
            hidden("kind_before", "next_kind(-1)", "Kind before", "The kind before"),
            shown("order", "next_order", "Order", "The surest mistakes first, the least certain, or as stored"),
        ],
        "All digits of which the two say different things",
    )
    standard = Choice()
    page = PairPage

    def action_next_kind(self, by: int) -> None:
        kinds = list(Kind)
        kind = kinds[(kinds.index(self.selection.kind) + by) % len(kinds)]
        self.select(replace(self.selection, kind=kind, predicted=None))

    def action_next_order(self) -> None:
        orders = list(Order)
        self.select(replace(self.selection, order=orders[(orders.index(self.selection.order) + 1) % len(orders)]))

    def action_all(self) -> None:
        self.select(Choice(Kind.DIFFERENT))
