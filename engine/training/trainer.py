"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.errors import UserError
from engine.runs.events import Checkpoint, Ending, Epoch, Event, Paused, Resumed, RunFinished, RunStopped, Steps
from engine.training.autograd import choose
from engine.training.batch_buffers import BatchBuffers, Scaling, seed_of
from engine.training.batch_metrics import Batches, EpochMetrics
from engine.training.batch_plan import profits_from_pixel_order
from engine.training.checkpoint import CheckpointError, Position, Saved
from engine.training.control import Control
from engine.training.evaluation import Evaluation, Evaluator
from engine.training.network import Network, Penalty, alike
from engine.training.optimisers import make_optimiser
from engine.training.pixel_order import PixelOrder
from engine.training.reporter import INTERVAL, ReportTimer

ADVICE = "try a lower learning rate"


class Diverged(UserError):
    """The loss is no longer finite; the message says since which step."""


@dataclass(frozen=True)
class TrainerCallbacks:
    """Where a trainer leaves what outlives it, and asks what others want of it between two steps."""

    emit: Callable[[Event], None]
    save: Callable[[Saved], None]
    predicted: Callable[[int, npt.NDArray[np.float32]], None]
    poll: Callable[[], None]


class Trainer:
    """Trains one network on one device, from the beginning or from a checkpoint."""

    def __init__(
        self, config: RunConfig, data: Dataset, device: torch.device, keeper: TrainerCallbacks, control: Control
    ) -> None:
        self.config, self._keeper, self._control = config, keeper, control
        self._fingerprint = data.fingerprint
        scaling = Scaling(config, data.mean, data.std)
        images, labels, held_images, held_labels = split(config, data.train_images, data.train_labels)
        pixels = PixelOrder(images, by_use=profits_from_pixel_order(config, device.type))
        self.feed = BatchBuffers(config, images, labels, scaling, pixels, device)
        self._test = Evaluator(data.test_images, data.test_labels, scaling, pixels, device)
        self._validation = Evaluator(held_images, held_labels, scaling, pixels, device) if len(held_images) else None
        self.network = Network(config, device, pixels)
        self._penalty = Penalty(config)
        self._optimiser = make_optimiser(config, self._penalty.decay, self.network.vector)
        self._gradients = choose(config, self.network, self.feed, self._penalty, self._optimiser)
        self._figures = EpochMetrics(self.feed)
        self._pace = ReportTimer(queues=device.type != "cpu")
        self._epoch, self._batch, self._reported = 1, 0, 0
        self._seconds = self._epoch_seconds = 0.0
        self._test_loss = self._test_accuracy = float("nan")

    @property
    def epoch(self) -> int:
        """The epoch in work, from 1."""
        return self._epoch

    @property
    def step(self) -> int:
        """Steps done over the whole run."""
        return (self._epoch - 1) * self.feed.batches + self._batch

    def train(self) -> Ending:
        """Train until every epoch is done or somebody stops it. Raises Diverged, and what the keeper raises."""
        with torch.inference_mode(self._gradients.inference):
            while self._epoch <= self.config.epochs:
                if not self._train_epoch():
                    self._checkpoint()
                    return RunStopped(reason=self._control.stop_reason, **self._ending())
                self._evaluate()
                self._epoch, self._batch, self._epoch_seconds = self._epoch + 1, 0, 0.0
                self._checkpoint()
            return RunFinished(**self._ending())

    def _train_epoch(self) -> bool:
        """Train to the end of the epoch; whether it was reached."""
        self._reported = self._batch
        self._clock = time.perf_counter()
        while self._batch < self.feed.batches:
            chunk, done = divmod(self._batch, self.feed.batches_a_chunk)
            batches = self.feed.draw(self._epoch, chunk)
            while done < len(batches):
                trained = self._gradients.run(batches[done:], self._interrupted)
                self._figures.take(self._batch, batches[done : done + trained])
                done, self._batch = done + trained, self._batch + trained
                if not self._handle_control():
                    return False
        self._report()
        return True

    def _interrupted(self) -> bool:
        return self._pace.due() or self._control.wanted

    def _handle_control(self) -> bool:
        """Between two steps: report when it is time, do what is wanted; whether training goes on."""
        if self._pace.due():
            self._keeper.poll()
            self._report_unless_early()
        if self._control.paused and not self._control.stop_reason:
            self._pause()
        if self._control.stop_reason:
            self._report()
            return False
        return True

    def _pause(self) -> None:
        self._report()
        self._checkpoint()
        self._keeper.emit(Paused(step=self.step, epoch=self._epoch))
        while self._control.paused and not self._control.stop_reason:
            self._control.wait(INTERVAL)
            self._keeper.poll()
        if not self._control.stop_reason:
            self._keeper.emit(Resumed(step=self.step, epoch=self._epoch))
        self._clock = time.perf_counter()

    def _report_unless_early(self) -> None:
        """Report, unless less than an interval has passed or is left: the end of the epoch reports what is left."""
        recent = self._figures.read(self._reported, self._batch)
        self._pace.caught_up()
        passed = time.perf_counter() - self._clock
        left = passed * (self.feed.batches - self._batch) / max(1, self._batch - self._reported)
        if min(passed, left) >= INTERVAL:
            self._emit_steps(recent)
        self._pace.restart()

    def _report(self) -> None:
        """One `steps` event of the batches since the last one, if there are any."""
        if self._batch > self._reported:
            self._emit_steps(self._figures.read(self._reported, self._batch))

    def _emit_steps(self, recent: Batches) -> None:
        now = time.perf_counter()
        passed, self._clock = now - self._clock, now
        self._seconds += passed
        self._epoch_seconds += passed
        first, self._reported = self._step_of(self._reported), self._batch
        self._keeper.emit(
            Steps(
                step=self.step,
                epoch=self._epoch,
                loss=recent.mean_loss,
                accuracy=recent.accuracy,
                min_loss=float(recent.loss.min()),
                max_loss=float(recent.loss.max()),
                learning_rate=self._optimiser.learning_rate,
                samples_per_second=float(recent.size.sum()) / max(passed, 1e-9),
            )
        )
        finite = np.isfinite(recent.loss)
        if not finite.all():
            step = first + 1 + int(finite.argmin())
            raise Diverged(f"diverged: the loss is not a finite number at step {step:,}; {ADVICE}")

    def _step_of(self, batch: int) -> int:
        return (self._epoch - 1) * self.feed.batches + batch

    def _evaluate(self) -> None:
        """The `epoch` event, and the predictions on the test images."""
        train = self._figures.read(0, self.feed.batches)
        began = time.perf_counter()
        test = self._test.evaluate(self.network)
        validation = self._validation.evaluate(self.network) if self._validation else None
        self._test_loss, self._test_accuracy = test.loss, test.accuracy
        self._keeper.predicted(self._epoch, test.probabilities)
        self._keeper.emit(
            Epoch(
                epoch=self._epoch,
                step=self.step,
                train_loss=train.mean_loss,
                train_accuracy=train.accuracy,
                penalty=self._penalty.value(self.network),
                test_loss=test.loss,
                test_accuracy=test.accuracy,
                seconds=self._epoch_seconds,
                evaluation_seconds=time.perf_counter() - began,
                **_validation_figures(validation),
            )
        )
        if not math.isfinite(test.loss):
            raise Diverged(f"diverged: the test loss is not a finite number after step {self.step:,}; {ADVICE}")

    def _checkpoint(self) -> None:
        self._keeper.save(self.saved())
        self._keeper.emit(Checkpoint(step=self.step, epoch=self._epoch - (self._batch == 0)))

    def _ending(self) -> dict[str, Any]:
        return {
            "epoch": self._epoch - (self._batch == 0),
            "step": self.step,
            "test_loss": self._test_loss,
            "test_accuracy": self._test_accuracy,
            "seconds": self._seconds,
        }

    def saved(self) -> Saved:
        """What a checkpoint holds now."""
        return Saved(
            position=Position(self._epoch, self._batch, self._seconds, self._epoch_seconds),
            config=str(self.config),
            data=self._fingerprint,
            parameters=self.network.state_dict(),
            optimiser={name: self._unsorted(tensor).cpu() for name, tensor in self._optimiser.state.items()},
            loss=self._figures.loss.cpu().clone(),
            correct=self._figures.correct.cpu().clone(),
            test_loss=self._test_loss,
            test_accuracy=self._test_accuracy,
        )

    def _unsorted(self, state: Tensor) -> Tensor:
        """A copy of a tensor of the optimiser's state; one for each parameter is kept with the pixels as they are."""
        return self.network.unsorted(state) if state.shape == self.network.vector.shape else state.clone()

    @torch.no_grad()
    def restore(self, saved: Saved) -> None:
        """Go on from a checkpoint. Raises CheckpointError when it is of another configuration or other data."""
        if saved.data != self._fingerprint:
            raise CheckpointError("the data are not those the run was trained on; start it again instead")
        if saved.config != str(self.config):
            raise CheckpointError("the checkpoint is of another configuration; start the run again instead")
        if not self._fits(saved):
            raise CheckpointError("the checkpoint does not fit this run; start it again from its configuration")
        self.network.load_state_dict(saved.parameters)
        for name, tensor in self._optimiser.state.items():
            kept = saved.optimiser[name].to(tensor.device)
            tensor.copy_(self.network.sorted(kept) if tensor.shape == self.network.vector.shape else kept)
        self._figures.loss.copy_(saved.loss)
        self._figures.correct.copy_(saved.correct)
        position = saved.position
        self._epoch, self._batch = position.epoch, position.batch
        self._seconds, self._epoch_seconds = position.seconds, position.epoch_seconds
        self._test_loss, self._test_accuracy = saved.test_loss, saved.test_accuracy

    def _fits(self, saved: Saved) -> bool:
        """Whether a checkpoint is of a position in this run and its tensors have the form of this trainer's."""
        kept = {"loss": saved.loss, "correct": saved.correct}
        return (
            1 <= saved.position.epoch <= self.config.epochs + 1
            and 0 <= saved.position.batch <= self.feed.batches
            and alike(saved.parameters, self.network.state_dict())
            and alike(saved.optimiser, self._optimiser.state)
            and alike(kept, {"loss": self._figures.loss, "correct": self._figures.correct})
        )


def _validation_figures(evaluation: Evaluation | None) -> dict[str, float]:
    if evaluation is None:
        return {}
    return {"validation_loss": evaluation.loss, "validation_accuracy": evaluation.accuracy}


Images = npt.NDArray[np.uint8]


def split(config: RunConfig, images: Images, labels: Images) -> tuple[Images, Images, Images, Images]:
    """The images and labels to train on, and those held out for validation, drawn by the seed."""
    size = len(images) if config.train_size == "all" else min(int(config.train_size), len(images))
    held = round(size * config.validation)
    if not held:
        return images[:size], labels[:size], images[:0], labels[:0]
    generator = torch.Generator().manual_seed(seed_of(config.seed, "validation"))
    order = torch.randperm(size, generator=generator).numpy()
    kept, out = np.sort(order[held:]), np.sort(order[:held])
    return images[kept], labels[kept], images[out], labels[out]
