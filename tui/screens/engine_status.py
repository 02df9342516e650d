"""What is said of the engine: whether there is one, and how long its devices take for an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.screens.board import Board
from tui.widgets.bindings import with_keys

if TYPE_CHECKING:
    from engine.service.protocol import Device
    from tui.workers.messages import EngineFound

STARTING, LOADING, LOST = "starting the engine", "loading PyTorch", "no engine: {train} starts one"


class EngineStatus:
    """Shows on a board how it is with the engine, and beside it that the link is slow."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._devices: Sequence[Device] = ()
        self._engine = STARTING
        self._link = ""

    def say(self, message: str) -> None:
        """Say this of the engine; nothing when all is well."""
        self._engine = message
        self._board.say(with_keys(", ".join(filter(None, (self._engine, self._link)))))

    def say_link_is_slow(self, slow: bool) -> None:
        """Say so, or no longer."""
        self._link = "slow link" if slow else ""
        self.say(self._engine)

    def take_found(self, event: EngineFound) -> None:
        """Show that there is an engine, and what is known of its devices."""
        self._devices = event.devices
        self._board.model.know_devices({device.name: device.description for device in event.devices})
        self.say("" if event.loaded else LOADING)
        self.show_estimate()

    def show_estimate(self) -> None:
        """Show in the form how long an epoch of its configuration takes, where that is known."""
        slots = self.slots
        self._board.model.show_estimate(slots[0].epoch_seconds if slots else None)

    @property
    def slots(self) -> list[Device]:
        """What the form's configuration may train on, as far as that is known."""
        config = self._board.model.draft.config
        if config is not None and config.device == "auto":
            return [device for device in self._devices if device.name == self._devices[0].name]
        return [device for device in self._devices if config and device.name == config.device]
