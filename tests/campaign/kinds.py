"""The kinds of cases, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.campaign.case import Case
from tests.campaign.consoles import kill_consoles
from tests.campaign.disks import fail_edits, fail_training
from tests.campaign.edits import kill_edits
from tests.campaign.engines import kill_engines
from tests.campaign.garbage import read_garbage
from tests.campaign.requests import talk_nonsense
from tests.campaign.stock import Stock
from tests.campaign.trainers import kill_trainers
from tests.campaign.workers import kill_workers

KINDS: dict[str, Callable[[Case, Stock, Path], str]] = {
    "trainers": kill_trainers,
    "edits": kill_edits,
    "disks": fail_training,
    "disk-edits": fail_edits,
    "garbage": read_garbage,
    "engines": kill_engines,
    "workers": kill_workers,
    "requests": talk_nonsense,
    "consoles": kill_consoles,
}
