"""A run as every reader sees it."""

from __future__ import annotations

import json

import pytest

from engine.config.run_config import RunConfig
from engine.export import export_text
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import RunFinished
from engine.runs.lock import RunLock
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED, INTERRUPTED, RUNNING
from engine.runs.summaries import summarise
from tests.builders.program import call
from tests.builders.runs import held_elsewhere, make_run
from tests.engine.runs.test_state import ending, epoch, started, steps


@pytest.fixture
def ends_when_looked_at(home: Home, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that ends, and is let go of, just before somebody asks for its lock."""
    run = make_run(home, started(1.0), steps(10, 2.0), epoch(1, 2.5))
    held = RunLock.held

    def end_then_ask(lock: RunLock) -> bool:
        log = EventLog(run.events_path)
        log.append(ending(RunFinished, 3.0))
        log.close()
        return held(lock)

    monkeypatch.setattr(RunLock, "held", end_then_ask)
    return run


def test_a_run_that_ends_while_it_is_read_is_not_interrupted(ends_when_looked_at: Run) -> None:
    assert RunSnapshot.of(ends_when_looked_at).status == FINISHED
    assert summarise(ends_when_looked_at).status == FINISHED


def test_every_command_says_so(ends_when_looked_at: Run) -> None:
    shown = json.loads(call("runs", "show", "last", "--json").stdout)
    exported = json.loads(export_text([ends_when_looked_at], "json"))
    (line,) = json.loads(call("runs", "compare", "last", "--json").stdout)["lines"]
    assert shown["status"] == exported["status"] == line["status"][0] == FINISHED


def test_it_has_what_the_run_is_and_what_happened(home: Home) -> None:
    run = make_run(home, started(1.0), steps(10, 2.0), epoch(1, 2.5), config=RunConfig(epochs=3, device="auto"))
    whole, brief = RunSnapshot.of(run), RunSnapshot.of(run, steps=False)
    assert (whole.id, whole.epoch, whole.status, whole.dataset) == (run.id, 1, INTERRUPTED, "auto")
    assert [step["step"] for step in whole.steps()] == [10] and list(brief.steps()) == []
    with held_elsewhere(run):
        whole.update(whole.record, [epoch(2, 3.5)], locked=True)
        assert (whole.epoch, whole.status) == (2, RUNNING)
