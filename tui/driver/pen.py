"""How cells look, and the shortest code that changes from one look to the next (ECMA-48 8.3.117, "SGR")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

# What takes an attribute away, and the attributes it takes.
OFF = {
    "22": frozenset("12"), "23": frozenset("3"), "24": frozenset({"4", "21"}), "25": frozenset("56"),
    "27": frozenset("7"), "28": frozenset("8"), "29": frozenset("9"), "54": frozenset({"51", "52"}),
    "55": frozenset({"53"}),
}  # fmt: skip
ATTRIBUTES = frozenset[str]().union(*OFF.values())
SEEN_ON_SPACES = ATTRIBUTES - frozenset("12356")
DEFAULT_COLOUR, DEFAULT_BACKGROUND = "39", "49"
WHATEVER = ""


class Look(NamedTuple):
    """Attributes and colours as SGR parameters. `colour` is `WHATEVER` where nothing shows it, as in a space."""

    attributes: frozenset[str] = frozenset()
    colour: str = DEFAULT_COLOUR
    background: str = DEFAULT_BACKGROUND


PLAIN = Look()


def changed(look: Look, parameters: str) -> Look:
    """The look after a code with these parameters, `1;38;5;252` for example."""
    attributes, colour, background = look
    for code in _codes(parameters):
        kind = code.partition(";")[0]
        if kind == "0":
            attributes, colour, background = PLAIN
        elif kind in OFF:
            attributes -= OFF[kind]
        elif kind in ATTRIBUTES:
            attributes |= {kind}
        elif kind == "38" or kind == DEFAULT_COLOUR or kind[:-1] in ("3", "9"):
            colour = code
        elif kind == "48" or kind == DEFAULT_BACKGROUND or kind[:-1] in ("4", "10"):
            background = code
    return Look(attributes, colour, background)


def _codes(parameters: str) -> Iterator[str]:
    """The single codes: an extended colour keeps its numbers."""
    numbers = iter(parameters.split(";"))
    for number in numbers:
        if number not in ("38", "48"):
            yield number.lstrip("0") or "0"
            continue
        model = next(numbers, "")
        count = {"5": 1, "2": 3}.get(model, 0)
        yield ";".join([number, model, *(next(numbers, "0") for _ in range(count))])


@cache
def blank(look: Look) -> Look:
    """The look of a space: without what only a symbol shows."""
    if look.attributes & SEEN_ON_SPACES:
        return look
    return Look(frozenset(), WHATEVER, look.background)


@lru_cache(1 << 14)
def transition(pen: Look, look: Look) -> tuple[str, Look]:
    """The shortest code that makes a pen draw this look, nothing where it does already; and the pen after it."""
    if look.colour == WHATEVER:
        look = Look(pen.attributes - SEEN_ON_SPACES, pen.colour, look.background)
    if pen == look:
        return "", pen
    gone = pen.attributes - look.attributes
    offs = [code for code, attributes in OFF.items() if gone & attributes]
    left = pen.attributes.difference(*(OFF[code] for code in offs))
    steps = [*offs, *sorted(look.attributes - left)]
    steps += [new for old, new in zip(pen[1:], look[1:], strict=True) if old != new]
    anew = ["0", *sorted(look.attributes), *(c for c in look[1:] if c not in (DEFAULT_COLOUR, DEFAULT_BACKGROUND))]
    return f"\x1b[{min(';'.join(steps), ';'.join(anew), key=len)}m", look


class Palette:
    """Looks by the parameters of the code that Textual begins a piece of text with; `colour` may simplify colours."""

    def __init__(self, colour: Callable[[str], str] = lambda code: code) -> None:
        self._colour = colour
        self._looks: dict[tuple[Look, str], Look] = {}
        self._one_of_each: dict[Look, Look] = {}

    def after(self, look: Look, parameters: str) -> Look:
        """The look after a code; the same object for the same look, so that looks are compared quickly."""
        look_after = self._looks.get((look, parameters))
        if look_after is None:
            attributes, colour, background = changed(look, parameters)
            made = Look(attributes, self._colour(colour), self._colour(background))
            look_after = self._looks[look, parameters] = self._one_of_each.setdefault(made, made)
        return look_after
