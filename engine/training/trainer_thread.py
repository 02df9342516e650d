"""The thread a run is trained in: it streams the run's events, and every exception becomes one of them."""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from engine import datasets
from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.errors import UserError, is_out_of_memory
from engine.files import FULL, open_descriptor
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Ending, Event, Notice, Paused, Progress, RateChanged, Resumed, RunFailed, RunStarted
from engine.runs.predictions import PredictionKeeper
from engine.runs.record import RateChange, RunRecord
from engine.runs.weights import WeightKeeper
from engine.runs.writer import RunWriter
from engine.training.control import Control
from engine.training.threads import threads_for

if TYPE_CHECKING:
    from engine.training.checkpoint import Checkpoint
    from engine.training.evaluation import Evaluation
    from engine.training.network import Network
    from engine.training.stack import Seat
    from engine.training.trainer import Trainer

LOST = "the log of events was cut short (a power cut, a full disk?): it does not lead to step"
Load = Callable[[str, Home, Callable[[Event], None]], Dataset]
# The device to train on, by the configuration; what is to be known of it, and that it waits, is reported.
Choose = Callable[[RunConfig, Callable[[Event], None]], str]


class Stopped(Exception):
    """Somebody stopped the run before its first step."""


class TrainerThread(threading.Thread):
    """Trains a run, from the beginning or from its checkpoint, as its `RunWriter`, which raises what it raises.

    Every event goes to the run's log and to `on_event`, which is called in this thread. `device` is the one that the
    run was given, else `choose` says which; `descriptor` is that of a lock that is held for it;
    `occupy` is told the device and how many threads train there. With a `seat` its steps are taken together with those
    of others.
    """

    def __init__(
        self,
        run: Run,
        control: Control | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        load: Load = datasets.load,
        device: str = "",
        descriptor: int | None = None,
        choose: Choose = lambda config, report: config.device,
        occupy: Callable[[str, int], None] = lambda device, threads: None,
        seat: Seat | None = None,
    ) -> None:
        super().__init__(name=f"trainer of {run.id}", daemon=True)
        self.trained = run
        self.control = control or Control()
        self._predictions, self._weights = PredictionKeeper(run), WeightKeeper(run)
        self._load, self._device, self._seat = load, device, seat
        self._choose, self._occupy = choose, occupy
        self._batch_size = "unknown"
        self._writer = RunWriter(run, on_event, descriptor)
        self._state, self._emit = self._writer.state, self._writer.emit
        self.control.ask(run.take_request(void=self._writer.void_request))

    @property
    def ending(self) -> Ending | None:
        """The event that has ended the run."""
        return self._writer.ending

    @property
    def unrecorded(self) -> str:
        """Why the event that ended the run could not be written."""
        return self._writer.unrecorded

    def run(self) -> None:
        try:
            ending = self._trained()
        except Exception as error:
            ending = self._failure(error)
        finally:
            self.leave_seat()
        if not self.control.broken_off:
            self._writer.end(ending)
        _release_memory()
        self._writer.close()

    def _report(self, event: Event) -> None:
        """Pass on what preparation reports, unless somebody wants it to end."""
        self._poll()
        if self.control.stop_reason:
            raise Stopped(self.control.stop_reason)
        self._emit(event)

    def _take(self, event: Event) -> None:
        """Pass on what the trainer tells; that the learning rate was set stands in the record too, for every list.

        A run that pauses lets others go on with their steps."""
        if isinstance(event, RateChanged):
            changes = _in_record(self._state.rate_changes_with(event))
            self.trained.update_record(lambda record: dataclasses.replace(record, rate_changes=changes))
        self._emit(event)
        if isinstance(event, Paused):
            self.leave_seat()

    def leave_seat(self) -> None:
        """Take no more steps together with others."""
        if self._seat:
            self._seat.leave()

    def _poll(self) -> None:
        self.control.ask(self.trained.take_request())

    def _trained(self) -> Ending:
        self._report(Progress(task="loading PyTorch", done=0, total=0))
        trainer = self._prepared(self.trained.record())
        method = trainer.gradients().name
        stack = self._seat.size if self._seat else 1
        self.trained.update_record(
            lambda record: dataclasses.replace(record, method=method, stack=max(record.stack, stack))
        )
        try:
            return trainer.train()
        finally:
            with suppress(OSError):  # They are a view of what is lost for other reasons.
                self.trained.lock.check()
                for files in (self._predictions, self._weights):
                    files.write()
                    files.prune()

    def _prepared(self, record: RunRecord) -> Trainer:
        """The trainer, where the run left off, with what `auto` stands for written into the record."""
        from engine.training import devices
        from engine.training.trainer import Trainer, TrainerCallbacks

        self._batch_size = record.config.text("batch_size")
        device = devices.resolve(self._device or self._choose(record.config, self._report))
        home = Home(self.trained.path.parent.parent)
        data = self._load(record.config.dataset, home, self._report)
        config = record.config.replace({"dataset": data.name})
        threads = threads_for(config, len(data.train_labels))
        self._occupy(str(device), threads)
        devices.prepare(device, threads)
        self._remember(config=config, device=devices.describe(device), data=data)
        callbacks = TrainerCallbacks(
            emit=self._take,
            save=self._save,
            tested=self._keep,
            poll=self._poll,
        )
        trainer = Trainer(config, data, device, callbacks, self.control, self._seat)
        for change in self._state.rate_changes:
            trainer.schedule.change(change.step, change.learning_rate)
        if self._state.started is None:
            self._emit(
                RunStarted(
                    id=self.trained.id,
                    run_name=record.name,
                    config=config.replace({"device": str(device)}),
                    device=devices.describe(device),
                    parameters=config.parameters(),
                    train_size=trainer.buffers.size,
                    test_size=len(data.test_labels),
                    steps_per_epoch=trainer.buffers.batches,
                )
            )
        else:
            self._go_on(trainer)
        self._predictions.begin(config.epochs, self._state.epochs, record.of_sweep)
        with self._weights_spared():
            self._weights.begin(config, self._state.epochs, record.of_sweep, record.keep_weights)
        return trainer

    def _keep(self, epoch: int, test: Evaluation, network: Network) -> None:
        """Keep what an epoch's network is and what it says."""
        self._predictions.add(epoch, test.accuracy, test.probabilities)
        with self._weights_spared():
            self._weights.add(epoch, test.accuracy, network.arrays)

    @contextmanager
    def _weights_spared(self) -> Iterator[None]:
        """Weights are kept to be looked at: where they cannot be, that is said once, and training goes on."""
        try:
            yield
        except OSError as error:
            message = f"the weights of some epochs are not kept: {error.strerror or error}"
            if message not in self._state.notices:
                self._emit(Notice(message=message))

    def _go_on(self, trainer: Trainer) -> None:
        """Take the trainer to the checkpoint or, if the log does not lead there, leave it at the beginning."""
        from engine.training import checkpoint

        if saved := checkpoint.load(self.trained.checkpoint_path, trainer.config):
            position = saved.position
            if self._state.leads_to(position.step, position.epochs_ended):
                trainer.checkpoints.restore(saved)
            else:
                trainer.checkpoints.check(saved)
                self._emit(Notice(message=f"{LOST} {position.step:,}, where its checkpoint is; the run begins anew"))
        self._emit(Resumed(step=trainer.position.step, epoch=trainer.position.epoch))

    def _save(self, taken: Checkpoint) -> None:
        """What a checkpoint stands on is on the disk before it is, and what it replaces goes after."""
        from engine.training import checkpoint

        self._writer.sync()
        self._predictions.write()
        with self._weights_spared():
            self._weights.write()
        checkpoint.save(self.trained.checkpoint_path, taken)
        self._predictions.prune()
        with self._weights_spared():
            self._weights.prune()

    def _remember(self, *, config: RunConfig, device: str, data: Dataset) -> None:
        import platform

        import numpy as np
        import torch

        versions = {"python": platform.python_version(), "torch": str(torch.__version__), "numpy": np.__version__}
        identity = {"name": data.name, "fingerprint": data.fingerprint}
        changes = _in_record(self._state.rate_changes)
        self.trained.update_record(
            lambda record: dataclasses.replace(
                record, config=config, device=device, versions=versions, data=identity, rate_changes=changes
            )
        )

    def _failure(self, error: Exception) -> Ending:
        figures = self._writer.figures()
        if isinstance(error, Stopped):
            return self.control.ending(str(error), **figures)
        return RunFailed(reason=self._reason(error), **figures)

    def _reason(self, error: Exception) -> str:
        """What went wrong, in the user's words."""
        if isinstance(error, OSError) and error.errno in FULL:
            return f"the disk is full: {self.trained.path} cannot be written; make room and resume the run"
        if isinstance(error, OSError):
            return f"{self.trained.path} cannot be written: {error.strerror or error}"
        if is_out_of_memory(error):
            if self._seat:
                tried = f"out of memory together with others at batch size {self._batch_size}"
                return f"{tried}; resume the run, which then trains alone, or let fewer be together: --devices stack:N"
            return f"out of memory at batch size {self._batch_size}; try a smaller batch or a smaller network"
        if isinstance(error, UserError):
            return str(error)
        report = self.trained.path / "traceback.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with suppress(OSError), os.fdopen(open_descriptor(report, flags), "w") as file:
            traceback.print_exception(error, file=file)
        return f"unexpected {type(error).__name__}: {error} (see {report})"


def _in_record(changes: Iterable[RateChanged]) -> tuple[RateChange, ...]:
    return tuple(RateChange(change.step, change.learning_rate) for change in changes)


def uses_card() -> bool:
    """Whether PyTorch, which another thread may be loading, has a card in use."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    return cuda is not None and bool(cuda.is_initialized())


def _release_memory() -> None:
    """Give back to a card what PyTorch keeps for later, so that others see it free."""
    if uses_card():
        with suppress(RuntimeError):  # After a fault of the card there is nothing that could be given back.
            sys.modules["torch"].cuda.empty_cache()
