"""Configurations by name: the reference experiments with the figures published for them, and a person's own.

A person's own presets are tables of `presets.toml` in the home, written as the shipped ones are. What cannot be read
there is told in one line and passed over, and stays in the file.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.config.fields import ConfigError
from engine.config.run_config import FIELDS, RunConfig
from engine.errors import Refusal, UserError
from engine.files import ASSETS, StoreError, changing_alone, read_bounded, write_whole
from engine.home import Home
from engine.text import clean
from engine.toml_text import toml_text

FILE = "presets.toml"
LARGEST = 1 << 20
MOST = 500
LONGEST_NAME, LONGEST_SUMMARY = 40, 100
NAME = re.compile(rf"[a-z][a-z0-9_.-]{{0,{LONGEST_NAME - 1}}}")
# Words that commands take in the place of a preset or a run, or the form shows for none.
RESERVED = frozenset({"all", "delete", "export", "last", "list", "none", "rename", "save", "show", "stop"})


class PresetError(Refusal):
    """No preset is called that, or none may be; the message says what would do."""


class Published(NamedTuple):
    """Figures of the source: accuracies in [0, 1] and losses in nats, one an epoch; empty or None where not given."""

    train_accuracy: tuple[float, ...] = ()
    train_loss: tuple[float, ...] = ()
    test_accuracy: float | None = None
    test_loss: float | None = None


class Preset(NamedTuple):
    """A configuration worth seeing; `summary` says in one line what to look for, `own` whether a person saved it."""

    name: str
    title: str
    summary: str
    config: RunConfig
    published: Published | None
    own: bool = False

    @property
    def line(self) -> str:
        """What to look for or, where that is not said, what it is."""
        return self.summary or self.title


class OwnPresets(NamedTuple):
    """What a home's file holds: the presets by name, and a line for each entry that is passed over."""

    presets: Mapping[str, Preset] = MappingProxyType({})
    problems: tuple[str, ...] = ()


@cache
def presets() -> Mapping[str, Preset]:
    """The shipped presets by name, in the order of the file."""
    content = tomllib.loads((ASSETS / FILE).read_text(encoding="utf-8"))
    return {name: _shipped(name, values) for name, values in content.items()}


def own_presets(home: Home) -> OwnPresets:
    """The presets somebody saved in a home. Whatever the file holds, this raises nothing."""
    try:
        content = _content(home)
    except StoreError as error:
        return OwnPresets(problems=(str(error),))
    own, problems = {}, []
    for name, values in list(content.items())[:MOST]:
        try:
            own[name] = _own(name, values)
        except UserError as error:
            problems.append(f"{FILE}: {clean(name, LONGEST_NAME)!r} is passed over: {error}")
    if len(content) > MOST:
        problems.append(f"{FILE}: {len(content) - MOST:,} presets after the first {MOST} are passed over")
    return OwnPresets(own, tuple(problems))


def all_presets(home: Home) -> Mapping[str, Preset]:
    """The shipped presets, then those saved in a home."""
    return {**presets(), **own_presets(home).presets}


def preset(name: str, home: Home | None = None) -> Preset:
    """The preset of that name, one saved in a home where one is given. Raises PresetError."""
    key = name.lower()
    if key in presets():
        return presets()[key]
    own = own_presets(home) if home else OwnPresets()
    if key in own.presets:
        return own.presets[key]
    known = [*presets(), *own.presets]
    near = difflib.get_close_matches(key[:LONGEST_NAME], known, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of: {', '.join(known)}"
    raise PresetError("\n".join([f"no preset is called {clean(name, LONGEST_NAME)!r}; {hint}", *own.problems[:1]]))


def name_for_preset(text: str) -> str:
    """A name that a person's own preset may have. Raises PresetError."""
    name = text.strip().lower()
    if not NAME.fullmatch(name):
        raise PresetError(
            f"a preset's name begins with a letter and has up to {LONGEST_NAME} letters, digits and . _ -"
        )
    if name in RESERVED:
        raise PresetError(f"the name {name} is a word of the program; call the preset something else")
    if name in presets():
        raise PresetError(f"the name {name} is of a shipped preset, which stays as it is; choose another name")
    return name


def save_preset(home: Home, name: str, config: RunConfig, summary: str = "", replace: bool = False) -> Preset:
    """Keep a configuration under a name in a home; where one of that name is there, only to `replace` it.

    Raises PresetError, StoreError and OSError."""
    name = name_for_preset(name)
    values: dict[str, Any] = {"summary": line} if (line := clean(summary, LONGEST_SUMMARY)) else {}
    texts = config.to_json()
    values["settings"] = {f.name: texts[f.name] for f in FIELDS if getattr(config, f.name) != f.default}

    def put(content: dict[str, Any]) -> dict[str, Any]:
        if name in content and not replace:
            raise PresetError(f"a preset {name} is there already; choose another name, or replace it by --force")
        return {**content, name: values}

    _change(home, put)
    return _own(name, values)


def rename_preset(home: Home, name: str, new: str, replace: bool = False) -> None:
    """Call one of a home's presets something else, in the place of one so called only to `replace` it.

    Raises PresetError, StoreError and OSError."""
    new = name_for_preset(new)

    def rename(content: dict[str, Any]) -> dict[str, Any]:
        own = _there(content, name)
        if new in content and new != own and not replace:
            raise PresetError(f"a preset {new} is there already")
        return {new if one == own else one: values for one, values in content.items() if one == own or one != new}

    _change(home, rename)


def delete_preset(home: Home, name: str) -> None:
    """Forget one of a home's presets. Raises PresetError, StoreError and OSError."""

    def delete(content: dict[str, Any]) -> dict[str, Any]:
        own = _there(content, name)
        return {one: values for one, values in content.items() if one != own}

    _change(home, delete)


def _there(content: Mapping[str, Any], name: str) -> str:
    """The name of an entry, of the case it has in the file. Raises PresetError."""
    key = name.strip()
    own_name = key if key in content else key.lower()
    if own_name in presets():
        raise PresetError(f"the name {own_name} is of a shipped preset, which stays as it is")
    if own_name not in content:
        raise PresetError(f"no preset of yours is called {clean(name, LONGEST_NAME)!r}; see: mnist-tui presets list")
    return own_name


def _change(home: Home, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Replace the file by what `change` makes of its content, while nobody else does."""
    home.prepare()
    with changing_alone(home.path):
        content = change(_content(home))
        if len(content) > MOST:
            raise PresetError(f"a home keeps {MOST} presets; delete one first")
        write_whole(home.path / FILE, toml_text(content).encode(), 0o600)


def _content(home: Home) -> dict[str, Any]:
    """What the file of a home says, as it stands. Raises StoreError for what is no TOML, or cannot be read."""
    path = home.path / FILE
    try:
        return tomllib.loads(read_bounded(path, LARGEST).decode())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is not what was saved ({clean(str(error), 80)}); mend it or move it away") from None


def _own(name: str, values: object) -> Preset:
    """One of a person's presets as the file has it. Raises UserError."""
    if name_for_preset(name) != name:
        raise PresetError("names are written in small letters")
    settings = values.get("settings", {}) if isinstance(values, dict) else None
    if not isinstance(settings, dict):
        raise PresetError("it has no table of settings")
    try:
        config = RunConfig.from_json(settings)
    except ConfigError as error:
        raise PresetError(clean(str(error.problems[0]), 120)) from None
    assert isinstance(values, dict)
    title = clean(values.get("title")) or config.changes() or "the reference network"
    return Preset(name, title, clean(values.get("summary"), LONGEST_SUMMARY), config, None, own=True)


def _shipped(name: str, values: dict[str, Any]) -> Preset:
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
