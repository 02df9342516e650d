"""What paints the lines of a chart."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color

from tui.charts import palette
from tui.drawing.styled_lines import Tone
from tui.widgets.line_widget import LineWidget

FAINTNESS = {"faint": 0.55, "shade": 0.6}


class PaintsCharts(LineWidget):
    """A widget among whose lines are those of charts."""

    DEFAULT_CSS = f"""
    PaintsCharts {{
        & > .axis {{ color: $foreground 40%; }}
        & > .label {{ color: $foreground 70%; }}
        & > .value {{ color: $foreground; text-style: bold; }}
        & > .cross {{ color: $foreground 60%; }}
        & > .hint {{ color: $foreground 70%; }}
        {palette.rules()}
    }}
    """

    def make_look(self, style: str | Tone) -> Style:
        """What is faint, or a shade, lies between the colour of its curve and the background."""
        kind, _, colour = ("", "", "") if isinstance(style, Tone) else style.partition("-")
        if kind not in FAINTNESS:
            return super().make_look(style)
        clear = self.look(f"curve-{colour}")
        if clear.color is None or clear.bgcolor is None:
            return clear
        ink, paper = Color.from_rich_color(clear.color), Color.from_rich_color(clear.bgcolor)
        return Style.from_color(ink.blend(paper, FAINTNESS[kind]).rich_color, clear.bgcolor)
