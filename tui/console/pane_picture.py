"""Pictures of a pane, as a drawing and as text, kept in the home."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from engine.errors import UserError
from engine.files import write_whole
from engine.home import Home
from tui.drawing.pictures import svg
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from tui.console.console import Console

FOLDER = "exports"


class PictureError(UserError):
    """A picture cannot be kept; the message says why."""


class Picture(NamedTuple):
    """The same cells as SVG and as text."""

    drawing: str
    text: str


def picture(screen: Screen[None], region: Region, title: str) -> Picture:
    """A picture of part of a screen, as it is shown now."""
    x, y, width, height = region
    strips = [strip.crop(x, x + width) for strip in screen._compositor.render_strips()[y : y + height]]
    return Picture(svg(strips, width, title), "".join(strip.text.rstrip() + "\n" for strip in strips))


def keep(home: Home, name: str, taken: Picture) -> Path:
    """Write a picture into the exports of a home beside those there are; the path of the drawing.

    Raises PictureError."""
    folder = home.path / FOLDER
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{name}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        while (folder / f"{stem}.svg").exists():
            stem += "+"
        for suffix, content in ((".txt", taken.text), (".svg", taken.drawing)):
            write_whole(folder / f"{stem}{suffix}", content.encode(), 0o600)
    except OSError as error:
        raise PictureError(f"the picture cannot be kept in {folder}: {error.strerror or error}") from None
    return folder / f"{stem}.svg"


def take_picture(console: Console) -> None:
    """Keep a picture of the pane with the focus, else of the current one, and say where."""
    board = console.main.board
    pane = next((one for one in _around(console.main.focused) if isinstance(one, Pane)), None)
    pane = pane or board.there.get(board.current)
    if pane is None or not pane.region.area:
        console.main.say("There is no pane to take a picture of.")
        return
    name = pane.id or ""
    try:
        path = keep(console.home, name, picture(console.main, pane.region, pane.name_shown))
    except PictureError as error:
        console.notify(str(error), severity="error", markup=False)
    else:
        console.main.prompts.tell(f"The pane is drawn in {path}, and written beside it as text.")


def _around(widget: Widget | None) -> list[object]:
    return list(widget.ancestors_with_self) if widget is not None else []
