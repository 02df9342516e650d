"""The model pane: the configuration of the next run, as a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click, DescendantBlur, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.widgets import Input

from engine.config.fields import Problem
from engine.config.presets import Preset
from engine.config.run_config import RunConfig
from tui.drawing.styled_lines import Line
from tui.panes.model.draft import GROUP, SEEDS, Draft, words
from tui.panes.model.drawing import LABEL, NAMES, PRESET, Form, Sheet, lay_out, value_width
from tui.widgets.bindings import hidden, shown
from tui.widgets.field_editor import Editor
from tui.widgets.line_widget import LineWidget


class Model(LineWidget, can_focus=True):
    """A form for a `RunConfig`, the group of its run and with how many seeds to train it; sends `Changed` whenever
    something in it changes.

    A field that is written is edited as soon as the cursor comes to it, in the one `Input` there is; Escape leaves it,
    so that single letters are keys again. Tab goes from field to field once inside, else from pane to pane."""

    CSS_PREFIX = "model"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "model--network", "model--heading", "model--label", "model--current", "model--cursor",
        "model--changed", "model--wrong", "model--dim", "model--help",
    }  # fmt: skip
    DEFAULT_CSS = """
    Model {
        background: $surface;
        layout: vertical;
        overflow: hidden;
        & > .model--network { text-style: bold; }
        & > .model--heading { color: $text-primary; text-style: bold; }
        & > .model--label { color: $text-muted; }
        & > .model--current { text-style: bold underline; }
        & > .model--cursor { text-style: reverse; }
        & > .model--changed { color: $text-warning; text-style: bold; }
        & > .model--wrong { color: $text-error; text-style: bold; }
        & > .model--dim { color: $text-muted; }
        & > .model--help { color: $text-muted; text-style: italic; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("model.up", "up", "go(-1)", "Up", "The field above"),
        hidden("model.down", "down", "go(1)", "Down", "The field below"),
        hidden("model.page_up", "pageup", "go(-6)", "Page up", "Six fields up"),
        hidden("model.page_down", "pagedown", "go(6)", "Page down", "Six fields down"),
        hidden("model.next_field", "tab", "tab(1)", "Next field", "The next field, then the next pane"),
        hidden("model.previous_field", "shift+tab", "tab(-1)", "Previous field", "The field before"),
        shown("model.less", "left", "turn(-1)", "Before", "The choice before in this field"),
        shown("model.more", "right,space", "turn(1)", "Next", "The next choice in this field"),
        shown("model.enter", "enter", "enter", "Edit", "Edit this field; then go to the next"),
        shown("model.reset", "ctrl+r", "reset", "As preset", "This field as the preset has it; on the preset, all"),
        shown("model.leave", "escape", "leave", "Leave field", "Leave the field, so that letters are keys again"),
    ]

    @dataclass
    class Changed(Message):
        """The form now says `config`, or, where that is None, something that has `problems`."""

        config: RunConfig | None
        problems: tuple[Problem, ...]

    def __init__(
        self,
        presets: Sequence[Preset],
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        usual = next((preset for preset in presets if preset.config == RunConfig()), None)
        first = Draft.of(RunConfig(), usual)
        self._form = Form(first, tuple(presets), PRESET)
        self._groups: tuple[str, ...] = ()
        self._top = 0
        self._inside = False
        self._editor = Editor()

    def compose(self) -> ComposeResult:
        yield self._editor

    def on_mount(self) -> None:
        self.watch(self._editor, "value", self._typed, init=False)

    def config(self) -> RunConfig | None:
        """The configuration the form says; None while something in it is refused."""
        return self._form.draft.config

    @property
    def preset(self) -> str:
        """The name of the chosen preset; empty without one."""
        return self._form.draft.preset

    @property
    def group(self) -> str:
        """The name of the group to train in; empty for none. Means nothing while something is refused."""
        return self._form.draft.group

    @property
    def seeds(self) -> int:
        """With how many seeds to train, from the configuration's own on. Means nothing while something is refused."""
        return self._form.draft.seeds

    def show(self, config: RunConfig, preset: str = "") -> None:
        """Fill the form with a configuration; `preset` is the name of the one it was made from.

        Group and seeds stay: they are the next training's, not of the run the configuration may be taken from."""
        known = next((p for p in self._form.presets if p.name == preset), None)
        self._change(self._form.draft.filled(config, known))

    def once(self) -> None:
        """Train the next run with one seed again, so that nobody queues several of them by accident."""
        if SEEDS in self._form.draft.changes:
            self._change(self._form.draft.reset(SEEDS))

    def show_groups(self, names: Sequence[str]) -> None:
        """Complete the names of these groups, the likelier ones first."""
        self._groups = tuple(names)

    def show_estimate(self, epoch_seconds: float | None) -> None:
        """Say beside the parameter count what an epoch, or all epochs of several runs, will take, where it is known."""
        if (epoch_seconds or 0.0) != self._form.epoch_seconds:
            self._form = replace(self._form, epoch_seconds=epoch_seconds or 0.0)
            self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        sheet = self._sheet()
        self._top = sheet.top
        if self._editor.is_open:
            self._editor.place(LABEL, sheet.row_of(self._form.current), max(1, value_width(width - LABEL)))
        active = self._inside or self.has_focus
        return replace(self._form, active=active).lines(sheet)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape and Tab are the pane's own only inside it; only choices are turned."""
        if action in ("leave", "tab"):
            return self._inside
        if action == "turn":
            return self._form.is_choice(self._form.current)
        if action == "reset":
            return True if self._form.draft.changes else None
        return True

    def action_go(self, by: int) -> None:
        place = NAMES.index(self._form.current) + by
        self._go(NAMES[max(0, min(place, len(NAMES) - 1))])

    def action_tab(self, by: int) -> None:
        place = NAMES.index(self._form.current) + by
        if 0 <= place < len(NAMES):
            self._go(NAMES[place])
            return
        self.action_leave()
        self.screen.focus_next() if by > 0 else self.screen.focus_previous()

    def action_turn(self, by: int) -> None:
        name, draft = self._form.current, self._form.draft
        if name != PRESET:
            self._change(draft.turn(name, by))
        elif self._form.presets:
            names = [preset.name for preset in self._form.presets]
            place = names.index(draft.preset) if draft.preset in names else -by
            self._change(draft.over(self._form.presets[(place + by) % len(names)]))

    def action_enter(self) -> None:
        if self._editor.is_open or (self._inside and self._form.is_choice(self._form.current)):
            self.action_go(1)
        else:
            self._go(self._form.current)

    def action_reset(self) -> None:
        name, draft = self._form.current, self._form.draft
        self._change(replace(draft, changes={}) if name == PRESET else draft.reset(name))

    def action_leave(self) -> None:
        self._inside = False
        self._stop_editing()
        self.refresh_with_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_go(1)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_click(self, event: Click) -> None:
        """Go to the field under the mouse; turn it where it was clicked on its choice."""
        offset = event.get_content_offset(self)
        name = self._sheet().name_at(offset.y) if offset is not None else ""
        if not name or offset is None or event.widget is self._editor:
            return
        turn = self._form.is_choice(name) and offset.x >= LABEL
        self._go(name)
        if turn:
            self.action_turn(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self.action_go(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self.action_go(-1)

    def on_blur(self) -> None:
        self.call_later(self._left)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.call_later(self._left)

    def _left(self) -> None:
        """Forget that one was inside, once the focus is in another pane."""
        if self._inside and self.screen.focused not in (self, self._editor):
            self._inside = False
            self._editor.close()
            self.refresh_with_keys()

    def _go(self, name: str) -> None:
        """Come to a field, and edit it where it is written."""
        self._inside = True
        self._form = replace(self._form, current=name)
        if self._form.is_choice(name):
            self._stop_editing()
        else:
            known = self._groups if name == GROUP else words(name)
            self._editor.open(self._form.draft.text(name), known, several=name != GROUP)
        self.refresh_with_keys()

    def _stop_editing(self) -> None:
        if self._editor.is_open:
            self.screen.set_focus(self)
            self._editor.close()

    def _typed(self, text: str) -> None:
        name = self._form.current
        if self._editor.is_open and text != self._form.draft.text(name):
            self._change(self._form.draft.write(name, text))

    def _change(self, draft: Draft) -> None:
        resettable = bool(self._form.draft.changes)
        self._form = replace(self._form, draft=draft)
        if self._editor.is_open and self._editor.value != draft.text(self._form.current):
            self._editor.fill(draft.text(self._form.current))
        self.redraw()
        if resettable != bool(draft.changes):
            self.refresh_bindings()
        self.post_message(self.Changed(draft.config, draft.problems))

    def _sheet(self) -> Sheet:
        width, height = self.size
        return lay_out(self._form.current, self._top, width, height)
