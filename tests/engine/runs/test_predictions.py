"""Which predictions are kept, whenever they are written, and whatever else may lie in their place."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.kept_epochs import stride
from engine.runs.predictions import GUESS, PredictionKeeper, predicted_epochs, read_predictions
from tests.builders.predictions import write_predictions
from tests.builders.runs import finished_run
from tests.engine.runs.test_state import epoch as ended

SAID = np.full((4, 10), 0.1, np.float32)


def array_file(header: str, content: bytes = b"") -> bytes:
    """A file that numpy takes for an array of that header."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def zipped(path: Path) -> None:
    content = io.BytesIO()
    np.save(content, np.zeros(1 << 20, GUESS))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", content.getvalue())


def claiming(shape: str, kind: str = str(GUESS.descr)) -> Callable[[Path], object]:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}"
    return lambda path: path.write_bytes(array_file(header, b"\0" * 50))


def sparse(path: Path) -> None:
    claiming("(600000000,)")(path)
    os.truncate(path, 3 << 30)


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


HOSTILE: dict[str, Callable[[Path], object]] = {
    "a zip file": zipped,
    "a million million images": claiming("(1000000000000,)"),
    "more images than there are": claiming("(11,)"),
    "fewer images than there are": claiming("(9,)"),
    "a negative shape": claiming("(-10, -1)"),
    "objects": claiming("(10,)", "'|O'"),
    "texts": claiming("(10,)", "'S5'"),
    "a header of brackets": lambda path: path.write_bytes(array_file("(" * 9000)),
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


def kept_after(accuracies: list[float], epochs: int, writes: set[int], restarts: set[int]) -> tuple[list[int], int]:
    """The epochs kept by a run that wrote after some epochs and was killed and taken up again after some of those; and
    how many files there are."""
    with TemporaryDirectory() as folder:
        run = Run(Path(folder))
        keeper = PredictionKeeper(run)
        keeper.begin(epochs)
        number, written, killed = 0, 0, set(restarts)
        while number < len(accuracies):
            number += 1
            keeper.add(number, accuracies[number - 1], SAID)
            if number in writes or number == len(accuracies):
                keeper.write()
                keeper.prune()
                written = number
            elif number in killed:
                killed.remove(number)
                keeper.write()  # A kill between the predictions and the checkpoint that they belong to.
                number = written
                keeper = PredictionKeeper(run)
                keeper.begin(epochs, [ended(one, 0.0, accuracies[one - 1]) for one in range(1, number + 1)])
        found = predicted_epochs(run)
        for one in found:
            said = read_predictions(run, one)
            assert said is not None
            assert (said.probabilities is not None) == (one == len(accuracies))
        return found, len(list(run.predictions_path.iterdir()))


@given(
    st.lists(st.sampled_from([0.1, 0.5, 0.9, 0.95]), min_size=1, max_size=30),
    st.integers(0, 300),
    st.sets(st.integers(1, 30)),
    st.sets(st.integers(1, 30)),
)
def test_what_is_kept_depends_on_the_epochs_alone(
    accuracies: list[float], more: int, writes: set[int], restarts: set[int]
) -> None:
    epochs = len(accuracies) + more
    found, files = kept_after(accuracies, epochs, writes, restarts)
    last, best = len(accuracies), 1 + accuracies.index(max(accuracies))
    assert found == sorted({1, best, last, *range(stride(epochs), last + 1, stride(epochs))})
    assert files == len(found) + 1
