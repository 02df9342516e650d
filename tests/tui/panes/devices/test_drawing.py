"""The lines of the Devices pane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.config.run_config import RunConfig
from engine.runs.status import QUEUED, RUNNING
from engine.runs.summaries import RunSummary
from tests.builders.devices import DEVICES, JOBS, PAST, RUNS, TRAINING, WAITING, card, core
from tests.builders.summaries import summary
from tui.drawing.glyphs import ASCII, LINUX, UNICODE, Glyphs
from tui.drawing.styled_lines import plain, width
from tui.panes.devices.drawing import marked, rows
from tui.panes.devices.view import DevicesView, devices_view

SERVER = devices_view(DEVICES, JOBS, RUNS, lambda slot: PAST.get(slot, ()))


def text(view: DevicesView, cells: int, height: int = 30, glyphs: Glyphs = UNICODE) -> list[str]:
    return [plain(row.line).rstrip() for row in rows(view, glyphs, cells, height)]


def test_at_120_by_40_each_device_has_its_run_its_figures_and_its_past() -> None:
    assert text(SERVER, 118, 35) == [
        "device  run                                      done       memory free   busy  of late",
        "cuda:0  ● deep                    ████████▍───── 60 %  70.0 of 80.0 GiB   93 %  ▄▅▅▅▅▆▆▆▆▇▇▇▇█  "
        "NVIDIA H100 80GB HBM3",
        "cuda:1  ● wide dropout …          ▊─────────────  5 %  20.0 of 80.0 GiB   41 %  ▃▃▃▃▃▃▃▃▃▃▃▃▃▃  "
        "NVIDIA H100 80GB HBM3",
        "      also there: alice python 4242",
        "cuda:2  free                                        -  78.0 of 80.0 GiB    0 %  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁  "
        "NVIDIA H100 80GB HBM3",
        "cuda:3  others use it                               -   1.0 of 80.0 GiB  100 %           █████  "
        "NVIDIA H100 80GB HBM3",
        "      also there: alice python 4242, 77",
        "",
        "3 in the queue",
        "1st  ○ first                               for cuda:1  waits for its turn",
        "2nd  ○ second                              for auto    all devices busy or unavailable; tried again every few "
        "seconds",
        "3rd  ○ third                               for auto    waits for its turn",
    ]


def test_what_tells_runs_of_a_group_apart_stands_first() -> None:
    def seed(number: int, status: str) -> RunSummary:
        config = RunConfig(hidden=(256, 128), activation=("tanh",), epochs=30, seed=number)
        return summary(number, config, id=f"s{number}", name="deep", status=status, place=number)

    runs = [seed(1, RUNNING), seed(2, QUEUED), seed(3, QUEUED)]
    lines = text(devices_view([core(1, run="s1")], (), runs, lambda slot: ()), 118)
    assert "● deep · tanh · 256,128 …" in lines[1]
    assert ["○ seed 2 · deep · tanh" in lines[-2], "○ seed 3 · deep · tanh" in lines[-1]] == [True, True]


def test_at_80_by_24_there_is_no_bar_and_a_long_reason_has_a_line_of_its_own() -> None:
    lines = text(SERVER, 80, 20)
    assert lines[1] == "cuda:0  ● deep                         60 %  70.0 of 80.0 GiB   93 %  ▅▆▆▆▆▇▇▇▇█"
    assert lines[10:12] == [
        "2nd  ○ second                              for auto",
        "      all devices busy or unavailable; tried again every few seconds",
    ]


def test_at_40_by_12_the_run_how_far_it_is_and_how_busy_its_device_is() -> None:
    lines = text(SERVER, 40, 9)
    assert lines[:3] == [
        "device  run                  done   busy",
        "cuda:0  ● deep               60 %   93 %",
        "cuda:1  ● wide dropout …      5 %   41 %",
    ]
    assert "1st  ○ first                for cuda:1" in lines


@pytest.mark.parametrize("cells", [40, 80, 118])
def test_of_runs_that_are_trained_together_one_is_named_and_the_others_are_counted(cells: int) -> None:
    together = card(0, run=TRAINING[1].id, beside=7)
    assert " and 7 more" in text(devices_view([together], (), RUNS, lambda slot: ()), cells)[1]


def test_a_processor_shows_no_column_of_which_nothing_is_known() -> None:
    head, first, *_ = text(devices_view([core(1), core(2)], (), (), lambda slot: ()), 118)
    assert "busy" not in head and "of late" not in head and "memory free" in head
    assert first.split() == ["cpu", "1", "free", "-", "32.0", "of", "64.0", "GiB", "AMD", "EPYC,", "1", "thread"]


def test_free_slots_that_are_alike_take_one_line_where_all_have_no_room() -> None:
    devices = [core(number, run=TRAINING[0].id if number == 2 else "") for number in range(1, 65)]
    view = devices_view(devices, (), RUNS, lambda slot: ())
    assert [" ".join(line.split()[:6]) for line in text(view, 118, 35)[1:3]] == [
        "cpu 1 free, and 62 more",
        "cpu 2 ● deep ████████▍───── 60",
    ]
    assert len([line for line in text(view, 118, 200) if line.startswith("cpu ")]) == 64


@pytest.mark.parametrize(("glyphs", "drawn"), [(UNICODE, True), (LINUX, False), (ASCII, False)])
def test_a_sparkline_is_drawn_where_the_terminal_has_columns_for_it(glyphs: Glyphs, drawn: bool) -> None:
    assert ("of late" in text(SERVER, 118, glyphs=glyphs)[0]) is drawn


def test_what_is_not_there_is_said() -> None:
    nothing = devices_view((), (), (), lambda slot: ())._replace(faults=("its driver is too old",))
    assert text(nothing, 80) == [
        "The devices are not known yet: an engine looks at them when it starts.",
        "! its driver is too old",
        "",
        "Nothing is in the queue.",
    ]


def test_the_order_is_that_of_the_listed_places_even_where_the_engine_told_another() -> None:
    view = devices_view(DEVICES, tuple(reversed(JOBS)), RUNS, lambda slot: ())
    assert [queued.title for queued in view.queue] == ["first", "second", "third"]
    assert view.runs == tuple(run.id for run in (*TRAINING, *WAITING))


@given(st.integers(30, 250), st.integers(4, 80), st.integers(0, 9), st.integers(0, 3), st.text(max_size=40))
def test_no_line_is_longer_than_the_pane(cells: int, height: int, cards: int, waiting: int, slot: str) -> None:
    devices = [card(0, slot=slot), *DEVICES, *(card(number) for number in range(cards))]
    view = devices_view(devices, JOBS, (*TRAINING, *WAITING[:waiting]), lambda slot: (0.5,) * 30)
    for row in rows(view, UNICODE, cells, height):
        assert cell_len(plain(row.line).rstrip()) <= cells
        under_cursor = marked(row, cells, "cursor")
        assert width(under_cursor) == cells and plain(under_cursor).rstrip() == plain(row.line).rstrip()
