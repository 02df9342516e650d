"""Tags as they are typed: words between spaces or commas, in double quotes where one holds either."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from engine.errors import UserError
from engine.runs.record import MOST_TAGS
from engine.text import clean

BETWEEN = re.compile(r"[\s,]*")
WORD = r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<word>[^\s,"][^\s,]*))'
TAG, SIGNED_TAG = re.compile(WORD), re.compile(rf"(?P<sign>[+-]?+){WORD}")

NO_TAG = "a tag belongs right behind + or -"


class TagChanges(NamedTuple):
    """Tags to add and tags to take away."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def written(tags: Iterable[str]) -> str:
    """Tags as `read_tags` reads them."""
    return " ".join(f'"{tag.replace(chr(34), chr(34) * 2)}"' if not _is_plain(tag) else tag for tag in tags)


def read_tags(text: str) -> tuple[str, ...]:
    """All tags in a text, each once. Raises UserError."""
    tags = dict.fromkeys(tag for _, tag in _words(text, TAG))
    if len(tags) > MOST_TAGS:
        raise UserError(f"a run has at most {MOST_TAGS} tags")
    return tuple(tags)


def read_tag_changes(text: str) -> TagChanges:
    """What `+tag` (or `tag`) adds and `-tag` takes away; the last word on a tag counts. Raises UserError."""
    signs = {}
    for sign, tag in _words(text, SIGNED_TAG):
        signs[tag] = sign or "+"
    if len(signs) > MOST_TAGS:
        raise UserError(f"a run has at most {MOST_TAGS} tags")
    added, removed = (tuple(tag for tag, sign in signs.items() if sign == side) for side in "+-")
    return TagChanges(added, removed)


def completed(text: str, known: Iterable[str], signed: bool = False) -> str | None:
    """The text with the tag at its end completed to a known one; None where none begins so."""
    start = re.search(r"[^\s,]*\Z", text)
    begun = start[0] if start else ""
    if signed and begun[:1] in ("+", "-"):
        begun = begun[1:]
    if not begun:
        return None
    match = next((tag for tag in known if tag.startswith(begun) and tag != begun and _is_plain(tag)), None)
    return match and text[: len(text) - len(begun)] + match


def _is_plain(tag: str) -> bool:
    return TAG.fullmatch(tag) is not None and not tag.startswith('"')


def _words(text: str, pattern: re.Pattern[str]) -> Iterable[tuple[str, str]]:
    """The sign and the tag, made safe, of each word."""
    position = 0
    while (position := _end(BETWEEN.match(text, position))) < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise UserError('a quoted tag needs its closing "' if '"' in text[position : position + 2] else NO_TAG)
        quoted = match["quoted"]
        if tag := clean(match["word"] if quoted is None else quoted.replace('""', '"')):
            yield match.groupdict().get("sign", ""), tag
        position = match.end()


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
