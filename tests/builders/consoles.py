"""Consoles without an engine process, over runs that were made up."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, cast

from textual.events import Key
from textual.pilot import Pilot
from textual.widget import Widget

from engine import __version__
from engine.config.run_config import RunConfig
from engine.datasets.catalogue import SPECS
from engine.datasets.inventory import find
from engine.datasets.loading import load_test_images
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import CheckpointSaved, Epoch, Event, Notice, RunFinished, RunStarted, Steps
from engine.runs.record import RunRecord
from engine.service.client import EngineClient, EngineGone
from engine.service.protocol import Accepted, Device, DeviceList, Devices, Drop, Job, Move, Ping, Reply, Request, Status
from tests.builders.predictions import write_predictions
from tests.builders.stage import text_of
from tui.console.console import Console
from tui.drawing.glyphs import UNICODE, Glyphs
from tui.panes.model.drawing import NAMES
from tui.screens.board import Board
from tui.tools.screenshots import text_of as text_of_screen

NOW = 1_700_000_000.0
PER_EPOCH = 1875
Scene = Callable[[Pilot[None], Console], Awaitable[None]]


class Engine:
    """Stands in for the client of an engine: keeps what it is asked, and accepts everything until it is `gone`.

    It says that the runs of these ids are `waiting`, for these `reasons`."""

    def __init__(self) -> None:
        self.asked: list[Request[Any]] = []
        self.gone = False
        self.version = __version__
        self.choice = "all"
        self.accepts = "20231114-221000-00000ff"
        self.waiting: tuple[str, ...] = ()
        self.reasons: dict[str, str] = {}
        self.devices: tuple[Device, ...] = (
            Device(
                name="cpu", description="cpu", memory_total=8 << 30, memory_free=6 << 30, utilisation=None, run="",
                epoch_seconds=0.8,
            ),
        )  # fmt: skip

    @property
    def connected(self) -> bool:
        return not self.gone

    def connect(self, start: bool = True, timeout: float = 30.0) -> Status:
        self.gone = False
        return Status(
            pid=4711, version=self.version, since=NOW, attached=1, torch_loaded=True, trouble="", training=(),
            choice=self.choice,
            waiting=tuple(Job(run=run, device="auto", reason=self.reasons.get(run, "")) for run in self.waiting),
        )  # fmt: skip

    def request(self, request: Request[Any], timeout: float = 30.0) -> Reply:
        if self.gone:
            raise EngineGone("the engine has gone.")
        if isinstance(request, Devices):
            return DeviceList(torch_loaded=True, devices=self.devices)
        if isinstance(request, Ping):
            return self.connect()
        self.asked.append(request)
        return self.connect() if isinstance(request, (Move, Drop)) else Accepted(run=self.accepts)

    def close(self) -> None:
        pass


def run_console(
    home: Home,
    scene: Scene,
    size: tuple[int, int] = (120, 40),
    engine: Engine | None = None,
    glyphs: Glyphs = UNICODE,
) -> None:
    """Run a scene on a console of this size, once all its panes are there."""

    async def run() -> None:
        console = Console(home, glyphs, client=cast(EngineClient, engine or Engine()))
        async with console.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: console.main.board.curves.has_charts)
            await until(pilot, lambda: console.main.board.pane("history").content is not None)
            await scene(pilot, console)

    asyncio.run(run())


def down_to(name: str) -> list[str]:
    """The keys from the top of the form to a field."""
    return ["down"] * NAMES.index(name)


async def until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 60) -> None:
    """Let the console work until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not come true:\n{text_on(cast(Console, pilot.app))}"
        await pilot.pause(0.01)
    await pilot.pause()


def press_at_once(console: Console, *keys: str) -> None:
    """Press keys of which none waits for what the one before has done, as they come over a slow link."""
    for key in keys:
        console.post_message(Key(key, key if len(key) == 1 else None))


def text_on(console: Console) -> str:
    """The whole screen as text."""
    return text_of_screen(console)


def pane_text(console: Console, name: str) -> str:
    """What a pane shows, its title first."""
    pane = console.main.board.pane(name)
    assert isinstance(pane.content, Widget)
    return "\n".join([str(pane.border_title), *text_of(pane.content)])


def board(console: Console) -> Board:
    """The panes of a console."""
    return console.main.board


def seen(console: Console) -> set[str]:
    """The names of the panes on the screen."""
    return {pane.id or "" for pane in console.main.query("Pane") if pane.region.area}


def made_run(home: Home, number: int, name: str, *happened: Event, config: RunConfig | None = None) -> Run:
    """The `number`-th run of a home, made at a fixed time, in whose events `happened`."""
    run = Run(home.runs / f"20231114-{220000 + number}-{number:07x}")
    run.path.mkdir()
    config = config or RunConfig(dataset="synthetic")
    record = RunRecord(run.id, name, config, NOW - 3600 + number, preset=name, device="cpu", data={"name": "synthetic"})
    run.write_record(record)
    append(run, *happened)
    return run


def append(run: Run, *happened: Event) -> None:
    """Write more events."""
    log = EventLog(run.events_path)
    for event in happened:
        log.append(event)
    log.close()


def started(epochs: int = 5) -> RunStarted:
    """The first event of a run of the reference network on synthetic digits."""
    config = RunConfig(dataset="synthetic", epochs=epochs)
    return RunStarted(
        time=NOW, id="", run_name="", config=config, device="cpu", parameters=109_386, train_size=60_000,
        test_size=10_000, steps_per_epoch=PER_EPOCH,
    )  # fmt: skip


def trained(first: int, last: int, level: float = 1.0) -> list[Event]:
    """What happens from the `first` to the `last` epoch, with losses that fall from about `level`."""
    happened: list[Event] = []
    for number in range(first, last + 1):
        for tenth in range(1, 11):
            step = (number - 1) * PER_EPOCH + PER_EPOCH * tenth // 10
            loss = level * math.exp(-step / 2500) + 0.05
            happened.append(
                Steps(
                    time=NOW + step / PER_EPOCH, step=step, epoch=number, loss=loss, accuracy=1 - loss / 3.5,
                    min_loss=loss / 2, max_loss=loss * 2, learning_rate=0.1, samples_per_second=60_000.0,
                )
            )  # fmt: skip
        accuracy = 1 - (level * math.exp(-number / 1.5) + 0.06) / 3
        happened.append(
            Epoch(
                time=NOW + number, epoch=number, step=number * PER_EPOCH, train_loss=loss, train_accuracy=1 - loss / 4,
                penalty=0.0, test_loss=loss + 0.03, test_accuracy=accuracy, seconds=0.9, evaluation_seconds=0.1,
            )
        )  # fmt: skip
        happened.append(CheckpointSaved(time=NOW + number, step=number * PER_EPOCH, epoch=number))
    return happened


def finished(epochs: int = 5) -> RunFinished:
    """The end of a run of so many epochs."""
    step = epochs * PER_EPOCH
    return RunFinished(
        time=NOW + epochs, epoch=epochs, step=step, test_loss=0.1, test_accuracy=0.97, seconds=0.9 * epochs
    )


def predicted(home: Home, run: Run, *epochs: int, wrong_every: int = 20) -> None:
    """Keep predictions for a run, of which every so many is wrong."""
    import numpy as np

    test = load_test_images("synthetic", home)
    assert test is not None
    classes = test.labels.astype(int)
    classes[::wrong_every] = (classes[::wrong_every] + 1) % 10
    probabilities = np.full((len(classes), 10), 0.02, np.float32)
    probabilities[np.arange(len(classes)), classes] = 0.82
    for epoch in epochs:
        write_predictions(run, epoch, probabilities)


def known_answers(home: Home, run: Run, *epochs: int, wrong_every: int = 20) -> None:
    """Keep predictions for a run that says on which digits it was tested, as two runs that are compared must."""
    data = {"name": "synthetic", "fingerprint": find(SPECS["synthetic"], home)[-1].fingerprint}
    run.write_record(replace(run.record(), data=data))
    predicted(home, run, *epochs, wrong_every=wrong_every)


class Live(AbstractContextManager[Run]):
    """A run in training: its lock is held, and events can be added to it."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __enter__(self) -> Run:
        self.run.lock.acquire()
        return self.run

    def __exit__(self, *error: object) -> None:
        self.run.lock.release()


def story(home: Home) -> Run:
    """A home with two finished runs, and a third at the end of its third epoch of five, which is returned."""
    made_run(home, 1, "shallow", started(), *trained(1, 5, 1.4), finished())
    dropout = made_run(home, 2, "dropout", started(), *trained(1, 5, 1.2), finished())
    notice = Notice(time=NOW, message="MNIST is not there, so synthetic digits stand in for it.")
    run = made_run(home, 3, "deep", notice, started(), *trained(1, 3))
    known_answers(home, dropout, 1, 2, 3, 4, 5, wrong_every=15)
    known_answers(home, run, 1, 2, 3)
    return run
