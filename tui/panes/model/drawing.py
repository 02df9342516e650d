"""The form drawn in text: the network, a line for each field under the headings of its groups, and help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.config.fields import Problem
from engine.config.presets import Preset
from engine.config.run_config import BY_NAME, RunConfig
from engine.config.schedule import Schedule, varies
from engine.quantities import duration, megabytes
from tui.drawing.network_line import network_line
from tui.drawing.styled_lines import Line, Span, capitalised, crop, ending, fit, how_many_more, plain, wrapped
from tui.drawing.styled_lines import width as line_width
from tui.panes.model.draft import GROUP, SPECS, Draft, choices, meanings, warning
from tui.widgets.bindings import with_keys

if TYPE_CHECKING:
    from tui.panes.model.layout import Entry, Sheet
    from tui.panes.model.sweep_plan import SweepPlanned

PRESET = "preset"
NAMES = (PRESET, *SPECS)
# A mark, the label and a gap stand before a value.
LABEL = 19
MOST_VALUE = 24
LEAST_ERROR, LEAST_HELP = 24, 48
# How a learning rate goes: its columns and their cells.
COLUMNS = "▁▂▃▄▅▆▇█"
CELLS = 12
# So fine that a warm-up of a hundredth of an epoch is one.
STEPS_PER_EPOCH = 100


class Form(NamedTuple):
    """What is drawn: `current` is the field the cursor is on; `epoch_seconds` what an epoch will take, 0 if
    unknown; `typed` its text while it is being written; `planned` what was told last of a sweep."""

    draft: Draft
    presets: tuple[Preset, ...]
    current: str
    epoch_seconds: float = 0.0
    active: bool = False
    typed: Line | None = None
    planned: SweepPlanned | None = None

    @property
    def preset(self) -> Preset | None:
        return next((preset for preset in self.presets if preset.name == self.draft.preset), None)

    def is_choice(self, name: str) -> bool:
        """Whether a field is turned rather than written."""
        return name == PRESET or bool(choices(name))

    def lines(self, sheet: Sheet) -> list[Line]:
        body = self._entries(sheet)
        body += [()] * (sheet.rows - len(body))
        return [*self._network(sheet)[: sheet.above], *body, *self._help(sheet)][: sheet.height]

    def _entries(self, sheet: Sheet) -> list[Line]:
        """Those that are seen; at the right of the first and the last, unless one edits there, how many fields are not
        seen."""
        end = sheet.top + sheet.rows
        shown = sheet.entries[sheet.top : end]
        body = [self._entry(entry, sheet.width) for entry in shown]
        above, below = (
            sum(bool(entry.name) for entry in entries) for entries in (sheet.entries[: sheet.top], sheet.entries[end:])
        )
        for row, more in ((0, how_many_more(above, 0)), (-1, how_many_more(0, below))):
            if line_width(more) and shown[row].name != self.current:
                body[row] = _telling(body[row], more, sheet.width)
        return body

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is refused, of a sweep too what no field alone is to blame for."""
        is_told = self.planned is not None and self.planned.draft == self.draft
        return self.draft.problems or (self.planned.faults if self.planned and is_told else ())

    def _network(self, sheet: Sheet) -> list[Line]:
        config = self.draft.config
        if config is None or self.problems:
            count = len(self.problems)
            text = f"{count} value{'s' if count > 1 else ''} to correct"
            others = " ".join(str(problem) for problem in self.problems if problem.field not in BY_NAME)
            return [((f"✗ {text}", "wrong"),), ((crop(others, sheet.width), "wrong"),)]
        if self.draft.tried:
            return filled(self._sweep_facts(), sheet.width, sheet.above)
        drawn = network_line(config, sheet.width)
        return [((drawn, "network"),), self._facts(config, sheet.width)]

    def _sweep_facts(self) -> list[Span]:
        """How many cells and runs there are, and what they take as far as that is known of this draft."""
        draft, planned = self.draft, self.planned
        cells = f"{draft.cells:,} cells"
        runs = f" × {draft.seeds} seeds = {draft.cells * draft.seeds:,} runs" if draft.seeds > 1 else " to train"
        facts: list[Span] = [(cells + runs, "changed")]
        if planned is not None and planned.draft == draft:
            is_known = planned.seconds is not None
            facts.append((f"about {span(planned.seconds or 0.0)}" if is_known else "of unknown time", "dim"))
            facts.append((f"{megabytes(planned.disk)} of disk", "dim"))
            if planned.slots > 1:
                facts.append((f"{planned.slots} at once", "dim"))
        else:
            facts.append(("…", "dim"))
        if draft.group:
            facts.append((f"group {draft.group}", "dim"))
        return facts

    def _facts(self, config: RunConfig, width: int) -> Line:
        """What the training is, as far as there is room; of several runs first how many, and what all will take."""
        facts = [(f"{config.parameters():,} parameters", "dim")]
        seconds, seeds, last = self.epoch_seconds, self.draft.seeds, config.seed + self.draft.seeds - 1
        if seeds == 1 and seconds:
            facts.append((f"{span(seconds)} an epoch", "dim"))
        elif seeds > 1:
            runs = f"{seeds} runs, seeds {config.seed}–{last}"
            total = [(f"{span(seconds * config.epochs * seeds)} in all", "dim")] if seconds else []
            facts = [(runs, "changed"), *total, *facts]
        if curve := rate_line(config):
            facts.insert(1, (f"rate {curve}", "network"))
        if self.draft.group:
            facts.append((f"group {self.draft.group}", "dim"))
        return joined(facts, width)

    def _entry(self, entry: Entry, width: int) -> Line:
        if entry.heading:
            return ((entry.heading, "heading"),)
        name = entry.name
        changed = bool(self.draft.edited) if name == PRESET else self.draft.is_changed(name)
        mark = "•" if changed else " "
        label = "Preset" if name == PRESET else SPECS[name].label
        label_style = ("cursor" if self.active else "current") if name == self.current else "label"
        head: Line = ((f"{mark} ", "changed"), (fit(label, LABEL - 3), label_style), (" ", ""))
        return (*head, *self._value(name, width - LABEL, "changed" if changed else ""))

    def _value(self, name: str, width: int, style: str) -> Line:
        refused = self._refused(name)
        room = width - value_width(width) - 1
        if self.typed is not None and name == self.current:
            value = self.typed
        else:
            text = (self.draft.preset or "none") if name == PRESET else self.draft.text(name)
            if name == GROUP and not text:
                text, style = "a new one" if self.draft.seeds > 1 else "none", "dim"
            if name == self.current and self.is_choice(name):
                text = f"‹ {text} ›"
            value = ((fit(text, self.value_cells(name, width)), "wrong" if refused else style),)
        if refused:
            # What does not fit beside is said whole below, once the cursor is there.
            error = _refusal(refused)
            return (*value, (" ", ""), (error if line_width(((error, ""),)) <= room else "✗", "wrong"))
        note = self._note(name, room)
        style = "changed" if self._warning(name) else "dim"
        return (*value, (" ", ""), (crop(note, room), style)) if note else value

    def value_cells(self, name: str, width: int) -> int:
        """How wide a value is of the `width` cells after its label, a mark behind it where it is refused."""
        if (cells := value_width(width)) < width:
            return cells
        return max(1, width - 2) if self._refused(name) else width

    def _refused(self, name: str) -> str:
        """What a field would accept, when its text is refused."""
        return next((problem.accepts for problem in self.problems if problem.field == name), "")

    def _note(self, name: str, room: int) -> str:
        """What stands beside a value that is accepted."""
        if room < LEAST_ERROR:
            return ""
        if name == PRESET:
            count = len(self.draft.edited)
            return f"{count} changed" if count else self.preset.title if self.preset else ""
        return self._warning(name) or self._before(name) or (with_keys(SPECS[name].help) if room >= LEAST_HELP else "")

    def _warning(self, name: str) -> str:
        """What is odd about what was written in a field."""
        return warning(name, self.draft.text(name)) if name in self.draft.edited else ""

    def _before(self, name: str) -> str:
        """How many values a field is tried with, and what the preset has in one that was changed."""
        if name not in self.draft.edited:
            return ""
        tried = f"{self.draft.tried[name]} values to try; " if name in self.draft.tried else ""
        return f"{tried}{self.draft.preset or 'the default'} has {self.draft.preset_text(name)}"

    def _help(self, sheet: Sheet) -> list[Line]:
        text, style = self.hint(self.current)
        lines = wrapped(text, sheet.width, style, sheet.below)
        return [*lines, *[()] * (sheet.below - len(lines))]

    @property
    def refusal(self) -> str:
        """What is wrong in the field of the cursor; nothing where nothing is."""
        refused = self._refused(self.current)
        return _refusal(refused) if refused else ""

    def hint(self, name: str) -> tuple[str, str]:
        """What is said of a field below the form: what is wrong, what the preset has, what it means."""
        if refused := self._refused(name):
            return _refusal(refused), "wrong"
        if odd := self._warning(name):
            return f"{odd}.", "changed"
        if name == PRESET:
            return self._preset_hint(), "help"
        help = meanings(name).get(self.draft.text(name)) if choices(name) else ""
        text = f"{self.draft.text(name)}: {help}" if help else with_keys(SPECS[name].help)
        before = self._before(name)
        return f"{before}. {capitalised(text)}" if before else text, "help"

    def _preset_hint(self) -> str:
        if edited := self.draft.edited:
            labels = ", ".join(SPECS[name].label for name in edited)
            return f"Changed{f' from {self.draft.preset}' if self.draft.preset else ''}: {labels}"
        return self.preset.line if self.preset else "a configuration to start from"


def _telling(line: Line, more: Line, cells: int) -> Line:
    """A line that says at its right how much more there is, in a word less where its value goes on so far."""
    own = len(plain(line).rstrip())
    short = ((plain(more).removesuffix(" more"), "dim"),)
    return ending(line, more if own + 1 + line_width(more) <= cells else short, cells)


def _refusal(accepted: str) -> str:
    return f"✗ expected {accepted}"


def joined(facts: Sequence[Span], cells: int) -> Line:
    """As many facts as there is room for, with commas between them; the first is cut where it has to be."""
    line: Line = ((crop(facts[0][0], cells), facts[0][1]),)
    for text, style in facts[1:]:
        longer: Line = (*line, (", ", "dim"), (text, style))
        if line_width(longer) > cells:
            break
        line = longer
    return line


def filled(facts: Sequence[Span], cells: int, rows: int) -> list[Line]:
    """As many facts as so many rows have room for, each as long as may be."""
    lines: list[Line] = []
    while len(lines) < rows:
        lines.append(joined(facts, cells) if facts else ())
        facts = facts[(len(lines[-1]) + 1) // 2 :]
    return lines


def span(seconds: float) -> str:
    """An estimate of a time: `0.83 s`, `2:30` or `1:02:03`."""
    return f"{seconds:.2g} s" if seconds < 60 else duration(seconds)


def value_width(width: int) -> int:
    """How wide a value is, of the `width` cells after its label; an error stands beside it where it can."""
    return MOST_VALUE if width - MOST_VALUE - 1 >= LEAST_ERROR else width


def rate_line(config: RunConfig) -> str:
    """The rate from the first step to the last, as `▁▅█▇▇▆▅▄▃▂▁▁` of the one that is set; nothing where it stays."""
    if not varies(config):
        return ""
    schedule, last = Schedule(config, STEPS_PER_EPOCH), config.epochs * STEPS_PER_EPOCH - 1
    rates = (schedule.rate(cell * last // (CELLS - 1)) for cell in range(CELLS))
    return "".join(COLUMNS[round(rate / config.learning_rate * (len(COLUMNS) - 1))] for rate in rates)
