"""The compared runs: read, grown, chosen, judged and drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import numpy as np
import pytest
from textual.pilot import Pilot

from engine.comparison.disagreement import labels_of
from engine.comparison.judgement import Judgement
from engine.comparison.verdicts import MCNEMAR
from engine.datasets import inventory
from engine.datasets.catalogue import SPECS
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot
from tests.builders.consoles import until
from tests.builders.followed_runs import epoch, started, state, steps
from tests.builders.followed_runs import record as make_record
from tests.builders.predictions import write_predictions
from tests.builders.runs import make_run
from tests.builders.stage import Stage, play, text_of
from tests.builders.work import calls
from tui.charts.chart_data import ChartData
from tui.drawing.glyphs import UNICODE
from tui.panes.comparison import pane as module
from tui.panes.comparison.pane import Compared, RunPairChanged
from tui.panes.comparison.table_widget import EMPTY, ComparisonTable
from tui.widgets import views
from tui.widgets.bindings import with_keys
from tui.widgets.pane_frame import Pane
from tui.workers.messages import Trouble

Scene = Callable[[Pilot[None], Stage, Compared], Awaitable[None]]
SIZE = (120, 71)
KEPT = (RunPairChanged, Trouble, ComparisonTable.Removed)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JUDGE_EVERY", 0.05)
    monkeypatch.setattr(module, "BREATH", 0.01)


def followed(number: int, epochs: int = 2, seed: int = 1, **settings: object) -> RunSnapshot:
    """A followed run that has trained for so many epochs."""
    begun = started(seed=seed, **settings)
    made = make_record(number, f"run {number}")
    made = replace(made, config=made.config.replace({"seed": seed, **settings}), data={"name": "mnist"})
    return RunSnapshot(made, state(begun, steps(500, 1), *(epoch(n) for n in range(1, epochs + 1))), locked=True)


def ids(runs: list[RunSnapshot]) -> list[str]:
    return [run.record.id for run in runs]


def hold_against(compared: Compared, run_id: str) -> None:
    """What the table does when another line is to be the baseline."""
    figures = figures_of(compared)
    figures.choices = replace(figures.choices, baseline=run_id)
    compared.on_comparison_table_choices_changed(ComparisonTable.ChoicesChanged(figures.choices))


async def mount_panes(pilot: Pilot[None], compared: Compared) -> None:
    await compared.mount_panes()
    for pane in compared.query(Pane):
        assert pane.content is not None
        pane.content.styles.height = "1fr"
    await pilot.pause()


def play_compared(home: Home, scene: Scene, mounted: bool = True) -> None:
    shown = Compared(UNICODE)

    async def begin(pilot: Pilot[None], stage: Stage) -> None:
        if mounted:
            await mount_panes(pilot, shown)
        await scene(pilot, stage, shown)

    play(shown, begin, SIZE, KEPT, home)


def figures_of(compared: Compared) -> ComparisonTable:
    return compared.query_one(ComparisonTable)


def title_of(compared: Compared, name: str) -> str:
    return str(compared.query_one(f"#{name}", Pane).border_title)


def test_with_nothing_marked_it_tells_how(home: Home) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show([], [])
        await pilot.pause()
        assert text_of(figures_of(compared))[0] == with_keys(EMPTY)
        assert compared.comparison is None and compared.rivals is None and compared.settings == ()

    play_compared(home, scene)


def test_runs_that_are_still_read_are_counted(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show([], [*ids(runs), "3"])
        await pilot.pause()
        assert text_of(figures_of(compared))[0] == "reading 0 of 3 …"
        compared.show(runs, [*ids(runs), "3"])
        assert title_of(compared, views.FIGURES) == "Comparison  reading 2 of 3 …, 2 runs"
        compared.show(runs, ids(runs))
        assert title_of(compared, views.FIGURES) == "Comparison  2 runs"

    play_compared(home, scene)


def test_lines_are_in_the_order_that_is_wanted_however_they_were_read(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1), followed(3, dropout=0.5)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ["000003", "000001", "000003", "000002"])
        assert compared.comparison is not None
        assert [line.first.id for line in compared.comparison.lines] == ["000003", "000001", "000002"]

    play_compared(home, scene)


def test_runs_shown_before_there_are_widgets_are_there_once_these_are(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert compared.comparison is None
        await mount_panes(pilot, compared)
        assert "A run 1" in text_of(figures_of(compared))[0]

    play_compared(home, scene, mounted=False)


def test_seeds_fold_and_unfold_by_a_key(home: Home) -> None:
    runs = [followed(1), followed(2, seed=2), followed(3, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert title_of(compared, views.FIGURES) == "Comparison  3 runs in 2 lines"
        figures_of(compared).focus()
        await pilot.press("f")
        await until(pilot, lambda: title_of(compared, views.FIGURES) == "Comparison  3 runs")
        assert "C run 3" in text_of(figures_of(compared))[0]
        await until(pilot, lambda: "C run 3" in "".join(text_of(compared._chart)))  # type: ignore[arg-type]

    play_compared(home, scene)


def test_no_run_is_held_against_a_mean_that_contains_its_twin(home: Home) -> None:
    runs = [followed(1), followed(2, seed=2), followed(3)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert compared.comparison is not None
        assert [line.ids for line in compared.comparison.lines] == [("000001", "000002")]
        assert title_of(compared, views.FIGURES).endswith("2 runs in 1 line, 1 repeat of a seed left out (f: each run)")
        figures_of(compared).focus()
        await pilot.press("f")
        await until(pilot, lambda: title_of(compared, views.FIGURES) == "Comparison  3 runs")

    play_compared(home, scene)


def test_the_settings_are_those_that_are_shown(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert [setting.name for setting in compared.settings] == ["l2"]
        figures_of(compared).focus()
        await pilot.press("a")
        assert len(compared.settings) > 15

    play_compared(home, scene)


def test_rivals_are_the_baseline_and_the_line_under_the_cursor(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1), followed(3, dropout=0.5)]

    def rivals(compared: Compared) -> list[str]:
        return ids(list(compared.rivals or ()))

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        await pilot.pause()
        assert rivals(compared) == ["000001", "000002"] and len(stage.kept) == 1
        figures_of(compared).focus()
        await pilot.press("right")
        assert rivals(compared) == ["000001", "000003"] and len(stage.kept) == 2
        await pilot.press("b")
        assert rivals(compared) == ["000003", "000001"] and len(stage.kept) == 3
        hold_against(compared, "000002")
        assert rivals(compared) == ["000002", "000003"]
        compared.show(runs, ids(runs))
        await pilot.pause()
        assert len(stage.kept) == 4
        compared.show(runs[:1], ids(runs[:1]))
        await pilot.pause()
        assert compared.rivals is None and len(stage.kept) == 5
        assert {type(message) for message in stage.kept} == {RunPairChanged}

    play_compared(home, scene)


def test_taking_a_line_out_is_for_the_screen(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        figures_of(compared).focus()
        await pilot.press("-")
        (removed,) = [message for message in stage.kept if isinstance(message, ComparisonTable.Removed)]
        assert removed.ids == ("000002",)

    play_compared(home, scene)


def test_a_live_run_moves_and_nothing_else_is_done_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        await until(pilot, lambda: compared.is_judged)
        before, drawings = compared.comparison, list[ChartData]()
        assert compared._chart is not None
        await until(pilot, lambda: not compared._late_drawing.is_due)
        monkeypatch.setattr(compared._chart, "show", lambda data, within: drawings.append(data))
        runs[1].state.apply(steps(4000, 3))
        compared.show(runs, ids(runs))
        await pilot.pause(0.4)
        assert compared.comparison is before and drawings == []
        runs[1].state.apply(epoch(3))
        compared.show(runs, ids(runs))
        assert compared.comparison is not before
        await until(pilot, lambda: drawings)
        assert [len(curve.x) for curve in drawings[0].curves] == [2, 3]

    play_compared(home, scene)


def test_a_metric_by_steps_is_drawn_as_steps_come(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert compared._chart is not None
        compared._chart.focus()
        await pilot.press("m", "m")
        assert title_of(compared, views.CURVES) == "Curves  training accuracy of batches"
        await until(pilot, lambda: not compared._late_drawing.is_due)
        shown = compared._drawn
        runs[1].state.apply(steps(4000, 3))
        compared.show(runs, ids(runs))
        await until(pilot, lambda: compared._drawn != shown)

    play_compared(home, scene)


def test_runs_that_go_leave_what_is_left(home: Home) -> None:
    runs = [followed(1), followed(2, l2=0.1), followed(3, epochs=0)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        for left in (runs, runs[1:], runs[2:], [], runs[:1]):
            compared.show(left, ids(left))
            await pilot.pause(0.1)
        assert "Mark another run" in "".join(text_of(figures_of(compared)))
        compared.show([], [])
        await pilot.pause()
        assert text_of(figures_of(compared))[0] == with_keys(EMPTY)

    play_compared(home, scene)


def judged(compared: Compared) -> Judgement:
    assert compared.judgement is not None
    return compared.judgement


def test_verdicts_are_read_in_a_thread_and_follow_the_baseline(stocked_home: Home) -> None:
    found = inventory.find(SPECS["synthetic"], stocked_home)[-1]
    runs = [followed(number, 1, dropout=number / 10) for number in (1, 2, 3)]
    for number, run in enumerate(runs):
        run.record = replace(run.record, data={"name": "synthetic", "fingerprint": found.fingerprint})
        labels = labels_of(stocked_home, run.record)
        said = np.eye(10, dtype=np.float32)[(labels + (np.arange(len(labels)) < 100 * number)) % 10]
        (stocked_home.runs / run.record.id).mkdir(parents=True)
        write_predictions(Run(stocked_home.runs / run.record.id), 1, said)

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        assert any(line.strip() == "B against A: …" for line in text_of(figures_of(compared)))
        await until(pilot, lambda: compared.is_judged)
        await pilot.pause()
        assert [(verdict.place, verdict.test) for verdict in judged(compared).verdicts] == [(1, MCNEMAR), (2, MCNEMAR)]
        assert any("C against A: test accuracy +0.00 points" in line for line in text_of(figures_of(compared)))
        assert judged(compared).disagreement is None
        hold_against(compared, "000002")
        assert compared.judgement is None
        await until(pilot, lambda: compared.is_judged)
        assert [verdict.place for verdict in judged(compared).verdicts] == [0, 2]
        compared.show(runs[:2], ids(runs[:2]))
        await until(pilot, lambda: compared.is_judged)
        assert len(getattr(judged(compared).disagreement, "only_a", ())) == 100

    play_compared(stocked_home, scene)


def test_while_runs_are_read_or_grow_they_are_judged_seldom(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JUDGE_EVERY", 60.0)
    runs = [followed(1), followed(2, l2=0.1), followed(3, dropout=0.5)]
    for run in runs:
        # Runs in training would be compared after equal epochs.
        run.locked = False

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs[:2], ids(runs))
        await pilot.pause(0.1)
        assert not compared.is_judged
        compared.show(runs, ids(runs))
        await until(pilot, lambda: compared.is_judged)
        runs[2].state.apply(epoch(3))
        compared.show(runs, ids(runs))
        await pilot.pause(0.1)
        table = text_of(figures_of(compared))
        assert not compared.is_judged and compared.judgement is None
        assert any("B against A: test accuracy" in line for line in table)
        assert any("C against A: …" in line for line in table)
        hold_against(compared, "000002")
        await until(pilot, lambda: compared.is_judged)

    play_compared(home, scene)


def test_what_cannot_be_judged_is_said_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("engine.comparison.judgement.judge", broken)
    runs = [followed(1), followed(2, l2=0.1)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        compared.show(runs, ids(runs))
        await until(pilot, lambda: compared.is_judged)
        compared.show(runs, ids(runs))
        await pilot.pause(0.2)
        (trouble,) = [message for message in stage.kept if isinstance(message, Trouble)]
        assert trouble.text == "the runs cannot be judged: RuntimeError: broken"

    play_compared(home, scene)


def test_ten_runs_of_a_thousand_events_open_in_little_work(home: Home) -> None:
    happened = [started(), *(steps(n, 1) for n in range(1, 1000)), epoch(1)]
    made = [make_run(home, *happened, config=followed(1, dropout=n / 20).record.config) for n in range(10)]

    async def scene(pilot: Pilot[None], stage: Stage, compared: Compared) -> None:
        await until(pilot, lambda: not compared._late_drawing.is_due)
        read: list[RunSnapshot] = []
        reading = calls(lambda: read.extend(RunSnapshot(run.record(), run.state(), False) for run in made))
        assert reading < 10 * 1_000 * 100
        assert calls(lambda: compared.show(read, ids(read))) < reading / 2
        await until(pilot, lambda: "J dropout 0.45" in "".join(text_of(compared._chart)))  # type: ignore[arg-type]

    play_compared(home, scene)
