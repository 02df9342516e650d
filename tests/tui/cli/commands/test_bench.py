"""`mnist-tui bench`: what it prints, and that its budgets decide the exit status."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.diagnostics.training_bench import ENGINE, Timing
from engine.home import Home
from tests.builders.blobs import blobs
from tests.builders.program import call
from tui.cli.commands import bench
from tui.exit_codes import FAILED, INTERRUPTED
from tui.tools.figures import Figure, Measurement, at_most


def test_bench_prints_every_way_and_the_machine(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a thread, as measuring changes how the calling thread does arithmetic."""
    monkeypatch.setattr("engine.datasets.load", lambda *_: blobs())
    monkeypatch.setattr("engine.diagnostics.training_bench.REFERENCE_IMAGES", 1000)
    words = ("--rounds", "1", "--batch-size", "500", "--hidden", "8", "--dataset", "synthetic", "--json")
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(call, "bench", *words).result()
    assert done.exit_code == 0, "a batch size without a budget never fails"
    values = json.loads(done.stdout)
    assert values["dataset"] == "synthetic"
    assert values["device"].startswith("cpu")
    assert {timing["batch_size"] for timing in values["timings"]} == {"500"}
    assert ENGINE in {timing["way"] for timing in values["timings"]}


@pytest.mark.parametrize(
    ("device", "reference", "best", "jax", "status"),
    [
        ("cpu (a processor)", 6.8, 1.02, None, 0),
        ("cpu (a processor)", 6.8, 0.97, None, 1),
        ("cpu (a processor)", 6.8, 1.02, 1.31, 0),
        ("cpu (a processor)", 6.8, 1.02, 1.29, 1),
        ("cuda:0 (a card)", 66.9, 1.5, None, 0),
        ("cuda:0 (a card)", 19.8, 1.5, None, 1),
    ],
)
def test_a_budget_that_does_not_hold_fails(
    device: str,
    reference: float,
    best: float,
    jax: float | None,
    status: int,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timing = Timing(ENGINE, "32", 60_000, 1, 1e5, 9e4, 1.1e5, reference, 0.8, best, 0.6, jax)
    monkeypatch.setattr(bench, "_measure", lambda *_: ([timing], {"device": device}))
    done = call("bench")
    assert done.exit_code == status
    assert f"{reference:.2f}" in done.output
    assert "60 %" in done.output
    assert ("below budget" in done.output) == bool(status)
    assert (f"within budget: batch 32 trains at {best:.2f} times the fastest other way" in done.output) == (not status)


def test_a_wrong_batch_size_is_refused(home: Home) -> None:
    done = call("bench", "--batch-size", "0")
    assert done.exit_code == 2
    assert "batch_size" in done.output + done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_bench_that_is_ended_from_outside_ends_what_it_has_started(
    number: signal.Signals, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []

    def measure(*_: object) -> None:
        try:
            signal.raise_signal(number)
            left.append("nothing, for it goes on")
        finally:
            left.append("the engine")

    monkeypatch.setattr("tui.tools.queue_bench.measure_queue", measure)
    before = signal.signal(number, signal.SIG_IGN)
    try:
        assert call("bench", "--queue").exit_code == INTERRUPTED
        assert left == ["the engine"] and signal.getsignal(number) == signal.SIG_IGN
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_figure_that_cannot_be_had_costs_no_other(
    options: tuple[str, ...], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the one before it printed by then, why there is none, and the ones after; the bench has failed."""

    def figures() -> Iterator[Figure]:
        yield at_most("first", 1.0, "ms", 2.0)
        raise TimeoutError("the program does not show 'run-09999'")

    def last() -> list[Figure]:
        return [at_most("last", 3.0, "s", 2.0)]

    one = [Measurement("middle", figures)]
    monkeypatch.setattr("tui.tools.console_bench.console_measurements", lambda home, seconds: one)
    monkeypatch.setattr("tui.tools.history_bench.history_measurements", lambda: [Measurement("history", last)])
    done = call("bench", "--console", *options)
    assert done.exit_code == FAILED
    if options:
        found = json.loads(done.stdout)
        assert [figure["name"] for figure in found] == ["first", "middle", "last"] and "run-09999" in found[1]["error"]
        return
    lines = done.output.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "middle",
        "first 1 ms, budget 2: kept",
        "middle not measured: the program does not show 'run-09999'",
        "history",
        "last 3 s, budget 2: missed",
    ]
