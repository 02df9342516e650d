"""What the shell offers when a word is completed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.shell_completion import BashComplete
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import presets, save_preset
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.sweeps.sweep_file import sweep_lock
from tests.builders.program import ROOT
from tests.builders.runs import finished_run, make_run
from tests.builders.sweeps import make_sweep
from tui.cli.completion import complete_columns, complete_filter, complete_orders
from tui.cli.main import main


def complete(*words: str) -> list[str]:
    """What the shell would offer for the last of `words`."""
    completer = BashComplete(main, {}, "mnist-tui", "_MNIST_TUI_COMPLETE")
    return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]


def test_the_shell_completes_commands_presets_settings_and_runs(home: Home) -> None:
    run = finished_run(home)
    assert complete("re") == ["reproduce"]
    assert complete("train", "drop") == ["dropout", "dropout="]
    assert set(presets()) <= set(complete("train", ""))
    assert complete("train", "optimiser=ada") == ["optimiser=adam", "optimiser=adamw"]
    assert complete("train", "--optimiser", "ada") == ["adam", "adamw"]
    assert complete("train", "--batch-size", "") == ["full"]
    assert complete("train", "--hidden", "") == ["none"]
    assert "--learning-rate" in complete("train", "--lea")
    assert complete("runs", "show", run.id[:6]) == [run.id]
    assert complete("runs", "show", "la") == complete("predict", "la") == ["last"]
    assert complete("train", "--resume", run.id[:6]) == [run.id]


def test_the_shell_completes_presets_of_ones_own_and_short_names(home: Home) -> None:
    save_preset(home, "dropless", RunConfig(dropout=0.0, epochs=1))
    assert complete("train", "drop") == ["dropout", "dropless", "dropout="]
    assert complete("presets", "show", "drop") == ["dropout", "dropless"]
    assert complete("presets", "rename", "d") == complete("presets", "delete", "") == ["dropless"]
    assert complete("train", "opt=ada") == ["opt=adam", "opt=adamw"]
    assert complete("train", "device=c") == ["device=cpu", "device=cuda"]


def test_the_shell_completes_sweeps_those_in_training_and_groups(home: Home) -> None:
    for group in ("rates", "rates of old", "sizes"):
        make_sweep(home, {"l2": "0,1"}, group=group)
    make_run(home, group="three seeds")
    for command in ("show", "export"):
        assert sorted(complete("sweep", command, "ra")) == ["rates", "rates of old"]
    assert complete("sweep", "--resume", "s") == ["sizes"]
    assert complete("sweep", "stop", "") == []
    sweep_lock(home, "sizes").acquire()
    assert complete("sweep", "stop", "") == ["sizes"]
    assert complete("sweep", "--group", "th") == complete("train", "--group", "") == ["three seeds"]


def test_the_shell_completes_columns_after_a_comma(home: Home) -> None:
    assert complete("runs", "list", "--columns", "test_") == ["test_accuracy", "test_loss"]
    assert complete("runs", "list", "--columns", "name,test_a") == ["name,test_accuracy"]
    assert complete("runs", "list", "--columns", "name,lr") == ["name,lr"], "a short name where no long one fits"
    assert {"status", "name", "learning_rate"} <= set(complete("runs", "list", "--columns", ""))
    assert complete("runs", "list", "--columns", "nothing") == []


def test_the_shell_completes_an_order_and_its_direction(home: Home) -> None:
    assert complete("runs", "list", "--sort", "name,dropo") == ["name,dropout"]
    assert complete("runs", "list", "--sort", "acc:") == ["acc:asc", "acc:desc"]
    assert complete("runs", "list", "--sort", "name,acc:d") == ["name,acc:desc"]


@pytest.mark.parametrize("command", ["list", "compare"])
@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("dropo", ["dropout"]),
        ("lr>0.05 sta", ["lr>0.05 status", "lr>0.05 starred"]),
        ("lr>0.05 and -sta", ["lr>0.05 and -status", "lr>0.05 and -starred"]),
        ("(acc>97% or (group", ["(acc>97% or (group"]),
        ("status=fin", ["status=finished"]),
        ("lr>0.05 -status!=fa", ["lr>0.05 -status!=failed"]),
        ("optimiser=adam", ["optimiser=adam", "optimiser=adamw"]),
        ("star=", ["star=yes", "star=no"]),
        ("lr>0", []),
        ("unknown=x", []),
        ('name="my sta', []),
        ('name="my run" sta', ['name="my run" status', 'name="my run" starred']),
    ],
)
def test_the_last_word_of_a_filter_is_completed(home: Home, command: str, begun: str, offered: list[str]) -> None:
    assert [item.value for item in complete_filter(None, None, begun)] == offered  # type: ignore[arg-type]
    if '"' not in begun:
        assert complete("runs", command, "--where", begun) == offered


@given(st.text(max_size=40))
def test_whatever_is_typed_completing_goes_on_from_it(begun: str) -> None:
    for completer in (complete_filter, complete_columns, complete_orders):
        items = completer(None, None, begun)  # type: ignore[arg-type]
        assert all(item.value.startswith(begun) for item in items)


def test_completing_loads_neither_numpy_nor_rich(home: Home) -> None:
    environment = {
        **os.environ, "_MNIST_TUI_COMPLETE": "bash_complete", "COMP_LINE": "mnist-tui runs list --where sta",
        "COMP_WORD": "sta", "PYTHONPROFILEIMPORTTIME": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'mnist-tui'; from tui.cli.main import main; main()"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["plain,status", "plain,starred"]
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in loaded
    assert loaded.isdisjoint({"numpy", "rich", "torch", "textual"})
