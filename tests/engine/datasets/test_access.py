"""A file that somebody else has closed is said to be closed, by whom, and what opens it; it is not called damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from tests.builders.mirror import FILES, Toy

ROOT = Path(engine.__file__).parent.parent
NOBODY = 65534
LOOK = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from engine.datasets import inventory
from engine.home import Home
from tests.builders.mirror import Toy
spec = Toy.make().spec
if os.geteuid() == 0:
    os.setgid({nobody}), os.setuid({nobody})
held = inventory.find(spec, Home(Path("/nonexistent")))[0]
print(held.state, *held.faults, sep="\\n")
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="mnist-tui-"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(folder)


def look(shared: Path) -> list[str]:
    """What somebody who is not root makes of the data set in a folder: its state, then its faults."""
    code = LOOK.format(root=str(ROOT), nobody=NOBODY)
    environ = {**os.environ, "MNIST_TUI_DATA": str(shared / "data")}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("closed", "command"),
    [
        ("data/MNIST/raw", "chmod -R a+rX"),
        ("data", "chmod -R a+rX"),
        (".", "chmod a+x"),
        (f"data/MNIST/raw/{FILES[0]}", "chmod -R a+rX"),
    ],
)
def test_a_closed_file_is_named_with_its_owner_and_the_remedy(shared: Path, closed: str, command: str) -> None:
    Toy.make().put(shared / "data")
    path = shared if closed == "." else shared / closed
    path.chmod(0)
    state, fault, *_ = look(shared)
    assert state == "closed"
    assert fault.startswith(f"{shared / 'data/MNIST/raw' / FILES[0]} may ")
    assert fault.endswith(f"{command} {path}")
    if os.geteuid() == 0:
        assert "may be read by root alone; ask root to run: " in fault
    else:
        assert f"may not be read, though {path} is yours; open it: " in fault


def test_what_is_open_is_used(shared: Path) -> None:
    Toy.make().put(shared / "data")
    assert look(shared) == ["present"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_group_that_may_read_is_named(shared: Path) -> None:
    raw = Toy.make().put(shared / "data")
    (raw / FILES[0]).chmod(0o640)
    assert "may be read by root and the group root alone" in look(shared)[1]
