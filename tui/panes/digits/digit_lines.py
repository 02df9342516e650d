"""A widget that draws digits, or pictures like them, in one of the styles that the terminal has."""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Tone
from tui.panes.digits.image import GREYS, lightest
from tui.widgets.line_widget import LineWidget


class DigitLines(LineWidget):
    """Draws in the style shown, one of `styles_shown`, the best first; digits have its style `digit`."""

    def __init__(self, glyphs: Glyphs, styles_shown: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.styles_shown = tuple(styles_shown)
        self.style_shown = self.styles_shown[0]

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw so that a slow link has little to carry, or as reads best again, unless somebody chose another style."""
        best, light = self.styles_shown[0], lightest(self.styles_shown)
        before, after = (best, light) if low else (light, best)
        if self.style_shown == before:
            self.style_shown = after
            self.redraw()

    def action_next_style(self) -> None:
        index = self.styles_shown.index(self.style_shown) + 1
        self.style_shown = self.styles_shown[index % len(self.styles_shown)]
        self.redraw()

    def make_look(self, style: str | Tone) -> Style:
        if not isinstance(style, Tone):
            return super().make_look(style)
        digit = self.look("digit")
        if digit.color is None or digit.bgcolor is None:
            return digit
        return Style.from_color(*map(self.tone_colour, style))

    def tone_colour(self, tone: int) -> RichColor | None:
        """The colour of a grey, between the widget's background and its digits."""
        return blend(self.look("digit"), tone / (GREYS - 1))


def blend(look: Style, share: float) -> RichColor:
    """A colour between the background of a look and its foreground, both of which it must have."""
    assert look.color is not None and look.bgcolor is not None
    return Color.from_rich_color(look.bgcolor).blend(Color.from_rich_color(look.color), share).rich_color
