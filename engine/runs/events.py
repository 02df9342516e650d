"""What happens in a run, one frozen dataclass an event, and the JSON line each is written as.

Every event has a `time` in Unix seconds. Accuracies are fractions in [0, 1]; losses are means in nats. A figure that
is not finite is written as `null` and read back as NaN, so that every line is valid JSON.
"""

from __future__ import annotations

import math
import time as clock
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, get_type_hints

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.json_text import read_figure, read_json, read_whole, write_figure, write_line
from engine.runs.layers import Layer, layers_from_json
from engine.text import clean

LONGEST_LINE = 1 << 16
LONGEST_TEXT = 2000
# The first moment and the last day that dates can be made of, whatever a clock says.
EARLIEST, LATEST = 0.0, 253_402_200_000.0
FORMAT = 1


class EventError(ValueError):
    """A line that is not an event."""


def now() -> float:
    """Unix seconds, kept to those that can be read back whatever the clock says."""
    return plausible_time(clock.time())


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at `time`."""

    name: ClassVar[str]
    time: float = field(default_factory=now)


@dataclass(frozen=True, kw_only=True)
class Notice(Event):
    """Something the user should know, such as a data set standing in for another."""

    name = "notice"
    message: str


@dataclass(frozen=True, kw_only=True)
class Progress(Event):
    """How far a preparation is: `done` of `total` units (bytes or images); `total` 0 when not known."""

    name = "progress"
    task: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Queued(Event):
    """The run waits for its turn to go on; one without events does so too."""

    name = "queued"


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """Training begins; `config` is the configuration with what `auto` stood for filled in.

    `format` is the version of the form that the run's events have; settings of a later one are left out of `config`."""

    name = "run_started"
    id: str
    run_name: str
    config: RunConfig
    device: str
    parameters: int
    train_size: int
    test_size: int
    steps_per_epoch: int
    format: int = FORMAT


@dataclass(frozen=True, kw_only=True)
class Steps(Event):
    """The batches since the last such event; `step` is the last one, 1-based over the whole run.

    `elapsed` is how many seconds of training, and of nothing else, went into the run so far."""

    name = "steps"
    step: int
    epoch: int
    loss: float
    accuracy: float
    min_loss: float
    max_loss: float
    learning_rate: float
    samples_per_second: float
    elapsed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Epoch(Event):
    """An epoch ended. `train_loss` leaves the `penalty` out; `seconds` of it, and `elapsed` of the run so far, are of
    training alone."""

    name = "epoch"
    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    penalty: float
    test_loss: float
    test_accuracy: float
    seconds: float
    evaluation_seconds: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    elapsed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Layers(Event):
    """What the layers are like, from the first to the output, at the end of an epoch; just before its `epoch`."""

    name = "layers"
    epoch: int
    step: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, kw_only=True)
class Position(Event):
    """An event that is only a place in the run."""

    step: int
    epoch: int


@dataclass(frozen=True, kw_only=True)
class Paused(Position):
    """Training waits after `step`."""

    name = "paused"


@dataclass(frozen=True, kw_only=True)
class Resumed(Position):
    """Training goes on after `step`; what was recorded beyond it no longer counts."""

    name = "resumed"


@dataclass(frozen=True, kw_only=True)
class RateChanged(Position):
    """Somebody set the learning rate, which a schedule starts from, for what is trained after `step`: whenever that is
    trained again after a checkpoint too, until another rate is set before it."""

    name = "rate_changed"
    learning_rate: float


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved(Position):
    """The state after `step` is on the disk."""

    name = "checkpoint"


@dataclass(frozen=True, kw_only=True)
class Ending(Event):
    """The end of a run; figures are those of the last epoch that was evaluated, NaN when there is none."""

    epoch: int
    step: int
    test_loss: float
    test_accuracy: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RunFinished(Ending):
    """Every epoch was trained, or nothing got better for long; figures are those of the network that is kept, which
    with a patience is that of the epoch `kept`, as `reason` says; 0 stands for the last."""

    name = "run_finished"
    reason: str = ""
    kept: int = 0


@dataclass(frozen=True, kw_only=True)
class RunStopped(Ending):
    """Somebody stopped the run; it can be resumed."""

    name = "run_stopped"
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunPruned(Ending):
    """The run was ended early, as those beside it in a sweep do better; it can be resumed."""

    name = "run_pruned"
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunFailed(Ending):
    """The run could not go on."""

    name = "run_failed"
    reason: str


KINDS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        Notice, Progress, Queued, RunStarted, Steps, Layers, Epoch, Paused, Resumed, RateChanged,
        CheckpointSaved,
        RunFinished, RunStopped, RunPruned, RunFailed,
    )
}  # fmt: skip
# A field called `name` would hide the event's own; in JSON it is `name` all the same.
_JSON_NAMES = {"run_name": "name"}
_TYPES = {kind: get_type_hints(kind) for kind in KINDS.values()}
_FIELDS = {kind: fields(kind) for kind in KINDS.values()}


def encode(event: Event) -> str:
    """The event as one line of JSON, without the newline."""
    line: dict[str, Any] = {"event": event.name, "time": round(event.time, 3)}
    for spec in _FIELDS[type(event)]:
        value = getattr(event, spec.name)
        if spec.name == "time" or (value is None and spec.default is None):
            continue
        if isinstance(value, float):
            value = write_figure(value, 9)
        elif isinstance(value, str):
            value = value[:LONGEST_TEXT]
        elif isinstance(value, RunConfig):
            value = value.to_json()
        elif isinstance(value, tuple):
            value = [layer.to_json() for layer in value]
        line[_JSON_NAMES.get(spec.name, spec.name)] = value
    return write_line(line)


def decode(line: str | bytes) -> Event:
    """The event a line stands for, its texts made safe; fields it does not know are passed over. Raises EventError."""
    if len(line) > LONGEST_LINE:
        raise EventError("line too long")
    try:
        values = read_json(line)
    except ValueError as error:
        raise EventError("not JSON") from error
    kind = KINDS.get(values.get("event", "")) if _is_named(values) else None
    if kind is None:
        raise EventError("not an event")
    known = {}
    for spec in _FIELDS[kind]:
        key = _JSON_NAMES.get(spec.name, spec.name)
        if key in values:
            known[spec.name] = _checked(values[key], _TYPES[kind][spec.name], key)
        elif spec.default is MISSING:
            raise EventError(f"{key} is missing")
    if math.isnan(known["time"]):
        raise EventError("time is not a time")
    known["time"] = plausible_time(known["time"])
    return kind(**known)


def plausible_time(seconds: float) -> float:
    """The time that dates can be made of which is nearest to what a clock said."""
    return min(max(seconds, EARLIEST), LATEST)


def _is_named(values: object) -> bool:
    return isinstance(values, dict) and isinstance(values.get("event"), str)


def _read_config(value: object) -> RunConfig:
    if not isinstance(value, dict):
        raise EventError("config is not a configuration")
    try:
        return RunConfig.from_any_version(value)[0]
    except ConfigError as error:
        raise EventError(str(error)) from None


def _checked(value: Any, kind: Any, key: str) -> Any:
    try:
        return _READERS[kind](value)
    except ValueError as error:
        raise EventError(f"{key}: {error}") from None


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise EventError("not a text")
    return clean(value, LONGEST_TEXT)


_READERS: dict[Any, Callable[[Any], object]] = {
    str: _read_text,
    int: read_whole,
    float: read_figure,
    float | None: read_figure,
    RunConfig: _read_config,
    tuple[Layer, ...]: layers_from_json,
}
