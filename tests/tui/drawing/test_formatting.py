"""What stands in the cells of a list of runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.query.columns import COLUMNS, Column, column
from engine.runs.summaries import RunSummary
from tests.builders.summaries import summaries, summary
from tui.drawing.formatting import cell, heading


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
