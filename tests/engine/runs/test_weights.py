"""Of which epochs weights are kept, and whatever else may lie in their place."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.weights import Array, WeightKeeper, read_weights, weight_epochs
from engine.training.network import Network
from tests.builders.runs import finished_run, make_run
from tests.engine.runs.test_predictions import claiming
from tests.engine.runs.test_state import epoch as ended

SMALL = RunConfig(hidden=(2,), epochs=3)


def arrays_of(config: RunConfig) -> dict[str, Array]:
    return Network(config, torch.device("cpu")).arrays()


def keep(run: Run, accuracies: Mapping[int, float], asked: str = "", of_sweep: bool = False) -> list[int]:
    """The epochs that are kept of a run whose epochs reach these test accuracies."""
    config = run.record().config
    arrays = arrays_of(config)
    keeper = WeightKeeper(run)
    keeper.begin(config, of_sweep=of_sweep, asked=asked)
    for epoch, accuracy in accuracies.items():
        keeper.add(epoch, accuracy, lambda: arrays)
    keeper.write()
    keeper.prune()
    return weight_epochs(run)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("hidden", [(), (3,), (5, 4)])
def test_the_arrays_of_a_network_read_back(home: Home, hidden: tuple[int, ...], batch_norm: bool) -> None:
    config = RunConfig(hidden=hidden, batch_norm=batch_norm and bool(hidden), epochs=2)
    run = make_run(home, config=config)
    assert keep(run, {1: 0.5, 2: 0.6}) == [1, 2]
    found, expected = read_weights(run, 2), arrays_of(config)
    assert found is not None and list(found) == list(expected)
    assert all(np.array_equal(found[name], array) for name, array in expected.items())
    assert read_weights(run, 3) is None


@pytest.mark.parametrize(
    ("asked", "of_sweep", "expected"),
    [
        ("", False, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("", True, [3, 8]),
        ("all", True, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("last", False, [8]),
        ("none", True, []),
        ("4", False, [1, 3, 8]),
        ("6", False, [1, 3, 5, 8]),
        ("8", True, [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_what_is_kept_is_what_was_asked(home: Home, asked: str, of_sweep: bool, expected: list[int]) -> None:
    run = make_run(home, config=SMALL.replace({"epochs": "8"}))
    assert keep(run, {epoch: 0.9 if epoch == 3 else 0.5 for epoch in range(1, 9)}, asked, of_sweep) == expected


def test_a_large_network_keeps_fewer_epochs(home: Home) -> None:
    config = RunConfig(hidden=(2500, 2500), epochs=20)  # 33 MB an epoch, of which seven have room.
    keeper = WeightKeeper(run := make_run(home, config=config))
    keeper.begin(config)
    written = {name: np.zeros(1, np.float32) for name in arrays_of(SMALL)}
    for epoch in range(1, 21):
        keeper.add(epoch, 0.9 if epoch == 3 else 0.5, lambda: written)
    keeper.write()
    assert weight_epochs(run) == [1, 3, 10, 20]


def test_a_run_that_goes_back_forgets_what_lies_beyond(home: Home) -> None:
    run = make_run(home, config=SMALL)
    assert keep(run, {1: 0.5, 2: 0.6, 3: 0.7}) == [1, 2, 3]
    WeightKeeper(run).begin(SMALL, [ended(1, 0.0)])
    assert weight_epochs(run) == [1]


def archive(arrays: Mapping[str, np.ndarray], compress: bool = False) -> bytes:
    content = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(content, allow_pickle=True, **arrays)
    return content.getvalue()


GOOD = arrays_of(SMALL)
FIRST = "0.weight"


def member(path: Path, made: Callable[[Path], object]) -> None:
    """Good arrays, the first of them replaced by what `made` makes."""
    made(path)
    first = path.read_bytes()
    with zipfile.ZipFile(path, "w") as file:
        for name, array in GOOD.items():
            content = io.BytesIO()
            np.save(content, array)
            file.writestr(f"{name}.npy", first if name == FIRST else content.getvalue())


HOSTILE: dict[str, Callable[[Path], object]] = {
    "an array too few": lambda path: path.write_bytes(archive({FIRST: GOOD[FIRST]})),
    "an array too many": lambda path: path.write_bytes(archive({**GOOD, "x": np.zeros(1)})),
    "another shape": lambda path: path.write_bytes(archive({**GOOD, FIRST: GOOD[FIRST].T})),
    "another type": lambda path: path.write_bytes(archive({**GOOD, FIRST: GOOD[FIRST].astype(np.float64)})),
    "objects": lambda path: path.write_bytes(archive({**GOOD, FIRST: np.array([print])})),
    "an array that unpacks to much": lambda path: path.write_bytes(
        archive({**GOOD, FIRST: np.zeros(1 << 24, np.float32)}, compress=True)
    ),
    "a million million numbers": lambda path: member(path, claiming("(1000000, 1000000)", "'<f4'")),
    "fewer numbers than there are": lambda path: member(path, claiming("(2, 784)", "'<f4'")),
    "a header of brackets": lambda path: member(path, lambda path: path.write_bytes(b"\x93NUMPY\x01\x00" + b"(" * 900)),
    "no array": lambda path: member(path, Path.touch),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "nothing": Path.touch,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("made", HOSTILE)
def test_what_is_no_weights_is_none(home: Home, made: str) -> None:
    run = make_run(home, config=SMALL)
    run.weights_path.mkdir()
    HOSTILE[made](run.weights_path / "epoch-0001.npz")
    assert weight_epochs(run) == [1]
    assert read_weights(run, 1) is None


@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=40))
def test_damaged_weights_are_read_or_none(tmp_path_factory: pytest.TempPathFactory, place: int, put: bytes) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    run = make_run(home, config=SMALL)
    run.weights_path.mkdir()
    content = archive(GOOD)
    place %= len(content)
    (run.weights_path / "epoch-0001.npz").write_bytes(content[:place] + put + content[place + len(put) :])
    found = read_weights(run, 1)
    assert found is None or {name: array.shape for name, array in found.items()} == {
        n: a.shape for n, a in GOOD.items()
    }


def test_a_run_without_a_record_has_no_weights_that_can_be_told(home: Home) -> None:
    run = finished_run(home)
    assert keep(run, {1: 0.5}) == [1]
    (run.path / "run.json").write_text("{}")
    assert read_weights(run, 1) is None
