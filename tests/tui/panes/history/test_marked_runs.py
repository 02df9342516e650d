"""The runs that are marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.summaries import summary
from tui.panes.history.marked_runs import Selection
from tui.panes.history.run_list import Fold

RUNS = [summary(n, id=str(n)) for n in range(6)]
SWEEP = Fold("sweep", (RUNS[4], RUNS[3]))


def test_marks_stand_in_the_order_they_were_made() -> None:
    marks = Selection()
    assert marks.mark([RUNS[2], SWEEP]) and marks.mark([RUNS[0]])
    assert tuple(marks) == ("2", "4", "3", "0") and marks.last == "0"
    assert not marks.mark([RUNS[2]])
    assert marks.toggle([SWEEP]) and tuple(marks) == ("2", "0")
    assert "2" in marks and "4" not in marks and len(marks) == 2


def test_some_of_several_marked_are_all_marked_then_none() -> None:
    marks = Selection()
    marks.mark([RUNS[4]])
    assert marks.toggle([SWEEP]) and tuple(marks) == ("4", "3")
    assert marks.toggle([SWEEP]) and tuple(marks) == () and marks.last is None


@given(st.lists(st.sampled_from("0123456789")), st.sets(st.sampled_from("0123456789")))
def test_only_runs_that_there_are_can_be_marked(wanted: list[str], known: set[str]) -> None:
    marks = Selection()
    assert marks.replace(wanted, known) == any(run_id in known for run_id in wanted)
    assert list(marks) == [run_id for run_id in dict.fromkeys(wanted) if run_id in known]
    assert not marks.replace(list(marks), known)
