"""Lines of styled text as Textual paints them."""

from __future__ import annotations

from typing import Any

import pytest
from rich.style import Style
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Region
from textual.pilot import Pilot

from engine.runs.status import FAILED, FINISHED, STOPPED
from tests.builders.stage import Stage, play, text_of
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.drawing.styled_lines import Line
from tui.panes.details.widget import Details
from tui.panes.history.widget import History
from tui.panes.run.widget import RunPane
from tui.widgets.line_widget import LineWidget


class Marked(LineWidget, can_focus=True):
    """Has a mark in its second row while it has the focus."""

    def draw(self, width: int, height: int) -> list[Line]:
        return [(("first", ""),), (("x" if self.has_focus else " ", ""),)]


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


def test_a_style_sheet_is_parsed_once_however_far_from_it_a_widget_is() -> None:
    class Further(Marked):
        """One class further from what all lines share."""

        DEFAULT_CSS = "Further { height: 1; }"

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        parsed = next(rule for rule in stage.stylesheet.rules if "Painted" in rule.selector_names)
        await stage.mount(Further())
        assert parsed is next(rule for rule in stage.stylesheet.rules if "Painted" in rule.selector_names)

    play(Marked(), scene)


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


def test_what_depends_on_the_focus_is_drawn_with_it_and_nothing_else_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """You should see the cursor of a list that has lost the focus look so, and no other row painted for that."""
    widget, painted = Marked(), list[tuple[Region, ...]]()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        monkeypatch.setattr(widget, "refresh", lambda *regions, **more: painted.append(regions))
        for focus, mark in ((None, " "), (widget, "x")):
            stage.screen.set_focus(focus)
            await pilot.pause()
            assert text_of(widget)[1][:1].strip() == mark.strip()
        assert painted == [(Region(0, 1, 1, 1),)] * 2

    play(widget, scene)
