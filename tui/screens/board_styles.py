"""The style sheet applied to the parts of a board that need it, and to no others: that is felt at every key."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

FOCUSED = "-focused"


class BoardStyles:
    """Remembers for which classes of `board` each of its parts was styled last."""

    def __init__(self, board: Widget) -> None:
        self._board = board
        self._styled: dict[Widget, frozenset[str]] = {}
        self._marked: Widget | None = None

    def apply(self, widgets: Iterable[Widget]) -> None:
        """Apply the style sheet to those of these whose place or mark differs from when that was last done.

        What is in them need not be styled again, which takes ten times as long."""
        classes = frozenset(self._board.classes)
        due = [widget for widget in widgets if self._styled.get(widget) != classes]
        self._board.app.stylesheet.update_nodes(due)
        self.know(due)

    def know(self, widgets: Iterable[Widget]) -> None:
        """These have been styled for the classes of now."""
        self._styled.update(dict.fromkeys(widgets, frozenset(self._board.classes)))

    def fill_height(self, part: Widget, fills: bool) -> None:
        """Give a part all the height there is, or as much as the style sheet says; to say so anew lays all out."""
        if fills != bool(part.styles.inline.has_rule("height")):
            part.styles.height = "1fr" if fills else None

    @property
    def marked(self) -> str:
        """The name of the pane that is marked, or nothing."""
        return (self._marked.id or "") if self._marked else ""

    def mark(self, pane: Widget | None, apply: bool = True) -> None:
        """Mark this pane as the one with the focus, and no other; without `apply` that is left to who does it next.

        `:focus-within` would style all that is in a pane again for every key."""
        if pane is self._marked:
            return
        before, self._marked = self._marked, pane
        changed = [one for one in (before, pane) if one is not None]
        for one in changed:
            one.set_class(one is pane, FOCUSED, update=False)
            self._styled.pop(one, None)
        if apply:
            self.apply(one for one in changed if one.display)

    def forget(self) -> None:
        """All that is in the board was styled by its classes of that moment, panes that are hidden too."""
        self._styled.clear()
