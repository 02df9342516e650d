"""The arrays in the checkpoints of runs, told by a process that has PyTorch to one that has not.

`python -m engine.inference.checkpoint_arrays RUN_DIRECTORY...` prints them as one file of arrays that numpy reads.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import UserError
from engine.inference.network import NetworkError, TrainedNetwork
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot
from engine.service.subprocesses import environment, module

SECONDS = 120.0
EPOCH, PROBLEM = "epoch", "problem"


def read_checkpoints(runs: Sequence[Run]) -> list[TrainedNetwork | NetworkError]:
    """The network of each run as its last checkpoint has it; with one it takes as long as PyTorch takes to load."""
    saved = [run for run in runs if run.checkpoint_path.exists()]
    networks = dict(zip((run.id for run in saved), _read(saved) if saved else (), strict=True))
    return [networks.get(run.id) or NetworkError(_without_checkpoint(run)) for run in runs]


def _without_checkpoint(run: Run) -> str:
    return f"{run.id} has no checkpoint yet; it keeps one after each epoch"


def _read(runs: Sequence[Run]) -> list[TrainedNetwork | NetworkError]:
    """The networks in the checkpoints of these runs."""
    try:
        done = subprocess.run(
            [*module("engine.inference.checkpoint_arrays"), *(str(run.path.absolute()) for run in runs)],
            stdin=subprocess.DEVNULL, capture_output=True, cwd="/", timeout=SECONDS, env=environment(), check=True,
        )  # fmt: skip
        with np.load(io.BytesIO(done.stdout), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, subprocess.SubprocessError, ValueError, EOFError) as error:
        lines = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else type(error).__name__
        return [NetworkError(f"the checkpoint of {run.id} cannot be read: {reason}") for run in runs]
    return [_network(run, str(place), arrays) for place, run in enumerate(runs)]


def _network(run: Run, place: str, arrays: dict[str, npt.NDArray[np.float32]]) -> TrainedNetwork | NetworkError:
    """What was told of the run at a place."""
    own = {name.partition("/")[2]: array for name, array in arrays.items() if name.partition("/")[0] == place}
    if PROBLEM in own:
        return NetworkError(str(own[PROBLEM]))
    try:
        return TrainedNetwork.of(RunSnapshot.of(run, steps=False), int(own.pop(EPOCH)), own)
    except UserError as error:
        return NetworkError(str(error))


def arrays_of(run: Run) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays in a run's checkpoint, and the `epoch` of its last step; or the `problem` in a line. Loads PyTorch."""
    import torch

    from engine.training import checkpoint
    from engine.training.network import Network

    try:
        config = RunSnapshot.of(run, steps=False).config
        saved = checkpoint.load(run.checkpoint_path, config)
        if saved is None:
            return {PROBLEM: np.array(_without_checkpoint(run))}
        network = Network(config, torch.device("cpu"))
        network.load_state_dict(saved.parameters)
    except UserError as error:
        return {PROBLEM: np.array(f"{run.id}: {error}")}
    except ValueError:
        return {PROBLEM: np.array(f"the checkpoint of {run.id} is of another network than its settings say")}
    return {EPOCH: np.array(saved.position.last_epoch), **network.arrays()}


def main(paths: Sequence[str]) -> None:
    """Print the arrays of the runs in these directories."""
    content = io.BytesIO()
    arrays = {
        f"{place}/{name}": array
        for place, path in enumerate(paths)
        for name, array in arrays_of(Run(Path(path))).items()
    }
    np.savez(content, allow_pickle=False, **arrays)
    sys.stdout.buffer.write(content.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
