"""The Network view's panes, which share a unit under the cursor, a test digit, and what is off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from engine.config.differences import titles
from engine.home import Home
from tui.drawing.glyphs import Glyphs, colour_depth
from tui.widgets import views
from tui.widgets.bindings import hidden, shown, with_keys
from tui.widgets.later import Later
from tui.widgets.line_widget import LineWidget
from tui.widgets.pane_frame import Pane, PaneGroup
from tui.workers.messages import ReadWanted

if TYPE_CHECKING:
    from engine.inference.network import Array
    from engine.inference.what_if import Answer
    from engine.runs.snapshot import RunSnapshot
    from tui.panes.network.painting import NetworkLines
    from tui.panes.network.view import NetworkView, Place

BEING_READ = "The network is being read, which takes a few seconds …"
NO_RUN = "No run has a network yet: {train} trains one."
# Shares of a layer that are off, one press after another.
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


class Asked(NamedTuple):
    """The networks of two runs, by their ids, after an epoch, or after the newest of each."""

    shown: str
    reference: str
    epoch: int | None


@dataclass
class NetworkRead(Message):
    """What was `asked` for has been read, or there is a `problem` with the run that is shown; no reference where there
    is none or where it cannot be read."""

    asked: Asked
    view: NetworkView | None
    reference: NetworkView | None = None
    problem: str = ""


@dataclass
class Answered(Message):
    """What the network of a view answers with these gains."""

    view: NetworkView
    gains: Mapping[int, Array]
    answer: Answer


class NetworkBoard(PaneGroup):
    """Shows the networks of two runs, what is asked of them being computed in a thread. Sends `UnitWanted` for another
    pane of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("open", "open", "Unit", "Go to the pane of this unit"),
        shown("mark", "switch", "On/off", "Switch this unit off, or on again, and see what the network answers then"),
        shown("drop", "drop", "Random off", "Switch a random share of this layer off, as dropout does: more each time"),
        shown("reset", "restore", "Restore", "All units on again"),
        shown("earlier", "epoch(-1)", "Earlier", "The networks after an earlier epoch"),
        shown("later", "epoch(1)", "Later", "The networks after a later epoch"),
        hidden("earliest", "first_epoch", "First epoch", "The networks after the first epoch"),
        hidden("latest", "follow", "Newest", "Always the networks after the newest epoch"),
        shown("class", "next_class(1)", "Class", "The first test digit of the next class"),
        shown(
            "kind", "turn", "Confusion", "What is taken for what in place of the digit's probabilities, or these again"
        ),
        hidden("kind_before", "turn", "Confusion", "The probabilities again, or what is taken for what"),
        hidden("class_before", "next_class(-1)", "Class before", "The first test digit of the class before"),
    ]

    class UnitWanted(Message):
        """The pane of the unit under the cursor is wanted."""

    ID, NAMES = "network", (views.UNITS, views.FIRST_LAYER, views.UNIT, views.LAYERS)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._widgets: tuple[NetworkLines, ...] = ()
        self._runs = ("", "")
        self._digit = 0
        # The epoch that is wanted, None for the newest.
        self._epoch: int | None = None
        # How often a random share was asked for, of which layer last, and how many times that was.
        self._draws, self._dropped, self._share = 0, -1, 0
        self._snapshots: tuple[RunSnapshot, ...] = ()
        self._reading = Later(self, self._read)

    def compose(self) -> ComposeResult:
        yield Vertical(*map(Pane, self.NAMES[:2]))
        yield Vertical(*map(Pane, self.NAMES[2:]))

    def contents(self) -> list[LineWidget]:
        from tui.panes.network.layers_widget import LayersPane
        from tui.panes.network.view import Scene
        from tui.panes.network.widgets import FirstLayerPane, UnitPane, UnitsPane

        colours = colour_depth()
        self._scene = Scene()
        self._layers = LayersPane(self._glyphs)
        widgets = [kind(self._glyphs, colours, self._go) for kind in (UnitsPane, FirstLayerPane, UnitPane)]
        for name, widget in zip(self.NAMES, widgets, strict=False):
            widget.id = f"{name}-lines"
        return [*widgets, self._layers]

    async def mount_panes(self) -> None:
        from tui.panes.network.painting import NetworkLines

        await super().mount_panes()
        # Nothing is shown before all of them are there.
        self._widgets = tuple(self.query(NetworkLines))
        self._show_layers()

    def show_digit(self, index: int) -> None:
        """Show a test digit from the next time on that networks have been read."""
        self._digit = index

    def ask(self, shown: str, reference: str) -> None:
        """Have the networks of two runs, by their ids, read and shown."""
        if not self._widgets:
            return
        if shown != self._runs[0]:
            self._dropped, self._epoch = -1, None
            self._change(
                view=None, place=None, gains={}, answer=None, problem=with_keys(BEING_READ if shown else NO_RUN)
            )
        self._runs = (shown, reference)
        self._read()

    def read_within(self, seconds: float) -> None:
        """Have the networks read again in so many seconds, once however often that is asked for until then."""
        self._reading.within(seconds)

    def show_layers(self, snapshots: Sequence[RunSnapshot]) -> None:
        """Show what the layers of the run that is shown are like over the epochs, and those of its reference."""
        before = self._epochs
        self._snapshots = tuple(snapshots)
        self._show_layers()
        if self._epochs != before:
            self.refresh_bindings()

    def _show_layers(self) -> None:
        from tui.panes.network.layer_charts import LayersView

        if self._widgets:
            named = zip(self._snapshots, titles([run.record for run in self._snapshots]), strict=True)
            self._layers.show(
                [LayersView(title, tuple(run.state.layers), run.config.epochs, self._epoch) for run, title in named]
            )

    def _read(self) -> None:
        """Have the networks read after the epoch that is wanted."""
        asked = Asked(*self._runs, self._epoch)
        if asked.shown:
            self.post_message(ReadWanted(self, lambda home: _read_networks(asked, home)))

    def on_network_read(self, event: NetworkRead) -> None:
        event.stop()
        if event.asked != Asked(*self._runs, self._epoch):
            return
        view = event.view
        digit = min(self._digit, len(view.labels) - 1) if view else 0
        place = view.nearest(self._scene.place) if view else None
        self._change(view=view, reference=event.reference, problem=event.problem, digit=digit, place=place)
        if self._scene.gains:
            self._ask(self._scene.gains)

    def on_answered(self, event: Answered) -> None:
        event.stop()
        if event.view is self._scene.view and event.gains is self._scene.gains:
            self._change(answer=event.answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only hidden units can be off; there is something to bring back, and a digit to choose."""
        view = self._scene.view if self._widgets else None
        if view is None and action not in ("epoch", "first_epoch", "follow"):
            return None
        match action:
            case "switch" | "drop":
                return True if view and view.nearest(self._scene.place).layer < view.outputs else None
            case "restore":
                return True if self._scene.gains else None
            case "epoch":
                return True if self._epoch_beside(int(str(parameters[0]))) else None
        return True

    def _change(self, **changes: object) -> None:
        """Show the scene with these changes."""
        self._scene = replace(self._scene, **changes)  # type: ignore[arg-type]
        with self.app.batch_update():
            for widget in self._widgets:
                widget.show(self._scene)
        self.refresh_bindings()

    def _go(self, place: Place) -> None:
        if place != self._scene.place:
            self._change(place=place)

    def _ask(self, gains: Mapping[int, Array]) -> None:
        """Have the network answer with these gains, and not as was asked before where that has not begun."""
        from engine.inference.what_if import ask

        self._change(gains=gains, answer=self._scene.answer if gains else None)
        view = self._scene.view
        if gains and view is not None:
            computed = view
            self.post_message(
                ReadWanted(
                    self._widgets[0],
                    lambda home: Answered(computed, gains, ask(computed.activations, computed.labels, gains)),
                )
            )

    def action_open(self) -> None:
        self.post_message(self.UnitWanted())

    def action_switch(self) -> None:
        from engine.inference.what_if import switched

        if view := self._scene.view:
            layer, unit = view.nearest(self._scene.place)
            self._ask(switched(self._scene.gains, layer, unit, view.sizes[layer]))

    def action_drop(self) -> None:
        from engine.inference.what_if import dropped

        view = self._scene.view
        if view is None:
            return
        layer = view.nearest(self._scene.place).layer
        self._share = self._share + 1 if layer == self._dropped else 0
        self._dropped, self._draws = layer, self._draws + 1
        gains = dropped(view.sizes[layer], SHARES[self._share % len(SHARES)], self._draws)
        self._ask({**self._scene.gains, layer: gains})

    def action_restore(self) -> None:
        self._dropped = -1
        self._ask({})

    def _epoch_beside(self, by: int) -> int | None:
        """The epoch next to the one that is shown, of which there are weights or figures."""
        shown = self._epoch if self._epoch is not None else max(self._epochs, default=0)
        if by < 0:
            return max((epoch for epoch in self._epochs if epoch < shown), default=None)
        return min((epoch for epoch in self._epochs if epoch > shown), default=None)

    @property
    def _epochs(self) -> set[int]:
        """All epochs of the run that is shown."""
        of_weights = self._scene.view.epochs if self._widgets and self._scene.view else ()
        return {*of_weights, *(one.epoch for run in self._snapshots[:1] for one in run.state.layers)}

    def action_epoch(self, by: int) -> None:
        epoch = self._epoch_beside(by)
        if epoch is not None:
            self._go_to_epoch(epoch)

    def action_first_epoch(self) -> None:
        if self._epochs:
            self._go_to_epoch(min(self._epochs))

    def action_follow(self) -> None:
        self._go_to_epoch(None)

    def _go_to_epoch(self, epoch: int | None) -> None:
        self._epoch = epoch
        self._show_layers()
        self.refresh_bindings()
        self._read()

    def action_turn(self) -> None:
        self._change(confusion=not self._scene.confusion)
        self._reveal_answers()

    def action_next_class(self, by: int) -> None:
        view = self._scene.view
        if view is not None:
            self._digit = view.digit_of_class(self._scene.digit, by)
            self._change(digit=self._digit)
            self._reveal_answers()

    def _reveal_answers(self) -> None:
        """Have the pane of the unit shown, where the answers stand, if it is out of sight."""
        if not self.query_one(f"#{views.UNIT}").display:
            self.post_message(self.UnitWanted())


def _read_networks(asked: Asked, home: Home) -> NetworkRead:
    """In a thread: the networks of a run and of the one it is compared with."""
    from tui.panes.network.loader import read_networks

    return read_networks(asked, home)
