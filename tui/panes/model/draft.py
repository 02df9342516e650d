"""What is to be trained while it is being written: a preset and the texts changed in it, right or wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from engine.config.contradictions import MOST_IMAGES
from engine.config.field_types import Choice, GroupName, Listing, Pattern, Switch, Whole
from engine.config.fields import ConfigError, Field, Problem
from engine.config.presets import Preset
from engine.config.run_config import BY_NAME, FIELDS, FULL, MACHINE, SEED, RunConfig
from engine.home import Home
from engine.json_text import object_to_change, read_file, write_file
from engine.text import clean

FILE = "form.json"
LARGEST = 1 << 22

GROUP, SEEDS = "group", "seeds"
MOST_SEEDS = 100
# What the `auto` of a preset is in the configuration of a run that was trained.
MEANT_BY_AUTO = {"dataset": "mnist"}
BATCH_SIZES = (1, 16, 32, 64, 128, 256, 1024)
# What is said of a training and is no property of its runs' configuration.
TRAINING = (
    Field(
        name=GROUP,
        label="Group",
        help="name shared by runs that belong together; made up for several seeds",
        group="This training",
        default="",
        kind=GroupName(),
    ),
    Field(
        name=SEEDS,
        label="Seeds",
        help="{train} queues so many runs, with seeds from Seed on, as one group",
        group="This training",
        default=1,
        kind=Whole(1, MOST_SEEDS),
    ),
)
SPECS = {spec.name: spec for spec in (*FIELDS, *TRAINING)}
# Settings of which a sweep tries several values; a cell's seeds, device and way of gradients are none of it.
VARIABLE = tuple(name for name in BY_NAME if name not in (SEED, *MACHINE))
SEPARATORS = ",/"
# Longer texts are not taken: they would not be kept whole from one console to the next.
LONGEST = 10_000


@dataclass(frozen=True)
class Draft:
    """What stands in the form: the text of each field in `changes`, and of all others that of `base` or the default.

    A setting may have several values to try, which make a sweep of it, written as `engine.sweeps.values` has them.
    `parent` is the id of the run it was forked from, empty for none."""

    preset: str = ""
    base: RunConfig = field(default_factory=RunConfig)
    changes: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""

    @classmethod
    def of(cls, config: RunConfig, preset: Preset | None, parent: str = "") -> Draft:
        """The draft of a configuration that was made from a preset, or from the defaults."""
        return cls.written({f.name: config.text(f.name) for f in FIELDS}, preset, parent)

    @classmethod
    def written(cls, texts: Mapping[str, str], preset: Preset | None, parent: str = "") -> Draft:
        """The draft with these texts in its fields, right or wrong, and in all others what a preset has."""
        base = preset.config if preset else RunConfig()
        changes = {name: text for name, text in texts.items() if name in SPECS and text != _text(base, name)}
        return cls(preset.name if preset else "", base, changes, parent)

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.text(name) for name in SPECS}

    @property
    def edited(self) -> tuple[str, ...]:
        """The settings that are not what the preset, or the default, has."""
        return tuple(name for name in BY_NAME if self.is_changed(name))

    def is_changed(self, name: str) -> bool:
        """Whether a field is not as the preset has it, or as it is by default.

        A fork has what its run was trained on written out, which changes nothing where the preset's `auto` means it."""
        is_meant = self.parent and (self.preset_text(name), self.text(name)) == ("auto", MEANT_BY_AUTO.get(name))
        return name in self.changes and not is_meant

    def filled(self, config: RunConfig, preset: Preset | None, parent: str = "") -> Draft:
        """The draft of another configuration, to be trained in the same group with as many seeds."""
        other = Draft.of(config, preset, parent)
        return replace(other, changes={**other.changes, **self._training})

    def over(self, preset: Preset) -> Draft:
        """The draft of a preset, all settings as it has them, to be trained in the same group with as many seeds."""
        return self.filled(preset.config, preset)

    @property
    def _training(self) -> dict[str, str]:
        """What is changed in the fields that are no settings."""
        return {name: text for name, text in self.changes.items() if name not in BY_NAME}

    def text(self, name: str) -> str:
        return self.changes[name] if name in self.changes else _text(self.base, name)

    def write(self, name: str, text: str) -> Draft:
        changes = {**self.changes, name: text}
        if text == _text(self.base, name):
            del changes[name]
        return replace(self, changes=changes)

    def type(self, name: str, text: str) -> Draft:
        """The draft with what is typed in a field, its words completed where that makes a refused text a right one."""
        whole = completed(name, text)
        return self.write(name, whole if _accepts(name, whole) and not _accepts(name, text) else text)

    def preset_text(self, name: str) -> str:
        """What the preset has in a field, or what stands there by default."""
        return _text(self.base, name)

    def reset(self, name: str) -> Draft:
        """The draft with a field as the preset has it, or as it is by default."""
        return self.write(name, self.preset_text(name))

    def turn(self, name: str, by: int) -> Draft:
        """The draft with the word `by` places after the present one in a field of a few words."""
        words = choices(name)
        place = words.index(self.text(name)) if self.text(name) in words else -by
        return self.write(name, words[(place + by) % len(words)])

    @property
    def group(self) -> str:
        """The name of the group; empty for none, and while it is refused."""
        return str(self._value(GROUP))

    @property
    def seeds(self) -> int:
        """With how many seeds to train; 1 while that is refused."""
        return int(self._value(SEEDS))

    @cached_property
    def tried(self) -> Mapping[str, int]:
        """How many values to try each setting has that has several and is not refused; none where it is no sweep."""
        counts = {name: _count(name, text) for name, text in self.settings.items()}
        return {name: count for name, count in counts.items() if count > 1}

    @property
    def cells(self) -> int:
        """How many combinations of values there are to try."""
        return math.prod(self.tried.values())

    @cached_property
    def config(self) -> RunConfig | None:
        """The configuration, of the first run where there are several; None while something in the draft is refused."""
        return None if self.problems else self.base.replace(self._first)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._refusals())

    @property
    def settings(self) -> dict[str, str]:
        """What is changed in the settings."""
        return {name: self.changes[name] for name in BY_NAME if name in self.changes}

    @property
    def _first(self) -> dict[str, str]:
        """The first value to try of each setting that is changed. Raises ValueError where one is refused."""
        return {name: values_of(name, text)[0] for name, text in self.settings.items()}

    def _value(self, name: str) -> Any:
        spec = SPECS[name]
        try:
            return spec.kind.read(self.text(name))
        except ValueError:
            return spec.default

    def _refusals(self) -> Iterator[Problem]:
        yield from (found for spec in TRAINING if (found := _problem(spec.name, self.text(spec.name))))
        refused = [found for name, text in self.settings.items() if (found := _problem(name, text))]
        yield from refused
        if refused:
            return
        try:
            config = self.base.replace(self._first)
        except ConfigError as error:
            yield from error.problems
            return
        try:
            config.replace({"seed": config.seed + self.seeds - 1})
        except ConfigError as error:
            yield Problem(SEEDS, self.text(SEEDS), f"fewer, as a seed is {error.problems[0].accepts}")


def _text(base: RunConfig, name: str) -> str:
    """What stands in a field that nobody has changed."""
    if name in BY_NAME:
        return base.text(name)
    spec = SPECS[name]
    return spec.kind.write(spec.default)


@lru_cache(256)
def values_of(name: str, text: str) -> tuple[str, ...]:
    """The values that a text in a field stands for, several where the field may be tried with several.

    Raises ValueError, which says what is accepted."""
    spec = SPECS[name]
    if name not in VARIABLE:
        return (spec.kind.write(spec.kind.read(text)),)
    from engine.sweeps.values import Axis, is_several

    try:
        return Axis.read(spec, text).texts
    except ValueError as refused:
        raise ValueError(str(refused) if is_several(spec, text) else spec.kind.accepts) from None


def warning(name: str, text: str) -> str:
    """What is odd about a text that is accepted; nothing where nothing is."""
    from engine.sweeps.values import DOT, has_decimal_comma

    if name not in VARIABLE or not has_decimal_comma(SPECS[name], text):
        return ""
    values = values_of(name, text)
    return f"2 values: {' and '.join(values)}; {DOT}" if len(values) > 1 else ""


def _count(name: str, text: str) -> int:
    try:
        return len(values_of(name, text))
    except ValueError:
        return 0


def _accepts(name: str, text: str) -> bool:
    return _count(name, text) > 0


def _problem(name: str, text: str) -> Problem | None:
    try:
        values_of(name, text)
    except ValueError as refused:
        return Problem(name, text, str(refused))
    return None


def completed(name: str, text: str) -> str:
    """What is typed in a field, each of its words completed to the first one known that begins so."""
    parts = re.split(f"([{SEPARATORS}])", text) if name in BY_NAME else [text]
    return "".join(first_that_begins(part, words(name)) or part for part in parts)


def last_word(text: str) -> str:
    """The last of several words."""
    return re.split(f"[{SEPARATORS}]", text)[-1]


def first_that_begins(begun: str, known: Sequence[str]) -> str:
    """The first of some words that begins so, in any case; nothing where none does, or nothing is begun."""
    begun = begun.strip().lower()
    return next((word for word in known if begun and word.startswith(begun)), "")


def meanings(name: str) -> Mapping[str, str]:
    """The words that a field is chosen from, or that stand in it, each with what it means; none where one types."""
    spec = SPECS[name]
    kind = spec.kind.item if isinstance(spec.kind, Listing) else spec.kind
    if isinstance(kind, Choice):
        return dict(zip(kind.words, kind.meanings or [""] * len(kind.words), strict=True))
    return {"no": "", "yes": spec.help} if isinstance(kind, Switch) else {}


def batch_sizes() -> Mapping[str, str]:
    """Usual batch sizes, each with the updates that it makes of an epoch of MNIST's training images."""
    updates = {str(size): f"{math.ceil(MOST_IMAGES / size):,} updates an epoch of MNIST" for size in BATCH_SIZES}
    return {**updates, FULL: "one update an epoch, on all images"}


def choices(name: str) -> Sequence[str]:
    """The words of a field that is one of a few; none for a field that is written."""
    kind = SPECS[name].kind
    if isinstance(kind, Choice):
        return kind.words
    return ("no", "yes") if isinstance(kind, Switch) else ()


def words(name: str) -> Sequence[str]:
    """The words that may stand in a field that is written."""
    kind = SPECS[name].kind
    if isinstance(kind, Listing):
        kind = kind.item
    return kind.words if isinstance(kind, (Choice, Whole, Pattern)) else ()


def read_draft(home: Home, presets: Mapping[str, Preset]) -> Draft | None:
    """What was kept in the home, as far as it makes sense; None where nothing was."""
    try:
        values = read_file(home.path / FILE, LARGEST)
        texts, preset, parent = values["texts"], values["preset"], values["parent"]
        written = {name: clean(texts[name], LONGEST) for name in SPECS if isinstance(texts.get(name), str)}
        return Draft.written(written, presets.get(preset), clean(parent))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def write_draft(home: Home, draft: Draft) -> None:
    """Keep it in the home; a file that cannot be read is set aside. Raises OSError."""
    path = home.path / FILE
    object_to_change(path, LARGEST)
    write_file(path, {"preset": draft.preset, "parent": draft.parent, "texts": draft.texts}, 0o600)
