"""The main effects of settings as a plot."""

from __future__ import annotations

from tests.builders.sweep_views import sweep_of
from tui.charts.symbols import ASCII
from tui.drawing.glyphs import ASCII as IN_ASCII
from tui.drawing.styled_lines import plain
from tui.panes.sweep.effects_plot import NONE_YET, EffectsPlot, effects_of

# By hand: the means are 0.7 + 0.2 a + 0.1 b.
VIEW = sweep_of({"dropout": ("0", "0.5"), "l2": ("0", "0.1")}, [0.7, 0.9, 0.8, 1.0])


def test_each_value_has_its_mean_over_all_others_and_each_setting_what_it_explains() -> None:
    plot = EffectsPlot(VIEW, effects_of(VIEW), 0, 0)
    assert [IN_ASCII.shown(plain(line)).rstrip() for line in plot.lines(60, 20, ASCII)] == [
        "Test accuracy by value over all other settings: mean and st~",
        "l2  80 % of the variance",
        "    0    75.00  n 2   -------O--------",
        "  0.1    95.00* n 2                       --------O-------",
        "dropout  20 % of the variance",
        "    0    80.00  n 2 --------------O---------------",
        "  0.5    90.00* n 2           ---------------O--------------",
        "                    65.86                             104.14",
    ]
    assert [(row.setting, row.text) for row in plot.rows if row.means] == [(1, "0"), (1, "0.1"), (0, "0"), (0, "0.5")]
    assert plot.beside(-1) == (1, "0.1") and plot.beside(1) == (0, "0.5")


def test_the_value_under_the_cursor_is_seen_however_few_rows_there_are() -> None:
    for place, text in ((0, "    0"), (3, "  0.5")):
        lines = EffectsPlot(VIEW, effects_of(VIEW), 0, place).lines(60, 5, ASCII)
        assert len(lines) == 5 and [line[0] for line in lines if line[0][1] == "cursor" and line[0][0].startswith(text)]


def test_nothing_is_plotted_of_what_has_not_finished() -> None:
    view = sweep_of({"l2": ("0", "0.1"), "dropout": ("0", "0.5")}, ["waiting"] * 4)
    assert [plain(line) for line in EffectsPlot(view, effects_of(view), 0, 0).lines(60, 20, ASCII)] == [NONE_YET]
