"""What stands in the cells of a list of runs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.query.columns import COLUMNS, Column, column
from engine.runs.summaries import RunSummary
from tests.builders.summaries import summaries, summary
from tui.drawing.formatting import cell, duration, heading, loss, percent


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (percent(0.97405), "97.41 %"), (percent(1.0), "100.00 %"), (percent(None), "-"), (percent(math.nan), "-"),
        (percent(math.inf, "–"), "–"), (loss(0.08342), "0.0834"), (loss(123456.0), "1.2e+05"), (loss(None), "-"),
        (loss(math.nan), "-"), (loss(math.inf, "–"), "–"), (duration(0.456), "0.46 s"), (duration(12.34), "12.3 s"),
        (duration(59.96), "60.0 s"), (duration(61), "1:01"), (duration(3725), "1:02:05"), (duration(math.nan), "-"),
    ],
)  # fmt: skip
def test_figures_in_words(shown: str, text: str) -> None:
    assert shown == text


def test_a_cell_is_written_as_its_column_measures() -> None:
    run = summary(7, RunConfig(hidden=(256,), learning_rate=0.05, epochs=9), tags=("a", "b"), starred=True)
    names = ("epoch", "starred", "hidden", "learning_rate", "test_accuracy", "test_loss", "seconds", "layers", "tag")
    assert [cell(column(name), run) for name in names] == [
        "5/9", "*", "256", "0.05", "97.40 %", "0.0834", "1:01", "1", "a b",
    ]  # fmt: skip


@given(summaries(), st.sampled_from(COLUMNS))
def test_every_run_has_a_text_in_every_column(run: RunSummary, shown: Column) -> None:
    assert isinstance(cell(shown, run), str)
    assert heading(shown) and "_" not in heading(shown)
