"""`mnist-tui train`."""

from __future__ import annotations

import json

import pytest
import torch

from engine.config.presets import preset, presets, save_preset
from engine.config.run_config import FIELDS, RunConfig
from engine.home import Home
from engine.query.columns import BY_NAME
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Event, RunFailed, decode, encode
from engine.runs.status import FINISHED
from engine.runs.summaries import find_run, list_runs
from engine.service.device_choice import VARIABLE
from tests.builders.program import QUICK, call
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.engine.runs.test_state import started
from tui.cli.commands.train import configure


def without_breaks(text: str) -> str:
    """A text as it is however it was wrapped, at spaces or behind hyphens."""
    return "".join(text.split())


def test_every_field_has_an_option_with_its_help_range_and_default() -> None:
    shown = without_breaks(call("train", "--help").stdout)
    for field in FIELDS:
        assert f"--{field.name.replace('_', '-')}" in shown
        about = f"{field.help} [{field.kind.accepts}; default {field.kind.write(field.default)}]"
        assert without_breaks(about) in shown


def test_settings_come_from_the_preset_then_words_then_options(home: Home) -> None:
    words = ["dropout", "epochs=3", "hidden=32", "learning-rate=0.2"]
    name, config = configure(home, words, {"epochs": "4", "nesterov": True, "momentum": "0.9"})
    assert name == "dropout"
    assert config == preset("dropout").config.replace(
        {"epochs": 4, "hidden": (32,), "learning_rate": 0.2, "nesterov": True, "momentum": 0.9}
    )


def test_settings_have_the_short_names_that_filters_know(home: Home) -> None:
    """You should be able to write lr=0.2 wherever a filter may say lr, and as an option too."""
    short = {alias: field.name for field in FIELDS for alias in field.aliases}
    assert short.items() <= {name: column.name for name, column in BY_NAME.items()}.items()
    assert configure(home, ["lr=0.2", "act=tanh", "bs=64"], {}) == configure(
        home, ["learning_rate=0.2", "activation=tanh", "batch_size=64"], {}
    )
    assert "hidden=x: expected" in call("train", "--width", "x").stderr


def test_a_preset_of_ones_own_is_trained_by_its_name(home: Home) -> None:
    save_preset(home, "narrow", RunConfig(hidden=(8,)), "Too narrow to learn much.")
    assert configure(home, ["Narrow", "epochs=2"], {}) == ("narrow", RunConfig(hidden=(8,), epochs=2))
    shown = call("train", "--help").stdout
    assert "Your presets" in shown and "Too narrow to learn much." in shown
    assert "narrow" in call("train", "narow").stderr


def test_the_help_of_train_says_what_to_look_for_in_each_preset(home: Home) -> None:
    shown = without_breaks(call("train", "--help").stdout)
    assert all(without_breaks(known.name + known.summary) in shown for known in presets().values())


def test_without_words_the_reference_network_is_trained(home: Home) -> None:
    assert configure(home, [], {}) == ("deep", RunConfig())
    assert configure(home, ["epochs=1"], {}) == ("", RunConfig(epochs=1))


def test_bad_values_are_refused_together_and_no_run_is_left(home: Home) -> None:
    result = call("train", "deep", "epochs=0", "--hidden", "x", "--learning-rate", "-1", "widgets=3")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0] == "mnist-tui: 4 settings are refused:"
    assert [line.split("=")[0].strip() for line in lines[1:]] == ["widgets", "hidden", "learning_rate", "epochs"]
    assert all("expected" in line for line in lines[1:])
    assert list(home.runs.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deeep"], "no preset is called 'deeep'; did you mean deep or deep-sigmoid?"),
        (["deep", "shallow"], "one preset at a time: deep, shallow"),
        (["--json", "--quiet"], "exclude each other"),
        (["shallow", "--dropout", "0.5"], "dropout=0.5: expected 0, as there is no hidden layer"),
        (["--epochs"], "requires an argument"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_made(home: Home, words: list[str], said: str) -> None:
    result = call("train", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(home.runs.iterdir()) == []


def test_a_run_is_reported_in_lines_and_a_table(stocked_home: Home) -> None:
    """You should see the run's id, a line an epoch, a table, and how to see it again."""
    result = call("train", "shallow", *QUICK, "hidden=none", "--name", "first [red]x[/]", "--tag", "a", "--tag", "b")
    assert (result.exit_code, result.stderr) == (0, "")
    run = find_run(stocked_home, "last")
    record, state = run.record(), run.state()
    assert (record.name, record.tags, record.preset) == ("first [red]x[/]", ("a", "b"), "shallow")
    assert state.phase == FINISHED and len(state.epochs) == 2
    text = result.stdout
    assert f"run {run.id}  first [red]x[/]" in text
    assert "784-10, 7,850 parameters, 400 images of synthetic" in text
    assert "\nepoch 1/2  training " in text and "\nepoch 2/2  training " in text
    last = state.epochs[-1]
    row = f"{last.test_accuracy * 100:.2f} %     {last.test_loss:.4f}"
    assert row in text
    assert f"{run.id} finished: test accuracy {last.test_accuracy * 100:.2f} %" in text
    assert text.endswith(f"See it again: mnist-tui runs show {run.id}\n")
    assert "\x1b" not in text


def test_json_is_every_event_and_nothing_else(stocked_home: Home) -> None:
    result = call("train", *QUICK, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    run = find_run(stocked_home, "last")
    lines = result.stdout.splitlines()
    assert lines == run.events_path.read_text().splitlines()
    names = [decode(line).name for line in lines if decode(line).name not in ("progress", "notice")]
    assert names[0] == "run_started" and names[-1] == "run_finished"
    assert names.count("epoch") == 2
    assert all(names[i - 2 : i] == ["steps", "layers"] for i, name in enumerate(names) if name == "epoch")


def test_quiet_is_the_last_line_only(stocked_home: Home) -> None:
    result = call("train", *QUICK, "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{find_run(stocked_home, 'last').id} finished: test accuracy ")


def test_synthetic_digits_standing_in_are_told_at_the_start_and_under_the_table(stocked_home: Home) -> None:
    words = [word for word in QUICK if not word.startswith("dataset")]
    result = call("train", *words)
    assert result.exit_code == 0
    notices = [number for number, line in enumerate(result.stdout.splitlines()) if line.startswith("notice: ")]
    table = next(n for n, line in enumerate(result.stdout.splitlines()) if line.startswith("epoch  train acc"))
    assert len(notices) == 2 and notices[0] < table < notices[1]
    assert "synthetic digits stand in" in result.stdout
    quiet = call("train", *words, "--quiet")
    assert "synthetic digits stand in" in quiet.stderr


def test_the_canonical_text_of_a_run_trains_it_once_more(stocked_home: Home) -> None:
    """You should see the same figures, bit for bit."""
    assert call("train", *QUICK, "dropout=0.2", "--quiet").exit_code == 0
    first = find_run(stocked_home, "last")
    text = call("runs", "show", "last", "--config").stdout
    assert call("train", *text.split(), "--quiet").exit_code == 0
    second = find_run(stocked_home, "last")
    assert second.id != first.id
    assert second.record().config == first.record().config
    assert figures(second) == figures(first)


def figures(run: Run) -> list[tuple[float, ...]]:
    return [(e.train_loss, e.train_accuracy, e.test_loss, e.test_accuracy) for e in run.state().epochs]


def test_a_failed_run_says_why_and_status_1(stocked_home: Home) -> None:
    words = [word for word in QUICK if not word.startswith("device")]
    result = call("train", *words, "--device", "cuda:99")
    assert result.exit_code == 1
    assert result.stderr.startswith("mnist-tui: the run failed: there is no device cuda:99 here; choose one of: auto,")
    assert isinstance(find_run(stocked_home, "last").state().ending, RunFailed)


def test_a_diverging_run_fails_with_json_that_stays_valid(stocked_home: Home) -> None:
    result = call("train", *QUICK, "learning_rate=100", "optimiser=sgd", "scaling=standard", "l2=1", "--json")
    assert result.exit_code == 1
    assert "diverged" in result.stderr
    for line in result.stdout.splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))


@pytest.mark.parametrize("given", [["--epochs", "9"], ["deep"], ["epochs=9"], ["--tag", "x"], ["--keep-weights", "4"]])
def test_a_run_goes_on_as_it_is_or_not_at_all(home: Home, given: list[str]) -> None:
    run = make_run(home, started(1.0))
    result = call("train", "--resume", run.id, *given)
    assert result.exit_code == 2
    assert "--resume goes on with a run as it is; leave out" in result.stderr


def test_runs_that_cannot_go_on_are_refused(home: Home) -> None:
    finished, live = finished_run(home), make_run(home, started(1.0))
    result = call("train", "--resume", finished.id)
    assert result.exit_code == 1
    assert "is finished; to train it again: mnist-tui train $(mnist-tui runs show" in result.stderr
    with held_elsewhere(live):
        result = call("train", "--resume", live.id)
    assert result.exit_code == 1
    assert "is running in another process" in result.stderr
    assert "no run is called 'nothing'" in call("train", "--resume", "nothing").stderr


def test_a_run_interrupted_before_its_first_checkpoint_starts_over(stocked_home: Home) -> None:
    config = RunConfig.parse(" ".join(QUICK))
    run = Run.create(stocked_home, config, name="early")
    run.events_path.write_text(encode(started(1.0)) + "\n")
    result = call("train", "--resume", "early", "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(run.state().epochs) == 2


def test_a_checkpoint_of_another_form_is_refused_in_plain_words(stocked_home: Home) -> None:
    assert call("train", *QUICK, "--quiet").exit_code == 0
    values = torch.load(find_run(stocked_home, "last").checkpoint_path, weights_only=True)
    values["parameters"]["0.weight"] = values["parameters"]["0.weight"][:, :100]
    run = Run.create(stocked_home, RunConfig.parse(" ".join(QUICK)), name="early")
    run.events_path.write_text(encode(started(1.0)) + "\n")
    torch.save(values, run.checkpoint_path)
    result = call("train", "--resume", "early", "--quiet")
    assert result.exit_code == 1
    assert "the checkpoint does not fit this run; start it again from its configuration" in result.stderr
    assert "unexpected" not in result.stderr


def test_nothing_is_ever_trained_on_other_data_in_silence(stocked_home: Home) -> None:
    result = call("train", "deep", "--dataset", "mnist", "--quiet")
    assert result.exit_code == 1
    assert "MNIST" in result.stderr
    assert find_run(stocked_home, "last").state().epochs == []


def test_hostile_names_reach_neither_the_terminal_nor_the_disk(stocked_home: Home) -> None:
    for name in ("\x1b[2J\x1b]0;x\x07", "../../../x", "x" * 10_000):
        result = call("train", *QUICK, "epochs=1", "--name", name, "--note", name)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout
    assert sorted(path.name for path in stocked_home.path.iterdir()) == ["data", "runs", "slots"]
    assert len(list_runs(stocked_home).runs) == 3
    assert "\x1b" not in call("runs", "list").stdout


@pytest.mark.parametrize("words", [[], ["--json"], ["--quiet"]])
def test_a_run_whose_end_cannot_be_recorded_is_no_success(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    def full(log: EventLog, event: Event) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventLog, "append_last", full)
    result = call("train", *QUICK, *words)
    assert result.exit_code == 1
    run = find_run(stocked_home, "last")
    assert "No space left on device" in result.stderr.splitlines()[-1]
    assert f"mnist-tui train --resume {run.id}" in result.stderr.splitlines()[-1]


def test_devices_that_cannot_be_meant_are_refused_before_a_run_is_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "gpu")
    result = call("train", *QUICK)
    assert result.exit_code == 2 and "Accepted: all; GPUs by number" in result.stderr
    assert list(home.runs.iterdir()) == []
