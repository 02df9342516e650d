"""What may lie where a run's checkpoint should, and is not loaded."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.training.checkpoint import CheckpointError, load

CONFIG = RunConfig(hidden=(16,))


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 3 << 30)


def compressed(path: Path) -> None:
    """An archive of one megabyte that unpacks to a hundred."""
    content = io.BytesIO()
    torch.save({"parameters": torch.zeros(25_000_000)}, content)
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (sparse, "cannot be read: larger than"),
        (compressed, "is damaged"),
        (os.mkfifo, "cannot be read: not a file"),
        (Path.mkdir, "cannot be read: not a file"),
        (link, "cannot be read: Too many levels of symbolic links"),
        (Path.touch, "is damaged"),
    ],
)
def test_what_is_no_checkpoint_is_refused_in_a_line(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    make(tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointError, match=said) as refused:
        load(tmp_path / "checkpoint.pt", CONFIG)
    assert "\n" not in str(refused.value)
    assert "start the run again" in str(refused.value)


def test_there_may_be_none(tmp_path: Path) -> None:
    assert load(tmp_path / "checkpoint.pt", CONFIG) is None
