"""What a network said of each test image, kept for some epochs in files that numpy reads.

`predictions/epoch-0003.npy` holds, for each test image, the most probable class and its probability; the last epoch's
`probabilities-0003.npy` holds all ten, shape (images, 10). Kept are the first epoch, the best, the last, and of a run
of many epochs those at round numbers; of a run of a sweep the best and the last.
"""

from __future__ import annotations

import io
import itertools
import math
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from engine.files import clear_leftovers, open_regular, write_whole
from engine.runs.directory import Run
from engine.runs.events import Epoch

GUESS = np.dtype([("class", "u1"), ("confidence", "<f4")])
PROBABILITY = np.dtype("<f4")
LARGEST = 1 << 24
LONGEST_HEADER = 256
MOST_KEPT = 64


@dataclass(frozen=True)
class Predictions:
    """Of one epoch: `classes` and `confidences` of shape (images,); `probabilities` (images, 10) or None."""

    epoch: int
    classes: npt.NDArray[np.uint8]
    confidences: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32] | None


def stride(epochs: int) -> int:
    """Of every how many epochs one is kept in a run of so many: 1, 2, 5, 10, and so on, for at most 64 in all."""
    step = 1
    for factor in itertools.cycle((2, 2.5, 2)):
        if epochs <= MOST_KEPT * step:
            break
        step = round(step * factor)
    return step


class PredictionKeeper:
    """Keeps the predictions of a run in training: of every `stride` epochs one, the first, the best and the last.

    Which epochs are kept does not depend on how often `write` is called, nor on interruptions."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._unwritten: dict[int, npt.NDArray[np.float32]] = {}

    def begin(self, epochs: int, ended: Sequence[Epoch] = (), of_sweep: bool = False) -> None:
        """Keep those of a run of so many epochs, of which some have `ended`. Raises OSError."""
        self._of_sweep = of_sweep
        self._stride, self._newest = stride(epochs), ended[-1].epoch if ended else 0
        self._last = self._newest
        best = max(ended, key=lambda epoch: epoch.test_accuracy, default=None)
        self._best, self._accuracy = (best.epoch, best.test_accuracy) if best else (0, -1.0)
        self.prune()

    def add(self, epoch: int, accuracy: float, probabilities: npt.NDArray[np.float32]) -> None:
        """Take an epoch's predictions, probabilities of shape (images, 10), and the test accuracy there.

        Those of an epoch before the newest are of one that the run went back to, and count as its last."""
        self._newest, self._last = max(epoch, self._newest), epoch
        if accuracy > self._accuracy:
            self._best, self._accuracy = epoch, accuracy
        self._unwritten = {one: said for one, said in self._unwritten.items() if self._is_kept(one)}
        self._unwritten[epoch] = probabilities

    def write(self) -> None:
        """Write what is to be kept and is not on the disk yet. Raises OSError."""
        if not self._unwritten:
            return
        self._run.predictions_path.mkdir(mode=0o700, exist_ok=True)
        for epoch, probabilities in self._unwritten.items():
            _save(_guesses_path(self._run, epoch), _guesses(probabilities))
        if self._last in self._unwritten:
            _save(_probabilities_path(self._run, self._last), self._unwritten[self._last])
        self._unwritten = {}

    def prune(self) -> None:
        """Remove what is no longer to be kept, once nothing goes back behind what was written. Raises OSError."""
        clear_leftovers(self._run.predictions_path)
        for epoch in predicted_epochs(self._run):
            if not self._is_kept(epoch):
                _guesses_path(self._run, epoch).unlink(missing_ok=True)
        for path in self._run.predictions_path.glob("probabilities-*.npy"):
            if path != _probabilities_path(self._run, self._last):
                path.unlink(missing_ok=True)

    def _is_kept(self, epoch: int) -> bool:
        if epoch in (self._best, self._newest, self._last):
            return True
        return not self._of_sweep and (epoch == 1 or (epoch <= self._newest and epoch % self._stride == 0))


def predicted_epochs(run: Run) -> list[int]:
    """The epochs whose predictions are kept, in order."""
    names = (path.name for path in run.predictions_path.glob("epoch-*.npy"))
    found = (re.fullmatch(r"epoch-([0-9]{4,5})\.npy", name) for name in names)
    return sorted(int(match[1]) for match in found if match)


def read_predictions(run: Run, epoch: int) -> Predictions | None:
    """The predictions of one epoch; None when there are none that can be read."""
    guesses = _load(_guesses_path(run, epoch))
    if guesses is None or guesses.dtype != GUESS or guesses.ndim != 1:
        return None
    all_ten = _load(_probabilities_path(run, epoch))
    if all_ten is not None and (all_ten.dtype != np.float32 or all_ten.shape != (len(guesses), 10)):
        all_ten = None
    return Predictions(epoch, guesses["class"], guesses["confidence"], all_ten)


def _guesses_path(run: Run, epoch: int) -> Path:
    return run.predictions_path / f"epoch-{epoch:04d}.npy"


def _probabilities_path(run: Run, epoch: int) -> Path:
    return run.predictions_path / f"probabilities-{epoch:04d}.npy"


def _guesses(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.void]:
    guesses = np.empty(len(probabilities), GUESS)
    guesses["class"] = probabilities.argmax(1)
    guesses["confidence"] = probabilities.max(1)
    return guesses


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
