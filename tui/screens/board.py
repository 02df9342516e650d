"""The panes of the console and how they share the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from engine.config.presets import Preset
from tui.charts.loss_and_accuracy import Curves
from tui.drawing.glyphs import Glyphs
from tui.panes.digits.pane import Answers
from tui.panes.model.widget import Model
from tui.screens.board_styles import BoardStyles
from tui.screens.late_panes import LatePanes
from tui.widgets import views
from tui.widgets.bars import Tabs
from tui.widgets.bindings import key_name, with_keys
from tui.widgets.pane_frame import Pane, PaneGroup

if TYPE_CHECKING:
    from engine.comparison.observations import Observation
    from tui.panes.history.preferences import Preferences


class Board(Vertical, LatePanes):
    """All panes, of which one view is seen; in a small terminal one pane at a time, chosen by a tab.

    One of the panes that are seen has the focus, as soon as there is something in it. Sends `Turned` when another view
    is seen than before."""

    class Turned(Message):
        """Another view is seen."""

    def __init__(self, glyphs: Glyphs, presets: Sequence[Preset], view: int = 0) -> None:
        super().__init__(id="board")
        self._glyphs = glyphs
        self.model = Model(presets)
        self.curves = Curves(glyphs)
        self.answers = Answers(glyphs)
        self._view = view
        self._current = [view.panes[0] for view in views.VIEWS]
        self._enlarged = ""
        self._small = False
        self._fitted: tuple[bool, bool] | None = None
        self._panes: dict[str, Pane] = {}
        # What holds panes, apart from the body.
        self._boxes: set[Widget] = set()
        self._parts = BoardStyles(self)
        self._words = ""
        # The pane that is to have the focus as soon as there is something in it.
        self._awaited = self.current
        # The pane that one comes back to from the form.
        self._before_form = self.current
        self._body, self._lower = Horizontal(id="body"), Horizontal(id="lower")
        self._left, self._right = Vertical(id="left"), Vertical(id="right")

    def compose(self) -> ComposeResult:
        # Before anything in it is styled, so that this is done once.
        self._fit(self.app.size)
        self._classify()
        yield Tabs(id="views")
        yield Tabs(id="tabs")
        with self._body:
            with self._left:
                yield Pane(views.RUN)
                yield Pane(views.MODEL, self.model)
            with self._right:
                yield self.curves
                with self._lower:
                    yield self.answers
                    yield Pane(views.HISTORY)
                    yield Pane(views.DETAILS)

    @property
    def has_run_panes(self) -> bool:
        """Whether the panes that show runs are filled."""
        return self.pane(views.RUN).content is not None

    async def mount_run_panes(self, preferences: Preferences) -> None:
        """Fill the panes that show runs, now that it is known which there are."""
        self.history.prefer(preferences)
        contents = {views.RUN: self.run_pane, views.HISTORY: self.history, views.DETAILS: self.details}
        for name, content in contents.items():
            await self.pane(name).fill(content)
        self.model.mount_editor()
        await self._right.mount(self.observation, after=self.curves)
        self._focus_awaited()

    async def mount_charts(self) -> None:
        """Fill and add the panes that draw with numpy and plotext; both have been imported."""
        groups: list[PaneGroup] = [
            self.compared,
            self.disagreements,
            self.sweep,
            self.network,
            self.drawing,
            self.learning,
        ]
        late: list[Widget] = [*groups, Pane(views.DEVICES, self.devices)]
        for part in late:
            part.display = False
        await self.answers.mount_panes()
        await self.curves.mount_panes()
        await self._right.mount(*late)
        self._panes = {}
        for group in groups:
            await group.mount_panes()
        self.divide()
        self._focus_awaited()

    def set_low_bandwidth(self, low: bool) -> None:
        """Draw digits so that a slow link has little to carry, or as reads best again."""
        for group in (self.answers, self.disagreements, self.network, self.drawing):
            group.set_low_bandwidth(low)

    def pane(self, name: str) -> Pane:
        """The pane of that name. Raises KeyError while it is not there."""
        return self.there[name]

    @property
    def there(self) -> dict[str, Pane]:
        if not self._panes:
            self._panes = {pane.id or "": pane for pane in self.query(Pane)}
            boxes = {box for pane in self._panes.values() for box in pane.ancestors if isinstance(box, Widget)}
            self._boxes = boxes.difference(self.ancestors_with_self, [self._body])
        return self._panes

    @property
    def view(self) -> views.View:
        return views.VIEWS[self._view]

    @property
    def current(self) -> str:
        """The pane whose tab is chosen, or that had the focus last."""
        return self._current[self._view]

    @property
    def enlarged(self) -> bool:
        """Whether one pane has the whole screen."""
        return bool(self._enlarged)

    def go_to(self, view: int) -> None:
        """Show another view, with the focus in the pane that had it there last."""
        self._enlarged = ""
        self._turn_to(view)
        self.reveal(self.current, view)

    def enlarge(self, enlarged: bool) -> None:
        """Give the pane with the focus, else the current one, the whole screen, or back what it took."""
        focused = self._pane_of(self.screen.focused)
        self._enlarged = "" if not enlarged else focused or self.current
        self.divide()

    def reveal(self, name: str, view: int | None = None) -> None:
        """Show a pane, in another view where one is given or this one lacks it, and put the focus in it."""
        if view is not None or name not in self.view.panes:
            homes = [index for index, one in enumerate(views.VIEWS) if name in one.panes]
            self._turn_to(homes[0] if view is None else view)
        self._current[self._view] = name
        self._enlarged = name if self._enlarged else ""
        content = self.pane(name).content if name in self.there else None
        takes_focus = content is not None and content.can_focus
        self._awaited = name if content is None else ""
        if takes_focus:
            # Marked now, the pane is painted once and not again when the focus has come to it.
            self._parts.mark(self.pane(name), apply=False)
        self.divide()
        if takes_focus:
            self.screen.set_focus(content, scroll_visible=False)

    @property
    def is_in_form(self) -> bool:
        """Whether the form of the next run has the focus."""
        return self._pane_of(self.screen.focused) == views.MODEL

    def leave(self) -> None:
        """Give back the room an enlarged pane took, else the focus to the pane that had it before the form."""
        if self.enlarged:
            self.enlarge(False)
        else:
            self.leave_form()

    def leave_form(self) -> None:
        """Give the focus, and with it the keys, from the form to the pane that had it before."""
        if self.is_in_form:
            self.reveal(self._before_form)

    def _focus_awaited(self) -> None:
        """Give the focus to the pane that was gone to before there was anything in it, unless it went elsewhere."""
        if self._awaited and self.screen.focused is None and self._awaited in self.view.panes:
            self.reveal(self._awaited, self._view)

    def step(self, by: int) -> bool:
        """Go to the pane `by` tabs further, where panes are tabs; whether they are."""
        if not self._small or self._enlarged:
            return False
        names = self.view.panes
        self.reveal(names[(names.index(self.current) + by) % len(names)], self._view)
        return True

    def _turn_to(self, view: int) -> None:
        if view != self._view:
            self._view = view
            self.post_message(self.Turned())

    def say(self, message: str) -> None:
        """Show words at the right of the views' names or, where these fill their row, of the tabs below."""
        if message != self._words:
            self._words = message
            self._show_tabs()

    def show_observation(self, run_id: str, observation: Observation | None) -> None:
        """Show under the charts what there is to say of the run in them."""
        self.observation.show(run_id, observation)
        self._place_observation()

    def want_observations(self, wanted: bool) -> None:
        """Have the line under the charts, or not."""
        self.observation.is_wanted = wanted
        self._place_observation()

    def _place_observation(self) -> None:
        """Show the line where charts are, unless the terminal is so low that they need its place."""
        is_low = self.has_class("-low")
        self.observation.display = self.observation.has_place and self.curves.display and not is_low

    def divide(self) -> None:
        """Show the panes that are to be seen, and give each part its place by the classes of the style sheet."""
        seen = views.seen(self.view, self._enlarged or self.current, self._small, self.enlarged)
        with self.app.batch_update():
            self._classify()
            for name, pane in self.there.items():
                pane.display = name in seen
            shown = [pane for pane in self.there.values() if pane.display]
            around = {box for pane in shown for box in pane.ancestors}
            for box in self._boxes:
                box.display = box in around
            if self.has_run_panes:
                self._place_observation()
            self._parts.apply([self._body, *(box for box in self._boxes if box in around), *shown])
            self._parts.fill_height(self._left, self._small and views.MODEL in seen)
            self._show_tabs()
        focused = self.screen.focused
        if focused is not None and not self._has_seen_place(focused):
            self.screen.set_focus(None)
            if self._parts.marked not in seen:
                self._parts.mark(None)
        self.screen.refresh_bindings()

    def _classify(self) -> None:
        """Have the classes by which the style sheet gives each part its place."""
        self.set_class(self.enlarged, "-enlarged", update=False)
        self.set_class(self._small, "-small", update=False)

    def notify_style_update(self) -> None:
        """With the board all that is in it was styled, panes that are hidden too, by its classes of that moment."""
        super().notify_style_update()
        self._parts.forget()

    def on_mount(self) -> None:
        self._parts.know([self._body, *self.there.values(), *self._boxes])
        self.divide()

    def on_resize(self, event: Resize) -> None:
        if self._fit(self.app.size):
            self.divide()

    def _fit(self, size: Size) -> bool:
        """Whether the space is divided otherwise in a terminal of this size than before."""
        small, low = views.is_small(*size), size.height < views.LEAST_HEIGHT_FOR_TWO_BARS
        is_other = (small, low) != self._fitted
        self._small, self._fitted = small, (small, low)
        self.set_class(low, "-low", update=False)
        return is_other

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane that has the focus is the current one."""
        name = self._pane_of(event.widget)
        self._parts.mark(self.pane(name) if name else None)
        if name in self.view.panes:
            self._current[self._view] = name
            self._show_tabs()
            if name != views.MODEL and self._view == 0:
                self._before_form = name

    def on_descendant_blur(self) -> None:
        if self.screen.focused is None:
            self._parts.mark(None)

    def on_pane_titled(self, event: Pane.Titled) -> None:
        event.stop()
        if self._small and event.pane.id == self.current:
            self._show_tabs()

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        event.stop()
        if event.tabs.id == "views":
            self.go_to(event.place)
        else:
            self.reveal(self.view.panes[event.place], self._view)

    def _pane_of(self, widget: Widget | None) -> str:
        """The name of the pane a widget is in; nothing for none."""
        ancestors = widget.ancestors if widget else []
        return next((node.id or "" for node in ancestors if isinstance(node, Pane)), "")

    def _has_seen_place(self, widget: Widget) -> bool:
        """Whether what a widget is in is displayed; the form's editor never is itself, as the form draws it."""
        return all(getattr(node, "display", True) for node in widget.ancestors)

    def _show_tabs(self) -> None:
        keys = [key_name(view.idea) for view in views.VIEWS]
        names = [f"{key} {view.name}" for key, view in zip(keys, views.VIEWS, strict=True)]
        short = [f"{key} {view.short or view.name}" for key, view in zip(keys, views.VIEWS, strict=True)]
        tabs = self.query_one("#tabs", Tabs)
        tabs.display = self._small and not self.enlarged
        self.query_one("#views", Tabs).show(names, self._view, *([] if tabs.display else [self._words]), short=short)
        own = [views.TITLES[name] for name in self.view.panes]
        title = self.pane(self.current).title if self.current in self.there else ""
        tabs.show(own, self.view.panes.index(self.current), self._words, title, with_keys("{next}: next"))
