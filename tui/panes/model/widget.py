"""The model pane: the configuration of the next run, as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.events import Click, Key
from textual.message import Message
from textual.widgets import Input

from engine.config.fields import Problem
from engine.config.presets import Preset
from engine.config.run_config import RunConfig
from tui.panes.model.draft import SPECS, VARIABLE, Draft, batch_sizes, choices, first_that_begins, last_word, meanings
from tui.panes.model.drawing import LABEL, NAMES, PRESET, Form
from tui.panes.model.edits import Edits
from tui.panes.model.fields import Fields
from tui.widgets.bars import KeyBar
from tui.widgets.bindings import hidden, named_key, shown

if TYPE_CHECKING:
    from tui.panes.model.sweep_plan import SweepPlanned


class Model(Fields):
    """A form for a `RunConfig`, the group of its run and with how many seeds to train it; sends `Changed` whenever
    something in it changes.

    What is typed goes into a field that is written, or ahead to the word of a choice that begins so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "go(-1)", "Up", "The field above", letters=False),
        hidden("down", "go(1)", "Down", "The field below", letters=False),
        hidden("page_up", "go(-6)", "Page up", "Six fields up"),
        hidden("page_down", "go(6)", "Page down", "Six fields down"),
        hidden("next", "tab(1)", "Next field", "The next field, then the next pane"),
        hidden("previous", "tab(-1)", "Previous field", "The field before"),
        shown("left", "turn(-1)", "Before", "The choice before in this field"),
        shown("right", "turn(1)", "Next", "The next choice in this field"),
        shown("open", "list", "List", "What may stand in this field, to choose from", priority=True),
        shown("open", "enter", "Go on", "Take this, and go to the next field", priority=True),
        shown("values", "values", "Values", "Values to try of this field: several make a sweep of the form"),
        shown("reset", "reset", "As preset", "This field as the preset has it; on the preset, all"),
        shown("undo", "undo", "Undo", "The form as it was before its last change", letters=False, priority=True),
        shown("save", "save", "Save", "Keep these settings as a preset of your own"),
        shown("leave", "screen.leave", "Leave", "Go to another pane, where letters are keys", "Esc"),
    ]

    @dataclass
    class Changed(Message):
        """The form now says `config`, or, where that is None, something that has `problems`."""

        config: RunConfig | None
        problems: tuple[Problem, ...]

    @dataclass
    class ListWanted(Message):
        """Somebody wants to choose what stands in a field whose words have `meanings`, or the preset; `chosen` is what
        stands there, `typed` what was typed to find another. The answer goes to `Model.choose`."""

        name: str
        label: str
        meanings: Mapping[str, str]
        chosen: str
        typed: str = ""

    @dataclass
    class ValuesWanted(Message):
        """Somebody wants to try several values of a field, in which `text` stands; the answer goes to `Model.write`."""

        name: str
        text: str

    @dataclass
    class SaveWanted(Message):
        """Somebody wants to keep this configuration as a preset."""

        config: RunConfig

    def __init__(self, presets: Sequence[Preset]) -> None:
        usual = next((preset for preset in presets if preset.config == RunConfig()), None)
        self._edits = Edits(Draft.of(RunConfig(), usual))
        super().__init__(Form(self._edits.draft, (), PRESET))
        self._devices: Mapping[str, str] = {"cpu": "the processor"}
        self.know_presets(presets)

    def on_mount(self) -> None:
        self.watch(self._editor, "value", self._typed, init=False)
        self.watch(self._editor, "selection", self.redraw, init=False)

    @property
    def draft(self) -> Draft:
        return self._edits.draft

    def restore(self, draft: Draft) -> None:
        """Begin with what was kept."""
        self._edits = Edits(draft)
        self._form = self._form._replace(draft=draft)

    def know_presets(self, presets: Sequence[Preset]) -> None:
        self._form = self._form._replace(presets=tuple(presets))
        self._preset_lines = tuple(preset.line for preset in presets)

    def know_devices(self, devices: Mapping[str, str]) -> None:
        """Offer these devices, each with what it is."""
        self._devices = devices or self._devices

    def show(self, config: RunConfig, preset: str = "", parent: str = "") -> None:
        """Fill the form with a configuration that can be undone; `preset` is the name of the one it was made from,
        `parent` the id of the run it is of.

        Group and seeds stay: they are the next training's, not of the run the configuration may be taken from."""
        self._change(self._edits.make(self.draft.filled(config, self._known(preset), parent)))

    def choose(self, name: str, word: str) -> None:
        """Have a word in a field, or all settings of a preset; of several words in a field the last is replaced."""
        if name != PRESET:
            text = self.draft.text(name)
            self.write(name, text.removesuffix(last_word(text)) + word)
        elif (preset := self._known(word)) is not None:
            self._change(self._edits.make(self.draft.over(preset), name))

    def write(self, name: str, text: str) -> None:
        """Have another text in a field."""
        self._change(self._edits.make(self.draft.write(name, text), name))

    def go_to_variable(self) -> None:
        """Have the cursor on a field of which several values can be tried."""
        if self._form.current not in VARIABLE:
            self._form = self._form._replace(current="learning_rate")
            self.redraw()

    def go_to_problem(self) -> None:
        """Go to the first field whose value is refused."""
        if name := next((problem.field for problem in self.problems if problem.field in NAMES), ""):
            self._go(name)

    def on_sweep_planned(self, event: SweepPlanned) -> None:
        """Say what the sweep takes that several values make of the form."""
        event.stop()
        self._form = self._form._replace(planned=event)
        self.redraw()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is known to be refused."""
        return self._form.problems

    def once(self) -> None:
        """Train the next run with one seed again, so that nobody queues several of them by accident."""
        self._change(self._edits.with_one_seed())

    def show_groups(self, names: Sequence[str]) -> None:
        """Complete the names of these groups, the likelier ones first."""
        self._groups = tuple(names)

    def show_estimate(self, epoch_seconds: float | None) -> None:
        """Say beside the parameter count what an epoch, or all epochs of several runs, will take, where it is known."""
        if (epoch_seconds or 0.0) != self._form.epoch_seconds:
            self._form = self._form._replace(epoch_seconds=epoch_seconds or 0.0)
            self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choices are turned and listed; what was typed is taken first."""
        current = self._form.current
        match action:
            case "turn":
                return self._form.is_choice(current)
            case "list":
                return self._has_list and not self._is_typed
            case "enter":
                return not self._has_list or self._is_typed
            case "reset":
                return True if self.draft.changes else None
            case "undo":
                return True if self._edits.past else None
            case "values":
                return True if current in VARIABLE else None
            case "save":
                return True if self.draft.config and not self.draft.tried else None
        return True

    @property
    def _has_list(self) -> bool:
        """Whether what may stand in the field can be listed."""
        return self._form.current == PRESET or bool(self._listed)

    @property
    def _listed(self) -> Mapping[str, str]:
        """What may stand in the field of the cursor, or usual values of it, each with what it means."""
        match name := self._form.current:
            case "device":
                return {"auto": SPECS[name].help, **self._devices}
            case "batch_size":
                return batch_sizes()
        return {} if name == PRESET else meanings(name)

    @property
    def _is_typed(self) -> bool:
        """Whether something was typed in the field since one came to it."""
        return bool(self._ahead) or (self._editor.is_open and self._editor.is_touched)

    def on_key(self, event: Key) -> None:
        """Type ahead in a choice; a preset, which would replace the whole form, is looked for in the list."""
        if not event.is_printable or event.character is None:
            return
        event.stop()
        name = self._form.current
        if name == PRESET:
            if not event.character.isspace():
                self._want_list(event.character)
            return
        ahead = self._ahead + event.character
        word = first_that_begins(ahead, choices(name))
        if not word:
            ahead, word = event.character, first_that_begins(event.character, choices(name))
        if word:
            self._inside, self._ahead = True, ahead
            self._change(self._edits.make(self.draft.write(name, word), name))
            self.refresh_bindings()
        else:
            words = ", ".join(choices(name))
            self.post_message(KeyBar.Hint(f"No choice here begins with {named_key(event.key)}: {words}"))

    def action_turn(self, by: int) -> None:
        self._inside, self._ahead = True, ""
        name = self._form.current
        if name != PRESET:
            self._change(self._edits.make(self.draft.turn(name, by), name))
        elif self._form.presets:
            names = [preset.name for preset in self._form.presets]
            place = names.index(self.draft.preset) if self.draft.preset in names else -by
            self.choose(PRESET, names[(place + by) % len(names)])
        self.refresh_bindings()

    def action_enter(self) -> None:
        self.action_go(1)

    def action_list(self) -> None:
        self._want_list()

    def action_values(self) -> None:
        name = self._form.current
        self.post_message(self.ValuesWanted(name, self.draft.text(name)))

    def action_reset(self) -> None:
        name = self._form.current
        draft = replace(self.draft, changes={}) if name == PRESET else self.draft.reset(name)
        self._change(self._edits.make(draft))

    def action_undo(self) -> None:
        self._change(self._edits.undo())

    def action_save(self) -> None:
        if (config := self.draft.config) is not None:
            self.post_message(self.SaveWanted(config))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_click(self, event: Click) -> None:
        """Go to the field under the mouse; on its value put the cursor there, or list what may stand there."""
        offset = event.get_content_offset(self)
        name = self._sheet().name_at(offset.y) if offset is not None else ""
        if not name or offset is None:
            return
        was_open = self._editor.is_open and name == self._form.current
        if not was_open:
            self._go(name)
        if offset.x < LABEL:
            return
        if was_open:
            self._editor.go_to_cell(offset.x - LABEL)
        elif self._form.is_choice(name):
            self._want_list()

    def _typed(self, text: str) -> None:
        name = self._form.current
        if not self._editor.is_open:
            return
        if (draft := self.draft.type(name, text)) != self.draft:
            self._inside = True
            self._change(self._edits.make(draft, name))
        self.refresh_with_keys()

    def _want_list(self, typed: str = "") -> None:
        name = self._form.current
        label = "Preset" if name == PRESET else SPECS[name].label
        chosen = self.draft.preset if name == PRESET else last_word(self.draft.text(name))
        self.post_message(self.ListWanted(name, label, self._listed, chosen, typed))

    def _known(self, preset: str) -> Preset | None:
        return next((known for known in self._form.presets if known.name == preset), None)

    def _change(self, edits: Edits) -> None:
        before, self._edits = self._edits, edits
        draft, name = edits.draft, self._form.current
        self._form = self._form._replace(draft=draft)
        if self._editor.is_open and draft.type(name, self._editor.value).text(name) != draft.text(name):
            self._editor.fill(draft.text(name))
        self.redraw()
        if (bool(before.draft.changes), bool(before.past)) != (bool(draft.changes), bool(edits.past)):
            self.refresh_bindings()
        if draft != before.draft:
            self.post_message(self.Changed(draft.config, draft.problems))
