"""What trains on a node: one run after another, each in a directory of its own that is gone when the run has ended.

It is made an actor of Ray's; every call is short, and what a run gains is fetched by who asked for it.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import threading
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from engine.cluster.run_mirror import Gains, Parcel, RunContent
from engine.datasets import Dataset
from engine.files import temporary_folder
from engine.home import Home
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import Event, Progress, Steps
from engine.training.control import Control
from engine.training.trainer_thread import Load, TrainerThread

# Events that come together travel together.
GATHER_SECONDS = 0.1


class _Training(TrainerThread):
    """Trains a run, and says when it no longer does."""

    def __init__(
        self, run: Run, control: Control, on_event: Callable[[Event], None], load: Load, device: str,
        done: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(run, control, on_event, load, device)
        self._done = done

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._done()


class RemoteTrainer:
    """Trains the runs it is given. Calls come one at a time."""

    def __init__(self) -> None:
        # Images are in the node's object store, which all trainers of a node share and none writes to.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        self._changed = threading.Condition()
        self._parcel = Parcel()
        self._folder = ExitStack()
        self._training: _Training | None = None

    def node_name(self) -> str:
        """What the node is called."""
        return os.uname().nodename

    def begin(self, content: RunContent, data: Dataset, device: str, paused: bool) -> None:
        """Train a run on from its content, paused at first if it is to be so. Raises UserError or OSError."""
        self._parcel = Parcel()
        self._folder = ExitStack()
        home = Home(self._folder.enter_context(temporary_folder(Path(tempfile.gettempdir()))))
        run = content.unpacked(home)
        self._gains = Gains(run, content)
        run.update_record(lambda record: dataclasses.replace(record, host=self.node_name()))
        control = Control()
        if paused:
            control.pause()
        self._training = _Training(run, control, self._note, lambda *_: data, device, self._done)
        self._training.start()

    def ask(self, word: str) -> None:
        """Do what a request says."""
        if self._training:
            self._training.control.ask(word)

    def take(self, seconds: float) -> Parcel:
        """What the run has gained since the last call, waited for not longer than so many seconds."""
        with self._changed:
            if self._changed.wait_for(lambda: self._parcel.events or self._parcel.done, seconds):
                self._changed.wait_for(lambda: self._parcel.done, GATHER_SECONDS)
            parcel, self._parcel = self._parcel, Parcel()
        if parcel.done:
            self._training = None
            self._folder.close()
        return parcel

    def _note(self, event: Event) -> None:
        with self._changed:
            if not isinstance(event, (Steps, Progress)):
                self._gains.add_to(self._parcel)
            self._parcel.events.append(events.encode(event).encode())
            self._changed.notify_all()

    def _done(self) -> None:
        with self._changed:
            self._parcel.done = True
            self._changed.notify_all()
