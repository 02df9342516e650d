"""The panes of the console and how they share the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize
from textual.geometry import Size
from textual.widget import Widget

from engine.presets import Preset
from tui import panes
from tui.glyphs import Glyphs
from tui.widgets.bar import Tabs
from tui.widgets.curves import Curves
from tui.widgets.details import Details
from tui.widgets.history import History
from tui.widgets.model import Model
from tui.widgets.pane import Pane
from tui.widgets.run import RunPane


class Board(Vertical):
    """All panes, of which one view is seen; in a small terminal one pane at a time, chosen by a tab."""

    def __init__(self, glyphs: Glyphs, presets: Sequence[Preset]) -> None:
        super().__init__(id="board")
        self._glyphs = glyphs
        self.model = Model(presets, glyphs)
        self.run_pane = RunPane(glyphs)
        self.curves = Curves(glyphs, id="upper")
        self.history = History(glyphs)
        self.details = Details(glyphs)
        self._view = 0
        self._current = [view.panes[0] for view in panes.VIEWS]
        self._enlarged = False
        self._small = False
        self._fitted: tuple[bool, bool] | None = None
        self._words = ""

    def compose(self) -> ComposeResult:
        yield Tabs(self._glyphs, id="views")
        yield Tabs(self._glyphs, id="tabs")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Pane(panes.RUN)
                yield Pane(panes.MODEL, self.model)
            with Vertical(id="right"):
                yield self.curves
                with Horizontal(id="lower"):
                    yield Pane(panes.DIGITS)
                    yield Pane(panes.CONFUSION)
                    yield Pane(panes.HISTORY)
                    yield Pane(panes.DETAILS)

    async def furnish(self) -> None:
        """Fill the panes that show runs, now that it is known which there are."""
        if self.pane(panes.RUN).content is None:
            for name, content in (
                (panes.RUN, self.run_pane),
                (panes.HISTORY, self.history),
                (panes.DETAILS, self.details),
            ):
                await self.pane(name).fill(content)

    def pane(self, name: str) -> Pane:
        """The pane of that name."""
        return self.query_one(f"#{name}", Pane)

    @property
    def view(self) -> panes.View:
        """What is seen."""
        return panes.VIEWS[self._view]

    @property
    def current(self) -> str:
        """The pane whose tab is chosen, or that had the focus last."""
        return self._current[self._view]

    @property
    def enlarged(self) -> bool:
        """Whether one pane has the whole screen."""
        return self._enlarged

    def go_to(self, view: int) -> None:
        """Show another view."""
        self._view, self._enlarged = view, False
        self.divide()

    def enlarge(self, enlarged: bool) -> None:
        """Give the current pane the whole screen, or back what it took."""
        self._enlarged = enlarged
        self.divide()

    def reveal(self, name: str, view: int | None = None) -> None:
        """Show a pane, in another view where one is given or this one lacks it, and put the focus in it."""
        if view is not None or name not in self.view.panes:
            homes = [place for place, one in enumerate(panes.VIEWS) if name in one.panes]
            self._view = homes[0] if view is None else view
        self._current[self._view] = name
        self.divide()
        content = self.pane(name).content
        if content is not None and content.can_focus:
            self.screen.set_focus(content)

    def step(self, by: int) -> bool:
        """Go to the pane `by` tabs further, where panes are tabs; whether they are."""
        if not self._small or self._enlarged:
            return False
        names = self.view.panes
        self.reveal(names[(names.index(self._current[self._view]) + by) % len(names)], self._view)
        return True

    def say(self, words: str) -> None:
        """Show words at the right of the views' names."""
        if words != self._words:
            self._words = words
            self._show_tabs()

    def divide(self) -> None:
        """Show the panes that are to be seen, and give each part its place by the classes of the style sheet."""
        current = self._current[self._view]
        seen = panes.seen(self.view, current, self._small, self._enlarged)
        with self.app.batch_update():
            for place, view in enumerate(panes.VIEWS):
                self.set_class(place == self._view, f"-{view.name.lower()}", update=False)
            self.set_class(self._enlarged, "-enlarged", update=False)
            self.set_class(self._small, "-small", update=False)
            self._restyle()
            for name in panes.TITLES:
                self.pane(name).display = name in seen
            for part in ("#upper", "#lower", "#left", "#right"):
                box = self.query_one(part)
                box.display = any(pane.display for pane in box.query(Pane))
            self.query_one("#left").styles.height = "1fr" if self._small and panes.MODEL in seen else None
            self._show_tabs()
        focused = self.screen.focused
        if focused is not None and not self._is_seen(focused):
            self.screen.set_focus(None)
        self.screen.refresh_bindings()

    def _restyle(self) -> None:
        """Apply the style sheet to what the classes of the board lay out alone, which takes a tenth of the time."""
        parts = [*self.query("#body, #left, #right, #upper, #lower"), *self.query(Pane)]
        self.app.stylesheet.update_nodes(parts)

    def on_mount(self) -> None:
        self._fit(self.app.size)

    def on_resize(self, event: Resize) -> None:
        self._fit(self.app.size)

    def _fit(self, size: Size) -> None:
        """Divide the space anew where that differs in a terminal of this size."""
        small, low = panes.is_small(*size), size.height < panes.LEAST_HEIGHT_FOR_TWO_BARS
        if (small, low) != self._fitted:
            self._small, self._fitted = small, (small, low)
            self.set_class(low, "-low", update=False)
            self.divide()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane that has the focus is the current one."""
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane is not None and pane.id in self.view.panes:
            self._current[self._view] = pane.id
            self._show_tabs()

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        event.stop()
        if event.tabs.id == "views":
            self.go_to(event.place)
        else:
            self.reveal(self.view.panes[event.place], self._view)

    def _is_seen(self, widget: Widget) -> bool:
        return all(getattr(node, "display", True) for node in widget.ancestors_with_self)

    def _show_tabs(self) -> None:
        names = [f"{place} {view.name}" for place, view in enumerate(panes.VIEWS, 1)]
        self.query_one("#views", Tabs).show(names, self._view, self._words)
        tabs = self.query_one("#tabs", Tabs)
        tabs.display = self._small and not self._enlarged
        own = [panes.TITLES[name] for name in self.view.panes]
        tabs.show(own, self.view.panes.index(self._current[self._view]), "Tab: next")
