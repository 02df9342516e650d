"""A widget drawn as lines of styled text, of which only the cells that changed are painted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter

from rich.segment import Segment
from rich.style import Style
from textual.css.styles import RenderStyles
from textual.css.types import CSSLocation
from textual.dom import DOMNode
from textual.events import Blur, DescendantBlur, DescendantFocus, Event, Focus
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.styled_lines import Line, Tone

# The row, or whatever else, that keys act on, in a widget with the focus and in another.
CURSOR, UNFOCUSED = "cursor", "cursor-unfocused"


class Painted(Widget):
    """A widget that turns lines of styled text into what Textual paints.

    A span's style is the class of a rule `& > .style` in the style sheet of the widget or, for what looks the same
    everywhere, in this one. No name is the widget's own style."""

    DEFAULT_CSS = """
    Painted {
        background: $surface;
        & > .cursor { text-style: reverse; }
        & > .cursor-unfocused { text-style: bold; background: $boost; }
        & > .title { text-style: bold; }
        & > .header { color: $text-muted; text-style: bold; }
        & > .dim { color: $text-muted; }
        & > .name, & > .digit { color: $foreground; }
        & > .bar { color: $text-primary; }
        & > .mark, & > .filter { color: $text-accent; text-style: bold; }
        & > .changed, & > .notice { color: $text-warning; text-style: bold; }
        & > .warning { color: $text-warning; }
        & > .right { color: $text-success; }
        & > .best { color: $text-success; text-style: bold; }
        & > .wrong { color: $text-error; text-style: bold; }
        & > .queued, & > .unqueued, & > .pruned { color: $text-muted; }
        & > .preparing { color: $text-primary; }
        & > .running { color: $text-primary; text-style: bold; }
        & > .paused { color: $text-warning; text-style: bold; }
        & > .finished { color: $text-success; }
        & > .stopped { color: $text-warning; }
        & > .failed { color: $text-error; text-style: bold; }
        & > .interrupted { color: $text-error; }
    }
    """
    # Nothing in it depends on it, so that what has got another size need not be laid out a second time.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._looks: dict[str | Tone, Style] = {}
        self._waiting: list[Callable[[], object]] = []

    def _get_default_css(self) -> list[tuple[CSSLocation, str, int, str]]:
        """The style sheets of its classes, of which each comes before those of its bases.

        Their places are counted from the base of all, as Textual does from the widget: it would parse the sheet of a
        base anew for each widget that is further from it than those before."""
        depth = len(self._node_bases)
        return [(location, css, depth + place, scope) for location, css, place, scope in super()._get_default_css()]

    def get_component_styles(self, *names: str) -> RenderStyles:
        """As of any widget, worked out when it is asked for: of so many, few are ever looked at.

        Raises KeyError for one that no rule is for."""
        for name in set(names).difference(self._component_styles):
            component = DOMNode(classes=name)
            component._attach(self)
            self.app.stylesheet.apply(component, animate=False)
            if component.styles.base.get_rules():
                self._component_styles[name] = component.styles
        return super().get_component_styles(*names)

    def strip(self, line: Line, width: int) -> Strip:
        """A line as Textual paints it, exactly `width` cells long."""
        alike = groupby((span for span in line if span[0]), key=itemgetter(1))
        segments = [Segment("".join(text for text, _ in spans), self.look(style)) for style, spans in alike]
        return Strip(segments).adjust_cell_length(width, self.look(""))

    def look(self, style: str | Tone) -> Style:
        """How a span of this style is painted, in the colours of the theme."""
        found = self._looks.get(style)
        if found is None:
            found = self._looks[style] = self.make_look(style)
        return found

    def make_look(self, style: str | Tone) -> Style:
        """The style of a name, by the style sheets."""
        return self.get_component_rich_style(str(style)) if style else self.visual_style.rich_style

    def once_painted(self, work: Callable[[], object]) -> None:
        """Do something after what has happened is painted, once however often that is asked for until then."""
        if work not in self._waiting:
            self._waiting.append(work)
            self.call_after_refresh(self._do, work)

    def _do(self, work: Callable[[], object]) -> None:
        self._waiting.remove(work)
        work()

    def redraw(self) -> None:
        """Draw again, and paint the lines that differ."""
        raise NotImplementedError

    def notify_style_update(self) -> None:
        """Take the colours of the theme anew."""
        super().notify_style_update()
        self._component_styles.clear()
        self._looks.clear()
        self.call_later(self.redraw)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Take no styles anew: none in the style sheet depends on the focus."""

    def on_focus(self, event: Focus) -> None:
        self._change_focus(event, True, DescendantFocus(self))

    def on_blur(self, event: Blur) -> None:
        self._change_focus(event, False, DescendantBlur(self))

    def _change_focus(self, event: Event, has_focus: bool, news: Message) -> None:
        """Paint what looks different with the focus or without, where Textual would paint all of the widget."""
        event.prevent_default()
        self.has_focus = has_focus
        if self.parent is not None:
            self.parent.post_message(news)
        self.show_focus()

    def show_focus(self) -> None:
        """Draw what looks different with the focus or without."""
        self.redraw()


class LineWidget(Painted):
    """A widget as high as its space that draws itself by `draw`; call `redraw` when what it shows has changed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._stale = True

    def draw(self, width: int, height: int) -> list[Line]:
        """The lines to show in a space of `width` by `height` cells."""
        raise NotImplementedError

    @property
    def cursor_style(self) -> str:
        """The style of what keys act on."""
        return CURSOR if self.has_focus else UNFOCUSED

    def redraw(self) -> None:
        """Draw again and paint the cells that differ; while nobody can see it, not before it is seen."""
        if not self._is_seen():
            # Whatever makes it seen paints it; until then Textual would lay out all panes to find where it is not.
            self._stale = True
            self._styles_cache.clear()
            return
        if any(isinstance(node, Widget) and node._layout_required for node in self.ancestors_with_self):
            # It may have another size in a moment.
            self._stale = True
            self.refresh()
            return
        width, height = self.size
        if not self._fits() or len(self._lines) != height:
            self._draw_all()
            self.refresh()
            return
        self._stale = False
        lines = self._drawn(width, height)
        regions = []
        for y in range(height):
            if lines[y] != self._lines[y]:
                before, self._strips[y] = self._strips[y], self.strip(lines[y], width)
                if cells := difference(before, self._strips[y]):
                    regions.append(Region(cells.start, y, len(cells), 1))
        self._lines = lines
        if regions:
            self.refresh(*regions)

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw so that a slow link has little to carry, or as reads best again, where that differs."""

    def refresh_with_keys(self) -> None:
        """Draw again, and show which keys apply now."""
        self.redraw()
        self.refresh_bindings()

    def on_resize(self) -> None:
        if not self._fits():
            self.redraw()

    def render_line(self, y: int) -> Strip:
        self._draw_due()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.look(""))

    def render_lines(self, crop: Region) -> list[Strip]:
        """These lines, without Textual's looking for borders and effects in each of them where there are none."""
        if self.styles.gutter:
            return super().render_lines(crop)
        self._draw_due()
        strips = self._strips[crop.y : crop.bottom]
        if len(strips) < crop.height:
            strips += [Strip.blank(self.size.width, self.look(""))] * (crop.height - len(strips))
        if filters := self.get_line_filters():
            background = self.background_colors[1]
            for one in filters:
                strips = [strip.apply_filter(one, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def lay_out(self) -> None:
        """Have the size that what has happened leads to, so that a key acts on what will be shown."""
        if self.screen._layout_required:
            self.screen._layout_required = False
            self.screen._refresh_layout()

    def _is_seen(self) -> bool:
        """Whether it is laid out and to stay so, on a screen with nothing above it that is opaque."""
        if not (self.is_mounted and self.is_on_screen and all(node.display for node in self.ancestors_with_self)):
            return False
        screens = self.app.screen_stack
        above = screens[screens.index(self.screen) + 1 :] if self.screen in screens else screens
        return all(screen.styles.background.a < 1 for screen in above)

    def _fits(self) -> bool:
        width, height = self.size
        return len(self._strips) == height and (not height or self._strips[0].cell_length == width)

    def _draw_due(self) -> None:
        """Draw before painting if that was put off, or Textual paints before it tells the new size."""
        if self._stale or not self._fits():
            self._draw_all()

    def _draw_all(self) -> None:
        self._stale = False
        width, height = self.size
        self._lines = self._drawn(width, height)
        self._strips = [self.strip(line, width) for line in self._lines]

    def _drawn(self, width: int, height: int) -> list[Line]:
        lines = self.draw(width, height)[:height]
        return lines + [()] * (height - len(lines))

    def notify_style_update(self) -> None:
        """Take the colours of the theme anew."""
        self._lines = []
        super().notify_style_update()


def difference(before: Strip, after: Strip) -> range:
    """The cells from the first to the last that differ; none where none does."""
    if before == after:
        return range(0)
    old, new = _symbols(before), _symbols(after)
    if not len(old) == len(new) == after.cell_length:
        return range(max(before.cell_length, after.cell_length))
    differing = [index for index, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
    return range(differing[0], differing[-1] + 1) if differing else range(0)


def _symbols(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(symbol, segment.style) for segment in strip for symbol in segment.text]
