"""What trains on a node: one run after another, or many together in a stack, each in a directory of its own that is
gone when the run has ended.

It is made an actor of Ray's; every call is short, and what runs gain is fetched by who asked for it.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import threading
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.cluster.run_mirror import ChangeScanner, RunContent, RunDelta
from engine.datasets import Dataset
from engine.files import temporary_folder
from engine.home import Home
from engine.runs import events
from engine.runs.events import Event, Progress, Steps
from engine.training.control import Control
from engine.training.stack_shape import seats_for
from engine.training.trainer_thread import TrainerThread

if TYPE_CHECKING:
    from engine.training.stack import Seat

# Events that come together travel together.
GATHER_SECONDS = 0.1


class TrainerHost(NamedTuple):
    """What a trainer is on: the name of its node, and the bytes of its card's memory, none on the processor."""

    node: str
    memory: int | None


class _Training(TrainerThread):
    """Trains a run from its content, paused at first if it is to be so; `changed` is told when there is a delta to
    take. Raises UserError or OSError."""

    def __init__(
        self, content: RunContent, paused: bool, data: Dataset, device: str, changed: threading.Condition,
        seat: Seat | None,
    ) -> None:  # fmt: skip
        self._changed, self._packing = changed, threading.Lock()
        self._delta = RunDelta()
        with ExitStack() as folder:
            home = Home(folder.enter_context(temporary_folder(Path(tempfile.gettempdir()))))
            run = content.unpacked(home)
            self._changes = ChangeScanner(run, content)
            run.update_record(lambda record: dataclasses.replace(record, host=os.uname().nodename))
            control = Control()
            if paused:
                control.pause()
            super().__init__(run, control, self._note, lambda *_: data, device, seat=seat)
            self._folder = folder.pop_all()

    @property
    def has_gained(self) -> bool:
        """Whether there is a delta to take."""
        return bool(self._delta.events) or self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the run gains nothing more."""
        return self._delta.done

    def take(self) -> RunDelta:
        """What the run has gained since the last call."""
        with self._packing:
            delta, self._delta = self._delta, RunDelta()
        return delta

    def close(self) -> None:
        """Leave nothing on the disk."""
        self._folder.close()

    def run(self) -> None:
        try:
            super().run()
        finally:
            with self._packing:
                self._delta.done = True
            self._tell()

    def _note(self, event: Event) -> None:
        with self._packing:
            if not isinstance(event, (Steps, Progress)):
                self._changes.add_to(self._delta)
            self._delta.events.append(events.encode(event).encode())
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


class RemoteTrainer:
    """Trains the runs it is given. Calls come one at a time."""

    def __init__(self) -> None:
        # Images are in the node's object store, which all trainers of a node share and none writes to.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        self._changed = threading.Condition()
        self._trainings: dict[str, _Training] = {}

    def host(self, device: str) -> TrainerHost:
        """What it is on, which trains on a device."""
        memory = None
        if device != "cpu":
            import torch

            memory = int(torch.cuda.get_device_properties(device).total_memory)
        return TrainerHost(os.uname().nodename, memory)

    def begin(self, contents: Sequence[tuple[RunContent, bool]], data: Dataset, device: str) -> None:
        """Train runs on from their content, each with whether it is paused at first; many take their steps together.

        Raises UserError or OSError."""
        for (content, paused), seat in zip(contents, seats_for(len(contents)), strict=True):
            self._trainings[content.id] = _Training(content, paused, data, device, self._changed, seat)
        for training in self._trainings.values():
            training.start()

    def ask(self, id: str, word: str) -> None:
        """Do what a request says."""
        if training := self._trainings.get(id):
            training.control.ask(word)

    def take(self, seconds: float) -> dict[str, RunDelta]:
        """What each run has gained since the last call, waited for not longer than so many seconds."""
        trainings = self._trainings.values()
        with self._changed:
            if self._changed.wait_for(lambda: any(each.has_gained for each in trainings), seconds):
                self._changed.wait_for(lambda: all(each.is_over for each in trainings), GATHER_SECONDS)
        taken = {id: training.take() for id, training in self._trainings.items() if training.has_gained}
        for id, delta in taken.items():
            if delta.done:
                self._trainings.pop(id).close()
        return taken
