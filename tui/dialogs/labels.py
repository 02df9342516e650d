"""The labels of runs, to be changed: name, tags, group and note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from textual.binding import BindingType
from textual.content import Content
from textual.events import DescendantFocus
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.errors import UserError
from engine.runs.labels import Relabel, group_of, name_of
from engine.runs.record import RunRecord
from engine.text import LONGEST_NAME, LONGEST_NOTE, clean
from tui.dialogs.base import Dialog, Entry
from tui.dialogs.tag_text import completed, read_tag_changes, read_tags, written
from tui.widgets.bindings import hidden

NO_LIMIT = 0
NONE, LEFT = "-", "as they are"


class Field(NamedTuple):
    """A field of the dialog. `read` makes a value of its text, or raises UserError."""

    name: str
    label: str
    hint: str
    read: Callable[[str], Any]
    longest: int = LONGEST_NAME
    placeholder: str = ""


def _note_of(text: str) -> str:
    return clean(text, LONGEST_NOTE)


def _unless_left(read: Callable[[str], str]) -> Callable[[str], str | None]:
    """Reads a field that changes several runs: nothing leaves them as they are, a dash takes away what they have."""
    return lambda text: None if not text.strip() else "" if text.strip() == NONE else read(text)


OF_ONE = (
    Field("name", "Name", "What the run is called", name_of),
    Field("tags", "Tags", 'Words with spaces or commas between them; "two words" in quotes', read_tags, NO_LIMIT),
    Field("group", "Group", "What the run belongs to: a group is compared as one", group_of),
    Field("note", "Note", "A remark", _note_of, LONGEST_NOTE),
)
OF_SEVERAL = (
    Field("tags", "Tags", "+tag adds one to every run, -tag takes it away", read_tag_changes, NO_LIMIT, "+tag -tag"),
    Field(
        "group",
        "Group",
        f"What you type is the group of all; {NONE} for none",
        _unless_left(group_of),
        LONGEST_NAME,
        LEFT,
    ),
    Field(
        "note",
        "Note",
        f"What you type is the note of all; {NONE} for no note",
        _unless_left(_note_of),
        LONGEST_NOTE,
        LEFT,
    ),
)


class Completion(Suggester):
    """Completes a text by a function."""

    def __init__(self, complete: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text, completed."""
        return self._complete(value)


class Labels(Dialog[Relabel]):
    """Asks what becomes of the labels of `records`, and returns it; None where nothing is to change.

    `groups` and `tags` are known ones, suggested while one types; `about` says in lines which runs they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "app.focus_previous", "Up", "The field above"),
        hidden("down", "app.focus_next", "Down", "The field below"),
    ]
    KEYS = "{open} saves   {leave} leaves   {next} next field   {right} completes"

    def __init__(
        self, records: Sequence[RunRecord], groups: Iterable[str] = (), tags: Iterable[str] = (), about: str = ""
    ) -> None:
        title = f"Labels of {records[0].name if len(records) == 1 else f'{len(records):,} runs'}"
        super().__init__(f"{title}\n{about}" if about else title)
        self._record = records[0] if len(records) == 1 else None
        self._fields = OF_ONE if self._record else OF_SEVERAL
        self._groups, self._tags = tuple(filter(None, groups)), tuple(tags)

    def asked(self) -> Iterable[Widget]:
        texts = _texts(self._record) if self._record else {}
        completions = {
            "tags": Completion(lambda text: completed(text, self._tags, signed=self._record is None)),
            "group": Completion(lambda text: next((g for g in self._groups if text and g.startswith(text)), None)),
        }
        for field in self._fields:
            text, suggester = texts.get(field.name, ""), completions.get(field.name)
            replaced = field.name == "name"
            yield Entry(field.name, field.label, text, field.placeholder, field.longest, suggester, replaced)
            yield Static(id=f"{field.name}-trouble", classes="trouble")
        yield Static(id="hint", classes="hint")

    def on_mount(self) -> None:
        for field in self._fields:
            self._show_trouble(field.name, "")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        hint = next((field.hint for field in self._fields if field.name == event.widget.id), "")
        self.query_one("#hint", Static).update(Content(hint))

    def on_input_changed(self, event: Input.Changed) -> None:
        field = next(field for field in self._fields if field.name == event.input.id)
        try:
            field.read(event.value)
            self._show_trouble(field.name, "")
        except UserError as error:
            self._show_trouble(field.name, str(error))

    def on_input_submitted(self) -> None:
        """Return what is to change, or go to the first field that is refused."""
        values = {}
        for field in self._fields:
            entry = self.query_one(f"#{field.name}", Input)
            try:
                values[field.name] = field.read(entry.value)
            except UserError as error:
                self._show_trouble(field.name, str(error))
                entry.focus()
                return
        change = _of_one(self._record, values) if self._record else _of_several(values)
        self.dismiss(change if change != Relabel() else None)

    def _show_trouble(self, name: str, text: str) -> None:
        trouble = self.query_one(f"#{name}-trouble", Static)
        trouble.display = bool(text)
        trouble.update(Content(f"! {text}"))


def _texts(record: RunRecord) -> dict[str, str]:
    """What stands in the fields at first; another tag can be typed at once."""
    return {
        "name": record.name,
        "tags": written(record.tags) + " " * bool(record.tags),
        "group": record.group,
        "note": record.note,
    }


def _of_one(record: RunRecord, values: Mapping[str, Any]) -> Relabel:
    """The labels that differ from those the run has."""
    changed = {name: value for name, value in values.items() if value != getattr(record, name)}
    if (tags := changed.pop("tags", None)) is not None:
        changed |= _tag_changes(record.tags, tags)
    return Relabel(**changed)


def _tag_changes(old: tuple[str, ...], new: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What is added and taken away, so that tags from elsewhere stay; all of the new ones where their order differs."""
    added = tuple(tag for tag in new if tag not in old)
    remaining = tuple(tag for tag in old if tag in new)
    if (*remaining, *added) != new:
        return {"tags": new}
    return {"added": added, "removed": tuple(tag for tag in old if tag not in new)}


def _of_several(values: Mapping[str, Any]) -> Relabel:
    added, removed = values["tags"]
    return Relabel(added=added, removed=removed, group=values["group"], note=values["note"])
