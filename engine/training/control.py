"""How a run is paused, resumed and stopped between two steps: the handle for any thread, and what the trainer does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.config.schedule import Schedule
from engine.runs.events import Ending, Event, Paused, RateChanged, Resumed, RunPruned, RunStopped
from engine.runs.steering import PAUSE, PRUNE, RESUME, STOP, rate_asked_for
from engine.training.position import Position
from engine.training.reporter import INTERVAL, Reporter

if TYPE_CHECKING:
    from engine.training.checkpoint import Checkpointer


class Control:
    """What is wanted of a trainer. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._rate: float | None = None
        self._stop_reason = ""
        self._broken_off = False
        self._pruned = False

    def pause(self) -> None:
        """Wait after the current step."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def set_rate(self, rate: float) -> None:
        """Go on with another learning rate after the current step."""
        with self._changed:
            self._rate = rate
            self._changed.notify_all()

    def take_rate(self) -> float | None:
        """The learning rate that somebody has set since the last call."""
        with self._changed:
            rate, self._rate = self._rate, None
        return rate

    def stop(self, reason: str) -> None:
        """End after the current step; the first reason given is kept."""
        with self._changed:
            self._stop_reason = self._stop_reason or reason
            self._changed.notify_all()

    def break_off(self, reason: str) -> None:
        """End after the current step as if killed then: with a checkpoint, and without the event that ends a run."""
        self._broken_off = True
        self.stop(reason)

    def ask(self, word: str) -> None:
        """Do what a request from another process says; an unknown word is passed over."""
        if word == PAUSE:
            self.pause()
        elif word == RESUME:
            self.resume()
        elif word == STOP:
            self.stop("stopped by request")
        elif word == PRUNE:
            self._pruned = not self._stop_reason
            self.stop("other cells of its sweep do better")
        elif (rate := rate_asked_for(word)) is not None:
            self.set_rate(rate)

    @property
    def paused(self) -> bool:
        """Whether training should wait."""
        return self._paused

    @property
    def stop_reason(self) -> str:
        """Why training should end; empty while it should not."""
        return self._stop_reason

    def ending(self, reason: str, **figures: Any) -> Ending:
        """The event that ends a run because of what was wanted."""
        return RunPruned(reason=reason, **figures) if self._pruned else RunStopped(reason=reason, **figures)

    @property
    def broken_off(self) -> bool:
        """Whether the run is to be left without the event that ends it."""
        return self._broken_off

    @property
    def wanted(self) -> bool:
        """Whether anything is wanted of the trainer."""
        return self._paused or bool(self._stop_reason) or self._rate is not None

    def wait(self, seconds: float) -> None:
        """Wait until something changes, at most `seconds`."""
        with self._changed:
            self._changed.wait(seconds)


class Steering:
    """What a trainer does between two steps: report in time, set another learning rate, wait while the run is paused,
    end when it is stopped."""

    def __init__(
        self,
        control: Control,
        position: Position,
        schedule: Schedule,
        reporter: Reporter,
        checkpoints: Checkpointer,
        poll: Callable[[], None],
        emit: Callable[[Event], None],
    ) -> None:
        self._control, self._position, self._schedule, self._reporter = control, position, schedule, reporter
        self._checkpoints, self._poll, self._emit = checkpoints, poll, emit
        self._timer = reporter.timer

    def is_wanted(self) -> bool:
        """Whether training should be interrupted for `goes_on`; asked after each step."""
        return self._timer.due() or self._control.wanted

    def goes_on(self) -> bool:
        """Do what is due; whether training goes on."""
        if self._timer.due():
            self._poll()
            if self._reporter.report_in_time() and self._checkpoints.save_in_time():
                self._reporter.restart()
        self._change_rate()
        if self._control.paused and not self._control.stop_reason:
            self._pause()
        if self._control.stop_reason:
            self._reporter.report_steps()
            return False
        return True

    def _change_rate(self) -> None:
        rate, step = self._control.take_rate(), self._position.step
        if rate is not None and rate != self._schedule.base(step):
            self._reporter.report_steps()
            self._schedule.change(step, rate)
            self._emit(RateChanged(step=step, epoch=self._position.epoch, learning_rate=rate))

    def _pause(self) -> None:
        self._reporter.report_steps()
        self._checkpoints.save()
        self._emit(Paused(step=self._position.step, epoch=self._position.epoch))
        while self._control.paused and not self._control.stop_reason:
            self._control.wait(INTERVAL)
            self._poll()
            self._change_rate()
        if not self._control.stop_reason:
            self._emit(Resumed(step=self._position.step, epoch=self._position.epoch))
        self._reporter.restart()
