"""What the run pane shows, made of what is known of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.differences import SEPARATOR
from engine.runs.status import INTERRUPTED, LIVE, RUNNING
from engine.text import clean

if TYPE_CHECKING:
    from engine.runs.record import RunRecord
    from engine.runs.state import RunState

MOST_NOTICES = 5


@dataclass(frozen=True)
class RunView:
    """One run at one moment; None where a figure is not known (yet).

    `epoch` is the one in work or, of a run that is not, the last that has ended; `elapsed` is of training.
    Accuracies are fractions in [0, 1], times in seconds, memory in bytes, `utilisation` of a GPU in [0, 1]. While
    data are prepared, `task` says what is done and `task_share` how much of it. `place` in the queue is from 1 on, 0
    where that is not known."""

    name: str
    status: str
    dataset: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    total_steps: int = 0
    task: str = ""
    task_share: float | None = None
    elapsed: float = 0.0
    seconds_left: float | None = None
    samples_per_second: float | None = None
    learning_rate: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None
    device: str = ""
    memory: int | None = None
    memory_total: int | None = None
    utilisation: float | None = None
    notices: tuple[str, ...] = ()
    reason: str = ""
    place: int = 0

    @property
    def share(self) -> float:
        """How much of the run is done, in [0, 1]."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0

    @property
    def gap(self) -> float | None:
        """Training accuracy less test accuracy, as shares; clearly above 0 is the sign of overfitting."""
        if self.train_accuracy is None or self.test_accuracy is None:
            return None
        return self.train_accuracy - self.test_accuracy


def run_view(
    record: RunRecord,
    state: RunState,
    status: str,
    *,
    memory: int | None = None,
    memory_total: int | None = None,
    utilisation: float | None = None,
    place: int = 0,
    member: str = "",
) -> RunView:
    """The view of a run whose status is `status`; how busy and full its device is, and its place in the queue (from 1
    on), and which `member` of its group it is, the caller may know."""
    last, newest = state.last, state.epochs[-1] if state.epochs else None
    running = status == RUNNING
    progress = state.progress
    notices = (clean(text, 300) for text in (record.notice, *state.notices) if text)
    return RunView(
        name=SEPARATOR.join(filter(None, (record.title, member))),
        status=status,
        dataset=_dataset(record, state),
        epoch=state.epoch if status in LIVE else newest.epoch if newest else 0,
        epochs=record.config.epochs,
        step=state.step,
        total_steps=state.total_steps,
        task=clean(progress.task) if progress else "",
        task_share=progress.done / progress.total if progress and progress.total else None,
        elapsed=state.seconds,
        seconds_left=state.seconds_left if running else None,
        samples_per_second=_known(state.samples_per_second) if running else None,
        learning_rate=state.learning_rate or record.config.learning_rate,
        train_accuracy=_known(last.train_accuracy) if last else None,
        test_accuracy=_known(last.test_accuracy) if last else None,
        test_loss=_known(last.test_loss) if last else None,
        device=clean(state.started.device if state.started else record.device),
        memory=memory,
        memory_total=memory_total,
        utilisation=utilisation,
        notices=tuple(dict.fromkeys(notices))[-MOST_NOTICES:],
        reason=_reason(state, status),
        place=place,
    )


def _dataset(record: RunRecord, state: RunState) -> str:
    """What it is really trained on; nothing while `auto` is undecided."""
    name = state.started.config.dataset if state.started else record.config.dataset
    return "" if name == "auto" else name


def _known(value: float) -> float | None:
    return value if math.isfinite(value) and value > 0 else None


def _reason(state: RunState, status: str) -> str:
    if status != INTERRUPTED:
        return clean(state.reason, 300)
    if state.checkpoint is None:
        return "the process that trained it is gone"
    return f"the process that trained it is gone; it can go on from epoch {state.checkpoint.epoch}"
