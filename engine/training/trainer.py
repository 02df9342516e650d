"""The training loop: epochs, batches, and for each batch a forward pass, a loss, a backward pass and an update.

What is done with one batch stands in `autograd.py` as a tutorial writes it, and in `closed_form.py` for speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from engine.config.run_config import RunConfig
from engine.config.schedule import Schedule
from engine.datasets import Dataset
from engine.runs.events import Ending, Event, Notice, RunFinished
from engine.training import compiled_steps
from engine.training.autograd import Gradients, Parts
from engine.training.batch_buffers import Batch, BatchBuffers, Scaling, split
from engine.training.batch_metrics import EpochMetrics
from engine.training.batch_plan import profits_from_pixel_order
from engine.training.checkpoint import Checkpoint, Checkpointer
from engine.training.control import Control, Steering
from engine.training.early_stopping import EarlyStopping
from engine.training.evaluation import Evaluation, Evaluator
from engine.training.l2_penalty import L2Penalty
from engine.training.ladder import Ladder
from engine.training.layer_statistics import LayerStatistics
from engine.training.network import Network
from engine.training.optimisers import make_optimiser
from engine.training.pixel_order import PixelOrder
from engine.training.position import Position
from engine.training.reporter import Reporter
from engine.training.stack import Seat


@dataclass(frozen=True)
class TrainerCallbacks:
    """Where a trainer leaves what outlives it, and asks what others want of it between two steps."""

    emit: Callable[[Event], None]
    save: Callable[[Checkpoint], None]
    tested: Callable[[int, Evaluation, Network], None]
    poll: Callable[[], None]


class Trainer:
    """Trains one network on one device, from the beginning or from a checkpoint; with a `seat`, its steps are taken
    together with those of others."""

    def __init__(
        self, config: RunConfig, data: Dataset, device: torch.device, callbacks: TrainerCallbacks, control: Control,
        seat: Seat | None = None,
    ) -> None:  # fmt: skip
        self.config, self._callbacks, self._control = config, callbacks, control
        images, labels, validation_images, validation_labels = split(config, data.train_images, data.train_labels)
        scaling = Scaling(config, data.mean, data.std)
        compiled = device.type == "cpu" and compiled_steps.suit(config, len(images))
        pixels = PixelOrder(images, by_use=not (compiled or seat) and profits_from_pixel_order(config, device.type))
        self.buffers = BatchBuffers(config, images, labels, scaling, pixels, device)
        self._test = Evaluator(data.test_images, data.test_labels, scaling, pixels, device)
        self._validation = (
            Evaluator(validation_images, validation_labels, scaling, pixels, device) if len(validation_images) else None
        )
        self.network = Network(config, device, pixels)
        self._penalty = L2Penalty(config)
        self._optimiser = make_optimiser(config, self._penalty.decay, self.network.vector)
        self.schedule = Schedule(config, self.buffers.batches)
        self._ladder = Ladder(Parts(config, self.network, self.buffers, self._penalty, self._optimiser), seat)
        self._stopping = EarlyStopping(config, self.network)
        self._gradients: Gradients | None = None
        self._metrics = EpochMetrics(self.buffers)
        self.position = Position(self.buffers.batches)
        self._layers = LayerStatistics(self._ladder.parts, self.position)
        self._reporter = Reporter(callbacks.emit, self.position, self._metrics, self._optimiser, device.type != "cpu")
        self.checkpoints = Checkpointer(
            config, data.fingerprint, self.position, self.network, {**self._optimiser.state, **self._stopping.state},
            self._metrics, callbacks.save, callbacks.emit,
        )  # fmt: skip
        self._steering = Steering(
            control, self.position, self.schedule, self._reporter, self.checkpoints, callbacks.poll, callbacks.emit
        )

    def train(self) -> Ending:
        """Train until every epoch is done or somebody stops it. Raises Diverged, and what the callbacks raise."""
        position, gradients = self.position, self.gradients()
        with torch.inference_mode(gradients.inference):
            while position.epoch <= self.config.epochs and not self._stopping.ends_after(position.epochs_ended):
                self._reporter.begin_epoch()
                self._layers.begin_epoch()
                for batches in self._batches_left():
                    # Each batch: forward, loss, backward, update.
                    trained = gradients.run(batches, self._steering.is_wanted)
                    self._metrics.take(position.batch, batches[:trained])
                    position.batch += trained
                    if not self._steering.goes_on():
                        self.checkpoints.save()
                        return self._control.ending(self._control.stop_reason, **position.ending())
                self._reporter.report_steps()
                self._evaluate()
                position.begin_next_epoch()
                self.checkpoints.save_in_time()
            reason = self._stopping.restore(position)
            if kept := self._stopping.best_epoch:
                self._callbacks.tested(kept, self._test.evaluate(self.network), self.network)
            self.checkpoints.save()
            return RunFinished(reason=reason, kept=kept, **position.ending())

    def gradients(self) -> Gradients:
        """The way this trains: the fastest that proves itself here, on the batches of the epoch in work."""
        if self._gradients is None:
            epoch = min(self.position.epoch, self.config.epochs)
            self._gradients = self._ladder.climb(epoch, lambda text: self._callbacks.emit(Notice(message=text)))
        return self._gradients

    def _batches_left(self) -> Iterator[list[Batch]]:
        """The batches of the epoch that are not trained on yet, those of a chunk at a time, from `position` on."""
        position, buffers = self.position, self.buffers
        while position.batch < buffers.batches:
            chunk, first = divmod(position.batch, buffers.batches_a_chunk)
            batches, start = buffers.draw(position.epoch, chunk), position.batch - first
            while left := batches[position.batch - start :]:
                if self._optimiser.varies:
                    before = position.step_of(start)
                    self._optimiser.rates = [self.schedule.rate(before + batch.place) for batch in batches]
                else:
                    left = self._of_one_rate(left)
                yield left

    def _of_one_rate(self, batches: list[Batch]) -> list[Batch]:
        """The first of some batches, up to where another learning rate is set, and the optimiser with theirs."""
        step = self.position.step
        if (rate := self.schedule.rate(step)) != self._optimiser.learning_rate:
            self._optimiser.learning_rate = rate
            self.gradients().forget()
        return batches[: self.schedule.steps_to_change(step)]

    def _evaluate(self) -> None:
        """Loss and accuracy on the test and validation images, the predictions on the test images, and the layers."""
        began = time.perf_counter()
        test = self._test.evaluate(self.network, self._layers.see)
        validation = self._validation.evaluate(self.network) if self._validation else None
        layers = self._layers.event()
        seconds = time.perf_counter() - began
        if validation:
            self._stopping.note(self.position.epoch, validation, test)
        self._callbacks.tested(self.position.epoch, test, self.network)
        self._reporter.report_epoch(self._penalty.value(self.network), layers, test, validation, seconds)
