"""Asks for the values to try of a setting, and suggests some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.sweeps.values import Axis
from tui.dialogs.base import Dialog, Entry
from tui.panes.model.draft import LONGEST, SPECS, VARIABLE, choices, completed, last_word, values_of, warning, words
from tui.widgets.bindings import hidden

# Several times a factor of about three or ten, as what a setting does goes by its logarithm, or the usual few.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "train_size": ("1000,10000,all", "log:1000..60000:5"),
    "validation": ("0.1,0.2",),
    "shift": ("0,1,2",),
    "rotation": ("0,5,10,15",),
    "hidden": ("none/128/128,64", "32/128/512", "64/64,64/64,64,64"),
    "activation": ("relu/tanh/sigmoid",),
    "dropout": ("0,0.2,0.5", "0..0.5:6"),
    "sigma": ("log:0.001..0.1:5",),
    "l2": ("0,1e-5,1e-4,1e-3", "0,1e-5,1e-4,1e-3,1e-2,0.1"),
    "learning_rate": ("log:0.01..1:5", "0.01,0.03,0.1,0.3", "log:0.0001..0.01:5"),
    "warmup": ("0,1,3",),
    "momentum": ("0,0.5,0.9,0.99",),
    "clip": ("0,1,5",),
    "batch_size": ("16,32,64", "1,8,32,128,1024,full"),
    "epochs": ("5,10,20",),
    "patience": ("0,3,5",),
}
MOST_TOLD = 8


class Suggestions(OptionList, can_focus=False):
    """What is suggested, each with what it means; none is highlighted while something else is typed."""


class Words(Suggester):
    """Completes the last of several words to one that may stand in a field."""

    def __init__(self, name: str) -> None:
        super().__init__(case_sensitive=True)
        self._setting = name

    async def get_suggestion(self, value: str) -> str | None:
        last = last_word(value)
        return next(
            (value + word[len(last) :] for word in words(self._setting) if last and word.startswith(last)), None
        )


class ValuesToTry(Dialog[str]):
    """Asks for values to try of the field `name`, in which `text` stands, and returns them as they were typed."""

    DEFAULT_CSS = """
    ValuesToTry {
        Suggestions { height: auto; max-height: 8; margin-top: 1; padding: 0; border: none; background: $panel; }
        &.-low Suggestions { max-height: 3; margin: 0; }
        .told { color: $text-muted; padding-left: 7; }
        &.-low .told { padding-left: 0; }
        .told.-wrong { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1)", "Up", "The suggestion above", letters=False),
        hidden("down", "move(1)", "Down", "The suggestion below", letters=False),
    ]
    KEYS = "{up} {down} suggest   {open} takes them   {leave} leaves"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{SPECS[name].label}: values to try")
        self._setting, self._text = name, text
        self._suggested: Mapping[str, str] = suggestions(name, text)

    def asked(self) -> Iterable[Widget]:
        yield Entry("values", "Try", self._text, longest=LONGEST, suggester=Words(self._setting))
        yield Static(id="told", classes="told")
        options = [Option(Content(f"{text}  {meaning}"), id=None) for text, meaning in self._suggested.items()]
        yield Suggestions(*options)

    def on_mount(self) -> None:
        entry = self.query_one(Input)
        entry.action_select_all()
        self._tell(self._text)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell(event.value)

    def _tell(self, text: str) -> None:
        """Say what is typed stands for, or what would be accepted."""
        line, listed = self.query_one("#told", Static), self.query_one(Suggestions)
        try:
            message, wrong = self._accepted(text)[1], False
        except ValueError as refused:
            message, wrong = f"✗ expected {refused}", True
        line.update(Content(message))
        line.set_class(wrong, "-wrong")
        known = list(self._suggested)
        listed.highlighted = known.index(text) if text in known else None

    def _accepted(self, text: str) -> tuple[str, str]:
        """What is typed, its words completed where that makes it accepted, and what it means. Raises ValueError."""
        try:
            return text, meaning(self._setting, text)
        except ValueError:
            whole = completed(self._setting, text)
            return whole, meaning(self._setting, whole)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is accepted; the rest stays to be corrected."""
        with suppress(ValueError):
            self.dismiss(self._accepted(event.value)[0].strip())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._put([*self._suggested][event.option_index])

    def action_move(self, by: int) -> None:
        """Go to another suggestion, which can be changed before it is taken."""
        known, at = [*self._suggested], self.query_one(Suggestions).highlighted
        place = (0 if by > 0 else len(known) - 1) if at is None else at + by
        self._put(known[max(0, min(place, len(known) - 1))])

    def _put(self, text: str) -> None:
        entry = self.query_one(Input)
        entry.value = text
        entry.cursor_position = len(text)


def suggestions(name: str, text: str) -> Mapping[str, str]:
    """Values to try of a setting in which `text` stands, each with what it means; the first value alone where there are
    several."""
    if name not in VARIABLE:
        return {}
    texts = SUGGESTED.get(name, (",".join(choices(name)),))
    meanings = {suggested: meaning(name, suggested) for suggested in texts}
    values = values_or_none(name, text)
    return {**meanings, values[0]: "this value alone"} if len(values) > 1 else meanings


def values_or_none(name: str, text: str) -> tuple[str, ...]:
    """The values that a text stands for; none where it is refused."""
    try:
        return values_of(name, text)
    except ValueError:
        return ()


def meaning(name: str, text: str) -> str:
    """How many values a text stands for, and the first of them. Raises ValueError, which says what is accepted."""
    values = Axis.read(SPECS[name], text).texts
    if odd := warning(name, text):
        return odd
    between = " / " if "/" in text else ", "
    more = " …" if len(values) > MOST_TOLD else ""
    count = f"{len(values):,} values" if len(values) > 1 else "one value"
    return f"{count}: {between.join(values[:MOST_TOLD])}{more}"
