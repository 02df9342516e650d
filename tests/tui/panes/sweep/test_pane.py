"""The panes of a sweep: how much is done for a key, however many cells there are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from engine.config.run_config import RunConfig
from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from tests.builders.stage import Stage, play, text_of
from tests.builders.sweep_views import sweep_of
from tui.drawing.glyphs import ASCII
from tui.panes.sweep import cell_table, effects_plot, pane, picture
from tui.panes.sweep.brushes import axes_of
from tui.panes.sweep.coordinates import Coordinates
from tui.panes.sweep.view import SweepView
from tui.widgets.pane_frame import Pane


def sweep(lengths: Sequence[int]) -> SweepView:
    """A sweep of so many values of each setting, of whose cells the first 500 have finished."""
    names = ("learning_rate", "l2", "dropout", "momentum")
    options = {name: [f"{n / 100:g}" for n in range(1, most + 1)] for name, most in zip(names, lengths, strict=True)}
    return sweep_of(options, [0.9 - n / 10_000 if n < 500 else "waiting" for n in range(math.prod(lengths))])


def summaries(view: SweepView) -> dict[int, RunSummary]:
    """The cells as filters see them."""
    base = RunConfig()
    return {
        cell.place: RunSummary(
            RunRecord("", "", base.replace(dict(zip(view.settings, cell.values, strict=True))), 0.0), cell.status
        )
        for cell in view.cells
    }


@pytest.mark.parametrize("lengths", [(5, 5, 5, 4), (10, 10, 10, 10)])
def test_a_key_draws_once_what_is_seen_and_lays_nothing_out(
    monkeypatch: pytest.MonkeyPatch, lengths: Sequence[int]
) -> None:
    """However many cells there are: so many rows are made as are seen, each picture once, and effects are computed when
    other cells are shown."""
    done: Counter[str] = Counter()

    def counted(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def counting(*arguments: object, **named: object) -> object:
            done[name] += 1
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)

    counted(cell_table, "row")
    counted(picture, "effects_of")
    counted(Coordinates, "lines")
    counted(picture, "Paths")
    counted(effects_plot.EffectsPlot, "lines")
    counted(pane.Sweeping, "_select")
    counted(Screen, "_refresh_layout")
    view = sweep(lengths)
    sweeping = pane.Sweeping(ASCII)

    async def pressed(pilot: Pilot[None], *keys: str) -> Counter[str]:
        await pilot.pause()
        done.clear()
        await pilot.press(*keys)
        await pilot.pause()
        return Counter(done)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await sweeping.mount_panes()
        sweeping.post_message(pane.SweepRead(view, axes_of(view), None, summaries(view)))
        picture_pane, table_pane = (stage.query_one(f"#{name}", Pane).content for name in ("sweep", "cells"))
        assert isinstance(picture_pane, picture.SweepPicture) and isinstance(table_pane, cell_table.CellTable)
        stage.set_focus(picture_pane)
        await pilot.pause()
        seen = table_pane.size.height
        for key in ("down", "right", "shift+down", "v", "v"):
            did = await pressed(pilot, key)
            assert did["lines"] == 1 and 0 < did["row"] <= seen, key
            assert not did["_refresh_layout"] and not did["effects_of"], key
            assert did["Paths"] == did["_select"] <= 1, "paths are worked out when other cells are shown"
        await pressed(pilot, "i")
        for key, computed in (("left", 0), ("shift+down", 1), ("right", 0)):
            did = await pressed(pilot, key)
            assert did["lines"] >= 1 and did["row"] <= 2 * seen and did["effects_of"] == computed, key
            assert not did["_refresh_layout"], key
        table_pane.action_filter()
        for letter in "l2<0.03":
            did = await pressed(pilot, letter)
            assert did["_select"] <= 1 and did["row"] <= 2 * seen and did["lines"] <= 1, letter
        assert 0 < len(sweeping._shown.cells) < len(view.cells)

    play(sweeping, scene, (120, 40))


def test_the_table_says_how_many_cells_are_not_seen() -> None:
    """You should see below the cells how many there are above and below, and all of them by pages."""
    view = sweep((5, 5, 5, 4))
    sweeping = pane.Sweeping(ASCII)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await sweeping.mount_panes()
        sweeping.post_message(pane.SweepRead(view, axes_of(view), None, summaries(view)))
        table = stage.query_one("#cells", Pane).content
        assert isinstance(table, cell_table.CellTable)
        table.put(0)
        await pilot.pause()
        rows = table.size.height - table.above - 1
        assert text_of(table)[-1].strip() == f"↓ {500 - rows} more"
        table.action_go_page(1)
        await pilot.pause()
        assert (table.row, text_of(table)[-1].strip()) == (rows, f"↑ 1 more   ↓ {500 - rows - 1} more")
        table.put(499)
        await pilot.pause()
        assert text_of(table)[-1].strip() == f"↑ {500 - rows} more"

    play(sweeping, scene, (120, 40))
