"""Lines of a list of runs, and runs to compare, made up for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from engine.comparison.results import RunResult
from engine.config.run_config import RunConfig
from engine.query.columns import STATUSES
from engine.runs.events import Epoch
from engine.runs.record import RunRecord
from engine.runs.status import FINISHED
from engine.runs.summaries import RunSummary
from tests.builders.strategies import TEXTS, configs

NOW = 1_700_000_000.0
MNIST = {"name": "mnist", "fingerprint": "f00d"}


def record(number: int = 1, config: RunConfig | None = None, **more: Any) -> RunRecord:
    """The record of the `number`-th run."""
    made = RunRecord(f"2026010{number % 10}-000000-{number:07x}", f"run {number}", config or RunConfig(), NOW + number)
    return replace(made, **{"data": MNIST, **more})


def summary(number: int = 1, config: RunConfig | None = None, **more: Any) -> RunSummary:
    """A run of a list; what its record has is given by name like the rest."""
    own = {name: more.pop(name) for name in list(more) if name in RunRecord.__dataclass_fields__ and name != "device"}
    made = RunSummary(record(number, config, **own), FINISHED, 5, 0.974, 0.0834, 0.983, 61.0, "cpu", "", NOW)
    return replace(made, **more)


def trial(number: int, accuracies: list[float], seed: int = 1, seconds: float = 2.0, **settings: Any) -> RunResult:
    """A finished run of 1,000 images an epoch with these test accuracies."""
    epochs = tuple(
        Epoch(
            time=NOW, epoch=n, step=n, train_loss=1 / n, train_accuracy=min(1.0, accuracy + 0.01), penalty=0.0,
            test_loss=2 / n, test_accuracy=accuracy, seconds=seconds, evaluation_seconds=0.5,
        )
        for n, accuracy in enumerate(accuracies, 1)
    )  # fmt: skip
    config = RunConfig(dataset="mnist").replace({"seed": seed, **settings})
    return RunResult(record(number, config), FINISHED, epochs, 1000)


SHARES = st.none() | st.floats(0, 1) | st.just(float("nan"))


@st.composite
def summaries(draw: st.DrawFn, of: st.SearchStrategy[RunConfig] | None = None) -> RunSummary:
    """Any line of a list, of a run of any configuration or of one `of` these."""
    own = RunRecord(
        id=draw(TEXTS), name=draw(TEXTS), config=draw(configs() if of is None else of), created=draw(st.floats(0, 4e9)),
        tags=tuple(draw(st.lists(TEXTS, max_size=3))), note=draw(TEXTS), preset=draw(TEXTS), group=draw(TEXTS),
        starred=draw(st.booleans()),
    )  # fmt: skip
    return RunSummary(
        own, draw(st.sampled_from(STATUSES)), draw(st.integers(0, 99)), draw(SHARES), draw(SHARES), draw(SHARES),
        draw(st.floats(0, 1e6)), draw(TEXTS), draw(TEXTS), draw(st.floats(0, 4e9)),
    )  # fmt: skip
