"""`mnist-tui runs compare`."""

from __future__ import annotations

import csv
import io
import json
import statistics
from unittest.mock import Mock

import numpy as np
import pytest

from engine.comparison import disagreement
from engine.comparison.disagreement import labels_of
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs import event_log, events
from engine.runs.directory import Run
from engine.runs.events import RunFinished, encode
from engine.runs.predictions import read_predictions
from tests.builders.engines import engine_in_process
from tests.builders.program import QUICK, call
from tests.builders.runs import make_run, pass_millisecond
from tests.engine.comparison.test_disagreement import kept_run
from tests.engine.runs.test_state import ending, epoch, started, steps


def trained(home: Home, name: str, *accuracies: float, **settings: object) -> Run:
    """A finished run with these test accuracies."""
    happened = [epoch(n, n + 1.0, accuracy) for n, accuracy in enumerate(accuracies, 1)]
    config = RunConfig(epochs=3).replace(settings)
    pass_millisecond()
    return make_run(home, started(1.0), *happened, ending(RunFinished, 9.0), name=name, config=config)


@pytest.fixture
def seeds(home: Home) -> list[Run]:
    """Three seeds of one configuration, then three of another."""
    plain = [trained(home, "plain", 0.90 + seed / 1000, 0.92, 0.91 + seed / 1000, seed=seed) for seed in (1, 2, 3)]
    dropout = [trained(home, "drop", 0.85, 0.90, 0.95 + seed / 1000, seed=seed, dropout=0.5) for seed in (1, 2, 3)]
    return [*plain, *dropout]


def test_runs_that_differ_by_seed_are_one_line_of_means(home: Home, seeds: list[Run]) -> None:
    """You should see two lines, the settings that differ, winners, differences and whether it is luck."""
    text = call("runs", "compare", "plain", "drop", "--accuracy", "0.95").stdout
    assert f"A  plain · epochs 3               {seeds[0].id} and 2 more  1 2 3  finished" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "settings A plain · epochs 3 B drop …" in lines
    assert "Dropout 0 0.5" in lines
    assert not any(line.startswith(("Epochs", "Seed", "Learning rate")) for line in lines)
    assert "test acc, last 91.20 ± 0.10 % 95.20 ± 0.10 % *" in lines
    assert "against A +4.00" in lines
    assert "time to 95 % - 3.00 ± 0.00 s" in lines
    assert "B against A: test accuracy +4.00 points, more than luck (Welch's t-test, p < 0.0001, n = 3 and 3)" in lines
    assert lines[-2] == "* best; ± sample standard deviation over the seeds"
    assert lines[-1].startswith("time to 95 %: of training, to the end of the first epoch")


def test_it_is_said_which_runs_a_name_took_and_that_twins_are_left_out(home: Home, seeds: list[Run]) -> None:
    """You should see no run held against a mean that the same settings and seed are part of, unless each is a line."""
    twin = trained(home, "plain", 0.9, 0.91, 0.92, seed=2)
    result = call("runs", "compare", "plain", "drop", "--json")
    ids = [run.id for run in (*seeds[:3], twin)]
    assert f"plain is 4 runs, all of which are taken: {', '.join(ids)}\n" in result.stderr
    assert f"left out: {twin.id} repeats {seeds[1].id}, which is in a mean" in result.stderr
    assert [line["runs"] for line in json.loads(result.stdout)["lines"]] == [ids[:3], [run.id for run in seeds[3:]]]
    each = call("runs", "compare", "plain", "--no-fold", "--json")
    assert len(json.loads(each.stdout)["lines"]) == 4 and "left out" not in each.stderr
    make_run(home, name="plain")
    pass_millisecond()
    fewer = call("runs", "compare", "plain", "--no-fold", "--json")
    assert "plain is 5 runs, of which the 4 with figures are taken" in fewer.stderr
    assert len(json.loads(fewer.stdout)["lines"]) == 4
    two = call("runs", "compare", seeds[1].id, twin.id, "--json")
    assert len(json.loads(two.stdout)["lines"]) == 2 and not two.stderr


def test_the_baseline_the_epoch_and_the_folding_are_chosen(home: Home, seeds: list[Run]) -> None:
    words = ["runs", "compare", "plain", "drop", "--json"]
    found = json.loads(call(*words, "--baseline", "drop", "--best", "test_accuracy").stdout)
    (accuracy,) = [figure for figure in found["figures"] if figure["name"] == "test_accuracy"]
    assert (found["baseline"], accuracy["epoch"]) == ("B", "best")
    assert accuracy["lines"][0]["mean"] == pytest.approx(0.92)
    assert accuracy["lines"][0]["difference"] == pytest.approx(0.92 - 0.952)
    assert [cell["wins"] for cell in accuracy["lines"]] == [False, True]
    assert {figure["epoch"] for figure in found["figures"] if figure["name"] == "test_loss"} == {"last"}
    assert len(json.loads(call(*words, "--no-fold").stdout)["lines"]) == 6
    assert json.loads(call(*words, "--baseline", seeds[4].id).stdout)["baseline"] == "B"


def test_runs_may_be_given_as_a_filter_or_a_group(home: Home, seeds: list[Run]) -> None:
    assert call("runs", "group", "mine", *(run.id for run in seeds[:2])).exit_code == 0
    for words in (["--where", "group=mine"], ["mine"]):
        found = json.loads(call("runs", "compare", *words, "--json").stdout)
        assert [line["runs"] for line in found["lines"]] == [[seeds[0].id, seeds[1].id]]


def test_all_fields_are_shown_on_request(home: Home, seeds: list[Run]) -> None:
    assert "Learning rate" not in call("runs", "compare", "plain", "drop").stdout
    assert "Learning rate" in call("runs", "compare", "plain", "drop", "--all-fields").stdout


def test_a_comparison_as_csv_and_as_markdown(home: Home, seeds: list[Run]) -> None:
    rows = list(csv.DictReader(io.StringIO(call("runs", "compare", "plain", "drop", "--csv").stdout)))
    assert [row["n"] for row in rows] == ["3", "3"]
    assert float(rows[1]["test_accuracy_difference"]) == pytest.approx(0.04)
    text = call("runs", "compare", "plain", "drop", "--markdown").stdout
    assert "| test acc, last | 91.20 ± 0.10 % | **95.20 ± 0.10 %** (+4.00) |" in text
    assert "- B against A: test accuracy +4.00 points, more than luck" in text


def test_two_runs_are_compared_digit_by_digit(stocked_home: Home) -> None:
    """You should see how many digits each alone has right, and McNemar's test of it."""
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    wrong = labels.copy()
    wrong[:30] = (labels[:30] + 1) % 10
    a, b = (kept_run(stocked_home, name, classes) for name, classes in (("a", labels), ("b", wrong)))
    size = len(labels)
    for run, accuracy in ((a, 1.0), (b, 1 - 30 / size)):
        run.events_path.write_bytes(trained(stocked_home, "model", accuracy).events_path.read_bytes())
    result = call("runs", "compare", a.id, b.id)
    assert f"of {size:,} test digits A alone has 30 right, B alone 0, both {size - 30:,}, neither 0" in result.stdout
    assert "(exact McNemar test, p < 0.0001, 0 digits right that the other has wrong, against 30)" in result.stdout
    found = json.loads(call("runs", "compare", a.id, b.id, "--json").stdout)["disagreement"]
    assert (found["only_a"], found["only_b"], found["both_right"]) == (30, 0, size - 30)
    assert found["p"] == pytest.approx(2**-29)


def test_many_runs_are_read_once_and_compared_in_linear_work(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    runs = [kept_run(stocked_home, f"run {number}", labels) for number in range(16)]
    for number, run in enumerate(runs):
        run.events_path.write_bytes(trained(stocked_home, "model", 0.9 + number / 1000).events_path.read_bytes())
    counted = [Mock(side_effect=real) for real in (labels_of, read_predictions, statistics.fmean)]
    monkeypatch.setattr(disagreement, "labels_of", counted[0])
    monkeypatch.setattr(disagreement, "read_predictions", counted[1])
    monkeypatch.setattr(statistics, "fmean", counted[2])
    means = []
    for some in (runs[:8], runs):
        for mock in counted:
            mock.reset_mock()
        text = call("runs", "compare", *(run.id for run in some), "--no-fold").stdout
        assert text.count("exact McNemar test") == len(some) - 1
        assert [mock.call_count for mock in counted[:2]] == [1, len(some)]
        means.append(counted[2].call_count)
    assert means[1] <= 3 * means[0]


def test_torn_foreign_and_empty_runs_break_no_comparison(home: Home) -> None:
    good, torn, empty, broken = (trained(home, name, 0.9) for name in ("good", "torn", "empty", "broken"))
    torn.events_path.write_bytes(torn.events_path.read_bytes()[:-7] + b"\xff\n[]\n{")
    empty.events_path.write_bytes(b"")
    (broken.path / "run.json").write_bytes(b"{")
    (good.predictions_path).mkdir()
    (good.predictions_path / "epoch-0001.npy").write_bytes(np.random.default_rng(1).bytes(99))
    for form in ([], ["--json"], ["--csv"], ["--markdown"]):
        result = call("runs", "compare", *(run.id for run in (good, torn, empty, broken)), "--no-fold", *form)
        assert result.exit_code == 0
        assert result.stderr.startswith(f"mnist-tui: left out: {broken.id}: run.json cannot be read")
        assert good.id in result.stdout and empty.id in result.stdout


def test_hostile_names_are_shown_as_they_are_without_control_characters(home: Home) -> None:
    trained(home, "[red]x[/] \x1b[2J| =1+1", 0.9)
    for form in ([], ["--csv"], ["--markdown"], ["--json"]):
        assert "\x1b" not in call("runs", "compare", "last", *form).stdout
    assert "[red]x[/] [2J| =1+1" in call("runs", "compare", "last").stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "say which runs: mnist-tui runs compare A B, or --where FILTER"),
        (["--where", "lr>"], 2, "character 4: expected a value after learning_rate>"),
        (["--where", "name=nothing"], 1, "no run matches; see: mnist-tui runs list"),
        (["nothing"], 1, "no run is called 'nothing'"),
        (["drop", "--baseline", "plain"], 1, "'plain' means 3 runs"),
        (["drop", "--best", "odd"], 2, "'odd' is not a figure of an epoch: all, test_accuracy"),
        (["drop", "--accuracy", "95"], 2, "--accuracy"),
    ],
)
def test_what_cannot_be_compared_is_told(seeds: list[Run], words: list[str], status: int, said: str) -> None:
    result = call("runs", "compare", *words)
    assert result.exit_code == status
    assert said in result.stderr


def test_a_baseline_must_be_among_the_runs(home: Home, seeds: list[Run]) -> None:
    result = call("runs", "compare", "drop", "--baseline", seeds[0].id)
    assert result.exit_code == 1
    assert f"the baseline {seeds[0].id} is not among the runs compared" in result.stderr


def test_the_many_steps_of_long_runs_are_not_decoded(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    middle = b"".join(encode(steps(n, 1 + n / 1000)).encode() + b"\n" for n in range(1, 1001))
    for seed in range(10):
        run = trained(home, "long", 0.9, seed=seed)
        lines = run.events_path.read_bytes().splitlines(keepends=True)
        run.events_path.write_bytes(lines[0] + middle + b"".join(lines[1:]))
    decode = Mock(side_effect=events.decode)
    monkeypatch.setattr(event_log, "decode", decode)
    assert call("runs", "compare", "long").exit_code == 0
    assert 30 <= decode.call_count < 200


def test_real_runs_are_trained_by_seed_and_compared(stocked_home: Home) -> None:
    """You should see a line a seed, their mean, and the group compared as one line."""
    with engine_in_process(stocked_home):
        result = call("train", *QUICK, "--seeds", "3", "--name", "my run", "--seed", "7", "--tag", "t")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert [row[0] for row in rows if row[:1] and row[0] in ("7", "8", "9", "all")] == ["7", "8", "9", "all"]
    assert "mean ± sample standard deviation, n = 3" in result.stdout
    assert "gap, points" in result.stdout
    assert result.stdout.endswith("Compare them: mnist-tui runs compare 'my run-seeds-7-9' OTHER\n")
    found = json.loads(call("runs", "compare", "my run-seeds-7-9", "--json").stdout)
    assert [line["seeds"] for line in found["lines"]] == [[7, 8, 9]]
    assert f"{found['figures'][0]['lines'][0]['mean'] * 100:.2f} ± " in result.stdout
