"""What the console's threads tell it: each is a message that `post_message` takes from any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from engine.events import Event
from engine.history import RunSummary
from engine.record import RunRecord
from engine.state import RunState

if TYPE_CHECKING:
    from engine.protocol import Device


class Opened(Message):
    """A run that was asked for, as it is now; `state` is the receiver's to go on with.

    `locked` tells whether a trainer holds the run."""

    def __init__(self, record: RunRecord, state: RunState, locked: bool) -> None:
        super().__init__()
        self.record = record
        self.state = state
        self.locked = locked


class Grew(Message):
    """What has happened since in a run that was asked for."""

    def __init__(self, record: RunRecord, events: Sequence[Event], locked: bool) -> None:
        super().__init__()
        self.record = record
        self.events = events
        self.locked = locked


class Closed(Message):
    """A run is no longer followed; what is known of it ages."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class Listed(Message):
    """The runs of the home, newest first, sent when anything about them has changed."""

    def __init__(self, runs: Sequence[RunSummary], skipped: int) -> None:
        super().__init__()
        self.runs = runs
        self.skipped = skipped


class Begun(Message):
    """The engine has taken a run in hand: it trains, or waits for its turn."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class EngineFound(Message):
    """There is an engine; its devices are known once it has `loaded` PyTorch."""

    def __init__(self, loaded: bool, devices: Sequence[Device]) -> None:
        super().__init__()
        self.loaded = loaded
        self.devices = devices


class EngineLost(Message):
    """There is no engine any more, or none could be started; `text` says what to do."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Trouble(Message):
    """Something that was asked was not done, or went wrong in a thread; `text` says what."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
