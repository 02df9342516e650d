"""What the console's threads are asked and tell: each is a message that `post_message` takes from any thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from engine.home import Home

if TYPE_CHECKING:
    from engine.config.presets import OwnPresets
    from engine.runs.events import Event
    from engine.runs.record import RunRecord
    from engine.runs.snapshot import RunSnapshot
    from engine.runs.summaries import RunSummary
    from engine.service.protocol import Device, Job


@dataclass
class Opened(Message):
    """A run that was asked for, as it is now: the receiver's, to be kept up to date."""

    run: RunSnapshot


@dataclass
class RunUpdated(Message):
    """What has happened since in a run that was asked for."""

    record: RunRecord
    events: Sequence[Event]
    locked: bool


@dataclass
class Closed(Message):
    """A run is no longer followed; what is known of it ages."""

    run_id: str


@dataclass
class Listed(Message):
    """The runs of the home, newest first, sent when anything about them has changed; it `is_complete` where none is
    left to be read."""

    runs: Sequence[RunSummary]
    skipped: int
    is_complete: bool


@dataclass
class RunsQueued(Message):
    """The engine has taken runs in hand, which train one after another: the first now or after those that wait.

    `parent` is the run whose settings were taken; several runs repeat each other with other seeds, in `group`."""

    runs: tuple[str, ...]
    parent: str = ""
    group: str = ""


@dataclass
class SweepBegun(Message):
    """The engine has taken a sweep of so many runs in hand."""

    group: str
    runs: int


@dataclass
class EngineFound(Message):
    """There is an engine; its devices are known once it has `loaded` PyTorch.

    The runs that `waiting` names are in its queue; `faults` say in a line each why GPUs are not used."""

    loaded: bool
    devices: Sequence[Device]
    waiting: Sequence[Job] = ()
    faults: Sequence[str] = ()


@dataclass
class EngineLost(Message):
    """There is no engine any more, or none could be started; `text` says what to do."""

    text: str


@dataclass
class Trouble(Message):
    """Something that was asked was not done, or went wrong in a thread; `text` says what."""

    text: str


@dataclass
class NothingDone(Message):
    """There was nothing to do; `text` says so."""

    text: str


@dataclass
class Done(Message):
    """What was asked has been done; `text` says what."""

    text: str


@dataclass
class Kept(Message):
    """What is kept from one console to the next has been written."""


@dataclass
class PresetsChanged(Message):
    """A preset of the home was saved, renamed or deleted; `text` says which."""

    own: OwnPresets
    text: str


@dataclass
class ReadWanted(Message):
    """A pane wants something of the home read in a thread, and no longer what it wanted before.

    `read` does that and makes the message that is then posted to the pane."""

    pane: Widget
    read: Callable[[Home], Message]
