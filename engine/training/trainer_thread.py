"""The thread a run is trained in: it streams the run's events, and every exception becomes one of them."""

from __future__ import annotations

import dataclasses
import errno
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from engine import datasets
from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.errors import UserError, is_out_of_memory
from engine.files import StoreError, clear_leftovers, open_descriptor
from engine.home import Home
from engine.runs.clock import SteadyClock
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Ending, Event, Notice, Progress, Queued, Resumed, RunFailed, RunStarted, RunStopped
from engine.runs.predictions import PredictionKeeper
from engine.runs.record import RunRecord
from engine.runs.state import FINISHED, QUEUED, RunState
from engine.training.control import Control

if TYPE_CHECKING:
    from engine.training.checkpoint import Checkpoint
    from engine.training.trainer import Trainer

LOST = "the log of events was cut short (a power cut, a full disk?): it does not lead to step"
E = TypeVar("E", bound=Event)
Load = Callable[[str, Home, Callable[[Event], None]], Dataset]
NAN = float("nan")


class Stopped(Exception):
    """Somebody stopped the run before its first step."""


class TrainerThread(threading.Thread):
    """Trains a run, from the beginning or from its checkpoint.

    Making one claims the run: StoreError when it is finished or another trainer has it, OSError when its directory
    cannot be written. Every event goes to the run's log and to `on_event`, which is called in this thread.
    """

    def __init__(
        self,
        run: Run,
        control: Control | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        load: Load = datasets.load,
    ) -> None:
        super().__init__(name=f"trainer of {run.id}", daemon=True)
        self.trained = run
        self.control = control or Control()
        self.ending: Ending | None = None
        self.unrecorded = ""
        self._predictions = PredictionKeeper(run)
        self._on_event, self._load = on_event, load
        self._batch_size = "unknown"
        self._clock = SteadyClock()
        before = run.request_mark()
        run.lock.acquire()
        try:
            clear_leftovers(run.path)
            if notice := run.record().notice:
                raise StoreError(f"{run.id} cannot go on here: it was {notice}")
            self._state = run.state()
            if self._state.phase == FINISHED:
                raise StoreError(f"{run.id} is finished; there is nothing left to train")
            self._log = EventLog(run.events_path)
        except BaseException:
            run.lock.release()
            raise
        # What was asked before there was a trainer was meant for another, which may have been killed.
        self.control.ask(run.take_request(void=before))

    def wait_turn(self) -> None:
        """Note that the run waits to be started; one without events says so itself. To be called before `start`."""
        if self._state.phase != QUEUED:
            self._emit(Queued())

    def run(self) -> None:
        try:
            ending = self._trained()
        except Exception as error:
            ending = self._failure(error)
        self._end(ending)
        _release_memory()
        self._log.close()
        self.trained.lock.release()

    def _emit(self, event: Event) -> None:
        event = self._timed(event)
        self._state.apply(event)
        self._log.append(event)
        self._on_event(event)

    def _timed(self, event: E) -> E:
        """The event at a time that does not depend on who sets the computer's clock while the run is trained."""
        return dataclasses.replace(event, time=self._clock.now())

    def _end(self, ending: Ending) -> None:
        ending = self._timed(ending)
        try:
            self._log.append_last(ending)
        except OSError as error:
            # Without its last event the run reads as interrupted, and can be resumed.
            self.unrecorded = error.strerror or str(error)
        self.ending = ending
        self._on_event(ending)

    def _report(self, event: Event) -> None:
        """Pass on what preparation reports, unless somebody wants it to end."""
        self._poll()
        if self.control.stop_reason:
            raise Stopped(self.control.stop_reason)
        self._emit(event)

    def _poll(self) -> None:
        self.control.ask(self.trained.take_request())

    def _trained(self) -> Ending:
        self._report(Progress(task="loading PyTorch", done=0, total=0))
        trainer = self._prepared(self.trained.record())
        method = trainer.gradients().name
        self.trained.update_record(lambda record: dataclasses.replace(record, method=method))
        try:
            return trainer.train()
        finally:
            with suppress(OSError):  # They are a view of what is lost for other reasons.
                self._predictions.write()
                self._predictions.prune()

    def _prepared(self, record: RunRecord) -> Trainer:
        """The trainer, where the run left off, with what `auto` stands for written into the record."""
        from engine.training import devices
        from engine.training.trainer import Trainer, TrainerCallbacks

        self._batch_size = record.config.text("batch_size")
        device = devices.resolve(record.config.device)
        if record.config.device == "auto" and device.type == "cpu":
            for fault in devices.faults():
                self._emit(Notice(message=f"{fault}; training on the processor"))
        home = Home(self.trained.path.parent.parent)
        data = self._load(record.config.dataset, home, self._report)
        config = record.config.replace({"dataset": data.name})
        devices.prepare(device, devices.threads_for(config, len(data.train_labels)))
        self._remember(config=config, device=devices.describe(device), data=data)
        callbacks = TrainerCallbacks(
            emit=self._emit,
            save=self._save,
            tested=lambda epoch, test: self._predictions.add(epoch, test.accuracy, test.probabilities),
            poll=self._poll,
        )
        trainer = Trainer(config, data, device, callbacks, self.control)
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
        self._predictions.begin(config.epochs, self._state.epochs)
        return trainer

    def _go_on(self, trainer: Trainer) -> None:
        """Take the trainer to the checkpoint or, if the log does not lead there, leave it at the beginning."""
        from engine.training import checkpoint

        if saved := checkpoint.load(self.trained.checkpoint_path, trainer.config):
            position = saved.position
            if self._state.leads_to(position.step, position.epoch - 1):
                trainer.checkpoints.restore(saved)
            else:
                trainer.checkpoints.check(saved)
                self._emit(Notice(message=f"{LOST} {position.step:,}, where its checkpoint is; the run begins anew"))
        self._emit(Resumed(step=trainer.position.step, epoch=trainer.position.epoch))

    def _save(self, taken: Checkpoint) -> None:
        """What a checkpoint stands on is on the disk before it is, and what it replaces goes after."""
        from engine.training import checkpoint

        self._predictions.write()
        self._log.sync()
        checkpoint.save(self.trained.checkpoint_path, taken)
        self._predictions.prune()

    def _remember(self, *, config: RunConfig, device: str, data: Dataset) -> None:
        import platform

        import numpy as np
        import torch

        versions = {"python": platform.python_version(), "torch": str(torch.__version__), "numpy": np.__version__}
        kept = {"name": data.name, "fingerprint": data.fingerprint}
        self.trained.update_record(
            lambda record: dataclasses.replace(record, config=config, device=device, versions=versions, data=kept)
        )

    def _failure(self, error: Exception) -> Ending:
        figures = _last_figures(self._state)
        if isinstance(error, Stopped):
            return RunStopped(reason=str(error), **figures)
        return RunFailed(reason=self._reason(error), **figures)

    def _reason(self, error: Exception) -> str:
        """What went wrong, in the user's words."""
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return f"the disk is full: {self.trained.path} cannot be written; make room and resume the run"
        if isinstance(error, OSError):
            return f"{self.trained.path} cannot be written: {error.strerror or error}"
        if is_out_of_memory(error):
            return f"out of memory at batch size {self._batch_size}; try a smaller batch or a smaller network"
        if isinstance(error, UserError):
            return str(error)
        report = self.trained.path / "traceback.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with suppress(OSError), os.fdopen(open_descriptor(report, flags), "w") as file:
            traceback.print_exception(error, file=file)
        return f"unexpected {type(error).__name__}: {error} (see {report})"


def _release_memory() -> None:
    """Give back to a card what PyTorch keeps for later, so that others see it free."""
    if (torch := sys.modules.get("torch")) and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _last_figures(state: RunState) -> dict[str, Any]:
    last = state.epochs[-1] if state.epochs else None
    return {
        "epoch": state.epoch,
        "step": state.step,
        "test_loss": last.test_loss if last else NAN,
        "test_accuracy": last.test_accuracy if last else NAN,
        "seconds": sum(epoch.seconds for epoch in state.epochs),
    }
