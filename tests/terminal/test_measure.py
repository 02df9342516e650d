"""What `bench --console` measures: bytes against their budgets, and times that only a machine at rest could judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from engine.home import Home
from engine.service.device_choice import VARIABLE
from tests.conftest import settle
from tui.panes.model.drawing import NAMES
from tui.tools import console_bench, history_bench, link_bench
from tui.tools.console_bench import Bench
from tui.tools.figures import Figure, measure

SLOTS = 2
SHORTER = {"ROUNDS": 1, "BETWEEN_KEYS": 0.02, "SETTLING": 1.0, "NAMES": NAMES[:6], "TIMEOUT": 120.0}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[Bench]:
    """Measurements of two seconds each, on synthetic digits."""
    home = Home(tmp_path_factory.mktemp("bench") / "home").prepare()
    (home.data / "synthetic").symlink_to(drawn_digits)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MNIST_TUI_DATA", raising=False)
        patch.setenv("MNIST_TUI_OFFLINE", "1")
        patch.setenv(VARIABLE, f"cpu:{SLOTS}")
        for name, value in SHORTER.items():
            patch.setattr(console_bench, name, value)
        bench = Bench(home, seconds=2)
        try:
            yield bench
        finally:
            bench.close()


def within(figure: Figure, times: float) -> bool:
    """Whether a figure is at most so many times its budget."""
    return 0 <= figure.value <= times * figure.budget


def test_keys_are_answered_while_training_flat_out(bench: Bench) -> None:
    median, last = bench.key_press("keys", bench.training(epochs=10_000))
    assert 0 < median.value <= last.value, (median, last)


def test_keys_are_answered_while_every_slot_trains(bench: Bench) -> None:
    with bench.training_on_every_slot() as runs:
        median, last = bench.key_press("busy", nullcontext())
        assert len(runs) == SLOTS and all(run.lock.held() for run in runs)
    assert 0 < median.value <= last.value and last.name == "busy, 99th percentile", (median, last)


def test_few_bytes_while_a_run_is_live_and_none_while_it_is_paused(bench: Bench) -> None:
    """A busy machine may paint the first screen meanwhile, which is less than four times either budget."""
    live = bench.bytes_live("live", (), 10.0)
    slow = bench.bytes_live("slow", ("--slow-link",), 2.0)
    assert slow.value > 0 and live.value > 0 and within(live, 4) and within(slow, 4), (slow, live)
    settle(lambda: bench.bytes_idle().value == 0)


def test_the_first_screen_is_measured_against_an_empty_application(bench: Bench) -> None:
    assert bench.first_paint().value > 0


def test_a_link_carries_each_cell_of_a_view_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see every figure of bytes within its budget, and slow links answer.

    What a busy machine paints late is counted with the next view."""
    monkeypatch.setattr(link_bench, "VIEWS", "23451")
    monkeypatch.setattr(link_bench, "CHANGES", "123452")
    monkeypatch.setattr(link_bench, "QUIET", 0.5)
    figures = {figure.name: figure for figure in bench.link()}
    assert len(figures) == 6
    carried = [figure for name, figure in figures.items() if name.startswith("bytes")]
    assert len(carried) == 4 and all(figure.value > 1 and within(figure, 2) for figure in carried), carried
    assert all(figure.value > 0 for figure in figures.values()), figures


def test_a_long_history_is_listed_compared_and_scrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("LISTED", 20), ("EVENTS", 40), ("SCROLLED", 60), ("KEYS", 6), ("SETTLING", 2.0)):
        monkeypatch.setattr(history_bench, name, small)
    said: list[str] = []
    figures = list(measure(history_bench.history_measurements(), said.append))
    assert len(figures) == 4 and len(said) == 2
    assert all(isinstance(figure, Figure) and figure.value > 0 for figure in figures), figures
