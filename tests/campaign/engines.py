"""Kills engines while they train, and lets several race for a home."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

from engine.errors import UserError
from engine.home import Home
from engine.service.client import EngineClient
from tests.campaign.case import Case
from tests.campaign.checks import others, require_right
from tests.campaign.engine_process import (
    PATIENCE,
    engine_of,
    has_connected,
    require_trained,
    start_engine,
    started_run,
)
from tests.campaign.interference import Death
from tests.campaign.stock import Stock
from tests.conftest import settle

LONGEST = 1.5


def kill_engines(case: Case, stock: Stock, folder: Path) -> str:
    """You should see one engine at most serve the home, its runs interrupted when it is killed, and another go on."""
    random = case.random
    home = stock.home_in(folder)
    racing = random.choice((1, 1, 2, 3))
    death = Death(random.randint(1, 2 * stock.changes), random.random() < 0.5, folder / "note")
    with ExitStack() as racers:
        engines = [
            racers.enter_context(start_engine(home, folder, f"engine{i}", None if i else death)) for i in range(racing)
        ]
        _submit(home, random.randint(1, 3))
        engines[0].ended(random.random() * LONGEST)
    # The workers of an engine that was killed leave after a step and a checkpoint.
    settle(lambda: not any(run.lock.held() for run in others(home, stock)), PATIENCE)
    require_right(home, stock)
    with engine_of(home, folder) as client:
        require_trained(others(home, stock), client, stock)
    require_right(home, stock)
    return f"{racing} racing" if racing > 1 else "killed"


def _submit(home: Home, count: int) -> None:
    """Ask whichever engine serves the home to train; it may be killed meanwhile."""
    client = EngineClient(home)
    with suppress(UserError):
        settle(lambda: has_connected(client) or (home.path / "../note").exists(), PATIENCE)
        for _ in range(count):
            started_run(client, home)
    client.close()
