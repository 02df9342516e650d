"""What a network said of each test image, kept for some epochs in files that numpy reads.

`predictions/epoch-0003.npy` holds, for each test image, the most probable class and its probability; the last epoch's
`probabilities-0003.npy` holds all ten, shape (images, 10). Kept are the first epoch, the best, the last, and of a run
of many epochs those at round numbers; of a run of a sweep the best and the last.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.files import clear_leftovers, open_regular, write_whole
from engine.runs.array_header import read_header
from engine.runs.directory import Run
from engine.runs.events import Epoch
from engine.runs.kept_epochs import KeptEpochs, epochs_in, stride

GUESS = np.dtype([("class", "u1"), ("confidence", "<f4")])
PROBABILITY = np.dtype("<f4")
# Forty times what ten probabilities of 10,000 images take: more is no file of this program's.
LARGEST = 1 << 24


@dataclass(frozen=True)
class Predictions:
    """Of one epoch: `classes` and `confidences` of shape (images,); `probabilities` (images, 10) or None."""

    epoch: int
    classes: npt.NDArray[np.uint8]
    confidences: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32] | None


class PredictionKeeper:
    """Keeps the predictions of a run in training: of every `stride` epochs one, the first, the best and the last.

    Which epochs are kept does not depend on how often `write` is called, nor on interruptions."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._unwritten: dict[int, npt.NDArray[np.float32]] = {}

    def begin(self, epochs: int, ended: Sequence[Epoch] = (), of_sweep: bool = False) -> None:
        """Keep those of a run of so many epochs, of which some have `ended`. Raises OSError."""
        self._kept = KeptEpochs(0 if of_sweep else stride(epochs), ended)
        self.prune()

    def add(self, epoch: int, accuracy: float, probabilities: npt.NDArray[np.float32]) -> None:
        """Take an epoch's predictions, probabilities of shape (images, 10), and the test accuracy there.

        Those of an epoch before the newest are of one that the run went back to, and count as its last."""
        self._kept.add(epoch, accuracy)
        self._unwritten = {one: said for one, said in self._unwritten.items() if one in self._kept}
        self._unwritten[epoch] = probabilities

    def write(self) -> None:
        """Write what is to be kept and is not on the disk yet. Raises OSError."""
        if not self._unwritten:
            return
        self._run.predictions_path.mkdir(mode=0o700, exist_ok=True)
        for epoch, probabilities in self._unwritten.items():
            _save(_guesses_path(self._run, epoch), _guesses(probabilities))
        if (last := self._kept.last) in self._unwritten:
            _save(_probabilities_path(self._run, last), self._unwritten[last])
        self._unwritten = {}

    def prune(self) -> None:
        """Remove what is no longer to be kept, once nothing goes back behind what was written. Raises OSError."""
        clear_leftovers(self._run.predictions_path)
        for epoch in predicted_epochs(self._run):
            if epoch not in self._kept:
                _guesses_path(self._run, epoch).unlink(missing_ok=True)
        for path in self._run.predictions_path.glob("probabilities-*.npy"):
            if path != _probabilities_path(self._run, self._kept.last):
                path.unlink(missing_ok=True)


def predicted_epochs(run: Run) -> list[int]:
    """The epochs whose predictions are kept, in order."""
    return epochs_in(run.predictions_path, ".npy")


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
        shape, dtype = read_header(file)
        size = os.fstat(file.fileno()).st_size - file.tell()
        if size <= LARGEST and dtype in (GUESS, PROBABILITY) and size == math.prod(shape) * dtype.itemsize:
            return np.frombuffer(file.read(size), dtype).reshape(shape)
    return None
