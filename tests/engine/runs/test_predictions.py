"""Predictions kept for every epoch, and whatever else may lie in their place."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.home import Home
from engine.runs.predictions import GUESS, predicted_epochs, read_predictions, write_predictions
from tests.builders.runs import finished_run


def array_file(header: str, content: bytes = b"") -> bytes:
    """A file that numpy takes for an array of that header."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def zipped(path: Path) -> None:
    content = io.BytesIO()
    np.save(content, np.zeros(1 << 20, GUESS))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", content.getvalue())


def claiming(shape: str, kind: str = str(GUESS.descr)) -> Callable[[Path], None]:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}"
    return lambda path: path.write_bytes(array_file(header, b"\0" * 50)) and None


def sparse(path: Path) -> None:
    claiming("(600000000,)")(path)
    os.truncate(path, 3 << 30)


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


HOSTILE: dict[str, Callable[[Path], None]] = {
    "a zip file": zipped,
    "a million million images": claiming("(1000000000000,)"),
    "more images than there are": claiming("(11,)"),
    "fewer images than there are": claiming("(9,)"),
    "a negative shape": claiming("(-10, -1)"),
    "objects": claiming("(10,)", "'|O'"),
    "texts": claiming("(10,)", "'S5'"),
    "a header of brackets": lambda path: path.write_bytes(array_file("(" * 9000)) and None,
    "three gigabytes": sparse,
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a link to a device": link,
    "nothing": Path.touch,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("made", HOSTILE)
def test_what_is_no_predictions_is_none(home: Home, made: str) -> None:
    run = finished_run(home)
    run.predictions_path.mkdir()
    HOSTILE[made](run.predictions_path / "epoch-0001.npy")
    assert predicted_epochs(run) == [1]
    assert read_predictions(run, 1) is None


def test_predictions_read_back_without_those_probabilities_that_do_not_fit(home: Home) -> None:
    run = finished_run(home)
    probabilities = np.full((20, 10), 0.05, np.float32)
    probabilities[:, 3] = 0.55
    write_predictions(run, 2, probabilities)
    found = read_predictions(run, 2)
    assert found is not None and set(found.classes) == {3} and found.probabilities is not None
    assert np.array_equal(found.probabilities, probabilities)
    claiming("(10, 10)", "'<f4'")(run.predictions_path / "probabilities-0002.npy")
    found = read_predictions(run, 2)
    assert found is not None and found.probabilities is None
