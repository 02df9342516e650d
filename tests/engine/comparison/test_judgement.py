"""Which verdicts still hold for a comparison that has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.comparison.disagreement import labels_of
from engine.comparison.judgement import Judgement, judgement
from engine.comparison.results import RunResult
from engine.comparison.table import Comparison
from engine.comparison.verdicts import MCNEMAR, Verdict
from engine.datasets import inventory
from engine.datasets.catalogue import SPECS
from engine.home import Home
from engine.runs.directory import Run
from tests.builders.predictions import write_predictions
from tests.builders.summaries import record, trial
from tui.panes.comparison.options import Choices

TRIALS = [trial(1, [0.8, 0.9]), trial(2, [0.9, 0.8], l2=0.1), trial(3, [0.7, 0.95], dropout=0.5)]
COMPARISON = Choices().compare(TRIALS)
JUDGED = Judgement(COMPARISON, (Verdict(1, -0.1, MCNEMAR, 0.2), Verdict(2, 0.05, MCNEMAR, 0.01)), None)


def holding(comparison: Comparison) -> tuple[int, ...]:
    return tuple(JUDGED.of(comparison))


def test_verdicts_hold_while_nothing_they_are_made_from_has_changed() -> None:
    for same in (Choices(), Choices(all_settings=True), Choices(target=0.9).turned("test_loss")):
        assert holding(same.compare(TRIALS)) == (1, 2)
        assert JUDGED.covers_all(same.compare(TRIALS))


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        (Choices().compare([TRIALS[0], trial(2, [0.9, 0.8, 0.85], l2=0.1), TRIALS[2]]), (2,)),
        (Choices().compare([trial(1, [0.8, 0.9, 0.91]), *TRIALS[1:]]), ()),
        (Choices(baseline=TRIALS[1].id).compare(TRIALS), ()),
        (Choices().turned("test_accuracy").compare(TRIALS), ()),
        (Choices().compare(TRIALS[:2]), (1,)),
        (Choices().compare([TRIALS[0], TRIALS[2]]), ()),
        (Choices().compare([*TRIALS, trial(4, [0.5], l2=0.2)]), (1, 2)),
        (Choices().compare([trial(9, [])]), ()),
    ],
    ids=["another epoch", "of the baseline", "baseline", "epoch picked", "fewer", "moved up", "more", "others"],
)
def test_verdicts_fall_with_what_they_are_made_from(changed: Comparison, left: tuple[int, ...]) -> None:
    assert holding(changed) == left
    assert not JUDGED.covers_all(changed)


def test_two_runs_are_judged_from_their_predictions(stocked_home: Home, drawn_digits: Path) -> None:
    holding = inventory.find(SPECS["synthetic"], stocked_home)[-1]
    data = {"name": "synthetic", "fingerprint": holding.fingerprint}
    trials = []
    for number, wrong in ((1, 10), (2, 300)):
        made = trial(number, [0.9], dropout=number / 10)
        own = record(number, made.record.config, data=data)
        right = labels_of(stocked_home, own)
        said = np.eye(10, dtype=np.float32)[(right + (np.arange(len(right)) < wrong)) % 10]
        run = Run(stocked_home.runs / own.id)
        run.path.mkdir(parents=True)
        write_predictions(run, 1, said)
        trials.append(RunResult(own, made.status, made.epochs, 1000))
    comparison = Choices().compare(trials)
    found = judgement(comparison, stocked_home)
    assert found.of(comparison)[1].test == MCNEMAR and found.of(comparison)[1].within_noise is False
    assert found.disagreement is not None and len(found.disagreement.only_a) == 290
    assert judgement(Choices().compare(trials[:1]), stocked_home).disagreement is None
