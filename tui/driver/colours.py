"""Fewer colours for slow links: cells that look the same need no code between them."""

from __future__ import annotations

from functools import cache

from rich.color import Color, ColorSystem

from tui.driver.pen import DEFAULT_BACKGROUND, DEFAULT_COLOUR

# The greys of a terminal of 256 colours, and those of them that are used.
FIRST_GREY, GREYS = 232, 24
FEWER_GREYS = 8


def no_colour(code: str) -> str:
    """The SGR parameters of the terminal's own colour, for whoever wants no other."""
    return DEFAULT_BACKGROUND if code.startswith(("4", "10")) else DEFAULT_COLOUR


@cache
def fewer_colours(code: str) -> str:
    """The SGR parameters of a colour that is one of 256, of their greys one of eight."""
    kind, *model = code.split(";")
    if model[:1] == ["2"]:
        red, green, blue = map(int, model[1:])
        number = Color.from_rgb(red, green, blue).downgrade(ColorSystem.EIGHT_BIT).number or 0
    elif model[:1] == ["5"]:
        number = int(model[1])
    else:
        return code
    if number >= FIRST_GREY:
        step = (GREYS - 1) / (FEWER_GREYS - 1)
        number = FIRST_GREY + round(round((number - FIRST_GREY) / step) * step)
    return f"{kind};5;{number}"
