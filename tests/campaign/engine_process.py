"""An engine process that the campaign may kill, and the runs it is asked to train."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FINISHED, LIVE
from engine.runs.summaries import summarise
from engine.service import server, worker_link
from engine.service.address import Address
from engine.service.client import EngineClient
from engine.service.protocol import Continue, Quit, Start
from tests.campaign.case import require
from tests.campaign.interference import Death, stand_between
from tests.campaign.processes import Child
from tests.campaign.stock import SETTINGS, Stock, require_same
from tests.campaign.worker_process import fork_worker
from tests.conftest import settle

CONFIG = RunConfig.parse(" ".join(SETTINGS))
PATIENCE = 60.0


def start_engine(home: Home, folder: Path, name: str = "engine", death: Death | None = None) -> Child:
    """An engine of the home, in a process that `death` may end."""

    def serve() -> int:
        worker_link.start_process = fork_worker
        if death:
            stand_between(home.path, death)
        return server.main(["--home", str(home.path), "--idle-seconds", "20"])

    return Child(serve, folder, name)


def has_connected(client: EngineClient) -> bool:
    """Whether the client has found an engine now, which is not started for it."""
    with suppress(UserError):
        client.connect(start=False)
        return True
    return False


@contextmanager
def engine_of(home: Home, folder: Path) -> Iterator[EngineClient]:
    """A client of a new engine, which is asked to leave at the end. Raises Broken when it does not come or go."""
    client = EngineClient(home)
    with start_engine(home, folder) as engine:
        settle(lambda: engine.ended() or has_connected(client), PATIENCE)
        require(not engine.ended(), "the engine has ended before it served")
        yield client
        require(client.connected, "the engine has gone")
        client.request(Quit())
        client.close()
        engine.wait(PATIENCE)
    log = Address(home).log.read_text(errors="replace")
    require("Traceback" not in log, f"the engine's log has a traceback: {log[-800:]}")


def started_run(client: EngineClient, home: Home) -> Run:
    """A run of SETTINGS that the engine trains."""
    return Run(home.runs / client.request(Start(config=CONFIG)).run)


def require_trained(runs: Sequence[Run], client: EngineClient, stock: Stock) -> None:
    """Have runs trained to their end. Raises Broken unless each ends as if nothing had happened."""
    for run in runs:
        settle(partial(_is_carried_on, run, client), PATIENCE)
        require_same(run, stock)


def _is_carried_on(run: Run, client: EngineClient) -> bool:
    """Whether it is finished; one that has come to another end is continued."""
    status = summarise(run).status
    if status not in (FINISHED, *LIVE):
        client.request(Continue(run=run.id))
    return status == FINISHED
