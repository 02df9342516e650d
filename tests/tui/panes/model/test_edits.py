"""What was done to a draft, undone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from tui.panes.model.draft import SEEDS, Draft
from tui.panes.model.edits import MOST, Edits

FIELDS = st.sampled_from(["hidden", "epochs", "l2", ""])


@given(st.lists(st.tuples(FIELDS, st.text("0123456789", min_size=1, max_size=3)), max_size=12))
def test_undone_as_often_as_fields_were_changed_all_is_as_it_was(done: list[tuple[str, str]]) -> None:
    edits = Edits(Draft())
    for what, text in done:
        edits = edits.make(edits.draft.write(what or "seed", text), what)
    assert len(edits.past) <= len(done)
    while edits.past:
        assert edits.draft != edits.undo().draft or edits.past[-1][0]
        edits = edits.undo()
    assert edits == Edits(Draft()) == edits.undo()


def test_what_is_edited_in_a_row_is_undone_at_once_and_what_fills_the_form_by_itself() -> None:
    edits = Edits(Draft())
    for text in ("3", "32", "32,1", "32,16"):
        edits = edits.make(edits.draft.write("hidden", text), "hidden")
    assert edits.undo().draft == Draft()
    for epochs in (2, 3):
        edits = edits.make(Draft.of(RunConfig(epochs=epochs), None))
    assert edits.undo().draft.text("epochs") == "2"
    assert edits.undo().undo().draft.text("hidden") == "32,16"


def test_several_seeds_do_not_come_back() -> None:
    edits = Edits(Draft()).make(Draft().write(SEEDS, "5"), SEEDS)
    edits = edits.make(edits.draft.write("epochs", "2"), "epochs").with_one_seed()
    while edits.past:
        assert edits.draft.seeds == 1
        edits = edits.undo()


def test_the_past_is_bounded() -> None:
    edits = Edits(Draft())
    for number in range(2 * MOST):
        edits = edits.make(edits.draft.write("seed", str(number + 7)))
    assert len(edits.past) == MOST
