"""The console: the application around its screen."""

from __future__ import annotations

import asyncio
import os
import signal
import traceback
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.dom import DOMNode
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen
from textual.types import CallbackType

from engine.home import Home
from tui.console.active_keys import focused_panes, sections
from tui.console.key_queue import KeyQueue, leaves_at_once
from tui.console.notices import VARIABLE, WAYS, RunEnds, call, chosen_way, keep_way
from tui.drawing.glyphs import Glyphs
from tui.driver.app import PacedApp
from tui.exit_codes import NAME
from tui.screens.main import MainScreen
from tui.widgets import views
from tui.widgets.bindings import capitalised_key, choose_keys, hidden, shown, with_keys
from tui.widgets.pane_frame import Pane
from tui.workers.preference_file import problem as preference_problem

if TYPE_CHECKING:
    from engine.service.client import EngineClient
    from tui.workers.messages import Listed

LOG, KEYS = "console.log", "keys.toml"
# Seconds for which something is proposed to somebody whose screen is slow.
PROPOSED_FOR = 20
# Lines about the file of keys that are told at most.
MOST_REFUSED = 4
DARK, LIGHT = "textual-dark", "textual-light"


class Translation(LineFilter):
    """Paints whatever any widget draws in the symbols that the terminal has."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(enabled=bool(glyphs.fallbacks))
        self._shown = glyphs.shown

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(self._shown(text), style, control) for text, style, control in segments]


class Console(PacedApp):
    """Shows the runs of a home and steers them; `client` reaches the engine that trains them."""

    TITLE = NAME
    CSS_PATH = "app.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("slow_link", "slow_link", "Slow link", "Update less, for a slow connection; or back"),
        hidden("suspend", "suspend", "Suspend", "Go to the shell, and come back by fg", priority=True),
        shown("commands", "command_palette", "Commands", "Find any action by its name"),
        hidden("theme", "light_or_dark", "Light or dark", "Change between a light and a dark theme"),
    ]

    main: MainScreen

    def __init__(
        self,
        home: Home,
        glyphs: Glyphs,
        slow_link: bool = False,
        client: EngineClient | None = None,
        view: str = views.TRAIN_VIEW,
    ) -> None:
        super().__init__()
        self.home = home
        self.trouble = ""
        self._client = client
        self._glyphs = glyphs
        self._translation = Translation(glyphs)
        self._slow_link = slow_link
        self._view = view
        self._keys = KeyQueue(self, self._deliver, leaves_at_once)
        self._ends = RunEnds()
        # Whether the terminal tells when it has the focus: only then is it known that somebody looks at it.
        self._tells_focus = False

    def get_default_screen(self) -> Screen[None]:
        self.main = MainScreen(self.home, self._glyphs, self._slow_link, self._client, self._view)
        return self.main

    def on_mount(self) -> None:
        self.set_low_bandwidth(self._slow_link)
        self._take_keys()
        self._warn(preference_problem(self.home))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        self.run_worker(self._keys.run(), group="keys")

    async def on_event(self, event: Event) -> None:
        """Let keys wait for each other; one that is forwarded has had its turn."""
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            self._keys.put(event)
        else:
            await super().on_event(event)

    async def _deliver(self, typed: Key | Paste) -> None:
        self.main.say("")
        await super().on_event(typed)

    async def on_key(self, event: Key) -> None:
        """Do what a key means here, which Textual would try next; else say why nothing happens."""
        event.prevent_default()
        if not await self._check_bindings(event.key) and self.screen is self.main:
            if self.main.awaits_pane:
                self._keys.hold(event, self.main.filled)
            else:
                self.main.say(self._why_nothing(event.key))

    def _why_nothing(self, key: str) -> str:
        from tui.console.unanswered_keys import Meaning, why_nothing

        meanings = [
            Meaning(section, binding, not section or not focused_panes(self.main).isdisjoint(section.split(", ")))
            for section, bindings in sections(self.main, self)
            for binding, _ in bindings
            if key in self._keymap.get(binding.id or "", binding.key).split(",")
        ]
        return why_nothing(key, meanings, self.main.actions.target, self.size.width - 2)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, self._translation] if self._translation.enabled else filters

    def on_app_focus(self) -> None:
        self._tells_focus = True

    def on_app_blur(self) -> None:
        self._tells_focus = True

    def on_listed(self, event: Listed) -> None:
        """Call a person who is elsewhere when runs have ended, in the way that was chosen."""
        ended = self._ends.take(event.runs)
        if ended and self._driver is not None and not (self._tells_focus and self.app_focus):
            self._driver.write(call(ended, chosen_way(self.home)))

    def _take_keys(self) -> None:
        """Have the keys that somebody has chosen in a file, and say which of them are not taken."""
        choose_keys({})
        path = self.home.path / KEYS
        if not path.exists():
            return
        from tui.console.keymap import read_keys

        chosen = read_keys(path)
        self.set_keymap(chosen.keymap)
        choose_keys(chosen.keymap)
        more = len(chosen.refused) - MOST_REFUSED
        for line in chosen.refused[:MOST_REFUSED]:
            self._warn(line)
        self._warn(f"{KEYS}: {more} more lines are not taken." if more > 0 else "")

    def _warn(self, text: str) -> None:
        """Say what is wrong with a file of the home, where something is."""
        if text:
            self.notify(text, severity="warning", timeout=PROPOSED_FOR, markup=False)

    def get_key_display(self, binding: Binding) -> str:
        if binding.key == "enter":
            return self._glyphs.enter
        return binding.key_display or capitalised_key(super().get_key_display(binding))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What can be done now: in the pane with the focus, anywhere, in the other panes; then every preset."""
        target = self.main.actions.target
        if run := self.main.following.summary(target.id) if target else None:
            save = partial(self.main.form.ask_to_save, run.record.config, run.record.name)
            yield SystemCommand("Save this run as a preset", f"Keep the settings of {run.record.name} by a name", save)
        for section, bindings in sections(self.main, self):
            for binding, node in bindings:
                if not self._check_action_state(binding.action, node):
                    continue
                title = f"{section}: {binding.description}" if section else binding.description
                help = f"{binding.tooltip} ({self._keys_of(binding)})"
                yield SystemCommand(title, help, partial(self._perform, binding.action, node))
        yield SystemCommand("Theme", "Choose among all themes", self.action_change_theme)
        for way, title in WAYS.items():
            yield SystemCommand(f"Notify: {way}", title, partial(self._notify_by, way))
        for preset in self.main.form.presets:
            yield SystemCommand(
                f"Preset {preset.name}", preset.line, partial(self.main.form.choose_preset, preset.name)
            )

    def action_command_palette(self) -> None:
        from tui.dialogs.choice_list import ChoiceList

        def do(command: CallbackType | None) -> None:
            if command is not None:
                self.call_next(command)

        if self.screen is self.main:
            commands = {command.title: command for command in self.get_system_commands(self.main)}
            meanings = {title: command.help for title, command in commands.items()}
            keys = "Letters find   {open} does it   {leave} leaves"
            dialog = ChoiceList("Commands", meanings, lambda title: commands[title].callback, keys=keys)
            self.push_screen(dialog, do)

    def action_change_theme(self) -> None:
        from tui.dialogs.choice_list import ChoiceList

        def take(theme: str | None) -> None:
            if theme is not None:
                self.theme = theme

        kinds = {name: "dark" if theme.dark else "light" for name, theme in sorted(self.available_themes.items())}
        self.push_screen(ChoiceList("Themes", kinds, str, self.theme), take)

    def action_help(self) -> None:
        """Show every key, those of the pane with the focus first."""
        from tui.dialogs.help import Help, Section
        from tui.dialogs.help import Key as KeyHelp

        shown_sections = [
            Section(
                section or "Anywhere",
                [KeyHelp(self._keys_of(binding), binding.description, binding.tooltip) for binding, _ in bindings],
            )
            for section, bindings in sections(self.main, self)
        ]
        line = self.main.board.observation
        observation = line.observation if line.display else None
        self.push_screen(Help(shown_sections, str(self.home.path / KEYS), observation))

    def action_copy(self) -> None:
        """Copy a run's id, its command, or a table."""
        from tui.console.clipboard import ask_what_to_copy

        ask_what_to_copy(self)

    def action_picture(self) -> None:
        """Keep a picture of the pane with the focus."""
        from tui.console.pane_picture import take_picture

        take_picture(self)

    def _notify_by(self, way: str) -> None:
        """Call in this way from now on, and say what may stand against that."""
        try:
            keep_way(self.home, way)
        except OSError as error:
            self.notify(f"That cannot be kept: {error.strerror or error}", severity="error", markup=False)
            return
        used = chosen_way(self.home)
        self.main.prompts.tell(f"Notify: {used}" + (f", as {VARIABLE} says." if used != way else "."))

    def action_slow_link(self) -> None:
        self.main.set_pace(not self.main.slow_link)
        self.set_low_bandwidth(self.main.slow_link)

    def on_slow_link_found(self) -> None:
        if not self.main.slow_link:
            self.notify(
                with_keys("This link is slow: {slow_link} sends less over it."), timeout=PROPOSED_FOR, markup=False
            )

    def action_suspend(self) -> None:
        """Stop this program, and whatever belongs to it, as any other at this key."""
        if self._driver is None or not self._driver.can_suspend:
            return
        if os.getpgrp() == os.getsid(0):
            self.notify(with_keys("There is no shell behind the console to go to; {quit} leaves it."), markup=False)
        else:
            os.killpg(os.getpgrp(), signal.SIGTSTP)

    def action_light_or_dark(self) -> None:
        self.theme = DARK if self.theme == LIGHT else LIGHT

    def _keys_of(self, binding: Binding) -> str:
        chosen = self._keymap.get(binding.id or "", binding.key)
        return " ".join(self.get_key_display(Binding(key, "")) for key in chosen.split(","))

    async def _perform(self, action: str, node: DOMNode) -> None:
        """Do something in its pane, or in one of its panes, which is shown first."""
        if node not in (self, self.main):
            board = self.main.board
            names = [pane.id or "" for pane in self.main.query(Pane) if node in (pane.content, *pane.ancestors)]
            board.reveal(board.current if board.current in names else names[0])
        await self.run_action(action, node)

    def _fatal_error(self) -> None:
        """Leave with a line instead of a traceback over the terminal."""
        lines = traceback.format_exc().strip().splitlines()
        path = self.home.path / LOG
        with path.open("a", encoding="utf-8") as log:
            log.write("\n".join([*lines, ""]))
        self.trouble = f"the console met an error of its own: {lines[-1]}\nTraining goes on; the traceback is in {path}"
        self._close_messages_no_wait()
