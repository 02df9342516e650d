"""The keys that somebody has chosen instead of the usual ones, in a file of their home."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from textual.keys import Keys, _character_to_key, key_to_character

from engine.files import read_bounded
from engine.text import clean
from tui.widgets.bindings import ANSWERS, IDEAS, conflicting

LARGEST, LONGEST = 1 << 16, 40
MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
NAMES = {key.value for key in Keys}
# Textual leaves by these, whatever else is bound to them.
RESERVED = {"ctrl+c", "ctrl+q"}
# What is bound beside the answers to a question.
BESIDE_ANSWERS = ("open", "leave")
USUAL = "the usual keys are in force."
ACCEPTED = 'a character as "D", or a name as "f6", "up", "enter", "ctrl+x"'


class ChosenKeys(NamedTuple):
    """Keys by idea, commas between several, as `App.set_keymap` takes them; and a line for each that is refused."""

    keymap: dict[str, str]
    refused: list[str]


def read_keys(path: Path) -> ChosenKeys:
    """What is chosen in a file, where there is one: lines such as `delete = "D"` or `train = ["f5", "ctrl+t"]`."""
    try:
        lines = tomllib.loads(read_bounded(path, LARGEST).decode())
    except FileNotFoundError:
        return ChosenKeys({}, [])
    except OSError as error:
        return ChosenKeys({}, [f"{path} cannot be read ({error.strerror or error}): {USUAL}"])
    except (ValueError, RecursionError) as error:
        reason = "it is no text" if isinstance(error, UnicodeDecodeError) else clean(str(error), 2 * LONGEST)
        return ChosenKeys(
            {}, [f'{path.name}: {reason}; a line is an idea = a key, as delete = "D". Until then {USUAL}']
        )
    return _chosen(lines, path.name)


def _chosen(lines: Mapping[str, object], file: str) -> ChosenKeys:
    chosen: dict[str, str] = {}
    refused: list[str] = []
    for idea, value in lines.items():
        try:
            known = _idea(idea)
            chosen[known] = ",".join(_key(key) for key in _listed(value))
        except ValueError as error:
            refused.append(f"{file}: {clean(idea, LONGEST)}: {error}")
    while (clash := _clash(chosen)) is not None:
        key, ideas = clash
        dropped = next(idea for idea in reversed(chosen) if idea in ideas)
        del chosen[dropped]
        refused.append(f"{file}: {key} would mean both {' and '.join(ideas)}; {dropped} keeps {IDEAS[dropped].keys}")
    return ChosenKeys(chosen, refused)


def _clash(chosen: Mapping[str, str]) -> tuple[str, tuple[str, str]] | None:
    """A key that would stand for two ideas, one of which somebody has chosen it for."""
    keys = {name: chosen.get(name, idea.keys) for name, idea in IDEAS.items()}
    answers = {name: idea.keys for name, idea in ANSWERS.items()} | {name: keys[name] for name in BESIDE_ANSWERS}
    return next(iter([*conflicting(keys), *conflicting(answers)]), None)


def _idea(name: str) -> str:
    if name not in IDEAS:
        alike = get_close_matches(name, IDEAS, 1)
        hint = f"{alike[0]} is" if alike else "train, delete, fork and the others of the README's table are"
        raise ValueError(f"no key does that; {hint} accepted")
    return name


def _listed(value: object) -> list[object]:
    keys = value if isinstance(value, list) else [value]
    if not keys:
        raise ValueError(f"it needs a key: {ACCEPTED}")
    return keys


def _key(value: object) -> str:
    """A key as Textual names it."""
    if not isinstance(value, str):
        raise ValueError(f"a key is {ACCEPTED}")
    *modifiers, last = value.split("+") if len(value) > 1 else [value]
    named = last in NAMES or (len(last) == 1 and last.isprintable()) or key_to_character(last) is not None
    if not named or not MODIFIERS.issuperset(modifiers):
        raise ValueError(f"no key is called {clean(value, LONGEST)!r}; accepted is {ACCEPTED}")
    if value in RESERVED:
        raise ValueError(f"{value} always leaves the console; accepted is {ACCEPTED}")
    return _character_to_key(value) if len(value) == 1 else value
