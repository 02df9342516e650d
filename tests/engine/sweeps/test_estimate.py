"""What a sweep will take."""

from __future__ import annotations

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.sweeps.estimate import disk_bytes, estimate
from engine.sweeps.plan import SweepRequest, plan
from tests.builders.snapshots import data_set, trained


def test_time_is_that_of_all_runs_on_the_slots_or_unknown() -> None:
    made = plan(SweepRequest(RunConfig(), {"batch_size": "16,32", "epochs": "3"}, seeds=2))
    seconds = {16: 2.0, 32: 1.0}
    assert estimate(made, lambda config: seconds[int(config.batch_size)], 2).seconds == (2 + 1) * 3 * 2 / 2
    assert estimate(made, lambda config: None if config.batch_size == 16 else 1.0, 2).seconds is None


def test_disk_depends_on_the_weights_that_are_kept() -> None:
    config = RunConfig(epochs=10)
    none, last, best_too, some, every = (disk_bytes(config, 0.0, word) for word in ("none", "last", "", "4", "all"))
    weights = 4 * config.parameters()
    assert [last - none, best_too - none, some - none, every - none] == [weights * n for n in (1, 2, 4, 10)]


def test_disk_is_what_a_run_leaves_there(home: Home) -> None:
    run = trained(home, "hidden=256 epochs=2 optimiser=adam learning_rate=0.001", data_set())
    left = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
    left += 50 * (10_000 - 100)  # The test set has a hundred images here.
    assert abs(disk_bytes(run.record().config, 0.0) - left) < 0.1 * left
