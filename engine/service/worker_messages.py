"""What the engine orders a worker to do, and what a worker reports: each one JSON object a line, as in the protocol.

An order to train comes with the descriptors that hold the locks of the runs. A worker whose line to the engine has
ended leaves: at once, or where it trains, after its step and a checkpoint, without the event that would end a run.

    order       what it does
    Train       trains a run on a device, or many together in a stack
    StopRuns    stops what is in training at a step, with a checkpoint

    report      what it says
    Loaded      PyTorch is loaded: a run starts at once
    Trouble     PyTorch cannot be loaded; a run fails with the reason
    EpochDone   an epoch of a run in training is over
    Ended       a run in training has ended; a worker that is `spent` takes no other
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.service.protocol import decode_line, encode_line


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the engine orders."""

    name: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class HandedRun:
    """A run that is handed over, paused at first if it was so while it waited."""

    run: str
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class Train(Order):
    """Train a run on a device, or as many as there are together."""

    name = "train"
    runs: tuple[HandedRun, ...]
    device: str


@dataclass(frozen=True, kw_only=True)
class StopRuns(Order):
    """Stop all that is in training."""

    name = "stop"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a worker reports."""

    name: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Loaded(Report):
    """PyTorch is loaded."""

    name = "loaded"


@dataclass(frozen=True, kw_only=True)
class Trouble(Report):
    """PyTorch cannot be loaded."""

    name = "trouble"
    message: str


@dataclass(frozen=True, kw_only=True)
class EpochDone(Report):
    """An epoch of a run in training is over; `line` is its event."""

    name = "epoch"
    run: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Ended(Report):
    """A run in training has ended; `unrecorded` says why its last event could not be written, `refused` why it could
    not be taken over."""

    name = "ended"
    run: str
    unrecorded: str = ""
    refused: str = ""
    spent: bool = False


ORDERS: dict[str, type[Order]] = {kind.name: kind for kind in (Train, StopRuns)}
REPORTS: dict[str, type[Report]] = {kind.name: kind for kind in (Loaded, Trouble, EpochDone, Ended)}


def encode(message: Order | Report) -> bytes:
    """The message as one line of JSON, newline included. Raises ProtocolError when it is too long."""
    return encode_line("order" if isinstance(message, Order) else "report", message)


def decode_order(line: bytes) -> Order:
    """The order a line stands for. Raises ProtocolError."""
    return decode_line(line, "order", ORDERS)  # type: ignore[no-any-return]


def decode_report(line: bytes) -> Report:
    """The report a line stands for. Raises ProtocolError."""
    return decode_line(line, "report", REPORTS)  # type: ignore[no-any-return]
