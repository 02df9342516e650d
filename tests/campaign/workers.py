"""Kills workers while they train."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from engine.service.client import EngineClient
from engine.service.protocol import Devices
from tests.campaign.case import Case
from tests.campaign.checks import require_right
from tests.campaign.engine_process import engine_of, require_trained, started_run
from tests.campaign.stock import Stock

LONGEST = 0.3
SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM)


def kill_workers(case: Case, stock: Stock, folder: Path) -> str:
    """You should see each kill cost at most the run in the worker's hands, which goes on from its checkpoint."""
    random = case.random
    home = stock.home_in(folder)
    with engine_of(home, folder) as client:
        runs = [started_run(client, home) for _ in range(random.randint(1, 3))]
        killed = 0
        for _ in range(random.randint(1, 3)):
            time.sleep(random.random() * LONGEST)
            killed += _kill_one(client, random.choice(SIGNALS))
        require_trained(runs, client, stock)
    require_right(home, stock)
    return "killed" if killed else "none to kill"


def _kill_one(client: EngineClient, number: signal.Signals) -> bool:
    for device in client.request(Devices()).devices:
        if device.worker:
            with suppress(ProcessLookupError):
                os.kill(device.worker, number)
                return True
    return False
