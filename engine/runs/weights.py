"""A network's parameters after some epochs of a run, kept in files that numpy reads without PyTorch and without pickle.

`weights/epoch-0003.npz` holds the arrays of the network's `state_dict` and nothing else: `0.weight` (outputs, inputs),
`0.bias` (outputs,) and so on, float32, the first layer's inputs in the order of an image's pixels. Kept are, for at
most 64 files or 256 MB, the first epoch, the best, the last and those at round numbers; of a run of a sweep the best
and the last; or what the run's record asks for.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.config.run_config import RunConfig
from engine.files import StoreError, clear_leftovers, read_bounded, write_whole
from engine.runs.array_header import read_header
from engine.runs.directory import Run
from engine.runs.events import Epoch
from engine.runs.kept_epochs import LAST, MOST_KEPT, NONE, KeptEpochs, epochs_in, most_asked, stride_within

Array = npt.NDArray[np.float32]
# Bytes that a run's weights take on the disk, and of those in memory that are still to be written.
MOST_BYTES, MOST_UNWRITTEN = 256_000_000, 64_000_000
# What an archive has of each array besides its numbers.
MOST_BYTES_BESIDE = 1024


class WeightKeeper:
    """Keeps the weights of a run in training. Which epochs are kept does not depend on how often `write` is called, nor
    on interruptions, unless a file could not be written."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept: KeptEpochs | None = None
        self._unwritten: dict[int, Mapping[str, Array]] = {}

    def begin(self, config: RunConfig, ended: Sequence[Epoch] = (), of_sweep: bool = False, asked: str = "") -> None:
        """Keep those of a run of which some epochs have `ended`, as is `asked` by a word of `kept_weights`; what lies
        beyond those epochs is removed. Raises OSError."""
        if asked == NONE:
            self._kept = None
        elif asked == LAST or (of_sweep and not asked):
            self._kept = KeptEpochs(0, ended, best=asked != LAST)
        else:
            most = most_asked(asked, config.epochs, min(MOST_KEPT, MOST_BYTES // _size(_shapes(config))))
            self._kept = KeptEpochs(stride_within(config.epochs, most), ended)
        self.prune()

    def add(self, epoch: int, accuracy: float, read: Callable[[], Mapping[str, Array]]) -> None:
        """Take the arrays that `read` gives as an epoch's, and the test accuracy there.

        Those of an epoch before the newest are of one that the run went back to, and count as its last. Raises OSError,
        as what would fill the memory is written at once."""
        if self._kept is not None:
            self._kept.add(epoch, accuracy)
            self._unwritten = {one: arrays for one, arrays in self._unwritten.items() if one in self._kept}
            self._unwritten[epoch] = read()
            if sum(array.nbytes for arrays in self._unwritten.values() for array in arrays.values()) > MOST_UNWRITTEN:
                self.write()

    def write(self) -> None:
        """Write what is to be kept and is not on the disk yet. Raises OSError, and does not try again then."""
        unwritten, self._unwritten = self._unwritten, {}
        if unwritten:
            self._run.weights_path.mkdir(mode=0o700, exist_ok=True)
        for epoch, arrays in unwritten.items():
            content = io.BytesIO()
            np.savez(content, allow_pickle=False, **arrays)
            write_whole(weight_file(self._run, epoch), content.getvalue())

    def prune(self) -> None:
        """Remove what is no longer to be kept, once nothing goes back behind what was written. Raises OSError."""
        clear_leftovers(self._run.weights_path)
        for epoch in weight_epochs(self._run):
            if self._kept is None or epoch not in self._kept:
                weight_file(self._run, epoch).unlink(missing_ok=True)


def weight_epochs(run: Run) -> list[int]:
    """The epochs whose weights are kept, in order."""
    return epochs_in(run.weights_path, ".npz")


def read_weights(run: Run, epoch: int) -> Mapping[str, Array] | None:
    """The weights of an epoch, with the names and shapes that the run's configuration says; None when there are none
    that can be read."""
    try:
        shapes = _shapes(run.record().config)
        content = read_bounded(weight_file(run, epoch), _size(shapes) + MOST_BYTES_BESIDE * len(shapes))
    except (StoreError, OSError):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != sorted(f"{name}.npy" for name in shapes):
                return None
            return {name: _array(archive, f"{name}.npy", shape) for name, shape in shapes.items()}
    except Exception:  # Of an archive that may be anything, `zipfile` raises many things.
        return None


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> Array:
    """An array of an archive. Raises OSError and others for one of another shape, and for what is none."""
    size = 4 * math.prod(shape)
    if archive.getinfo(name).file_size > size + MOST_BYTES_BESIDE:
        raise OSError("unpacks to more than it may be")
    file = io.BytesIO(archive.read(name))
    if read_header(file) != (shape, np.dtype("<f4")):
        raise OSError("another array")
    return np.frombuffer(file.read(), np.float32).reshape(shape)


def _shapes(config: RunConfig) -> dict[str, tuple[int, ...]]:
    """Of each array of a network, in order: weights and biases of a layer or, with batch normalisation, of the layer
    weights alone, and then what `nn.BatchNorm1d` has."""
    shapes: dict[str, tuple[int, ...]] = {}
    number = 0
    for layer, (inputs, outputs) in enumerate(config.layer_sizes()):
        shapes[f"{number}.weight"] = (outputs, inputs)
        normalised = layer < len(config.normalised_widths())
        number += normalised
        names = ("weight", "bias", "running_mean", "running_var") if normalised else ("bias",)
        shapes |= {f"{number}.{name}": (outputs,) for name in names}
        number += 1
    return shapes


def _size(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """How many bytes the numbers of the arrays take."""
    return sum(4 * math.prod(shape) for shape in shapes.values())


def weight_file(run: Run, epoch: int) -> Path:
    """Where the weights of an epoch are, if they are kept."""
    return run.weights_path / f"epoch-{epoch:04d}.npz"
