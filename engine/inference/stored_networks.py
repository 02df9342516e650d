"""The networks of runs as they are stored: in files of weights, which numpy reads at once, or in checkpoints alone."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import UserError
from engine.inference.checkpoint_arrays import read_checkpoints
from engine.inference.network import NetworkError, TrainedNetwork
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot
from engine.runs.weights import read_weights, weight_epochs

MOST_TOLD = 8

Found = TrainedNetwork | NetworkError


def read_networks(runs: Sequence[Run], epoch: int | None = None) -> list[Found]:
    """The network of each run after an epoch, or as it was kept last; where checkpoints have to be asked, it takes as
    long as PyTorch takes to load."""
    networks = {run.id: _by_weights(run, epoch) for run in runs}
    left = [run for run in runs if networks[run.id] is None]
    by_checkpoint = dict(zip((run.id for run in left), read_checkpoints(left) if left else (), strict=True))
    return [networks[run.id] or by_checkpoint[run.id] for run in runs]


def _by_weights(run: Run, epoch: int | None) -> Found | None:
    """The network in a file of weights; None where the checkpoint is to be asked."""
    epochs = weight_epochs(run)
    try:
        snapshot = RunSnapshot.of(run, steps=False)
        state = snapshot.state
        # A checkpoint within an epoch is little newer than the weights before it, and takes seconds to read.
        step = state.checkpoint.step if state.checkpoint else 0
        saved = max((ended.epoch for ended in state.epochs if ended.step <= step), default=0)
        number = epoch or state.kept_epoch or max(epochs, default=0)
        if (
            number in epochs
            and (arrays := read_weights(run, number))
            and (number >= saved or epoch or state.kept_epoch)
        ):
            return TrainedNetwork.of(snapshot, number, arrays)
    except UserError as error:
        return NetworkError(str(error))
    if epoch is None or epoch == saved:
        return None
    available = ", ".join(map(str, epochs[-MOST_TOLD:])) or "none"
    return NetworkError(f"the weights of epoch {epoch} of {run.id} are not kept; there are those of: {available}")
