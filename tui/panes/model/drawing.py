"""The form drawn in text: the network, a line for each field under the headings of its groups, and help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.config.presets import Preset
from engine.config.run_config import RunConfig
from engine.quantities import duration
from tui.drawing.network_line import network_line
from tui.drawing.styled_lines import Line, Span, crop, fit, window, wrapped
from tui.drawing.styled_lines import width as line_width
from tui.panes.model.draft import GROUP, SPECS, Draft, choices

PRESET = "preset"
NAMES = (PRESET, *SPECS)
# A mark, the label and a gap stand before a value.
LABEL = 19
MOST_VALUE = 24
LEAST_ERROR, LEAST_HELP = 24, 48
LEAST_HEIGHT_FOR_HEADINGS = 16


@dataclass(frozen=True)
class Form:
    """What is drawn: `current` is the field the cursor is on; `epoch_seconds` what an epoch will take, 0 if unknown."""

    draft: Draft
    presets: tuple[Preset, ...]
    current: str
    epoch_seconds: float = 0.0
    active: bool = False

    @property
    def preset(self) -> Preset | None:
        """The preset that is chosen."""
        return next((preset for preset in self.presets if preset.name == self.draft.preset), None)

    def is_choice(self, name: str) -> bool:
        """Whether a field is turned rather than written."""
        return name == PRESET or bool(choices(name))

    def lines(self, sheet: Sheet) -> list[Line]:
        """The lines of the pane."""
        shown = sheet.entries[sheet.top : sheet.top + sheet.rows]
        body = [self._entry(entry, sheet.width) for entry in shown]
        body += [()] * (sheet.rows - len(body))
        return [*self._network(sheet)[: sheet.above], *body, *self._help(sheet)][: sheet.height]

    def _network(self, sheet: Sheet) -> list[Line]:
        config = self.draft.config
        if config is None:
            count = len(self.draft.problems)
            words = f"{count} value{'s' if count > 1 else ''} to correct"
            return [((f"✗ {words}", "wrong"),), ()]
        drawn = network_line(config, sheet.width)
        return [((drawn, "network"),), self._facts(config, sheet.width)]

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
        if self.draft.group:
            facts.append((f"group {self.draft.group}", "dim"))
        return joined(facts, width)

    def _entry(self, entry: Entry, width: int) -> Line:
        if entry.heading:
            return ((entry.heading, "heading"),)
        name = entry.name
        changed = name != PRESET and name in self.draft.changes
        mark = "•" if changed else " "
        label = "Preset" if name == PRESET else SPECS[name].label
        label_style = ("cursor" if self.active else "current") if name == self.current else "label"
        head: Line = ((f"{mark} ", "changed"), (fit(label, LABEL - 3), label_style), (" ", ""))
        return (*head, *self._value(name, width - LABEL, "changed" if changed else ""))

    def _value(self, name: str, width: int, style: str) -> Line:
        turned = name == self.current and self.is_choice(name)
        text = (self.draft.preset or "none") if name == PRESET else self.draft.text(name)
        if name == GROUP and not text:
            text, style = "a new one" if self.draft.seeds > 1 else "none", "dim"
        if turned:
            text = f"‹ {text} ›"
        note = self._note(name, width - value_width(width) - 1)
        refused = "" if name == PRESET else self.draft.refused(name)
        if not refused:
            value = crop(text, width)
            room = width - value_width(width) - 1
            beside = ((fit(value, value_width(width)) + " ", style), (crop(note, room), "dim"))
            return beside if note else ((value, style),)
        room = width - value_width(width) - 1
        if room < LEAST_ERROR:
            return ((fit(text, width - 2) + " ✗", "wrong"),)
        error = crop(f"✗ expected {refused}", room)
        return ((fit(text, value_width(width)) + " ", "wrong"), (error, "wrong"))

    def _note(self, name: str, room: int) -> str:
        """What stands beside a value that is accepted."""
        if name == PRESET:
            return self.preset.title if self.preset and room >= LEAST_ERROR else ""
        return SPECS[name].help if room >= LEAST_HELP else ""

    def _help(self, sheet: Sheet) -> list[Line]:
        name = self.current
        refused = "" if name == PRESET else self.draft.refused(name)
        if refused:
            text, style = f"✗ expected {refused}", "wrong"
        elif name == PRESET:
            text, style = self.preset.summary if self.preset else "a configuration to start from", "help"
        else:
            text, style = SPECS[name].help, "help"
        return wrapped(text, sheet.width, style, sheet.below)


def joined(facts: Sequence[Span], cells: int) -> Line:
    """As many facts as there is room for, with commas between them; the first is cut where it has to be."""
    line: Line = ((crop(facts[0][0], cells), facts[0][1]),)
    for text, style in facts[1:]:
        longer: Line = (*line, (", ", "dim"), (text, style))
        if line_width(longer) > cells:
            break
        line = longer
    return line


def span(seconds: float) -> str:
    """An estimate of a time: `0.83 s`, `2:30` or `1:02:03`."""
    return f"{seconds:.2g} s" if seconds < 60 else duration(seconds)


def value_width(width: int) -> int:
    """How wide a value is, of the `width` cells after its label; an error stands beside it where it can."""
    return MOST_VALUE if width - MOST_VALUE - 1 >= LEAST_ERROR else width


@dataclass(frozen=True)
class Entry:
    """One line of the form: a heading, or a field."""

    name: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Sheet:
    """The form in a pane: `above` lines of network, `rows` of entries from the `top`-th, `below` of help."""

    width: int
    height: int
    entries: tuple[Entry, ...]
    top: int
    rows: int
    above: int
    below: int

    def row_of(self, name: str) -> int:
        """The line of the pane a field stands on."""
        return self.above + self.entries.index(Entry(name)) - self.top

    def name_at(self, y: int) -> str:
        """The field on a line of the pane; nothing where there is none."""
        place = y - self.above + self.top
        inside = self.above <= y < self.above + self.rows and place < len(self.entries)
        return self.entries[place].name if inside else ""


def lay_out(current: str, top: int, width: int, height: int) -> Sheet:
    """The sheet for a pane of this size, scrolled from `top` as little as may be so that `current` is seen."""
    entries = tuple(_entries(height >= LEAST_HEIGHT_FOR_HEADINGS))
    above = 2 if height >= 8 else min(1, height - 1)
    below = 0 if height < 4 else 1 if height < 8 or width >= 100 else 2
    rows = max(1, height - above - below)
    place = entries.index(Entry(current))
    if place and entries[place - 1].heading:
        top = window(place - 1, top, 1, rows, len(entries))
    return Sheet(width, height, entries, window(place, top, 1, rows, len(entries)), rows, above, below)


def _entries(headings: bool) -> Iterator[Entry]:
    yield Entry(PRESET)
    group = ""
    for spec in SPECS.values():
        if headings and spec.group != group:
            yield Entry(heading=spec.group)
        group = spec.group
        yield Entry(spec.name)
