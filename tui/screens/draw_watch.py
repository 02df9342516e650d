"""Handwriting: which runs read what is drawn, and what keys do with drawings, on a board's view of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual.message import Message

from engine.home import Home
from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing
from tui.widgets import views
from tui.widgets.bindings import with_keys
from tui.workers.background import Background

if TYPE_CHECKING:
    from pathlib import Path

    from engine.handwriting.drawings import Drawing
    from tui.panes.draw.pane import Request, Save
    from tui.workers.drawing_edits import DrawingEdits

DRAWINGS = "drawings"
# Seconds that drawings are waited for when the console is left.
TIMEOUT = 30.0


class DrawWatch:
    """Has what is drawn read while the view is seen, and carries out what its keys ask for."""

    def __init__(
        self, home: Home, board: Board, following: RunFollowing, prompts: Prompts, background: Background
    ) -> None:
        self._home = home
        self._board = board
        self._following = following
        self._prompts = prompts
        self._background = background
        # Which runs were asked last, and how they were.
        self._asked: object = None

    @cached_property
    def _edits(self) -> DrawingEdits:
        from tui.workers.drawing_edits import DrawingEdits

        return DrawingEdits(self._home)

    def turn(self) -> None:
        """Another view is seen."""
        self._asked = None
        self.look()

    def look(self) -> None:
        """Have the runs that are shown and marked now read what is drawn, where that is seen and they are others or
        have ended since: what they learn meanwhile is read when one comes to the view."""
        if self._board.view.name != views.DRAW_VIEW or views.CANVAS not in self._board.there:
            return
        shown, marked = self._following.shown_id, self._board.history.marked
        listed = [(run, self._following.summary(run)) for run in (shown, *marked)]
        asked = [(run, summary.status if summary else "") for run, summary in listed]
        if asked != self._asked:
            self._asked = asked
            self._board.drawing.ask(shown, marked)

    def carry_out(self, request: Request) -> None:
        """Do what a key of the panes asks for."""
        from tui.panes.draw.pane import Delete, OpenFile, Relabel, Save

        match request:
            case Save():
                self._ask_to_keep(request)
            case OpenFile():
                self._ask_for_file()
            case Relabel(drawing):
                self._ask_for_digit(drawing)
            case Delete(drawing):
                self._ask_to_delete(drawing)
            case _:
                self._edit(self._edits.undo)

    def flush(self) -> None:
        """Wait until drawings have been kept and changed as was asked, as long as that makes sense."""
        self._background.flush(DRAWINGS, TIMEOUT)

    def _ask_to_keep(self, request: Save) -> None:
        from tui.dialogs.drawing import DigitDialog

        dialog = DigitDialog("Keep this drawing as an example", request.digit)
        self._prompts.ask(dialog, lambda digit: self._edit(partial(self._edits.keep, request.ink, digit)))

    def _ask_for_digit(self, drawing: Drawing) -> None:
        from tui.dialogs.drawing import DigitDialog

        dialog = DigitDialog("The digit that this drawing is meant to be", drawing.label)
        self._prompts.ask(dialog, lambda digit: self._edit(partial(self._edits.relabel, drawing, digit)))

    def _ask_to_delete(self, drawing: Drawing) -> None:
        from tui.dialogs.confirm import Confirm

        question = with_keys(f"Delete this drawing of a {drawing.label}? {{undo}} takes it back.")
        delete = partial(self._edits.delete, drawing)
        self._prompts.ask(Confirm(question), lambda yes: self._edit(delete) if yes else None)

    def _ask_for_file(self) -> None:
        from tui.dialogs.drawing import FileDialog
        from tui.screens.editing import here

        self._prompts.ask(FileDialog(here()), self._open)

    def _open(self, path: Path) -> None:
        def read() -> Message:
            from tui.panes.draw.loader import read_picture
            from tui.panes.draw.pane import PictureOpened

            return PictureOpened(read_picture(path))

        self._background.do(f"picture {path}", read, self._board.drawing.post_message)

    def _edit(self, work: Callable[[], str]) -> None:
        shown = self._following.shown_id

        def edit() -> Message:
            from tui.panes.draw.loader import read_drawings

            return read_drawings(shown, self._home, with_keys(work()))

        self._background.do(DRAWINGS, edit, self._board.drawing.post_message)
