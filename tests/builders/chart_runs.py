"""Runs to compare in tests, told by their events."""

from __future__ import annotations

import math

import numpy as np

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, RunStarted, Steps
from engine.runs.state import RunState
from tui.charts.comparison_chart import Member

START = 1_700_000_000.0


def run(
    accuracies: list[float],
    per_epoch: int = 100,
    validation: bool = False,
    pace: float = 50.0,
    every: int = 10,
    epochs: int = 4,
    noise: float = 0.0,
) -> RunState:
    """A run of `epochs` epochs, at `pace` steps a second, that reached these test accuracies."""
    state, random = RunState(), np.random.default_rng(round(1000 * sum(accuracies)))
    state.apply(
        RunStarted(
            time=START, id="a", run_name="a", config=RunConfig(epochs=epochs), device="cpu", parameters=1,
            train_size=3200, test_size=100, steps_per_epoch=per_epoch,
        )
    )  # fmt: skip
    for epoch, accuracy in enumerate(accuracies, 1):
        last = epoch * per_epoch
        for step in range(last - per_epoch + every, last + 1, every):
            loss = 2.3 * math.exp(-3 * step / (per_epoch * epochs) + noise * float(random.normal()))
            state.apply(
                Steps(
                    time=START + step / pace, step=step, epoch=epoch, loss=loss, accuracy=accuracy, min_loss=loss,
                    max_loss=loss, learning_rate=0.1, samples_per_second=1600,
                )
            )  # fmt: skip
        state.apply(epoch_event(epoch, last, accuracy, START + last / pace, per_epoch / pace, validation))
    return state


def epoch_event(epoch: int, step: int, accuracy: float, time: float, seconds: float, validation: bool = False) -> Epoch:
    """The end of an epoch whose training accuracy is one point above that of the test."""
    return Epoch(
        time=time, epoch=epoch, step=step, train_loss=1 - accuracy, train_accuracy=accuracy + 0.01, penalty=0.0,
        test_loss=1.1 - accuracy, test_accuracy=accuracy, seconds=seconds, evaluation_seconds=0.0,
        validation_loss=0.5 if validation else None, validation_accuracy=0.9 if validation else None,
    )  # fmt: skip


def member(place: int, name: str, *states: RunState) -> Member:
    """The line of a comparison at a place."""
    return Member(chr(ord("A") + place), name, states, place, place)


def ten_long_runs(points: int = 10_000, noise: float = 0.2) -> list[Member]:
    """Ten runs of ten epochs, each told by so many `steps` events."""
    names = ("deep", "l2", "dropout 0.5", "shallow", "adam, rate 0.001", "tanh", "sigmoid", "wide", "batch 8", "ReLU")
    return [
        member(place, name, run([0.9 + place / 200] * 10, points // 10, every=1, epochs=10, noise=noise))
        for place, name in enumerate(names)
    ]
