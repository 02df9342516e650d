"""Clocks that are wrong, that differ between hosts, and that are set while a run is trained."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Event, RunFinished, decode, encode
from engine.runs.summaries import summarise
from engine.runs.writer import SteadyClock
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs
from tests.builders.program import call
from tests.builders.runs import finished_run, make_run
from tests.engine.runs.test_state import ending, epoch, started


@pytest.mark.parametrize("clock", [1e11, 1.7e12, 1e17, -5.0])
def test_a_finished_run_is_finished_whatever_its_clock_said(home: Home, clock: float) -> None:
    run = make_run(home, *(replace(e, time=clock) for e in (started(), epoch(1, 1.0), ending(RunFinished, 2.0))))
    assert summarise(run).status == "finished"
    assert call("runs", "list", "--columns", "name,status,created,updated,age,seconds").exit_code == 0
    assert call("runs", "show", "last").exit_code == 0


def test_a_run_is_made_whatever_the_clock_says(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.7e12)
    assert Run.create(home, RunConfig()).record().created < 1e12


def test_the_age_of_a_run_of_a_clock_that_is_ahead_is_not_told(home: Home) -> None:
    run = finished_run(home)
    run.write_record(replace(run.record(), created=time.time() + 172_800))
    assert call("runs", "list", "--columns", "age").stdout.split("\n")[1].strip() == "clock differs"
    run.write_record(replace(run.record(), created=time.time() + 5))
    assert call("runs", "list", "--columns", "age").stdout.split("\n")[1].strip() == "0.00 s"


def test_a_clock_that_is_set_back_in_a_run_changes_no_duration(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see events in the order of their times, within as many seconds as the run took."""
    run = Run.create(home, RunConfig(dataset="synthetic", hidden=(8,), epochs=3, device="cpu"))
    happened: list[Event] = []
    right = time.time

    def set_back(event: Event) -> None:
        happened.append(event)
        monkeypatch.setattr(time, "time", lambda: right() - 7200 * len(happened))

    thread = TrainerThread(run, on_event=set_back, load=lambda *_: blobs())
    thread.start()
    thread.join()
    times = [event.time for event in happened]
    assert times == sorted(times) and times[-1] - times[0] < 600
    assert [json.loads(line)["time"] for line in run.events_path.read_text().splitlines()] == [
        round(moment, 3) for moment in times
    ]
    assert 0 <= run.state().elapsed < 600


def test_a_steady_clock_begins_with_the_time_of_day() -> None:
    assert abs(SteadyClock().now() - time.time()) < 1


def test_times_are_kept_within_those_that_dates_can_be_made_of() -> None:
    assert decode(encode(replace(started(), time=1e18))).time < 253_402_300_800
    assert decode(encode(replace(started(), time=-1e18))).time == 0
