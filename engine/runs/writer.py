"""Who writes a run: the holder of its lock, who appends its events and ends it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any, TypeVar

from engine.files import StoreError, clear_leftovers
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Ending, Event, Queued, RunFailed
from engine.runs.status import FINISHED, QUEUED


class SteadyClock:
    """Says what the computer's clock would say, had nobody set it since this object was made."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def now(self) -> float:
        """Unix seconds."""
        return self._ahead + time.monotonic()


E = TypeVar("E", bound=Event)
NAN = float("nan")


class RunWriter:
    """The one writer of a run; every event goes to the run's log, into `state`, and to `on_event`. Once another machine
    has taken the run over, to write is an OSError.

    Making one claims the run: StoreError when it is finished or another trainer has it, OSError when its directory
    cannot be written. With the `descriptor` of a lock that another process holds for it, the run is taken over: its
    lock is never free in between."""

    def __init__(
        self, run: Run, on_event: Callable[[Event], None] = lambda event: None, descriptor: int | None = None
    ) -> None:
        self.run = run
        self.ending: Ending | None = None
        self.unrecorded = ""
        self._on_event = on_event
        self._clock = SteadyClock()
        before = run.request_mark()
        if descriptor is None:
            run.lock.acquire()
            # What was asked before there was a writer was meant for another, which may have been killed.
            self.void_request = before
        else:
            run.lock.adopt(descriptor)
            self.void_request = None
        try:
            clear_leftovers(run.path)
            if notice := run.record().notice:
                raise StoreError(f"{run.id} cannot go on here: it was {notice}")
            self.state = run.state()
            if self.state.phase == FINISHED:
                raise StoreError(f"{run.id} is finished; there is nothing left to train")
            self._log = EventLog(run.events_path)
        except BaseException:
            run.lock.release()
            raise

    def emit(self, event: Event) -> None:
        """Write an event. Raises OSError."""
        self.run.lock.check()
        event = self._timed(event)
        self.state.apply(event)
        self._log.append(event)
        self._on_event(event)

    def end(self, ending: Ending) -> None:
        """Write the last event; why it could not be written stands in `unrecorded` then."""
        ending = self._timed(ending)
        try:
            self.run.lock.check()
            self._log.append_last(ending)
        except OSError as error:
            # Without its last event the run reads as interrupted, and can be resumed, or as what another makes of it.
            self.unrecorded = error.strerror or str(error)
        self.ending = ending
        self._on_event(ending)

    def fail(self, reason: str) -> None:
        self.end(RunFailed(reason=reason, **self.figures()))

    def note_waiting(self) -> None:
        """Note that the run waits to be trained; one without events says so itself."""
        if self.state.phase != QUEUED:
            self.emit(Queued())

    def figures(self) -> dict[str, Any]:
        """The last figures there are, as the event that ends a run carries them."""
        last = self.state.epochs[-1] if self.state.epochs else None
        return {
            "epoch": self.state.epoch,
            "step": self.state.step,
            "test_loss": last.test_loss if last else NAN,
            "test_accuracy": last.test_accuracy if last else NAN,
            "seconds": self.state.seconds,
        }

    def sync(self) -> None:
        """See all events onto the disk, before what stands on them is written. Raises OSError."""
        self.run.lock.check()
        self._log.sync()

    def hand_over(self) -> int:
        """Write no more, for another who takes the run over by the lock's descriptor, which stays this writer's too."""
        self._log.close(self.run.lock.is_lost)
        return self.run.lock.descriptor

    def close(self) -> None:
        """Write no more, and let go of the run."""
        self._log.close(self.run.lock.is_lost)
        self.run.lock.release()

    def _timed(self, event: E) -> E:
        """The event at a time that does not depend on who sets the computer's clock while the run is trained."""
        return dataclasses.replace(event, time=self._clock.now())
