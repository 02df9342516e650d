"""The reference experiments by name, with the figures published for them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.files import ASSETS
from engine.text import clean


class PresetError(UserError):
    """No preset is called that; the message names those that come close."""


@dataclass(frozen=True)
class Published:
    """Figures of the source: accuracies in [0, 1] and losses in nats, one an epoch; empty or None where not given."""

    train_accuracy: tuple[float, ...] = ()
    train_loss: tuple[float, ...] = ()
    test_accuracy: float | None = None
    test_loss: float | None = None


@dataclass(frozen=True)
class Preset:
    """A configuration worth seeing; `summary` says in one line what to look for."""

    name: str
    title: str
    summary: str
    config: RunConfig
    published: Published | None


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name, in the order of the file."""
    content = tomllib.loads((ASSETS / "presets.toml").read_text(encoding="utf-8"))
    return {name: _preset(name, values) for name, values in content.items()}


def preset(name: str) -> Preset:
    """The preset of that name. Raises PresetError."""
    known = presets()
    if name.lower() in known:
        return known[name.lower()]
    near = difflib.get_close_matches(name[:40].lower(), known, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of: {', '.join(known)}"
    raise PresetError(f"no preset is called {clean(name, 40)!r}; {hint}")


def _preset(name: str, values: dict[str, Any]) -> Preset:
    published = values.get("published")
    return Preset(
        name=name,
        title=values["title"],
        summary=values["summary"],
        config=RunConfig.from_json(values["settings"]),
        published=_published(published) if published else None,
    )


def _published(values: dict[str, Any]) -> Published:
    return Published(
        train_accuracy=tuple(values.get("train_accuracy", ())),
        train_loss=tuple(values.get("train_loss", ())),
        test_accuracy=values.get("test_accuracy"),
        test_loss=values.get("test_loss"),
    )
