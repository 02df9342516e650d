"""What a run needs to go on from where it was, kept in a file that cannot run code."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import UserError
from engine.files import write_whole

FORMAT = 1


class CheckpointError(UserError):
    """The checkpoint cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Position:
    """`batch` batches of epoch `epoch` (from 1) are done; `seconds` of training went into the run, `epoch_seconds`
    into the epoch. The random state of a run is its position."""

    epoch: int = 1
    batch: int = 0
    seconds: float = 0.0
    epoch_seconds: float = 0.0


@dataclass(frozen=True)
class Saved:
    """A checkpoint: position, parameters, the optimiser's state, and figures of the unfinished epoch's batches."""

    position: Position
    config: str
    data: str
    parameters: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    loss: Tensor
    correct: Tensor
    test_loss: float
    test_accuracy: float


def save(path: Path, saved: Saved) -> None:
    """Write the checkpoint beside `path` and rename it over. Raises OSError."""
    content = io.BytesIO()
    torch.save({**vars(saved), "position": vars(saved.position), "format": FORMAT}, content)
    write_whole(path, content.getvalue())


def load(path: Path) -> Saved | None:
    """The checkpoint at `path`; None when there is none.

    Raises CheckpointError for a damaged file and for one that would run code when unpickled."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(f"the checkpoint cannot be read: {error.strerror}") from None
    try:
        values = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        return _checked(values)
    except pickle.UnpicklingError:
        raise CheckpointError("the checkpoint holds more than tensors and numbers, and was not loaded") from None
    except Exception:
        raise CheckpointError("the checkpoint is damaged; start the run again from its configuration") from None


def _checked(values: dict[str, Any]) -> Saved:
    if values.pop("format") != FORMAT:
        raise ValueError("unknown format")
    kinds: dict[str, type] = {
        "config": str, "data": str, "parameters": dict, "optimiser": dict,
        "loss": Tensor, "correct": Tensor, "test_loss": float, "test_accuracy": float,
    }  # fmt: skip
    position = Position(**values.pop("position"))
    whole, spent = (position.epoch, position.batch), (position.seconds, position.epoch_seconds)
    if any(type(number) is not int for number in whole) or any(type(number) is not float for number in spent):
        raise TypeError("unexpected content")
    tensors = [*values["parameters"].values(), *values["optimiser"].values()]
    if not all(isinstance(values[key], kind) for key, kind in kinds.items()):
        raise TypeError("unexpected content")
    if not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise TypeError("unexpected content")
    return Saved(position=position, **values)
