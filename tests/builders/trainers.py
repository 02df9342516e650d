"""Trainers of small networks that keep nothing."""

from __future__ import annotations

import torch

from engine.config.run_config import RunConfig
from engine.runs.events import Event
from engine.training.control import Control
from engine.training.stack import Seat
from engine.training.trainer import Trainer, TrainerCallbacks
from tests.builders.blobs import blobs

CPU = torch.device("cpu")
DATA = blobs(train=4200, test=100)


def trainer_of(
    settings: str, device: torch.device = CPU, events: list[Event] | None = None, seat: Seat | None = None
) -> Trainer:
    """A trainer on blobs, whose events go to `events`."""
    sink = events.append if events is not None else lambda event: None
    callbacks = TrainerCallbacks(sink, lambda saved: None, lambda *tested: None, lambda: None)
    return Trainer(RunConfig.parse(settings), DATA, device, callbacks, Control(), seat)
