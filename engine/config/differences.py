"""What a configuration changes in another one, in few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from engine.config.field_types import Switch
from engine.config.fields import Field
from engine.config.run_config import FIELDS, RunConfig

# What one looks for first; the others follow as they stand in a form.
FOREMOST = ("activation", "hidden")
# Where and on what it is trained is told by itself wherever that matters, as `auto` is something else each time.
UNTOLD = ("device", "dataset")
# Their values say what they are of.
PLAIN = ("activation", "hidden", "optimiser", "l2_mode", "gradients")
TOLD = {field.name: field for field in FIELDS if field.name not in UNTOLD}
RANKED = tuple({name: TOLD[name] for name in (*FOREMOST, *TOLD)}.values())
SEPARATOR = " · "


@lru_cache(1 << 14)
def differences(config: RunConfig, base: RunConfig) -> tuple[str, ...]:
    """What tells `config` from `base`, in a word or two each: `tanh`, `256,128`, `lr 0.2`; none when alike."""
    changed = [field for field in RANKED if getattr(config, field.name) != getattr(base, field.name)]
    return tuple(_told(field, config) for field in changed)


def shared_differences(several: Iterable[Sequence[str]]) -> list[str]:
    """What several configurations have in common of what they change."""
    found = list(several)
    return [difference for difference in next(iter(found), ()) if all(difference in other for other in found)]


class Named(Protocol):
    """What has a name, and what it changes in its preset."""

    @property
    def name(self) -> str: ...

    @property
    def differences(self) -> Sequence[str]: ...


def titles(several: Sequence[Named]) -> tuple[str, ...]:
    """Titles that tell several apart where they are cut: what all of them change stands last."""
    shared = shared_differences(one.differences for one in several)
    return tuple(SEPARATOR.join((title, *shared)) for title in short_titles(several))


def short_titles(several: Sequence[Named]) -> tuple[str, ...]:
    """Titles that tell several apart, without what all of them change; where a name that is cut after itself would say
    the same of two, what is changed beside it stands first."""
    shared = shared_differences(one.differences for one in several)
    cut = Counter((one.name, bool(one.differences)) for one in several)
    found = []
    for one in several:
        own = [difference for difference in one.differences if difference not in shared]
        first = (*own, one.name) if cut[one.name, bool(one.differences)] > 1 else (one.name, *own)
        found.append(SEPARATOR.join(first))
    return tuple(found)


def shared_last(differences: Iterable[str], shared: Collection[str]) -> list[str]:
    """What is changed, what others change as well after what they do not."""
    return sorted(differences, key=lambda difference: difference in shared)


def _told(field: Field, config: RunConfig) -> str:
    if field.name == "hidden" and not config.hidden:
        return "no hidden layer"
    if isinstance(field.kind, Switch):
        name = field.name.replace("_", " ")
        return name if getattr(config, field.name) else f"no {name}"
    text = config.text(field.name)
    if field.name in PLAIN:
        return text
    short = next((alias for alias in field.aliases if "_" in field.name), field.name)
    return f"{short.replace('_', ' ')} {text}"
