"""A few cases of every kind, as `python -m tests campaign` tries them for hours."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.builders.program import ROOT
from tests.campaign.kinds import KINDS

CASES, SEED = 3, 8


@pytest.fixture(scope="module")
def printed() -> str:
    """What a short campaign prints, in a process that can be forked."""
    command = [sys.executable, "-m", "tests", "campaign", "--cases", str(CASES), "--seed", str(SEED)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("kind", KINDS)
def test_everything_survives(printed: str, kind: str) -> None:
    """You should see every case of the kind among those that survived."""
    assert re.search(rf"^{kind} +{CASES} tried +{CASES} survived ", printed, re.MULTILINE), printed
