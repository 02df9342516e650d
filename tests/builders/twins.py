"""Runs that were trained alike in different places."""

from __future__ import annotations

import torch

from engine.runs.directory import Run
from engine.training import checkpoint


def assert_equal_networks(one: Run, other: Run) -> None:
    """See that two runs of one configuration have the same figures and parameters, bit for bit."""
    figures = [
        [
            (e.epoch, e.step, e.train_loss, e.test_loss, e.test_accuracy, e.penalty)
            for e in run.state(steps=False).epochs
        ]
        for run in (one, other)
    ]
    assert figures[0] == figures[1] and figures[0]
    kept = [checkpoint.load(run.checkpoint_path, run.record().config) for run in (one, other)]
    assert kept[0] and kept[1]
    for name, tensor in kept[0].parameters.items():
        assert torch.equal(tensor, kept[1].parameters[name]), name
