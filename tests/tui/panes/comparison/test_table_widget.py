"""The comparison's table under the keyboard and the mouse, and as runs change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Region
from textual.pilot import Pilot

from engine.comparison.judgement import Judgement
from engine.comparison.verdicts import WELCH, Verdict
from tests.builders.stage import Stage, play, text_of
from tests.builders.summaries import trial
from tui.charts.chart_data import COLOURS
from tui.charts.chart_widget import Chart
from tui.charts.symbols import BRAILLE
from tui.panes.comparison.options import BY_EPOCH, Choices
from tui.panes.comparison.table import sheet
from tui.panes.comparison.table_widget import EMPTY, FOLDED, UNFOLDED, ComparisonTable
from tui.widgets.bars import KeyBar
from tui.widgets.bindings import with_keys

SIZE = (120, 31)
TRIALS = [trial(1, [0.95, 0.94], seed=1), trial(2, [0.96, 0.97], seed=2), trial(3, [0.92], l2=0.1)]
TRIALS += [trial(number, [0.9, 0.91], dropout=number / 10) for number in range(4, 10)]
ACTIONS = (
    "move(-1)", "move(1)", "move(-10)", "move(10)", "move_to(0)", "move_to(-1)", "go(-1)", "go(1)",
    "settings", "fold", "baseline", "turn_all", "turn",
)  # fmt: skip
SENT = (ComparisonTable.ChoicesChanged, ComparisonTable.LineChosen, ComparisonTable.Removed)


def show(figures: ComparisonTable, choices: Choices | None = None, count: int = 3) -> None:
    """What the container of the table does with its choices."""
    figures.choices = choices or figures.choices
    comparison = figures.choices.compare(TRIALS[:count])
    judgement = Judgement(comparison, (Verdict(1, -0.03, WELCH, 0.2, "n = 1 and 2"),), None)
    figures.show(sheet(comparison, figures.choices, judgement, BRAILLE))


def row_of(figures: ComparisonTable) -> str:
    assert figures.sheet is not None and figures._row is not None
    return figures._row.key


def sent(stage: Stage, kind: type[ComparisonTable.LineChosen]) -> list[tuple[str, ...]]:
    return [
        message.ids
        for message in stage.kept
        if isinstance(message, ComparisonTable.LineChosen) and type(message) is kind
    ]


def choices_of(stage: Stage) -> Choices:
    return [message.choices for message in stage.kept if isinstance(message, ComparisonTable.ChoicesChanged)][-1]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([], "setting l2"),
        (["up"], "setting l2"),
        (["down"], "setting seed"),
        (["down", "down", "up"], "setting seed"),
        (["pagedown"], "figure time_to"),
        (["pagedown", "pageup"], "setting l2"),
        (["end"], "note time to"),
        (["end", "down", "up"], "note signs"),
        (["end", "home"], "setting l2"),
    ],
)
def test_keys_move_over_the_rows(keys: list[str], row: str) -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.press(*keys)
        assert row_of(figures) == row

    play(figures, scene, SIZE)


def test_keys_move_over_the_lines_the_baseline_first() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures, Choices(baseline=TRIALS[3].id), 5)
        assert figures.chosen == 0
        places = []
        for key in ("left", "left", "right", "right", "right", "right"):
            await pilot.press(key)
            places.append(figures.chosen)
        assert places == [2, 2, 0, 1, 3, 3]
        assert sent(stage, ComparisonTable.LineChosen)[0] == (TRIALS[3].id,)
        assert len(sent(stage, ComparisonTable.LineChosen)) == 4

    play(figures, scene, SIZE, SENT)


def test_ten_lines_scroll_beside_the_baseline() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures, Choices(folded=False), len(TRIALS))
        await pilot.pause()
        assert "I run 9" not in text_of(figures)[0]
        await pilot.press(*["right"] * 8)
        head, words = text_of(figures)[:2]
        assert "A run 1" in head and "I run 9" in head and "B run 2" not in head
        assert words.startswith("‹")

    play(figures, scene, (100, 31))


def test_a_figure_is_of_the_best_epoch_or_the_last() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.press("[")
        assert stage.kept == []
        await pilot.press("down", "down", "[")
        assert choices_of(stage).best == {"test_accuracy"}
        show(figures)
        await pilot.pause()
        assert any("test acc, best" in line for line in text_of(figures))
        assert row_of(figures) == "figure test_accuracy"
        await pilot.press("]")
        assert choices_of(stage) == Choices()

    play(figures, scene, SIZE, SENT)


@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        (["{"], Choices(best=BY_EPOCH)),
        (["{", "}"], Choices()),
        (["b"], Choices(baseline=TRIALS[2].id)),
        (["b", "b"], Choices()),
        (["a"], Choices(all_settings=True)),
        (["a", "a"], Choices()),
        (["f"], Choices(folded=False)),
        (["%"], Choices(target=0.97)),
    ],
)
def test_keys_change_how_runs_are_compared(keys: list[str], changed: Choices) -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.pause()
        await pilot.press(*keys)
        assert choices_of(stage) == figures.choices == changed

    play(figures, scene, SIZE, SENT)


def test_folding_is_told_even_where_no_two_runs_differ_only_by_seed() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.press("f", "f")
        assert stage.kept == [KeyBar.Hint(UNFOLDED), KeyBar.Hint(FOLDED)]

    play(figures, scene, SIZE, [KeyBar.Hint])


def test_the_baseline_is_one_already() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.press("left", "b")
        assert not [message for message in stage.kept if isinstance(message, ComparisonTable.ChoicesChanged)]

    play(figures, scene, SIZE, SENT)


def test_a_line_is_taken_out() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.press("left", "-")
        assert sent(stage, ComparisonTable.Removed) == [(TRIALS[0].id, TRIALS[1].id)]

    play(figures, scene, SIZE, SENT)


def test_the_cursor_stays_on_its_line_and_row_as_they_change() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures, count=5)
        await pilot.press("down", "down", "down", "down", "right", "right")
        assert (row_of(figures), figures.chosen) == ("luck", 3)
        show(figures, Choices(folded=False, all_settings=True), 5)
        assert (row_of(figures), figures.chosen) == ("luck", 4)
        show(figures, count=2)
        assert figures.chosen == 1
        show(figures, Choices(), 1)
        assert figures.chosen == 0
        figures.show(None, "reading 1 of 2 …")
        await pilot.pause()
        assert text_of(figures)[0] == "reading 1 of 2 …"
        await pilot.press("down", "left", "[", "b", "-", "end")
        assert sent(stage, ComparisonTable.Removed) == []

    play(figures, scene, SIZE, SENT)


def test_the_cursor_returns_to_its_line_once_that_is_read_again() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures, count=5)
        await pilot.press("down", "down", "down", "down", "right", "right")
        assert (row_of(figures), figures.chosen) == ("luck", 3)
        figures.show(None)
        for count in (1, 3, 5):
            show(figures, count=count)
        assert (row_of(figures), figures.chosen) == ("luck", 3)

    play(figures, scene, SIZE)


def test_with_nothing_to_compare_it_tells_how() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert text_of(figures)[0] == with_keys(EMPTY)

    play(figures, scene, SIZE)


def test_only_what_changed_is_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.pause()
        asked: list[tuple[Region, ...]] = []
        monkeypatch.setattr(figures, "refresh", lambda *regions, **_: asked.append(regions))
        show(figures)
        assert asked == []
        figures.action_move(1)
        ((above, below),) = asked
        assert (above.y, below.y, above.height) == (3, 4, 1)
        assert above.width < 70

    play(figures, scene, SIZE)


def test_the_mouse_moves_the_cursor_and_a_second_click_turns_the_figure() -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures)
        await pilot.pause()
        lines = text_of(figures)
        y = next(y for y, line in enumerate(lines) if line.startswith("gap"))
        await pilot.click(figures, offset=(lines[0].index("A run 1"), y))
        assert (row_of(figures), figures.chosen) == ("figure gap", 0)
        await pilot.double_click(figures, offset=(0, y + 1 - 4))
        assert figures.chosen == 0
        assert choices_of(stage).best == {"test_loss"}

    play(figures, scene, SIZE, SENT)


def test_lines_have_the_colours_of_their_curves() -> None:
    chart, figures = Chart(), ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await stage.mount(chart)
        for theme in ("textual-dark", "textual-light"):
            stage.theme = theme
            await pilot.pause()
            for colour in range(COLOURS):
                assert figures.look(f"curve-{colour}") == chart.look(f"curve-{colour}")

    play(figures, scene, SIZE)


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from(ACTIONS), max_size=25),
    st.integers(1, len(TRIALS)),
    st.tuples(st.integers(20, 130), st.integers(4, 30)),
)
def test_the_cursor_is_always_somewhere_that_is_seen(actions: list[str], count: int, size: tuple[int, int]) -> None:
    figures = ComparisonTable()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        show(figures, count=count)
        await pilot.pause()
        for action in actions:
            await figures.run_action(action)
            show(figures, count=count)
            drawing = figures._drawing
            assert drawing is not None and figures.sheet is not None
            assert figures.chosen < len(figures.sheet.heads)
            assert figures._cursor.row in drawing.rows
            assert figures.chosen in [column.place for column in drawing.columns.shown]

    play(figures, scene, size)
