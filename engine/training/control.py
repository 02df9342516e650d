"""The handle by which a run is paused, resumed and stopped between two steps, from any thread."""

from __future__ import annotations

import threading

PAUSE, RESUME, STOP = "pause", "resume", "stop"


class Control:
    """What is wanted of a trainer. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._stop_reason = ""

    def pause(self) -> None:
        """Wait after the current step."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def stop(self, reason: str) -> None:
        """End after the current step; the first reason given is kept."""
        with self._changed:
            self._stop_reason = self._stop_reason or reason
            self._changed.notify_all()

    def ask(self, word: str) -> None:
        """Do what a request from another process says; an unknown word is passed over."""
        if word == PAUSE:
            self.pause()
        elif word == RESUME:
            self.resume()
        elif word == STOP:
            self.stop("stopped by request")

    @property
    def paused(self) -> bool:
        """Whether training should wait."""
        return self._paused

    @property
    def stop_reason(self) -> str:
        """Why training should end; empty while it should not."""
        return self._stop_reason

    @property
    def wanted(self) -> bool:
        """Whether anything is wanted of the trainer."""
        return self._paused or bool(self._stop_reason)

    def wait(self, seconds: float) -> None:
        """Wait until something changes, at most `seconds`."""
        with self._changed:
            self._changed.wait(seconds)
