"""How long an epoch takes, as far as the runs tell that trained the same work on the same device."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import AUTO, MNIST, SPECS
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import last_events
from engine.runs.events import Epoch, Event
from engine.runs.record import RunRecord
from engine.runs.summaries import recent_ids

MOST_RUNS = 200


@dataclass(frozen=True)
class Speed:
    """Seconds of training an image, and seconds of evaluation an epoch."""

    image: float
    evaluation: float


class EpochTimes:
    """What finished epochs took. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Hashable, Speed] = {}

    def watch(self, run: Run, event: Event) -> None:
        """Learn from an event of a run in training."""
        if isinstance(event, Epoch):
            self.learn(run.record(), event)

    def learn(self, record: RunRecord, epoch: Epoch) -> None:
        """Learn from an epoch of a run that trains alone; the latest counts."""
        if record.device and record.stack == 1 and epoch.seconds > 0 and epoch.evaluation_seconds >= 0:
            speed = Speed(epoch.seconds / images_trained(record.config), epoch.evaluation_seconds)
            with self._lock:
                self._known[_work(record.config), record.device] = speed

    def learn_from(self, home: Home) -> None:
        """Learn from the newest runs of a home."""
        for id in reversed(recent_ids(home.runs)[:MOST_RUNS]):
            run = Run(home.runs / id)
            with suppress(StoreError):
                for event in last_events(run.events_path):
                    self.watch(run, event)

    def epoch_seconds(self, config: RunConfig, device: str) -> float | None:
        """What an epoch of `config` takes on a device, named as its description is; None where nothing tells."""
        with self._lock:
            speed = self._known.get((_work(config), device))
        return speed.image * images_trained(config) + speed.evaluation if speed else None


def images_there(config: RunConfig) -> int:
    """How many images to train on the data set of a configuration has."""
    return SPECS[MNIST if config.dataset == AUTO else config.dataset].train_size


def images_trained(config: RunConfig) -> int:
    """How many images an epoch trains on."""
    there = images_there(config)
    return config.images_used(there) - config.images_held_out(there)


def _work(config: RunConfig) -> Hashable:
    """What the time of an image depends on, the device apart."""
    batch = config.images_a_batch(images_trained(config))
    penalty = config.l2_mode if config.l2 else ""
    optimiser = (config.optimiser, config.momentum > 0, config.nesterov)
    layers = (config.hidden, config.layer_activations(), config.batch_norm, config.dropout > 0)
    images = (config.scaling, config.shift > 0, config.rotation > 0)
    return (layers, batch, penalty, optimiser, config.gradients, images)
