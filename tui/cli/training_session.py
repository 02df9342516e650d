"""Trains a run in this process and keeps it answerable to signals."""

from __future__ import annotations

import os
import queue
from contextlib import closing

from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Ending, Event
from engine.runs.state import RunState
from engine.service.device_choice import DeviceChoice
from engine.service.own_slot import OwnSlot
from engine.training.control import Control
from engine.training.trainer_thread import TrainerThread
from tui.cli.guarded import guarded
from tui.cli.progress_reports import Report
from tui.cli.signals import Signals
from tui.exit_codes import DONE, FAILED, INTERRUPTED, complain

TICK = 0.25
STATUSES = {"run_finished": DONE, "run_stopped": INTERRUPTED, "run_pruned": INTERRUPTED, "run_failed": FAILED}


def train(run: Run, report: Report) -> RunState:
    """Train `run` to its end and report it; the state it ends in. Raises StoreError, or OSError, when it cannot begin
    or its end cannot be recorded.

    A report that can no longer be written is dropped; the run goes on, and its record is complete.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    control, slot = Control(), OwnSlot(Home(run.path.parent.parent), DeviceChoice.of_environment())
    signals = Signals(lambda: control.stop("interrupted"))
    try:
        with signals.answered(), closing(guarded(report)) as shown:
            thread = TrainerThread(run, control, events.put, choose=slot.choose, occupy=slot.occupy)
            state = run.state()
            thread.start()
            while thread.is_alive() or not events.empty():
                try:
                    event = events.get(timeout=TICK)
                except queue.Empty:
                    shown.tick(bool(control.stop_reason))
                    continue
                state.apply(event)
                shown.show(event, state)
                if isinstance(event, Ending):
                    break
            thread.join()
        if thread.unrecorded:
            raise StoreError(
                f"the end of {run.id} could not be recorded ({thread.unrecorded}), so it reads as interrupted; "
                f"make room and go on: mnist-tui train --resume {run.id}"
            )
    except KeyboardInterrupt:
        complain(f"left {run.id} without a checkpoint of its last steps; go on: mnist-tui train --resume {run.id}")
        # Nobody waits for the trainer here: the lines it has written are whole, and its lock goes with the process.
        os._exit(INTERRUPTED)
    finally:
        slot.release()
    return state


def train_and_conclude(run: Run, report: Report) -> int:
    """Train `run`, close the report and say what went wrong; the exit status."""
    state = train(run, report)
    guarded(report).conclude(run, state)
    if state.ending is None:
        return complain("the run ended without a word; see it: mnist-tui runs show " + run.id)
    status = STATUSES[state.ending.name]
    return complain(f"the run failed: {state.reason}") if status == FAILED else status
