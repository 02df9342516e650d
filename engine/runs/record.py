"""What a run is, as opposed to what happened in it: the content of `run.json`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from engine.config.differences import SEPARATOR, differences
from engine.config.fields import ConfigError
from engine.config.presets import presets
from engine.config.run_config import FIELDS, RunConfig
from engine.files import StoreError
from engine.json_text import LARGEST_FIGURE, LARGEST_WHOLE
from engine.runs.events import plausible_time
from engine.runs.kept_epochs import kept_weights_in
from engine.text import LONGEST_NOTE, clean

MOST_TAGS = 50
FORMAT, LATEST_FORMAT = 1, 1000
MOST_TOLD = 3
DEFAULTS = RunConfig()


class RateChange(NamedTuple):
    """A learning rate that was set in training, for what came after so many steps."""

    step: int
    rate: float

    def __str__(self) -> str:
        return f"{self.rate:g} after step {self.step:,}"


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` holds: what a run is, as opposed to what happened in it.

    `keep_weights` says of which epochs its weights are kept, as a word of `engine.runs.kept_epochs`.
    `stack` is how many networks took their steps together, its own among them: as other products are used then, its
    figures are not those of a run alone to the last bit."""

    id: str
    name: str
    config: RunConfig
    created: float
    tags: tuple[str, ...] = ()
    note: str = ""
    preset: str = ""
    group: str = ""
    parent: str = ""
    starred: bool = False
    of_sweep: bool = False
    keep_weights: str = ""
    host: str = ""
    pid: int = 0
    device: str = ""
    method: str = ""
    stack: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    rate_changes: tuple[RateChange, ...] = ()
    format: int = FORMAT
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_of_a_later_version(self) -> bool:
        """Whether there is more to the run than this version knows."""
        return bool(self.unknown) or self.format > FORMAT

    @property
    def notice(self) -> str:
        if not self.is_of_a_later_version:
            return ""
        settings = ", ".join(f"{name}={value}" for name, value in self.unknown.items())
        with_settings = f", with {settings}" if settings else ""
        return f"made by a later version of mnist-tui{with_settings}, which this one does not know"

    def setting(self, name: str) -> str:
        """The canonical text of a setting, as it is written where this version does not know its value."""
        return self.unknown.get(name) or self.config.text(name)

    @property
    def words(self) -> str:
        """All settings as `field=value` words; a version that does not know all of them refuses them."""
        names = dict.fromkeys([*(field.name for field in FIELDS), *self.unknown])
        return " ".join(f"{name}={''.join(self.setting(name).split())}" for name in names)

    @property
    def changes(self) -> str:
        """The `field=value` words that differ from the defaults."""
        settings = [word for word in self.config.changes().split() if word.partition("=")[0] not in self.unknown]
        return " ".join([*settings, *(f"{name}={value}" for name, value in self.unknown.items())])

    @property
    def differences(self) -> tuple[str, ...]:
        """What its settings change in those of its preset, or in the defaults where no shipped preset is called so, and
        what was changed in training."""
        preset = presets().get(self.preset)
        different = differences(self.config, preset.config if preset else DEFAULTS)
        unknown = (f"{name} {value}" for name, value in self.unknown.items())
        return (*different, *unknown, *self.rates_set) if self.unknown or self.rate_changes else different

    @property
    def is_of_its_settings(self) -> bool:
        """Whether its settings, as far as this version knows them, tell all that was trained: nothing was changed in
        training. Only such runs repeat each other."""
        return not (self.rate_changes or self.is_of_a_later_version)

    @property
    def base_rate(self) -> float:
        """The learning rate that was set last."""
        return self.rate_changes[-1].rate if self.rate_changes else self.config.learning_rate

    @property
    def rates_set(self) -> tuple[str, ...]:
        """The learning rates that were set in training, in a word: `lr → 0.05`; nothing where none was."""
        rates = [f"{change.rate:g}" for change in self.rate_changes]
        left_out = ["…"] if len(rates) > MOST_TOLD else []
        return (" → ".join(["lr", *left_out, *rates[-MOST_TOLD:]]),) if rates else ()

    @property
    def title(self) -> str:
        """The name and what differs from the preset, which tells runs of one preset apart: `deep · tanh · 256,128`."""
        return SEPARATOR.join((self.name, *self.differences))

    @property
    def stem(self) -> str:
        """What files made of the run are called: its name, as far as file systems take it, and its id."""
        name = re.sub(r"[^\w.-]+", "-", self.name)[:40].strip(".-")
        return f"{name}-{self.id}" if name else self.id

    def to_json(self) -> dict[str, Any]:
        values = {**vars(self), "config": {**self.config.to_json(), **self.unknown}, "tags": list(self.tags)}
        del values["unknown"]
        return {key: dict(v) if isinstance(v, Mapping) else v for key, v in values.items()}

    @classmethod
    def from_json(cls, values: object, id: str) -> RunRecord:
        """The record that `values` holds, its texts made safe. Raises StoreError when it is none."""
        if not isinstance(values, dict) or not isinstance(values.get("config"), dict):
            raise StoreError(f"{id}: run.json is not a run's record")
        try:
            config, unknown = RunConfig.from_any_version(values["config"])
        except ConfigError as error:
            raise StoreError(f"{id}: run.json: {error}") from None
        tags, pid, version = values.get("tags"), values.get("pid"), values.get("format")
        stack = values.get("stack")
        return cls(
            id=id,
            name=clean(values.get("name")) or id,
            config=config,
            created=_plausible_time(values.get("created")),
            tags=clean_tags(tags) if isinstance(tags, list) else (),
            note=clean(values.get("note"), LONGEST_NOTE),
            preset=clean(values.get("preset")),
            group=clean(values.get("group")),
            parent=clean(values.get("parent")),
            starred=values.get("starred") is True,
            of_sweep=values.get("of_sweep") is True,
            keep_weights=kept_weights_in(values),
            host=clean(values.get("host")),
            pid=pid if type(pid) is int else 0,
            device=clean(values.get("device")),
            method=clean(values.get("method")),
            stack=stack if type(stack) is int and 0 < stack < LARGEST_WHOLE else 1,
            versions=_clean_mapping(values.get("versions")),
            data=_clean_mapping(values.get("data")),
            rate_changes=_rate_changes(values.get("rate_changes")),
            format=version if type(version) is int and 0 < version < LATEST_FORMAT else FORMAT,
            unknown=unknown,
        )


def clean_tags(tags: Iterable[object]) -> tuple[str, ...]:
    """The tags made safe, each once, the first few."""
    return tuple(dict.fromkeys(islice(filter(None, map(clean, tags)), MOST_TAGS)))


def _plausible_time(value: object) -> float:
    known = type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
    return plausible_time(float(value)) if known else 0.0  # type: ignore[arg-type]


def _rate_changes(values: object) -> tuple[RateChange, ...]:
    """Those of some JSON values that are a step and a rate."""
    pairs = [value for value in values if isinstance(value, list)] if isinstance(values, list) else []
    return tuple(RateChange(*pair) for pair in pairs if _is_rate_change(*pair))


def _is_rate_change(step: object = None, rate: object = None, *more: object) -> bool:
    known = type(step) is int and type(rate) in (int, float) and not more
    return known and 0 <= step < LARGEST_WHOLE and 0 < rate < LARGEST_FIGURE  # type: ignore[operator]


def _clean_mapping(values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    return {clean(key): clean(value) for key, value in list(values.items())[:50]}
