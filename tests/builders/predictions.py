"""Predictions kept without training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.runs.directory import Run
from engine.runs.predictions import PredictionKeeper
from tests.engine.runs.test_state import epoch as ended


def write_predictions(run: Run, epoch: int, probabilities: npt.NDArray[np.float32]) -> None:
    """Keep the predictions of one more epoch of a short run, given as probabilities of shape (images, 10)."""
    keeper = PredictionKeeper(run)
    keeper.begin(epoch, [ended(earlier, 0.0) for earlier in range(1, epoch)])
    keeper.add(epoch, 0.5, probabilities)
    keeper.write()
    keeper.prune()
