"""Presets, to be chosen from a list and, those of one's own, saved, renamed and deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.config.presets import LONGEST_NAME, LONGEST_SUMMARY, PresetError, name_for_preset
from tui.dialogs.base import Dialog, Entry
from tui.dialogs.choice_list import ChoiceList
from tui.widgets.bindings import hidden, with_keys

CHOOSE, RENAME, DELETE = "choose", "rename", "delete"


class PresetAnswer(NamedTuple):
    """What is to be done with the preset of a name."""

    what: str
    name: str


class PresetList(ChoiceList[PresetAnswer]):
    """Asks for a preset, and returns what is to be done with it; those of `own` can be renamed and deleted too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("rename", "change('rename')", "Rename", "Call this preset of yours something else"),
        hidden("forget", "change('delete')", "Delete", "Forget this preset of yours", priority=True),
    ]

    def __init__(self, meanings: Mapping[str, str], own: Collection[str], chosen: str = "", typed: str = "") -> None:
        super().__init__("Presets, and what to look for", meanings, partial(PresetAnswer, CHOOSE), chosen, typed)
        self._own = own
        if own:
            self.KEYS = "{open} chooses   {rename} renames   {forget} deletes yours   {leave} leaves"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "change" or self.highlighted in self._own

    def action_change(self, what: str) -> None:
        self.dismiss(PresetAnswer(what, self.highlighted))


class NewPreset(NamedTuple):
    """The name of a preset to be, what to look for, and whether it takes the place of one that is there."""

    name: str
    summary: str
    replace: bool


class SavePreset(Dialog[NewPreset]):
    """Asks what settings are to be called, and returns it; the names of `own` are taken only at a second Enter."""

    def __init__(self, title: str, own: Collection[str], name: str = "", with_summary: bool = True) -> None:
        super().__init__(title)
        self._own = own
        self._old_name = name
        self._with_summary = with_summary
        self._asked = ""

    def asked(self) -> Iterable[Widget]:
        yield Entry("name", "Name", self._old_name, longest=LONGEST_NAME, replaced=True)
        if self._with_summary:
            yield Entry("summary", "About", hint="what to look for, in a line", longest=LONGEST_SUMMARY)
        yield Static(id="trouble", classes="trouble")

    def on_input_changed(self) -> None:
        self._asked = ""
        self.complain("")

    def on_input_submitted(self) -> None:
        texts = {entry.id: entry.value for entry in self.query(Input)}
        try:
            name = name_for_preset(texts["name"])
        except PresetError as error:
            self.complain(str(error))
            return
        if name in self._own and name != self._old_name and self._asked != name:
            self._asked = name
            self.complain(f"{name} is there already; " + with_keys("{open} again replaces it"))
            return
        self.dismiss(NewPreset(name, texts.get("summary", ""), self._asked == name))
