"""A configuration while it is being written: a preset and the texts changed in it, right or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.config import BY_NAME, FIELDS, ConfigError, Problem, RunConfig
from engine.fields import Choice, Listing, Switch, Whole
from engine.presets import Preset


@dataclass(frozen=True)
class Draft:
    """What stands in the form: the text of each field in `changes`, and `base`'s value of all others."""

    preset: str = ""
    base: RunConfig = field(default_factory=RunConfig)
    changes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, config: RunConfig, preset: Preset | None) -> Draft:
        """The draft of a configuration that was made from a preset, or from the defaults."""
        base = preset.config if preset else RunConfig()
        texts = {f.name: config.text(f.name) for f in FIELDS}
        changes = {name: text for name, text in texts.items() if text != base.text(name)}
        return cls(preset.name if preset else "", base, changes)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.changes[name] if name in self.changes else self.base.text(name)

    def write(self, name: str, text: str) -> Draft:
        """The draft with another text in a field."""
        changes = {**self.changes, name: text}
        if text == self.base.text(name):
            del changes[name]
        return replace(self, changes=changes)

    def reset(self, name: str) -> Draft:
        """The draft with a field as the preset has it."""
        return self.write(name, self.base.text(name))

    def over(self, preset: Preset) -> Draft:
        """The same changes over another preset."""
        kept = {name: text for name, text in self.changes.items() if text != preset.config.text(name)}
        return Draft(preset.name, preset.config, kept)

    def turn(self, name: str, by: int) -> Draft:
        """The draft with the word `by` places after the present one in a field of a few words."""
        words = choices(name)
        place = words.index(self.text(name)) if self.text(name) in words else -by
        return self.write(name, words[(place + by) % len(words)])

    @cached_property
    def config(self) -> RunConfig | None:
        """The configuration; None while something in it is refused."""
        return None if self.problems else self.base.replace(self.changes)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is refused."""
        try:
            self.base.replace(self.changes)
        except ConfigError as error:
            return error.problems
        return ()

    def refused(self, name: str) -> str:
        """What a field would accept, when its text is refused."""
        return next((problem.accepts for problem in self.problems if problem.field == name), "")


def choices(name: str) -> Sequence[str]:
    """The words of a field that is one of a few; none for a field that is written."""
    kind = BY_NAME[name].kind
    if isinstance(kind, Choice):
        return kind.words
    return ("no", "yes") if isinstance(kind, Switch) else ()


def words(name: str) -> Sequence[str]:
    """The words that may stand in a field that is written."""
    kind = BY_NAME[name].kind
    if isinstance(kind, Listing):
        kind = kind.item
    return kind.words if isinstance(kind, (Choice, Whole)) else ()
