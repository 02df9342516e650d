"""The exported script, run on its own: it comes to the figures of the run."""

from __future__ import annotations

import io
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from engine.config.run_config import RunConfig
from engine.datasets import Dataset, load
from engine.export import ExportError, export_text
from engine.export.script import fill, script, steady_digits
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Epoch
from tests.builders.snapshots import data_set, epoch, snapshot, started, trained, write_data
from tests.builders.strategies import configs

EXACT = "gradients=autograd"
SETTINGS = [
    "hidden=none epochs=3 train_size=300 batch_size=full",
    "hidden=24,16 epochs=3",
    "hidden=24,16 epochs=2 dropout=0.5 activation=elu,leaky-relu seed=4503599627370497",
    "hidden=24,16 epochs=2 dropout=0.5 batch_size=100 rotation=12.5",
    "hidden=24,16 epochs=2 dropout=0.25 batch_size=128 l2=0.001 batch_norm=yes",
    "hidden=16 epochs=12 optimiser=adam learning_rate=0.001 l2=0.001 l2_mode=weight-decay batch_size=64",
    f"hidden=24,16 epochs=4 l2=0.001 activation=tanh validation=0.2 {EXACT}",
    f"hidden=24,16 epochs=4 l2=0.001 l2_mode=loss-weights activation=elu,gelu train_size=500 batch_norm=yes {EXACT}",
    f"hidden=24 epochs=10 momentum=0.9 nesterov=yes l2=0.001 l2_mode=weight-decay dropout=0.2 {EXACT} "
    "scaling=standard shift=1 rotation=9 validation=0.1",
    f"hidden=24 epochs=3 schedule=cosine warmup=0.5 validation=0.2 initialisation=he shift=2 {EXACT}",
    f"hidden=16 epochs=12 patience=2 validation=0.3 learning_rate=0.3 momentum=0.97 batch_norm=yes {EXACT}",
    f"hidden=24,16 epochs=2 initialisation=normal sigma=0.05 clip=0.5 batch_norm=yes {EXACT}",
    f"hidden=24 epochs=2 optimiser=rmsprop schedule=step learning_rate=0.001 batch_size=1 train_size=200 {EXACT}",
]


def run_here(text: str, data: Path, folder: Path) -> list[str]:
    """The lines a script prints, run in this process, which has PyTorch loaded, and in a thread, as it changes how its
    thread does arithmetic."""
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setattr(sys, "argv", [str(path), "--data", str(data)])
        with ThreadPoolExecutor(1) as thread:
            thread.submit(runpy.run_path, str(path), run_name="__main__").result()
    return printed.getvalue().splitlines()


def run_alone(text: str, data: Path, folder: Path) -> list[str]:
    """The lines a script prints, run without anything of this project."""
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(path), "--data", str(data)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def in_words(epochs: Iterable[Epoch], count: int, like: str) -> list[str]:
    """The figures of a run, with as many digits as the line `like` has."""
    ((accuracy, loss),) = (map(len, found) for found in re.findall(r"\.(\d+) % loss \d\.(\d+)", like)[:1])
    lines = []
    for e in epochs:
        parts = [("training", e.train_accuracy, e.train_loss), ("test", e.test_accuracy, e.test_loss)]
        if e.validation_accuracy is not None and e.validation_loss is not None:
            parts.insert(1, ("validation", e.validation_accuracy, e.validation_loss))
        shown = [f"{name} {100 * a:.{accuracy}f} % loss {b:.{loss}f}" for name, a, b in parts]
        lines.append("  ".join([f"epoch {e.epoch:>{len(str(count))}}/{count}", *shown]))
    return lines


def check(run: Run, data: Path, folder: Path, start: Callable[[str, Path, Path], list[str]]) -> list[str]:
    text = export_text([run], "script")
    printed = start(text, data, folder)
    epochs = run.state().epochs
    assert printed == in_words(epochs, run.record().config.epochs, printed[0])
    assert [f"    {line}" for line in printed] == [line for line in text.splitlines() if line.startswith("    epoch")]
    return printed


@pytest.fixture(scope="module")
def data() -> Dataset:
    return data_set()


@pytest.fixture(scope="module")
def data_folder(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(data, tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("words", SETTINGS)
def test_a_script_gets_the_figures_of_its_run(
    words: str, data: Dataset, data_folder: Path, home: Home, tmp_path: Path
) -> None:
    """You should see the same figures to the last digit, of which there are four where nothing is rounded otherwise."""
    run = trained(home, words, data, rate=0.3 if "cosine" in words else None)
    assert ("cosine" in words) == bool(run.state().rate_changes)
    assert len(run.state().epochs) == run.record().config.epochs or "patience" in words
    printed = check(run, data_folder, tmp_path, run_here)
    digits = len(re.findall(r"loss \d\.(\d+)", printed[0])[0])
    assert digits == 4 if EXACT in words else digits >= 2


def test_a_script_of_synthetic_digits_reads_their_folder(home: Home, tmp_path: Path) -> None:
    data = data_set("synthetic")
    run = trained(home, f"hidden=16 epochs=2 {EXACT}", data)
    check(run, write_data(data, tmp_path / "data"), tmp_path, run_here)


def test_a_script_gets_the_figures_of_a_run_on_mnist(mnist_folder: Path, home: Home, tmp_path: Path) -> None:
    data = load("mnist", home)
    words = f"hidden=32,16 epochs=2 train_size=600 dropout=0.25 l2=0.0001 validation=0.1 {EXACT}"
    run = trained(home, words, data)
    check(run, mnist_folder, tmp_path, run_alone)


def test_a_script_of_a_long_run_says_that_figures_agree_roughly() -> None:
    long = replace(started(epochs=100), steps_per_epoch=1875)
    text = script(snapshot(long, epoch(1)))
    assert "training 87.5 % loss 0.40  test 90.0 % loss 0.35" in text
    assert "gradients=autograd is repeated to the last digit" in text
    exactly = long.config.replace({"gradients": "autograd"})
    exact = script(snapshot(replace(long, config=exactly), epoch(1)))
    assert "training 87.50 % loss 0.4000" in exact
    assert "the same to the last" in exact
    adam = script(snapshot(replace(long, config=exactly.replace({"optimiser": "adam"})), epoch(1)))
    assert "to the last digit" not in adam


def test_a_script_has_only_the_parts_its_run_needs() -> None:
    plain = script(snapshot(started(hidden=[]), epoch(1)))
    for part in ("mask", "penalty", "L2", "argsort", "momentum", "held", "itertools", "synthetic", "0.1307"):
        assert part not in plain
    whole = script(snapshot(started(dropout=0.5, l2=1e-4, batch_size=64, validation=0.1, scaling="standard")))
    for part in ("def dropout_masks", "def penalty", "held_out", "0.1307"):
        assert part in whole
    assert "argsort" not in whole, "standardised images are not sorted"
    assert "argsort" in script(snapshot(started(dropout=0.5, batch_size=64)))


@settings(max_examples=30)
@given(configs())
def test_any_run_makes_a_script(config: RunConfig) -> None:
    name = config.dataset if config.dataset != "auto" else "kmnist"
    begun = started(**{**config.to_json(), "dataset": name, "device": "cuda:0"})
    text = script(snapshot(begun, epoch(1), name='"""\n\\"""; import os\x1b', config=config))
    compile(text, "script.py", "exec")
    assert "%%" not in text and "$" not in text
    assert not re.search(r"^(?!\s*#).*import os", text.split('"""')[2], re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        "hidden=none",
        "dropout=0.5 batch_size=100 l2=0.001 validation=0.1",
        "optimiser=adam l2=0.1 l2_mode=weight-decay",
        "hidden=64,64,64 activation=relu,tanh,gelu dropout=0.1 batch_size=64 train_size=1000",
        "schedule=cosine initialisation=he clip=2.5 shift=2",
        "schedule=step warmup=0.25 patience=3 validation=0.1 batch_norm=yes initialisation=xavier",
        "warmup=1 dataset=synthetic scaling=standard l2=1e-5 l2_mode=loss-weights rotation=10 shift=1 validation=0.1",
        "rotation=10 dropout=0.2",
    ],
)
def test_scripts_are_as_clean_as_this_project(words: str, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    begun = started(**RunConfig.parse(f"dataset=mnist device=cpu {words}").to_json())
    path.write_text(script(snapshot(begun, epoch(1))))
    for command in (["check", "--select", "E,F,W,I,C4,UP,SIM,RUF"], ["format", "--check"]):
        words_of_ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "120", str(path)]
        done = subprocess.run(words_of_ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_a_run_that_has_not_started_has_no_script() -> None:
    with pytest.raises(ExportError, match="has not started"):
        script(snapshot())


def test_a_run_that_went_on_elsewhere_has_no_script() -> None:
    with pytest.raises(ExportError, match="another kind of device"):
        script(snapshot(started(), device="cuda:0 (a card)"))
    assert script(snapshot(started(), device="cpu (another processor)"))


def test_digits_are_left_out_where_rounding_could_change_them() -> None:
    assert steady_digits([0.12344, 1.5]) == 4
    assert steady_digits([0.123449]) == 3
    assert steady_digits([0.1235, 0.12345]) == 2
    assert steady_digits([]) == 4
    assert steady_digits([float("nan")]) == 4


def test_a_template_keeps_what_is_wanted_at_its_indentation() -> None:
    template = "%% if a\n  $x\n%% if b\nb\n%% end\n%% else\nother\n%% end\nend"
    assert fill(template, {"a": True, "b": False}, {"x": "1\n2"}) == "  1\n  2\nend\n"
    assert fill(template, {"a": False, "b": True}, {"x": "1"}) == "other\nend\n"
