"""The figures of a run in words and tables."""

from __future__ import annotations

from collections.abc import Iterable

from engine.quantities import duration, loss, percent, quantity, thousands
from engine.runs.events import Epoch
from engine.runs.metrics import OF_AN_EPOCH
from engine.runs.state import RunState
from engine.runs.status import FAILED, FINISHED, UNQUEUED
from engine.text import clean
from tui.cli.output import Column, Output


def epoch_line(epoch: Epoch, state: RunState) -> str:
    epochs = state.started.config.epochs if state.started else "?"
    parts = [
        f"epoch {epoch.epoch:>{len(str(epochs))}}/{epochs}",
        f"training {percent(epoch.train_accuracy)} loss {loss(epoch.train_loss)}",
        f"test {percent(epoch.test_accuracy)} loss {loss(epoch.test_loss)}",
        duration(epoch.seconds),
    ]
    if epoch.validation_accuracy is not None:
        parts.insert(2, f"validation {percent(epoch.validation_accuracy)} loss {loss(epoch.validation_loss)}")
    return "  ".join(parts)


def figures_table(output: Output, state: RunState, most: int | None = None) -> None:
    """The figures of every epoch, or of the first and the last when there are more than `most`."""
    validated = any(epoch.validation_accuracy is not None for epoch in state.epochs)
    metrics = [metric for metric in OF_AN_EPOCH if validated or not metric.name.startswith("validation")]
    headings = ["epoch", *(metric.short for metric in metrics), "time"]
    rows = [
        [
            f"kept {e.epoch}" if e.epoch == state.kept_epoch else str(e.epoch),
            *(quantity(m.value(e), m.measure) for m in metrics),
            duration(e.seconds),
        ]
        for e in state.epochs
    ]
    if most is not None and len(rows) > most:
        rows[most // 2 : -(most // 2)] = [["..."] * len(headings)]
    output.table([Column(heading, number=True) for heading in headings], rows)


def headline(id: str, state: RunState) -> str:
    """How a run ended and with which figures, in one line."""
    ending = state.ending
    if ending is None:
        return f"{id} has not ended"
    figures = f"test accuracy {percent(ending.test_accuracy)}, test loss {loss(ending.test_loss)}"
    if state.phase == FINISHED:
        epochs = "epoch" if ending.epoch == 1 else "epochs"
        why = f" ({clean(state.reason, 200)})" if state.reason else ""
        return f"{id} finished: {figures}, {ending.epoch:,} {epochs} in {duration(ending.seconds)}{why}"
    where = f"in epoch {ending.epoch:,}, after step {ending.step:,}"
    if state.phase == FAILED:
        return f"{id} failed {where}: {clean(state.reason, 500)}"
    if state.phase == UNQUEUED:
        return f"{id} did not get its turn ({clean(state.reason, 200)}); train it: mnist-tui train --resume {id}"
    return f"{id} stopped {where} ({clean(state.reason, 200)}); go on: mnist-tui train --resume {id}"


def notice_lines(notices: Iterable[str]) -> list[str]:
    return [f"notice: {clean(message, 500)}" for message in notices]


def step_details(state: RunState, room: int) -> str:
    """Loss, time left, accuracy, speed and step: as many as there is room for."""
    total = state.total_steps
    parts = []
    if state.series:
        parts = [f"loss {loss(state.series.loss[-1])}", f"{percent(state.series.accuracy[-1])}"]
        parts += [f"{thousands(state.samples_per_second)}/s"]
    if (left := state.seconds_left) is not None:
        parts.append(f"{duration(left, 1)} left")
    parts.append(f"step {state.step:,}/{total:,}")
    while len(parts) > 1 and len("  ".join(parts)) > room:
        parts.pop()
    return "  ".join(parts)
