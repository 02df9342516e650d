"""What a run needs to go on from where it was, kept in a file that cannot run code."""

from __future__ import annotations

import io
import pickle
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.files import read_bounded, write_whole
from engine.interval import Interval
from engine.runs.events import CheckpointSaved, Event
from engine.training.batch_metrics import EpochMetrics
from engine.training.network import Network, alike
from engine.training.position import Position

FORMAT = 1
# A parameter and two moments of it, four bytes each, and as much again; the metrics of at most 60,000 batches.
MOST_BYTES_A_PARAMETER = 24
MOST_BYTES_BESIDE = 1 << 22
# Seconds between two checkpoints, at least; where saving is slow, so many times the seconds that it took.
INTERVAL = 1.0
COSTS_APART = 20
IN_POSITION = ("epoch", "batch", "seconds", "epoch_seconds")
BESIDE_POSITION = ("test_loss", "test_accuracy")


class CheckpointError(UserError):
    """The checkpoint cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """Where a run was, its parameters, the state of its optimiser and of early stopping, both in `optimiser`, and the
    metrics of the unfinished epoch's batches."""

    position: Position
    config: str
    data: str
    parameters: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    loss: Tensor
    correct: Tensor


class Checkpointer:
    """Takes checkpoints of a run in training, and goes on from one."""

    def __init__(
        self,
        config: RunConfig,
        fingerprint: str,
        position: Position,
        network: Network,
        state: Mapping[str, Tensor],
        metrics: EpochMetrics,
        write: Callable[[Checkpoint], None],
        emit: Callable[[Event], None],
    ) -> None:
        self._config, self._fingerprint, self._position = config, fingerprint, position
        self._network, self._state, self._metrics = network, state, metrics
        self._write, self._emit = write, emit
        self._saved: Position | None = None
        self._pause = Interval.ended()

    def take(self) -> Checkpoint:
        return Checkpoint(
            position=replace(self._position),
            config=str(self._config),
            data=self._fingerprint,
            parameters=self._network.state_dict(),
            optimiser={name: self._unsorted(tensor).cpu() for name, tensor in self._state.items()},
            loss=self._metrics.loss.cpu().clone(),
            correct=self._metrics.correct.cpu().clone(),
        )

    def save(self) -> None:
        """Write a checkpoint and say so, unless this moment's is written. All that was trained must be reported."""
        if self._saved == self._position:
            return
        began = time.monotonic()
        self._write(self.take())
        self._emit(CheckpointSaved(step=self._position.step, epoch=self._position.last_epoch))
        self._saved = replace(self._position)
        self._pause.begin(max(INTERVAL, COSTS_APART * (time.monotonic() - began)))

    def save_in_time(self) -> bool:
        """Save, unless the last time was too short ago; whether it was done."""
        if not self._pause.is_over():
            return False
        self.save()
        return True

    def check(self, checkpoint: Checkpoint) -> None:
        """Raises CheckpointError when a checkpoint is of another configuration or other data, or fits no such run."""
        if checkpoint.data != self._fingerprint:
            raise CheckpointError("the data are not those the run was trained on; start it again instead")
        if not self._is_of_this_config(checkpoint):
            raise CheckpointError("the checkpoint is of another configuration; start the run again instead")
        if not self._fits(checkpoint):
            raise CheckpointError("the checkpoint does not fit this run; start it again from its configuration")

    @torch.no_grad()
    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint. Raises CheckpointError when it does not fit."""
        self.check(checkpoint)
        self._network.load_state_dict(checkpoint.parameters)
        for name, tensor in self._state.items():
            saved = checkpoint.optimiser[name].to(tensor.device)
            tensor.copy_(self._network.sorted(saved) if self._is_by_parameter(tensor) else saved)
        self._metrics.loss.copy_(checkpoint.loss)
        self._metrics.correct.copy_(checkpoint.correct)
        self._position.go_to(checkpoint.position)

    def _is_of_this_config(self, checkpoint: Checkpoint) -> bool:
        """Compared as values, so that a setting that is newer than the checkpoint counts as left at its default."""
        try:
            return RunConfig.parse(checkpoint.config) == self._config
        except ValueError:
            return False

    def _fits(self, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint is of a position in this run and its tensors have the form of this run's."""
        metrics = {"loss": checkpoint.loss, "correct": checkpoint.correct}
        return (
            1 <= checkpoint.position.epoch <= self._config.epochs + 1
            and 0 <= checkpoint.position.batch <= self._position.batches
            and alike(checkpoint.parameters, self._network.state_dict())
            and alike(checkpoint.optimiser, self._state)
            and alike(metrics, {"loss": self._metrics.loss, "correct": self._metrics.correct})
        )

    def _unsorted(self, state: Tensor) -> Tensor:
        """A copy of a tensor of the optimiser's state; one for each parameter is kept with the pixels as they are."""
        return self._network.unsorted(state) if self._is_by_parameter(state) else state.clone()

    def _is_by_parameter(self, state: Tensor) -> bool:
        return state.shape == self._network.vector.shape


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint beside `path` and rename it over. Raises OSError."""
    position = vars(checkpoint.position)
    values = {
        **vars(checkpoint),
        "position": {name: position[name] for name in IN_POSITION},
        **{name: position[name] for name in BESIDE_POSITION},
        "format": FORMAT,
    }
    content = io.BytesIO()
    torch.save(values, content)
    write_whole(path, content.getvalue())


def load(path: Path, config: RunConfig) -> Checkpoint | None:
    """The checkpoint at `path` of a run of that configuration; None when there is none.

    Raises CheckpointError for a damaged file, for one larger than the run can have made, and for one that would run
    code when unpickled."""
    try:
        content = read_bounded(path, MOST_BYTES_A_PARAMETER * config.parameters() + MOST_BYTES_BESIDE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(
            f"the checkpoint cannot be read: {error.strerror}; start the run again from its configuration"
        ) from None
    try:
        _refuse_compressed(content)
        values = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        return _checked(values)
    except pickle.UnpicklingError:
        raise CheckpointError("the checkpoint holds more than tensors and numbers, and was not loaded") from None
    except Exception:
        raise CheckpointError("the checkpoint is damaged; start the run again from its configuration") from None


def _refuse_compressed(content: bytes) -> None:
    """Raises ValueError for an archive that unpacks to more than it is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > len(content):
            raise ValueError("compressed")


def _checked(values: dict[str, Any]) -> Checkpoint:
    if values.pop("format") != FORMAT:
        raise ValueError("unknown format")
    kinds: dict[str, type] = {
        "config": str, "data": str, "parameters": dict, "optimiser": dict, "loss": Tensor, "correct": Tensor,
    }  # fmt: skip
    tested = {name: values.pop(name) for name in BESIDE_POSITION}
    position = Position(batches=len(values["loss"]), **values.pop("position"), **tested)
    figures = (position.seconds, position.epoch_seconds, position.test_loss, position.test_accuracy)
    if any(type(number) is not int for number in (position.epoch, position.batch)):
        raise TypeError("unexpected content")
    if any(type(number) is not float for number in figures):
        raise TypeError("unexpected content")
    tensors = [*values["parameters"].values(), *values["optimiser"].values()]
    if not all(isinstance(values[key], kind) for key, kind in kinds.items()):
        raise TypeError("unexpected content")
    if not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise TypeError("unexpected content")
    return Checkpoint(position=position, **values)
