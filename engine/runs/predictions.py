"""What a network said of each test image, kept for every epoch in files that numpy reads.

`predictions/epoch-0003.npy` holds, for each test image, the most probable class and its probability; the last epoch's
`probabilities-0003.npy` holds all ten, shape (images, 10).
"""

from __future__ import annotations

import io
import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from engine.files import open_regular, write_whole
from engine.runs.directory import Run

GUESS = np.dtype([("class", "u1"), ("confidence", "<f4")])
PROBABILITY = np.dtype("<f4")
LARGEST = 1 << 24
LONGEST_HEADER = 256


@dataclass(frozen=True)
class Predictions:
    """Of one epoch: `classes` and `confidences` of shape (images,); `probabilities` (images, 10) or None."""

    epoch: int
    classes: npt.NDArray[np.uint8]
    confidences: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32] | None


def write_predictions(run: Run, epoch: int, probabilities: npt.NDArray[np.float32]) -> None:
    """Keep an epoch's predictions, given as probabilities of shape (images, 10). Raises OSError."""
    guesses = np.empty(len(probabilities), GUESS)
    guesses["class"] = probabilities.argmax(1)
    guesses["confidence"] = probabilities.max(1)
    run.predictions_path.mkdir(mode=0o700, exist_ok=True)
    _save(run.predictions_path / f"epoch-{epoch:04d}.npy", guesses)
    newest = run.predictions_path / f"probabilities-{epoch:04d}.npy"
    _save(newest, probabilities)
    for older in run.predictions_path.glob("probabilities-*.npy"):
        if older != newest:
            older.unlink(missing_ok=True)


def predicted_epochs(run: Run) -> list[int]:
    """The epochs whose predictions are kept, in order."""
    names = (path.name for path in run.predictions_path.glob("epoch-*.npy"))
    found = (re.fullmatch(r"epoch-([0-9]{4,5})\.npy", name) for name in names)
    return sorted(int(match[1]) for match in found if match)


def read_predictions(run: Run, epoch: int) -> Predictions | None:
    """The predictions of one epoch; None when there are none that can be read."""
    guesses = _load(run.predictions_path / f"epoch-{epoch:04d}.npy")
    if guesses is None or guesses.dtype != GUESS or guesses.ndim != 1:
        return None
    all_ten = _load(run.predictions_path / f"probabilities-{epoch:04d}.npy")
    if all_ten is not None and (all_ten.dtype != np.float32 or all_ten.shape != (len(guesses), 10)):
        all_ten = None
    return Predictions(epoch, guesses["class"], guesses["confidence"], all_ten)


def _save(path: Path, array: npt.NDArray[Any]) -> None:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    write_whole(path, content.getvalue())


def _load(path: Path) -> npt.NDArray[Any] | None:
    with suppress(OSError, ValueError), open_regular(path) as file:
        shape, dtype = _header(file)
        size = os.fstat(file.fileno()).st_size - file.tell()
        if size <= LARGEST and dtype in (GUESS, PROBABILITY) and size == math.prod(shape) * dtype.itemsize:
            return np.frombuffer(file.read(size), dtype).reshape(shape)
    return None


def _header(file: BufferedReader) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """The shape and type that a file of an array claims. Raises OSError for another file."""
    try:
        npy.read_magic(file)
        shape, by_columns, dtype = npy.read_array_header_1_0(file, LONGEST_HEADER)
    except Exception:  # numpy evaluates the text of a header, which may be any.
        raise OSError("not an array") from None
    if by_columns:
        raise OSError("an array by columns")
    return shape, dtype
