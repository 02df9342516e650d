"""How fast many networks train in one step, against one alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import torch

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.runs.events import Epoch, Event
from engine.training.control import Control
from engine.training.devices import prepare
from engine.training.stack import Seat, Stack
from engine.training.threads import threads_for
from engine.training.trainer import Trainer, TrainerCallbacks

EPOCHS = 3


def stacked_speed(config: RunConfig, data: Dataset, device: torch.device, size: int) -> float:
    """Images a second that a stack of networks of other seeds trains on, all of them together, evaluation included, in
    all epochs but the first, which warms up; a stack of one is a run alone."""
    seats = Stack(size).seats if size > 1 else [None]
    configs = [config.replace({"seed": seed, "epochs": EPOCHS}) for seed in range(1, size + 1)]
    with ThreadPoolExecutor(size) as threads:
        ended = list(threads.map(partial(_epoch_ends, data, device), configs, seats))
    seconds = max(ends[-1] for ends in ended) - max(ends[0] for ends in ended)
    used = config.images_used(len(data.train_labels))
    images = used - config.images_held_out(len(data.train_labels))
    return size * (EPOCHS - 1) * images / seconds


def _epoch_ends(data: Dataset, device: torch.device, config: RunConfig, seat: Seat | None) -> list[float]:
    """Train a run; when each of its epochs ended."""
    ends: list[float] = []

    def emit(event: Event) -> None:
        if isinstance(event, Epoch):
            ends.append(time.perf_counter())

    callbacks = TrainerCallbacks(emit, lambda saved: None, lambda *tested: None, lambda: None)
    prepare(device, threads_for(config, len(data.train_labels)))
    try:
        Trainer(config, data, device, callbacks, Control(), seat).train()
    finally:
        if seat:
            seat.leave()
    return ends
