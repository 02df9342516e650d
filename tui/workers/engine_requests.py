"""The thread that talks to the engine process, so that nobody at the keyboard waits for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

from engine import __version__
from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.groups import Repetition, groups_of
from engine.service.client import EngineClient, EngineGone, EngineRefused
from engine.service.device_choice import DeviceChoice
from engine.service.protocol import (
    Accepted,
    Continue,
    Devices,
    Drop,
    FeedSweep,
    Move,
    Ping,
    Reply,
    Request,
    Start,
    Status,
)
from engine.text import clean, ordinal
from tui.workers.messages import Done, EngineFound, EngineLost, RunsQueued, SweepBegun, Trouble

if TYPE_CHECKING:
    from engine.sweeps.plan import SweepRequest

# Seconds between questions for the status; then until an engine that does not answer is given up.
PACE = 2.0
TIMEOUT = 30.0

Job = Callable[[], Message | None]
R = TypeVar("R", bound=Reply)


class EngineWorker(threading.Thread):
    """Carries requests to the engine, one after another, and asks for its devices every few seconds.

    `post` sends a message to the console; it must neither wait nor fail. Every exception becomes a message. An engine
    is found or started at first, and again by a request where it is gone."""

    def __init__(self, home: Home, client: EngineClient, post: Callable[[Message], object]) -> None:
        super().__init__(name="link to the engine", daemon=True)
        self._home = home
        self._client = client
        self._post = post
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._owed = threading.Event()
        self._owed.set()
        self._config: RunConfig | None = None
        self._told: object = None
        self._seconds = PACE
        self.attach()

    def attach(self) -> None:
        """Find the engine, or start one."""
        self._jobs.put(self._attach)

    def train(self, config: RunConfig, preset: str, parent: str, group: str = "", seeds: int = 1) -> None:
        """Train a new run, after those that wait, or one for each of so many `seeds`, which are always in a group.

        `parent` is the run whose settings were taken."""
        repetition = Repetition(config, seeds, preset=preset, group=group)
        self._put(lambda: self._train(repetition, parent))

    def train_sweep(self, asked: SweepRequest) -> None:
        """Make a sweep, and have it trained."""
        self._put(lambda: self._train_sweep(asked))

    def train_on(self, run_id: str) -> None:
        self._ask(Continue(run=run_id))

    def drop(self, run_id: str) -> None:
        self._ask(Drop(run=run_id))

    def drop_all(self, run_ids: Sequence[str]) -> None:
        """Take these runs out of the queue, but those that train by now."""
        self._put(lambda: self._drop_all(run_ids))

    def move(self, run_id: str, by: int) -> None:
        self._ask(Move(run=run_id, by=by))

    def steer(self, run_id: str, word: str) -> None:
        """Ask the trainer of a run, in whatever process, to `pause`, `resume` or `stop`."""
        self._put(lambda: Run(self._home.runs / run_id).request(word))

    def estimate(self, config: RunConfig | None) -> None:
        """Ask from now on how long an epoch of this configuration takes."""
        if config is not None and config != self._config:
            self._config = config
            self._jobs.put(self._devices)

    def ask_every(self, seconds: float) -> None:
        """Ask for the devices at another pace."""
        self._seconds = seconds

    def end(self) -> None:
        """Let go of the engine once all that was asked before is done."""
        self._jobs.put(None)

    def flush(self) -> None:
        """Wait until what was asked of the engine or of a trainer has been sent, as long as that makes sense."""
        self._owed.wait(TIMEOUT)

    def run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._seconds)
            except queue.Empty:
                job = self._devices
            if job is None:
                break
            self._do(job)
        self._client.close()

    def _ask(self, request: Request[Any]) -> None:
        self._put(lambda: self._answer(request))

    def _put(self, job: Job) -> None:
        owed = self._owed = threading.Event()

        def done() -> Message | None:
            try:
                return job()
            finally:
                owed.set()

        self._jobs.put(done)

    def _do(self, job: Job) -> None:
        try:
            message = job()
        except EngineGone as error:
            self._told = None
            message = EngineLost(str(error))
        except (UserError, ConfigError, OSError) as error:
            message = Trouble(str(error))
        except Exception as error:
            message = Trouble(f"the engine cannot be asked: {type(error).__name__}: {error}")
        if message is not None:
            self._post(message)

    def _attach(self) -> Message | None:
        self._connect()
        return self._devices()

    def _answer(self, request: Request[Any]) -> Message | None:
        reply = self._reply(request)
        if isinstance(reply, Accepted):
            return RunsQueued((reply.run,))
        if isinstance(reply, Status):
            return _queue_message(request, [job.run for job in reply.waiting])
        return None

    def _train(self, repetition: Repetition, parent: str) -> Message | None:
        """Start the runs one after another; what was begun before one is refused goes on."""
        group, begun = repetition.group, list[str]()
        if repetition.count > 1 and not group:
            group = repetition.free_group(groups_of(self._home))
        try:
            for config in repetition.configs():
                start = Start(config=config, preset=repetition.preset, group=group, parent=parent)
                begun.append(self._reply(start).run)
        except (EngineGone, EngineRefused) as error:
            if not begun:
                raise
            self._post(RunsQueued(tuple(begun), parent, group))
            raise type(error)(f"only {len(begun)} of {repetition.count} runs were queued: {error}") from None
        return RunsQueued(tuple(begun), parent, group)

    def _train_sweep(self, asked: SweepRequest) -> Message:
        """An engine is found or started first, so that no sweep is made which nobody trains."""
        from engine.sweeps.plan import plan
        from engine.sweeps.sweep_file import create_sweep, taken_groups

        made = plan(asked, taken_groups(self._home))
        if not self._client.connected:
            self._connect()
        create_sweep(self._home, made.record, made.cells)
        self._reply(FeedSweep(group=made.record.group))
        return SweepBegun(made.record.group, made.runs)

    def _drop_all(self, run_ids: Sequence[str]) -> Message:
        """The last first, so that none moves up to be begun."""
        dropped, left = 0, ""
        for run_id in reversed(run_ids):
            try:
                self._reply(Drop(run=run_id))
                dropped += 1
            except EngineRefused as error:
                left = str(error)
        if left:
            return Trouble(f"{dropped} of {len(run_ids)} runs are out of the queue: {left}")
        return Done(f"{dropped} runs are out of the queue." if dropped != 1 else "It is out of the queue.")

    def _reply(self, request: Request[R]) -> R:
        """What the engine answers; one is found or started where it is gone."""
        if not self._client.connected:
            self._connect()
        return self._client.request(request)

    def _connect(self) -> None:
        status = self._client.connect()
        self._told = ()
        if status.version != __version__:
            versions = f"the engine is of version {clean(status.version, 20)}, this console of {__version__}"
            self._post(Trouble(f"{versions}; to renew it: kill {status.pid}, its runs can be continued"))
        elif (chosen := DeviceChoice.of_environment()).text != "all" and chosen != DeviceChoice.parse(status.choice):
            uses = f"the engine that is running uses the devices {clean(status.choice, 40)}, not {chosen.text}"
            self._post(Trouble(f"{uses}; to change that: kill {status.pid}, its runs can be continued"))

    def _devices(self) -> Message | None:
        """The devices and the queue, when they are not what was told last; nothing where no engine was found."""
        if self._told is None:
            return None
        reply = self._client.request(Devices(config=self._config))
        waiting = self._client.request(Ping()).waiting
        if (reply, waiting) == self._told:
            return None
        self._told = reply, waiting
        return EngineFound(reply.torch_loaded, reply.devices, waiting, reply.faults)


def _queue_message(request: Request[Any], waiting: Sequence[str]) -> Done | None:
    """What has become of a run in the queue, in which these runs wait now."""
    match request:
        case Move() if request.run in waiting and len(waiting) == 1:
            return Done("Nothing else waits in the queue.")
        case Move() if request.run in waiting:
            return Done(f"It is {ordinal(waiting.index(request.run) + 1)} of {len(waiting)} in the queue now.")
        case Drop():
            return Done("It is out of the queue.")
    return None
