"""`mnist-tui doctor`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.diagnostics import doctor
from engine.diagnostics.doctor import NOTE, OK, PROBLEM, Finding
from engine.home import Home
from engine.service.device_stats import DeviceUsage
from tests.builders.program import call


@pytest.fixture
def without_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices take seconds to look at; the tests of the rest do without."""

    def none() -> Iterator[Finding]:
        yield Finding("devices", OK, "cpu")

    monkeypatch.setattr(doctor, "check_devices", none)


def by_subject(found: list[dict[str, str]]) -> dict[str, str]:
    return {finding["subject"]: finding["state"] for finding in found}


def test_a_sound_machine_is_told_line_by_line(stocked_home: Home) -> None:
    result = call("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    for subject in (
        "mnist-tui",
        "packages",
        "terminal",
        "locale",
        "home",
        "runs",
        "data: synthetic",
        "devices",
        "threads",
        "products",
        "compiled steps",
    ):
        assert any(f"  {subject}: " in line for line in lines), subject
    assert any(line.startswith("ok") and "cpu" in line for line in lines)
    assert lines[-1] == "Nothing is broken."


def test_missing_mnist_is_a_note_that_says_what_to_do(stocked_home: Home, without_devices: None) -> None:
    result = call("doctor", "--json")
    assert result.exit_code == 0
    (note,) = [f for f in json.loads(result.stdout) if f["subject"] == "data: mnist"]
    assert note["state"] == NOTE and "mnist-tui data fetch mnist" in note["advice"]


def test_a_home_that_cannot_be_written_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_devices: None
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "file" / "home"))
    result = call("doctor", "--json")
    assert result.exit_code == 1
    assert by_subject(json.loads(result.stdout))["home"] == PROBLEM
    text = call("doctor").stdout
    assert "what to do: set MNIST_TUI_HOME" in text
    assert text.splitlines()[-1] == "Problems: 1."


def test_the_probe_of_the_home_leaves_nothing_behind(home: Home) -> None:
    assert {finding.state for finding in doctor.check_home(home)} == {OK}
    assert sorted(path.name for path in home.path.iterdir()) == ["data", "runs"]


def test_little_disk_space_is_a_problem(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1 << 20))
    assert [f.state for f in doctor.check_home(home)] == [PROBLEM, OK]


def test_entries_that_are_no_runs_are_noted(home: Home) -> None:
    (home.runs / "foreign").mkdir()
    runs = next(f for f in doctor.check_home(home) if f.subject == "runs")
    assert runs.state == NOTE and "1 entries that are none" in runs.found


def test_damaged_data_are_a_problem_that_says_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_DATA", raising=False)
    raw = home.data / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ):
        (raw / name).write_bytes(b"garbage")
    (problem,) = [f for f in doctor.check_data(home) if f.state == PROBLEM]
    assert problem.subject == "data: mnist" and problem.advice == "mnist-tui data fetch mnist"


def test_a_missing_package_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("click", "no-such-package"))
    (problem,) = [f for f in doctor.check_versions() if f.state == PROBLEM]
    assert problem.found == "missing: no-such-package" and problem.advice == "pip install no-such-package"


@pytest.mark.parametrize(
    "error",
    [
        subprocess.CalledProcessError(1, "python", stderr="Traceback\nOSError: libcudart.so.12: cannot open"),
        subprocess.TimeoutExpired("python", 120),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_torch_that_does_not_load_is_a_problem(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **more: Any) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    (problem,) = doctor.check_devices()
    assert (problem.subject, problem.state) == ("devices", PROBLEM)
    assert "PyTorch" in problem.found and problem.advice


@pytest.mark.parametrize("name", ["", "dumb"])
def test_a_terminal_without_a_screen_is_noted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.cli.commands.doctor import check_terminal

    monkeypatch.setenv("TERM", name)
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    (finding,) = check_terminal()
    assert finding.state == NOTE and "train" in finding.advice


def test_what_a_machine_lacks_is_noted_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {
        "devices": ["cpu (a processor)"], "build": "13.0", "faults": ["CUDA cannot be used: the driver is too old"],
        "cores": 1, "why": "the control group allows the time of 0.5, of 4 cores", "chosen": 1, "products": "PyTorch's",
        "compiled": "there is no C compiler", "compiles": False,
    }  # fmt: skip
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: SimpleNamespace(stdout=json.dumps(seen)))
    monkeypatch.setattr(doctor, "memory_limit", lambda: (1 << 30, 300 << 20))
    monkeypatch.setattr(doctor, "processor_memory", lambda: DeviceUsage(1 << 30, 300 << 20))
    notes = {finding.found: finding for finding in doctor.check_devices()}
    fault = notes["CUDA cannot be used: the driver is too old"]
    assert fault.state == NOTE and "CUDA 13.0" in fault.advice
    assert "install a C compiler" in notes["there is no C compiler"].advice
    assert "1 run at once: cpu (processor: one a core, the control group allows the time of 0.5, of 4 cores)" in notes
    threads = "1 core (the control group allows the time of 0.5, of 4 cores), 1 for the reference network"
    assert notes[threads].state == OK
    memory = notes["0.3 GiB free of 1.0 GiB, as the control group allows"]
    assert memory.state == PROBLEM and "a worker takes 0.7 GiB" in memory.advice


def test_how_many_runs_a_card_trains_together_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {
        "devices": ["cpu (a processor)", "cuda:0 (a card)"], "build": "13.0", "faults": [], "cores": 4, "why": "",
        "chosen": 1, "products": "PyTorch's", "compiled": "", "compiles": True,
    }  # fmt: skip
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: SimpleNamespace(stdout=json.dumps(seen)))
    told = next(finding.found for finding in doctor.check_devices() if finding.subject == "slots")
    assert (
        told
        == "2 runs at once: cuda:0, cpu (processor: one beside the cards); up to 32 of one shape together in a slot"
    )
