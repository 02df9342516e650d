"""What is asked of the engine process and what it answers: frozen dataclasses, each sent as one JSON object a line.

A client sends a request and reads one reply, and so on, over one connection; `engine.service.client.EngineClient`
does that. The reply is of the request's own kind, or Refused. Run ids are those of run directories, which hold all that
is to be seen of a run: the engine is asked to do something, never what happened.

    request    reply       what it does
    Ping       Status      nothing; what the engine has in hand is told
    Start      Accepted    makes a run directory and queues it for its device; it trains at once when that is free
    Continue   Accepted    queues an existing run that was stopped, interrupted or failed, from its checkpoint
    Move       Status      moves a waiting run up (by < 0) or down the queue
    Drop       Status      takes a waiting run out of the queue; it reads as unqueued and can be continued
    Devices    DeviceList  the devices, and how long an epoch of `config` takes on each
    FeedSweep  Status      trains what is missing of a sweep, a run when its turn comes
    Quit       Status      stops every run of the engine at a step, checkpoints, and ends the engine
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.json_text import read_json, write_line
from engine.runs.kept_epochs import kept_weights
from engine.runs.summaries import ID
from engine.service.codec import WireError, pack, unpack
from engine.text import clean

LONGEST_LINE = 1 << 20


class ProtocolError(ValueError):
    """A line that is no message, or a message that cannot be meant."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the engine answers."""

    name: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Refused(Reply):
    """The request was not carried out; the message says why, in one or two lines."""

    name = "refused"
    message: str


@dataclass(frozen=True, kw_only=True)
class Accepted(Reply):
    """The run that was started or continued; its directory tells the rest."""

    name = "accepted"
    run: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run the engine has in hand, and the device it trains on, or the one its configuration names while it waits.

    `reason` says why it waits, where that is not for its turn alone."""

    run: str
    device: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Status(Reply):
    """The engine: its process, its program's version, since when (Unix seconds), connections it has, runs in training,
    runs in the queue in their order, and the groups of sweeps in hand. `torch_loaded`: the devices are known, and
    PyTorch has been loaded in a worker; `trouble` says why it cannot be. `choice` says which devices it may use."""

    name = "status"
    pid: int
    version: str
    since: float
    attached: int
    torch_loaded: bool
    trouble: str
    training: tuple[Job, ...]
    waiting: tuple[Job, ...]
    sweeps: tuple[str, ...] = ()
    choice: str = "all"


@dataclass(frozen=True, kw_only=True)
class User:
    """A process of somebody else on a device, with its owner and its program where they can be read."""

    pid: int
    owner: str = ""
    program: str = ""


@dataclass(frozen=True, kw_only=True)
class Device:
    """A slot to train on. `name` is what a configuration's `device` may be, `description` says what it is; `slot` tells
    it from the others of its name.

    Memory is in bytes, `utilisation` (of a GPU) in [0, 1], `epoch_seconds` is the estimate for the configuration asked
    about, training and evaluation; None where not known. `run` is the run that trains on it, or empty, together with
    so many `beside` it, and `worker` the engine's process that occupies it, or 0."""

    name: str
    description: str
    memory_total: int | None
    memory_free: int | None
    utilisation: float | None
    run: str
    epoch_seconds: float | None
    slot: str = ""
    worker: int = 0
    beside: int = 0
    users: tuple[User, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeviceList(Reply):
    """The slots, GPUs first; none before they are known. `reason` says why the processor has so many, `faults` in a
    line each why GPUs that are there are not used."""

    name = "devices"
    torch_loaded: bool
    devices: tuple[Device, ...]
    reason: str = ""
    faults: tuple[str, ...] = ()


R = TypeVar("R", bound=Reply)


@dataclass(frozen=True, kw_only=True)
class Request(Generic[R]):
    """What a client asks; `R` is the kind of reply."""

    name: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Ping(Request[Status]):
    """Tell what you have in hand."""

    name = "ping"


@dataclass(frozen=True, kw_only=True)
class Start(Request[Accepted]):
    """Train a new run. The texts go into its record; `parent` is the run whose configuration was taken, `keep_weights`
    a word of `engine.runs.kept_epochs`."""

    name = "start"
    config: RunConfig
    run_name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    preset: str = ""
    group: str = ""
    parent: str = ""
    keep_weights: str = ""

    def __post_init__(self) -> None:
        try:
            kept_weights(self.keep_weights)
        except ConfigError as error:
            raise ProtocolError(str(error)) from None


@dataclass(frozen=True, kw_only=True)
class RunRequest(Request[R]):
    """A request about one run, named by its whole id."""

    run: str

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.run):
            raise ProtocolError(f"{clean(self.run, 40)!r} is not the id of a run")


@dataclass(frozen=True, kw_only=True)
class Continue(RunRequest[Accepted]):
    """Train this run on from its checkpoint, or from the beginning where there is none."""

    name = "continue"


@dataclass(frozen=True, kw_only=True)
class Move(RunRequest[Status]):
    """Move a waiting run by so many places, to the front when negative; never beyond an end of the queue."""

    name = "move"
    by: int


@dataclass(frozen=True, kw_only=True)
class Drop(RunRequest[Status]):
    """Take a waiting run out of the queue."""

    name = "drop"


@dataclass(frozen=True, kw_only=True)
class Devices(Request[DeviceList]):
    """Tell the devices, and what an epoch of `config` takes on each as far as earlier runs tell."""

    name = "devices"
    config: RunConfig | None = None


@dataclass(frozen=True, kw_only=True)
class FeedSweep(Request[Status]):
    """Train what is missing of the sweep whose runs are in this group; where `failed`, of what has failed."""

    name = "feed_sweep"
    group: str
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Quit(Request[Status]):
    """Stop every run you train, drop those that wait, and leave."""

    name = "quit"


REQUESTS: dict[str, type[Request[Any]]] = {
    kind.name: kind for kind in (Ping, Start, Continue, Move, Drop, Devices, FeedSweep, Quit)
}
REPLIES: dict[str, type[Reply]] = {kind.name: kind for kind in (Refused, Accepted, Status, DeviceList)}


def encode(message: Request[Any] | Reply) -> bytes:
    """The message as one line of JSON, newline included. Raises ProtocolError when it is too long."""
    return encode_line("request" if isinstance(message, Request) else "reply", message)


def decode_request(line: bytes) -> Request[Any]:
    """The request a line stands for. Raises ProtocolError."""
    return decode_line(line, "request", REQUESTS)  # type: ignore[no-any-return]


def decode_reply(line: bytes) -> Reply:
    """The reply a line stands for. Raises ProtocolError."""
    return decode_line(line, "reply", REPLIES)  # type: ignore[no-any-return]


def encode_line(key: str, message: Any) -> bytes:
    """A message of the kind that `key` says, as one line of JSON. Raises ProtocolError when it is too long."""
    line = write_line({key: message.name, **pack(message)}).encode() + b"\n"
    if len(line) > LONGEST_LINE:
        raise ProtocolError("the message is too long")
    return line


def decode_line(line: bytes, key: str, kinds: dict[str, Any]) -> Any:
    """The message of one of these kinds that a line stands for. Raises ProtocolError."""
    if len(line) > LONGEST_LINE:
        raise ProtocolError("the line is too long")
    try:
        values = read_json(line)
    except ValueError:
        raise ProtocolError("the line is not JSON") from None
    word = values.pop(key, None) if isinstance(values, dict) else None
    kind = kinds.get(word) if isinstance(word, str) else None
    if kind is None:
        raise ProtocolError(f"the line is no {key}")
    try:
        return unpack(kind, values)
    except WireError as error:
        raise ProtocolError(f"{key} {word}: {error}") from None
