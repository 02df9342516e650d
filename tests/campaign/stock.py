"""What every case starts from: a few synthetic digits, and runs that nothing happened to."""

from __future__ import annotations

import hashlib
import os
import pkgutil
import shutil
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

import engine
import tui
from engine.datasets import idx, synthetic
from engine.datasets.catalogue import SPECS, SYNTHETIC
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.predictions import predicted_epochs, read_predictions
from engine.runs.status import FINISHED
from engine.runs.summaries import find_run
from engine.runs.weights import read_weights, weight_epochs
from tests.campaign.case import require
from tests.campaign.interference import Count, stand_between
from tests.campaign.processes import program

TRAIN, TEST = 600, 300
SETTINGS = [
    "dataset=synthetic", "train_size=200", "hidden=8", "epochs=6", "batch_size=10", "dropout=0.3", "optimiser=adam",
    "learning_rate=0.002", "validation=0.1", "device=cpu",
]  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """The `home` that others are copied from holds the run of SETTINGS, called `whole`; training it makes `changes`
    changes of files, preparing its data included."""

    home: Home
    changes: int

    @property
    def whole(self) -> Run:
        """The run of SETTINGS that nothing happened to."""
        return find_run(self.home, "whole")

    def home_in(self, folder: Path, *, data: bool = True) -> Home:
        """A new home that holds a copy of that run, which nothing may change, and its data unless told otherwise."""
        home = Home(folder / "home").prepare()
        shutil.copytree(self.whole.path, home.runs / self.whole.id)
        if data:
            shutil.copytree(self.home.data, home.data, dirs_exist_ok=True)
        os.environ["MNIST_TUI_HOME"] = str(home.path)
        return home


def prepare(folder: Path) -> Stock:
    """Make what every case starts from. Changes this process and all forked from it: synthetic digits are few."""
    _import_all()
    os.environ.pop("MNIST_TUI_DATA", None)
    os.environ |= {"MNIST_TUI_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TERM": "xterm-256color"}
    torch.set_num_threads(1)
    images, labels = synthetic.draw(TRAIN + TEST)
    parts = (images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:])
    digests = [hashlib.sha256(idx.encode(part)).hexdigest() for part in parts]
    first, second, third, fourth = digests
    few = replace(SPECS[SYNTHETIC], sha256=(first, second, third, fourth), train_size=TRAIN, test_size=TEST)
    SPECS[SYNTHETIC] = few
    home = Home(folder / "stock").prepare()
    os.environ["MNIST_TUI_HOME"] = str(home.path)
    note = folder / "changes"
    words = ["train", *SETTINGS, "--quiet", "--name", "whole"]
    ended = program(words, folder, lambda: stand_between(home.path, Count(note))).wait()
    require(ended.status == 0, f"the first run of all failed: {ended.errors}")
    return Stock(home, int(note.read_text()))


def digest(folder: Path) -> dict[str, str]:
    """What a folder holds: the digest of every file, and what else there is."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        for path in sorted(folder.rglob("*"))
    }


def outcome(run: Run) -> dict[str, Any]:
    """All that training decided in a run, and nothing of how long it took."""
    state = run.state()
    fields = ("epoch", "step", "train_loss", "train_accuracy", "penalty", "test_loss", "test_accuracy",
              "validation_loss", "validation_accuracy")  # fmt: skip
    saved = torch.load(run.checkpoint_path, weights_only=True)
    predicted = {epoch: read_predictions(run, epoch) for epoch in predicted_epochs(run)}
    weights = {epoch: read_weights(run, epoch) for epoch in weight_epochs(run)}
    return {
        "phase": state.phase,
        "epochs": [tuple(getattr(epoch, field) for field in fields) for epoch in state.epochs],
        "tensors": dict(_tensors("", saved)),
        "predictions": {epoch: said and said.classes.tobytes() for epoch, said in predicted.items()},
        "weights": {epoch: told and [array.tobytes() for array in told.values()] for epoch, told in weights.items()},
    }


def require_same(run: Run, stock: Stock) -> None:
    """Raise Broken unless a run has ended as if nothing had happened to it, bit for bit."""
    mine, theirs = outcome(run), outcome(stock.whole)
    require(mine["phase"] == FINISHED, f"{run.id} is {mine['phase']}, not finished")
    if any("weights" in notice for notice in run.state().notices):
        del theirs["weights"]  # It said that it could not keep them all.
    for part, wanted in theirs.items():
        require(mine[part] == wanted, f"{run.id} ends with other {part} than the run that nothing happened to")


def _import_all() -> None:
    """Import every module of the program, so that those forked from this process need not."""
    for package in (engine, tui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)


def _tensors(name: str, value: Any) -> list[tuple[str, bytes]]:
    if isinstance(value, torch.Tensor):
        return [(name, value.numpy().tobytes())]
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in _tensors(f"{name}/{key}", inner)]
    return []
