"""Event files, read back by TensorBoard's own reader."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.export import ExportError, export
from engine.export.tensorboard import scalars
from engine.home import Home
from tests.builders.networks import layers_after
from tests.builders.runs import finished_run, make_run
from tests.builders.snapshots import epoch, snapshot, started, steps


def test_figures_come_at_the_times_they_were_taken() -> None:
    made = snapshot(started(), steps(4, 0.25), epoch(1, validation_loss=0.125), steps(14, math.nan))
    figures = list(scalars(made))
    assert (104.0, 4, "loss/batches", 0.25) in figures
    assert (110.0, 10, "loss/validation", 0.125) in figures
    assert (110.0, 10, "accuracy/test", 0.9) in figures
    assert [f for f in figures if f[1] == 14] == [
        (114.0, 14, "accuracy/batches", 0.75),
        (114.0, 14, "learning_rate", 0.1),
    ]
    assert not [f for f in figures if f[2] == "accuracy/validation"]


def test_tensorboard_reads_them_back(home: Home, tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    tensor_util = pytest.importorskip("tensorboard.util.tensor_util")
    layers = [
        replace(layers_after(1, math.nan, 0.25), time=110.0, step=10),
        replace(layers_after(2, 0.5, 0.125), time=120.0, step=20),
    ]
    happened = [
        started(),
        steps(4, 0.25),
        layers[0],
        epoch(1),
        steps(14, 0.125),
        layers[1],
        epoch(2, test_accuracy=0.95),
    ]
    runs = [make_run(home, *happened, name="[b]deep"), finished_run(home, "other")]
    folders = export(runs, "tensorboard", tmp_path / "logs")
    assert [folder.parent for folder in folders] == [tmp_path / "logs"] * 2
    assert folders[0].name == f"b-deep-{runs[0].id}"
    assert sorted((tmp_path / "logs").iterdir()) == sorted(folders), "nothing else is left"
    events = reader.EventAccumulator(str(folders[0]))
    events.Reload()
    tests = [(e.wall_time, e.step, e.value) for e in events.Scalars("accuracy/test")]
    assert tests == [(110.0, 10, pytest.approx(0.9)), (120.0, 20, pytest.approx(0.95))]
    batches = [(e.wall_time, e.step, e.value) for e in events.Scalars("loss/batches")]
    assert batches == [(104.0, 4, 0.25), (114.0, 14, 0.125)]
    norms = {
        name: [(e.step, e.value) for e in events.Scalars(f"gradient_norm/{name}")] for name in ("layer 1", "output")
    }
    assert norms == {"layer 1": [(20, 0.5)], "output": [(10, 0.25), (20, 0.125)]}
    bins = tensor_util.make_ndarray(events.Tensors("weights/layer 1")[1].tensor_proto)
    assert (bins.shape, bins[0, 0], bins[-1, 1]) == ((32, 3), -1.0, 3.0) and bins[:, 2].tolist() == [*range(32)]
    assert events.summary_metadata["weights/layer 1"].plugin_data.plugin_name == "histograms"
    text = events.Tensors("run/text_summary" if "run/text_summary" in events.Tags()["tensors"] else "run")
    assert text[0].tensor_proto.string_val[0].startswith(rb"# \[b\]deep")


def test_event_files_are_replaced_only_by_force(home: Home, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    run = finished_run(home, "deep")
    (folder,) = export([run], "tensorboard", tmp_path)
    (folder / "notes.txt").write_text("mine")
    (before,) = folder.glob("events*")
    with pytest.raises(ExportError, match="--force"):
        export([run], "tensorboard", tmp_path)
    assert before.exists()
    export([run], "tensorboard", tmp_path, force=True)
    assert len(list(folder.glob("events*"))) == 1
    assert (folder / "notes.txt").read_text() == "mine"


def test_without_tensorboard_it_says_what_to_install(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.event_file_writer", None)
    with pytest.raises(ExportError, match=r"pip install 'mnist-tui\[tensorboard\]'"):
        export([finished_run(home)], "tensorboard", tmp_path / "logs")
    assert not (tmp_path / "logs").exists()
