"""The details pane under the keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from engine.runs.summaries import RunSummary
from tests.builders.stage import Stage, play, text_of
from tests.builders.summaries import summary
from tests.builders.work import calls
from tui.panes.details.widget import Details

RUNS = [summary(number, parent=summary(number - 1).id if number > 1 else "") for number in range(1, 5)]


class Counted(Sequence[RunSummary]):
    """A list of runs that counts how often it is gone through."""

    def __init__(self, runs: list[RunSummary]) -> None:
        self._runs = runs
        self.walks = 0

    def __iter__(self) -> Iterator[RunSummary]:
        self.walks += 1
        return iter(self._runs)

    def __getitem__(self, place: int) -> RunSummary:  # type: ignore[override]
        return self._runs[place]

    def __len__(self) -> int:
        return len(self._runs)


def test_a_run_is_shown_with_its_family_and_scrolled() -> None:
    pane = Details()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert text_of(pane)[0] == "No run is chosen."
        pane.show(RUNS[2], RUNS)
        await pilot.pause()
        assert text_of(pane)[0] == "run 3"
        assert "Family  4 runs" in text_of(pane)
        assert "Seed" not in "".join(text_of(pane))
        await pilot.press(*["pagedown"] * 5)
        assert any("Gradients" in line for line in text_of(pane))
        pane.show(RUNS[3], RUNS)
        await pilot.pause()
        assert text_of(pane)[0] == "run 4", "another run should be shown from its first line on"
        pane.show(None, RUNS)
        await pilot.pause()
        assert text_of(pane)[0] == "No run is chosen."

    play(pane, scene, (60, 25))


def test_news_of_the_family_is_shown_where_one_is() -> None:
    """You should see a child's accuracy appear beside its parent, without moving in what is read."""
    pane = Details()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        waiting = [*RUNS[:3], replace(RUNS[3], test_accuracy=None, status="running")]
        pane.show(RUNS[0], waiting)
        await pilot.press("down", "down")
        assert "● running" in "".join(text_of(pane))
        first = text_of(pane)[0]
        pane.show(RUNS[0], [*RUNS[:3], replace(RUNS[3], test_accuracy=0.5)])
        await pilot.pause()
        assert "50.00 %" in "".join(text_of(pane))
        assert text_of(pane)[0] == first

    play(pane, scene, (60, 25))


def test_the_same_runs_are_gone_through_once_and_paint_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pane, runs = Details(), Counted(RUNS)
    painted: list[tuple[Region, ...]] = []

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        for run in RUNS:
            pane.show(run, runs)
        assert runs.walks == 1
        await pilot.pause()
        monkeypatch.setattr(Details, "refresh", lambda self, *regions, **more: painted.append(regions))
        pane.show(RUNS[3], runs)
        pane.show(RUNS[3], list(RUNS))
        assert painted == []

    play(pane, scene, (60, 25))


def test_ten_thousand_runs_are_moved_through_at_once() -> None:
    pane = Details()
    one = summary(1)
    runs = [replace(one, record=replace(one.record, id=f"{n:05}", parent=f"{n // 2:05}")) for n in range(10_000)]

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        pane.show(runs[-1], runs)
        taken = []
        for run in runs[5000:5100]:
            taken.append(calls(partial(pane.show, run, runs)))
        assert max(taken) < 2 * len(runs)

    play(pane, scene, (60, 40))
