"""Where results are to be taken, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click, Resize
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.errors import UserError
from engine.text import clean
from tui.dialogs.base import Dialog, Entry
from tui.widgets.bindings import hidden, with_keys
from tui.workers.exporter import LONGEST_PATH, Export, Format, is_there, seen_from, target

NAME = 13
# What the dialog takes besides the lines of the formats, on a low screen.
OTHER_LINES = 8


class ExportDialog(Dialog[Export]):
    """Asks for one of `formats` and a path, and returns them; it writes nothing.

    The path is seen from `folder` and, until it is written by hand, made of `stem` and of what the format is; one that
    ends as the files of another format do chooses that one."""

    DEFAULT_CSS = """
    ExportDialog {
        & #formats { text-wrap: nowrap; text-overflow: clip; margin-bottom: 1; }
        &.-low #formats { margin: 0; }
        & #where { color: $text-muted; padding-left: 7; }
        &.-low #where { padding-left: 0; }
        & #where.-trouble { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "turn(-1)", "Up", "The format above"),
        hidden("down", "turn(1)", "Down", "The format below"),
    ]
    KEYS = "{up} and {down} choose   {open} writes   {leave} leaves"

    def __init__(self, title: str, formats: Sequence[Format], folder: Path, stem: str) -> None:
        super().__init__(title)
        self._formats = tuple(formats)
        self._folder, self._stem = folder, stem
        self._place = 0
        self._top = 0
        # What was made of the format, and what is there already and is replaced by another Enter.
        self._made = self._path_of(self._formats[0])
        self._asked: Path | None = None

    @property
    def format(self) -> Format:
        return self._formats[self._place]

    def asked(self) -> Iterable[Widget]:
        yield Static(id="formats")
        yield Entry("path", "To", self._made)
        yield Static(id="where")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self, event: Resize) -> None:
        self._show()

    def action_turn(self, by: int) -> None:
        self._choose(max(0, min(self._place + by, len(self._formats) - 1)))

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self.query_one("#formats", Static))
        if offset is not None and self._top + offset.y < len(self._formats):
            self._choose(self._top + offset.y)

    def on_input_changed(self) -> None:
        """Take the format of the file that is named."""
        self._asked = None
        suffix = Path(self._text).suffix
        if suffix and suffix != self.format.suffix:
            self._place = next(
                (place for place, form in enumerate(self._formats) if form.suffix == suffix), self._place
            )
        self._show()

    def on_input_submitted(self) -> None:
        """Return what is wanted; where something is there already, only at the second time."""
        try:
            path = target(self._folder, self._text, self.format, self._stem)
        except UserError as error:
            self._say(str(error), trouble=True)
            return
        if is_there(path) and self._asked != path:
            self._asked = path
            what = "the files in its way" if self.format.folder else "it"
            self._say(with_keys("it exists; {open} again replaces ") + what, trouble=True)
            return
        self.dismiss(Export(self.format.name, path, force=self._asked == path))

    def _choose(self, place: int) -> None:
        entry = self.query_one("#path", Input)
        self._place, self._asked = place, None
        made, self._made = self._made, self._path_of(self.format)
        if entry.value == made:
            entry.value = self._made
            entry.cursor_position = len(self._made)
        self._show()

    def _path_of(self, form: Format) -> str:
        return form.folder or f"{self._stem}{form.suffix}"

    @property
    def _text(self) -> str:
        return self.query_one("#path", Input).value

    def _show(self) -> None:
        """The formats, or those about the chosen one where there is no room for all; and where it goes."""
        if not self.is_mounted:
            return
        room = max(1, min(len(self._formats), self.size.height - OTHER_LINES))
        self._top = max(0, min(self._place - room // 2, len(self._formats) - room))
        lines = []
        for place, form in list(enumerate(self._formats))[self._top : self._top + room]:
            line = f"{'>' if place == self._place else ' '} {form.name:<{NAME}}{form.about}"
            lines.append(Content.styled(line, "bold" if place == self._place else ""))
        self.query_one("#formats", Static).update(Content("\n").join(lines))
        self._show_where()

    def _show_where(self) -> None:
        try:
            kind = "the folder " if self.format.folder else ""
            self._say(kind + clean(str(seen_from(self._folder, self._text)), LONGEST_PATH))
        except UserError as error:
            self._say(str(error), trouble=True)

    def _say(self, text: str, trouble: bool = False) -> None:
        where = self.query_one("#where", Static)
        where.set_class(trouble, "-trouble")
        where.update(Content(f"! {text}" if trouble else text))
