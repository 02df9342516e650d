"""The colours that tell curves and the lines of a comparison apart."""

from __future__ import annotations

ANY = ("$text-primary", "$text-warning", "$text-success", "$text-error")
DARK = ("#c792ea", "#56c8d8", "#f78fb3", "#c5d86d", "#b0a090", "#e0e0e0")
LIGHT = ("#7b3fa0", "#00798c", "#b8326e", "#66740f", "#6b5b4b", "#303030")


def rules() -> str:
    """The rules of the styles of curves, for within the rule of a widget."""
    of_themes = [("", enumerate(ANY)), (":dark", enumerate(DARK, len(ANY))), (":light", enumerate(LIGHT, len(ANY)))]
    return "\n".join(
        f"&{theme} > .curve-{number} {{ color: {colour}; }}"
        for theme, colours in of_themes
        for number, colour in colours
    )
