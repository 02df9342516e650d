"""Has the engine train several runs, on every slot at once, and follows them to their ends, answerable to signals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.events import Event
from engine.runs.state import RunState
from engine.runs.status import FAILED, FINISHED
from engine.runs.steering import STOP
from engine.service.client import EngineClient, EngineGone, EngineRefused
from engine.service.protocol import Drop, Ping, Start
from engine.text import clean
from tui import exit_codes
from tui.cli.guarded import guarded
from tui.cli.signals import Signals
from tui.exit_codes import complain

# Seconds between looks: a person sees no delay, and the engine is asked four times a second at most.
LOOK_EVERY = 0.25


@dataclass
class Trained:
    """A run that the engine was given, followed by its events."""

    run: Run
    asked: Start
    state: RunState = field(default_factory=RunState)

    @cached_property
    def _follower(self) -> Follower:
        return Follower(self.run.events_path, steps=False)

    @property
    def has_ended(self) -> bool:
        """Whether its last event is there."""
        return self.state.ending is not None

    @property
    def title(self) -> str:
        """What tells it from the others: `deep, seed 2`."""
        return f"{clean(self.asked.run_name) or 'custom'}, seed {self.asked.config.seed}"

    @property
    def status(self) -> int:
        """The exit status that its end means."""
        if self.state.phase == FINISHED:
            return exit_codes.DONE
        return exit_codes.FAILED if self.state.phase == FAILED else exit_codes.INTERRUPTED

    @property
    def is_last(self) -> bool:
        """Whether what became of it speaks against beginning another: it could not begin, or somebody stopped it."""
        return self.has_ended and (
            self.status == exit_codes.INTERRUPTED or (self.status == exit_codes.FAILED and not self.state.step)
        )

    @property
    def reason(self) -> str:
        return clean(self.state.reason, 500) or "the run ended without a word"

    def news(self) -> list[Event]:
        """The events since the last call, which `state` includes then."""
        events = self._follower.poll()
        for event in events:
            self.state.apply(event)
        return events


class RunsReport:
    """Shows nothing; the others say what they show."""

    def show(self, event: Event, state: RunState) -> None:
        """An event of any of the runs, which its `state` includes already."""

    def ended(self, trained: Trained) -> None:
        """A run has ended."""

    def tick(self, runs: Sequence[Trained], asked: Sequence[Start], stopping: bool) -> None:
        """A moment has passed: the runs there are, and all that were asked for."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class EngineSession:
    """Runs in the engine's hands. One waits there while the others train: of what cannot begin, no second is begun."""

    def __init__(self, home: Home, report: RunsReport) -> None:
        self._home, self._report = home, guarded(report)
        self._client, self._signals = EngineClient(home), Signals()
        self.runs: list[Trained] = []

    def train(self, asked: Sequence[Start]) -> list[Trained]:
        """Train what is asked for: the runs that were begun, in their order, each with its end. Raises UserError.

        After a run that ends before its first step, or that somebody stops, no further one is begun."""
        try:
            self._client.connect()
            with self._signals.answered():
                self._follow(asked)
        except KeyboardInterrupt:
            if self.runs:
                complain("left the runs, which are being stopped; go on with one: mnist-tui train --resume RUN")
            raise
        finally:
            self._report.close()
            self._client.close()
        return self.runs

    def _follow(self, asked: Sequence[Start]) -> None:
        is_told = False
        while True:
            for trained in self._live:
                self._take(trained)
            if self._signals.stopping and not is_told:
                is_told = True
                self._stop_all()
            self._begin(asked)
            self._report.tick(self.runs, asked, self._signals.stopping)
            if not self._live:
                return
            self._keep_engine()
            time.sleep(LOOK_EVERY)

    @property
    def _live(self) -> list[Trained]:
        return [trained for trained in self.runs if not trained.has_ended]

    def _take(self, trained: Trained) -> None:
        for event in trained.news():
            self._report.show(event, trained.state)
        if trained.has_ended:
            self._report.ended(trained)

    def _begin(self, asked: Sequence[Start]) -> None:
        """Hand over the next runs, until one of them has to wait."""
        while len(self.runs) < len(asked) and not (self._signals.stopping or any(t.is_last for t in self.runs)):
            waiting = {job.run for job in self._client.request(Ping()).waiting}
            if waiting & {trained.run.id for trained in self._live}:
                return
            start = asked[len(self.runs)]
            try:
                id = self._client.request(start).run
            except EngineRefused:
                if not self._live:
                    raise
                return  # The queue may be full for the moment.
            self.runs.append(Trained(Run(self._home.runs / id), start))
            self._take(self.runs[-1])

    def _stop_all(self) -> None:
        """Ask all to stop, first the one that waits, which would begin in the place of another."""
        for trained in reversed(self._live):
            try:
                self._client.request(Drop(run=trained.run.id))
            except UserError:  # It does not wait.
                with suppress(OSError):  # It may have been deleted.
                    trained.run.request(STOP)

    def _keep_engine(self) -> None:
        """Find the engine again where it has let go. Raises EngineGone once a run is in nobody's hands."""
        if self._client.connected:
            return
        with suppress(EngineGone):
            self._client.connect(start=False)
            return
        for trained in self._live:
            if not trained.run.lock.held():
                self._take(trained)  # Its end may have come before.
                if not trained.has_ended:
                    raise EngineGone(f"the engine has gone; go on: mnist-tui train --resume {trained.run.id}")
