"""How much faster a queue of runs is worked off on all slots of the processor than on one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FINISHED, LIVE
from engine.runs.summaries import summarise
from engine.service.client import EngineClient
from engine.service.device_choice import VARIABLE
from engine.service.protocol import Ping, Quit, Start
from engine.training.cores import usable_cores
from tui.tools.figures import Figure, at_least

# Several for each slot of a machine with some cores.
RUNS = 20
# Long enough that what it takes to start a worker is a small part of the whole.
CONFIG = RunConfig(epochs=8, device="cpu")
SHARE = 0.9
LOOK_EVERY = 0.05
MISSED = "a run of the queue has not been finished: {} is {}"


def measure_queue(
    home: Home, report: Callable[[str], None], config: RunConfig = CONFIG, runs: int = RUNS, slots: int = 0
) -> list[Figure]:
    """Work off the same queue on one slot and on `slots`, as many as there are cores unless given, in homes that are
    made for it and have the data of `home`. `report` is told what is being measured."""
    slots = slots or usable_cores().count
    report(f"{runs} runs on one slot")
    alone = _seconds(home, config, runs, 1)
    report(f"{runs} runs on {slots} slots, after {alone:.1f} s on one")
    together = _seconds(home, config, runs, slots)
    name = f"{runs} queued runs on {slots} slots ({together:.1f} s) against one ({alone:.1f} s)"
    return [at_least(name, alone / together, "times", SHARE * slots)]


def _seconds(home: Home, config: RunConfig, runs: int, slots: int) -> float:
    """From the first run's start to the last one's end, with PyTorch loaded in one worker as for a console."""
    with _engine(home, slots) as (client, made):
        while not client.request(Ping()).torch_loaded:
            time.sleep(LOOK_EVERY)
        began = time.perf_counter()
        begun = [Run(made.runs / client.request(Start(config=config)).run) for _ in range(runs)]
        for run in begun:
            while (status := summarise(run).status) in LIVE:
                time.sleep(LOOK_EVERY)
            if status != FINISHED:
                raise UserError(MISSED.format(run.id, status))
        return time.perf_counter() - began


@contextmanager
def _engine(home: Home, slots: int) -> Iterator[tuple[EngineClient, Home]]:
    """An engine of so many slots that is gone at the end, and its home."""
    with tempfile.TemporaryDirectory(prefix="mnist-tui-", ignore_cleanup_errors=True) as folder:
        made = Home(Path(folder) / "home").prepare()
        for data in home.data.iterdir():
            (made.data / data.name).symlink_to(data.resolve())
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = f"cpu:{slots}"
        client = EngineClient(made)
        try:
            client.connect()
            yield client, made
        finally:
            with suppress(UserError):  # It may be gone already.
                client.request(Quit())
            client.close()
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before
