"""Lines of styled text as Textual paints them."""

from __future__ import annotations

from typing import Any

import pytest
from rich.style import Style
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot

from engine.runs.status import FAILED, FINISHED, STOPPED
from tests.builders.stage import Stage, play
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.panes.details.widget import Details
from tui.panes.history.widget import History
from tui.panes.run.widget import RunPane


def test_a_status_looks_the_same_in_every_pane() -> None:
    """You should see the same in the list, beside it and above the charts, and each end in a colour of its own."""
    history, others = History(), (RunPane(), Details())

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await stage.mount_all(others)
        looks = {status: history.look(status) for status in STATUS_SYMBOLS}
        for other in others:
            assert {status: other.look(status) for status in STATUS_SYMBOLS} == looks
        assert len({looks[status].color for status in (FINISHED, STOPPED, FAILED)}) == 3

    play(history, scene)


def test_a_style_is_worked_out_when_it_is_first_looked_at_and_anew_in_another_theme(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    applied, apply = list[DOMNode](), Stylesheet.apply

    def counted(sheet: Stylesheet, node: DOMNode, **options: Any) -> None:
        applied.append(node)
        apply(sheet, node, **options)

    monkeypatch.setattr(Stylesheet, "apply", counted)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        run, looks = RunPane(), list[Style]()
        await stage.mount(run)
        for theme in ("textual-dark", "textual-light"):
            stage.theme = theme
            await pilot.pause()
            applied.clear()
            looks += [run.look(FAILED), run.look(FAILED), run.look("title")]
            assert len(applied) == 2
        assert looks[0] == looks[1] != looks[3]
        with pytest.raises(KeyError):
            run.look("unheard of")

    play(Details(), scene)
