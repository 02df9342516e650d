"""`mnist-tui devices`: with an engine at work, and without one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import RUNNING
from engine.service import slots
from engine.service.card_probe import Cards, ProbeError
from engine.service.client import EngineClient
from engine.service.device_choice import VARIABLE
from engine.service.protocol import Start
from engine.training.slot_locks import SlotLocks
from tests.builders.engines import LONG, QUICK, engine_home, reach
from tests.builders.program import call


def test_without_an_engine_the_devices_it_would_use_are_shown(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "cpu:3")
    result = call("devices")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == ["cpu 1", "cpu 2", "cpu 3"]
    assert lines[4:] == ["slots of the processor: 3 as chosen", "No engine is running; the console starts one."]
    values = json.loads(call("devices", "--json").stdout)
    assert values["engine"] is None and values["queue"] == []
    assert [device["slot"] for device in values["devices"]] == ["cpu 1", "cpu 2", "cpu 3"]


def test_cards_that_cannot_be_told_are_a_line_below_the_processor(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Cards:
        raise ProbeError("the cards cannot be told: no driver")

    monkeypatch.setattr(slots, "may_have_cards", lambda: True)
    monkeypatch.setattr(slots, "probe_cards", fail)
    result = call("devices")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "the cards cannot be told: no driver" in result.stdout.splitlines()


def test_a_choice_that_cannot_be_meant_is_refused_in_two_lines(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "gpu")
    result = call("devices")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"mnist-tui: 'gpu' names no devices (--devices, {VARIABLE}).",
        "Accepted: all; GPUs by number, such as 0,2-5; cpu, or cpu:4 for four runs at once; or both, such as "
        "0-3,cpu:2; and stack:8 for up to eight networks in one step.",
    ]


def test_runs_progress_and_queue_are_shown(tmp_path: Path, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "home"))
    with engine_home(tmp_path / "home", drawn_digits) as home:
        client = EngineClient(home)
        client.connect()
        run, waiting = (
            Run(home.runs / client.request(Start(config=config, run_name=name)).run)
            for config, name in ((LONG, "long"), (QUICK, "quick"))
        )
        reach(run, RUNNING)
        said = call("devices").stdout
        assert f"{run.record().title} {run.id}" in said and "/10000" in said
        assert said.splitlines()[-2:] == ["1 in the queue", f"  1st {waiting.id} {waiting.record().title} for cpu"]
        values = json.loads(call("devices", "--json").stdout)
        (device,) = values["devices"]
        assert (device["run"], device["progress"]["status"]) == (run.id, RUNNING)
        assert device["worker"] and values["engine"]["pid"] not in (0, device["worker"])
        assert values["queue"] == [{"place": 1, "run": waiting.id, "device": "cpu", "reason": ""}]
        client.close()


def test_the_console_refuses_a_choice_that_cannot_be_meant(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "all")
    result = call("--devices", "0-")
    assert result.exit_code == 2
    assert result.stderr.startswith("mnist-tui: '0-' names no devices (--devices, MNIST_TUI_DEVICES).\nAccepted: all;")


def test_a_run_of_the_command_line_counts_as_a_user_of_its_slot(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "cpu:1")
    locks = SlotLocks(home)
    locks.take_for("cpu", 1)
    try:
        (device,) = json.loads(call("devices", "--json").stdout)["devices"]
        assert [user["pid"] for user in device["users"]] == [os.getpid()]
    finally:
        locks.release_all()
