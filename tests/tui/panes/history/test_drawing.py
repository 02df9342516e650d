"""The lines of the history pane."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.followed_runs import NOW, summary
from tui.drawing.styled_lines import plain, width
from tui.panes.history.drawing import Listing
from tui.panes.history.typed_filter import TypedFilter

RUNS = [summary(number, name=f"run {number}") for number in range(50, 0, -1)]
LISTING = Listing(RUNS, NOW, 50, 50)


def text(listing: Listing, cells: int = 60, height: int = 12, cursor: int = 0, top: int = 0) -> list[str]:
    return [plain(line).rstrip() for line in listing.lines(cursor, top, cells, height)]


def test_a_list_is_its_header_and_its_runs() -> None:
    lines = text(LISTING)
    assert lines[0].split()[0] == "name"
    assert lines[1].startswith(" ✓ run 50 ") and lines[11].startswith(" ✓ run 40 ")


def test_while_a_filter_is_typed_its_matches_are_counted_and_its_error_told() -> None:
    typing = replace(LISTING, entries=RUNS[:2], matched=2, typed_filter=TypedFilter().typed("acc>97%"), typing=True)
    assert text(typing)[:2] == ["/", "2 of 50 runs"]
    broken = replace(typing, typed_filter=typing.typed_filter.typed("acc>97% lr>"))
    assert text(broken)[1] == "character 12: expected a value after learning_rate>"
    assert text(broken, 34)[1:3] == ["character 12: expected a value", "after learning_rate>"]
    empty = replace(LISTING, typing=True)
    assert text(empty)[1] == "50 of 50 runs, such as: acc>97% lr=0.1 tag:sweep -failed"[:60]


def test_a_filter_in_force_stays_above_the_list_with_its_count() -> None:
    found = replace(LISTING, entries=RUNS[:2], matched=2, typed_filter=TypedFilter().typed("acc>97%"))
    assert text(found)[0] == "/ acc>97%  2 of 50 runs"
    assert text(replace(found, typed_filter=TypedFilter().typed("x" * 90)))[0].endswith("…  2 of 50 runs")
    assert text(replace(found, entries=[]))[2] == "No run matches."


def test_what_is_marked_is_counted_below_and_seen_in_the_rows() -> None:
    marked = replace(LISTING, marked={"000050", "000049", "gone"}, hidden=1)
    lines = text(marked)
    assert lines[1].startswith("◆✓ run 50") and lines[3].startswith(" ✓ run 48")
    assert lines[-1] == "◆ 3 marked, 1 of them not listed; 4 compares them"
    assert text(replace(marked, hidden=0), height=5)[-1].startswith(" ✓ run 47")


def test_a_scroll_bar_tells_where_one_is() -> None:
    assert [line[-1] == "█" for line in text(LISTING, height=11)[1:]] == [True] * 2 + [False] * 8
    assert [line[-1] == "█" for line in text(LISTING, height=11, cursor=49, top=40)[1:]] == [False] * 8 + [True] * 2


def test_no_runs_say_what_to_do() -> None:
    assert text(replace(LISTING, entries=[], total=0))[0] == "No runs yet. F5 trains the network of the Model pane."


@pytest.mark.parametrize("cells", [34, 80])
def test_a_column_is_found_by_its_cell(cells: int) -> None:
    head = text(LISTING, cells)[0]
    assert LISTING.column_at(head.index("test acc"), 0, cells, 20) == "test_accuracy"
    assert LISTING.column_at(0, 0, cells, 20) == "name"
    assert LISTING.column_at(cells + 50, 0, cells, 20) == ""


@given(
    st.integers(20, 120), st.integers(1, 30), st.integers(0, 60), st.integers(0, 50), st.booleans(),
    st.sampled_from(["", "run", "acc>", "x" * 50]), st.booleans(),
)  # fmt: skip
def test_lines_never_leave_their_space(
    cells: int, height: int, count: int, top: int, typing: bool, typed: str, marked: bool
) -> None:
    typed_filter = TypedFilter().typed(typed)
    listing = replace(
        LISTING,
        entries=RUNS[:count],
        matched=count,
        typed_filter=typed_filter,
        typing=typing,
        marked={"000050"} if marked else (),
    )
    top = min(top, max(0, count - 1))
    lines = listing.lines(top, top, cells, height)
    assert all(width(line) <= cells for line in lines)
    assert len(lines) <= max(height, len(listing.above(cells, height)) + 1)
    seen = sum(plain(line).startswith((" ✓ run", "◆✓ run")) for line in lines)
    assert seen <= listing.rows(cells, height)
