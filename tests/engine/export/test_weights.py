"""A run's weights as a file."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.export import ExportError, export, export_text
from engine.home import Home
from engine.training.checkpoint import CheckpointError
from tests.builders.runs import finished_run
from tests.builders.snapshots import data_set, trained
from tui.cli.commands.runs.export import EXAMPLES


def test_weights_load_into_layers_and_into_the_script(home: Home, tmp_path: Path) -> None:
    """You should see the test accuracy of the run, from both."""
    data = data_set()
    run = trained(home, "hidden=24,16 epochs=2", data)
    (path,) = export([run], "weights", tmp_path / "deep.pt")
    state = torch.load(path, weights_only=True)
    assert list(state) == ["0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"]
    layers = nn.Sequential(nn.Linear(784, 24), nn.Linear(24, 16), nn.Linear(16, 10))
    layers.load_state_dict(state)
    names: dict[str, Any] = {"__name__": "script"}
    exec(export_text([run], "script"), names)
    network = names["Network"]()
    network.load_state_dict(state)
    with_activations = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    mapping = next(line for line in EXAMPLES.splitlines() if "k.split" in line)
    renamed = eval(mapping, {"weights": {name: -tensor for name, tensor in state.items()}})
    with_activations.load_state_dict(renamed)
    assert torch.equal(layers.state_dict()["1.weight"], -state["1.weight"]), "the mapping that the help gives"
    layers.load_state_dict(state)
    images = torch.from_numpy(data.test_images).flatten(1) / 255
    labels = torch.from_numpy(data.test_labels.astype(np.int64))
    by_hand = layers[2](torch.relu(layers[1](torch.relu(layers[0](images)))))
    accuracy = run.state().epochs[-1].test_accuracy
    for logits in (network(images), by_hand):
        assert (logits.argmax(1) == labels).float().mean().item() == pytest.approx(accuracy)


def test_weights_of_batch_normalisation_load_into_pytorchs_own(home: Home, tmp_path: Path) -> None:
    """You should see the test accuracy of the run, with the mapping that the help gives for activations between."""
    data = data_set()
    run = trained(home, "hidden=24,16 epochs=2 batch_norm=yes", data)
    (path,) = export([run], "weights", tmp_path / "normalised.pt")
    state = torch.load(path, weights_only=True)
    names: dict[str, Any] = {"__name__": "script"}
    exec(export_text([run], "script"), names)
    names["Network"]().load_state_dict(state)
    first, second = (
        (nn.Linear(784, 24, bias=False), nn.BatchNorm1d(24)),
        (nn.Linear(24, 16, bias=False), nn.BatchNorm1d(16)),
    )
    layers = nn.Sequential(*first, nn.ReLU(), *second, nn.ReLU(), nn.Linear(16, 10))
    layers.load_state_dict({f"{int(n) + int(n) // 2}.{p}": w for k, w in state.items() for n, p in [k.split(".")]})
    assert "int(n) + int(n) // 2" in EXAMPLES
    logits = layers.eval()(torch.from_numpy(data.test_images).flatten(1) / 255)
    labels = torch.from_numpy(data.test_labels.astype(np.int64))
    assert (logits.argmax(1) == labels).float().mean().item() == pytest.approx(run.state().epochs[-1].test_accuracy)


def test_a_run_without_a_checkpoint_says_so(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no checkpoint yet"):
        export([finished_run(home)], "weights", tmp_path / "x.pt")
    assert list(tmp_path.glob("x*")) == []


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('executed')",))


def test_a_checkpoint_that_would_run_code_is_not_exported(home: Home, tmp_path: Path) -> None:
    run = finished_run(home)
    content = io.BytesIO()
    torch.save({"parameters": Harmful()}, content)
    for bad in (content.getvalue(), pickle.dumps(Harmful())):
        run.checkpoint_path.write_bytes(bad)
        with pytest.raises(CheckpointError, match="not loaded"):
            export([run], "weights", tmp_path / "x.pt")


def test_a_checkpoint_of_another_network_is_not_exported(home: Home, tmp_path: Path) -> None:
    run, other = finished_run(home), trained(home, "hidden=8 epochs=1", data_set())
    run.checkpoint_path.write_bytes(other.checkpoint_path.read_bytes())
    with pytest.raises(ExportError, match="another network"):
        export([run], "weights", tmp_path / "x.pt")
