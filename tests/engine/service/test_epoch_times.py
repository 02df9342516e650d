"""How long an epoch will take, told from runs that did the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.service.epoch_times import EpochTimes, images_trained
from tests.builders.runs import make_run
from tests.engine.runs.test_state import epoch, started

CPU = "cpu (a processor)"
DEEP = RunConfig(dataset="mnist", train_size=30_000)
MEASURED = replace(epoch(1, 2.0, 0.9), seconds=3.0, evaluation_seconds=0.5)


def trained(home: Home, config: RunConfig, device: str = CPU) -> Run:
    run = make_run(home, started(1.0), MEASURED, config=config)
    run.write_record(replace(run.record(), device=device))
    return run


def test_an_epoch_takes_what_it_took(home: Home) -> None:
    trained(home, DEEP)
    speeds = EpochTimes()
    assert speeds.epoch_seconds(DEEP, CPU) is None
    speeds.learn_from(home)
    assert speeds.epoch_seconds(DEEP, CPU) == pytest.approx(3.5)
    assert speeds.epoch_seconds(DEEP, "cuda:0 (a GPU)") is None


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"train_size": "all"}, 6.5),
        ({"train_size": "all", "dataset": "auto"}, 6.5),
        ({"train_size": "all", "validation": 0.5}, 3.5),
        ({"epochs": 99, "seed": 8, "learning_rate": 0.5}, 3.5),
        ({"hidden": "256"}, None),
        ({"batch_size": 64}, None),
        ({"activation": "tanh"}, None),
        ({"dropout": 0.5}, None),
        ({"optimiser": "adam"}, None),
        ({"l2": 1e-4}, None),
    ],
)
def test_another_run_takes_as_much_an_image_where_it_does_the_same_work(
    home: Home, changes: dict[str, object], seconds: float | None
) -> None:
    speeds = EpochTimes()
    speeds.watch(trained(home, DEEP), MEASURED)
    assert speeds.epoch_seconds(DEEP.replace(changes), CPU) == (seconds and pytest.approx(seconds))


def test_the_latest_counts(home: Home) -> None:
    run, speeds = trained(home, DEEP), EpochTimes()
    speeds.watch(run, MEASURED)
    speeds.watch(run, replace(MEASURED, seconds=1.0))
    assert speeds.epoch_seconds(DEEP, CPU) == pytest.approx(1.5)


def test_a_full_batch_is_another_step_with_other_images(home: Home) -> None:
    speeds = EpochTimes()
    full = DEEP.replace({"batch_size": "full"})
    speeds.watch(trained(home, full), MEASURED)
    assert speeds.epoch_seconds(full, CPU) == pytest.approx(3.5)
    assert speeds.epoch_seconds(full.replace({"train_size": "all"}), CPU) is None


def test_damaged_runs_and_impossible_times_teach_nothing(home: Home) -> None:
    run, speeds = trained(home, DEEP), EpochTimes()
    speeds.watch(run, replace(MEASURED, seconds=0.0))
    speeds.watch(run, replace(MEASURED, seconds=float("nan")))
    (run.path / "run.json").write_text("{")
    speeds.learn_from(home)
    assert speeds.epoch_seconds(DEEP, CPU) is None


def test_images_held_out_are_not_trained_on() -> None:
    assert images_trained(RunConfig(train_size=1000, validation=0.1)) == 900
    assert images_trained(RunConfig()) == 60_000
