"""The thread that follows the runs of a home and tells the console what is new."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.message import Message

from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.record import RunRecord
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import RunState
from engine.runs.status import INTERRUPTED, LIVE
from engine.runs.summaries import RunSummary, recent_ids, summarise, with_places
from tui.workers.messages import Closed, Listed, Opened, RunUpdated, Trouble

# Seconds between looks at what is followed; every fourth lists the runs, of which there may be thousands.
PACE = 0.25
LISTINGS_EVERY = 4
# Seconds for the last look to end.
END_TIMEOUT = 0.5
# Runs that are read, or looked at again though they have ended, in one listing: ten thousand leave the processor alone.
AT_ONCE = 500


class FollowerThread(threading.Thread):
    """Follows the runs that `watch` names and lists all runs, until `end`.

    `post` sends a message to the console; it must neither wait nor fail. Every exception becomes a message."""

    def __init__(self, home: Home, post: Callable[[Message], object]) -> None:
        super().__init__(name="follower", daemon=True)
        self._post = post
        self._home = home
        self._run_ids: tuple[str, ...] = ()
        self._watched: dict[str, _WatchedRun] = {}
        self._lister = _RunLister(home)
        self._interval = PACE
        self._asked_to_look = True
        self._awake = threading.Event()
        self._ended = False

    def watch(self, *run_ids: str) -> None:
        """Follow these runs and no others; each is opened once, until it is closed."""
        if run_ids != self._run_ids:
            self._run_ids = run_ids
            self._awake.set()

    def look_now(self) -> None:
        """Look for news at once, and at every run: something was changed."""
        self._asked_to_look = True
        self._awake.set()

    def look_every(self, seconds: float) -> None:
        """Look for news at another pace; all runs are listed a quarter as often."""
        self._interval = seconds
        self._awake.set()

    def end(self) -> None:
        """Stop following, and wait until that is so, unless a file that does not answer keeps it from that."""
        self._ended = True
        self._awake.set()
        self.join(END_TIMEOUT)

    def run(self) -> None:
        message, looks = "", 0
        while not self._ended:
            try:
                self._look(looks % LISTINGS_EVERY == 0)
            except Exception as error:
                text = f"the runs cannot be followed: {type(error).__name__}: {error}"
                if text != message:
                    self._post(Trouble(text))
                message = text
            looks += 1
            if self._awake.wait(self._interval):
                self._awake.clear()
                looks = 0

    def _look(self, list_all: bool) -> None:
        ids = self._run_ids
        for id in self._watched.keys() - set(ids):
            self._post(Closed(id))
        self._watched = {id: self._watched.get(id) or _WatchedRun(Run(self._home.runs / id)) for id in ids}
        for watched in self._watched.values():
            if message := watched.news():
                self._post(message)
        if list_all:
            asked, self._asked_to_look = self._asked_to_look, False
            if listed := self._lister.news(asked):
                self._post(listed)
            if not self._lister.is_complete:
                self._awake.set()


class _WatchedRun:
    """One run that is followed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._events = Follower(run.events_path)
        self._record: RunRecord | None = None
        self._stamp: tuple[int, ...] = ()
        self._locked = False

    def news(self) -> Opened | RunUpdated | None:
        """What to tell of the run since the last call."""
        # Looked at in this order, a run whose lock is free has no event that is still to come.
        locked = self._run.lock.held()
        stamp = _stamp(self._run)
        try:
            record = self._record if stamp == self._stamp and self._record else self._run.record()
        except StoreError:
            if self._record is None:
                return None
            record = self._record
        if self._record is None:
            self._record, self._stamp, self._locked = record, stamp, locked
            return Opened(RunSnapshot(record, self._caught_up(), locked))
        changed = record != self._record or locked != self._locked
        self._record, self._stamp, self._locked = record, stamp, locked
        events = self._events.poll()
        return RunUpdated(record, events, locked) if events or changed else None

    def _caught_up(self) -> RunState:
        state = RunState()
        for event in self._events.all():
            state.apply(event)
        return state


class _RunLister:
    """The summaries of all runs, of which only those are made anew that can have changed."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, tuple[object, RunSummary | None]] = {}
        self._told: list[RunSummary] | None = None
        self._next = 0
        self.is_complete = False

    def news(self, thorough: bool) -> Listed | None:
        """The runs, when they are not what was told last.

        Of thousands, so many are read at first, the newest first, until all are known and it `is_complete`; later those
        that have ended are looked at in turns, unless it is to be `thorough`."""
        ids = recent_ids(self._home.runs)
        unknown = [id for id in ids if id not in self._known]
        later = set(unknown[AT_ONCE:])
        self.is_complete = not later
        ids = [id for id in ids if id not in later]
        turn = range(self._next, self._next + (len(ids) if thorough else AT_ONCE))
        self._next = turn.stop if turn.stop < len(ids) else 0
        known = self._known
        self._known = {id: self._entry(id) if n in turn or self._is_due(id) else known[id] for n, id in enumerate(ids)}
        runs = with_places(self._home, (summary for _, summary in self._known.values() if summary))
        if runs == self._told:
            return None
        self._told = runs
        return Listed(runs, len(self._known) - len(runs), self.is_complete)

    def _is_due(self, id: str) -> bool:
        """Whether a run is new, or is one that changes by itself."""
        summary = self._known[id][1] if id in self._known else None
        return summary is None or summary.status in LIVE

    def _entry(self, id: str) -> tuple[object, RunSummary | None]:
        run = Run(self._home.runs / id)
        stamp = _stamp(run)
        known = self._known.get(id)
        if known and known[0] == stamp and not (known[1] and _can_change(known[1].status, run)):
            return known
        try:
            return stamp, summarise(run)
        except StoreError:
            return stamp, None


def _can_change(status: str, run: Run) -> bool:
    """Whether a run of this status can have another one though nothing was written."""
    return status in LIVE or (status == INTERRUPTED and run.lock.held())


def _stamp(run: Run) -> tuple[int, ...]:
    """What changes whenever the record or the events of a run do."""
    figures: list[int] = []
    for path in (run.path / "run.json", run.events_path):
        try:
            status = path.stat()
            figures += [status.st_mtime_ns, status.st_size]
        except OSError:
            figures.append(0)
    return tuple(figures)
