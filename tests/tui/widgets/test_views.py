"""Which panes are seen, what can be done with a run, and how keys are written in a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import ActiveBinding, Binding
from textual.widget import Widget

from engine.runs.status import ENDED, FINISHED, INTERRUPTED, LIVE, PAUSED, QUEUED, RUNNING, UNQUEUED
from tui.drawing.styled_lines import plain, width
from tui.screens.run_actions import GROUPS, Target, applies
from tui.widgets import views
from tui.widgets.bars import Key, keys_line, tabs_line

VIEWS = st.sampled_from(views.VIEWS)


@given(VIEWS, st.booleans(), st.booleans(), st.data())
def test_there_is_always_something_to_see(view: views.View, small: bool, enlarged: bool, data: st.DataObject) -> None:
    current = data.draw(st.sampled_from(view.panes))
    seen = views.seen(view, current, small, enlarged)
    assert current in seen
    assert seen <= set(views.TITLES)
    assert len(seen) == 1 or not enlarged
    assert small or enlarged or seen == {*view.panes, view.strip} - {""}


@pytest.mark.parametrize(("size", "small"), [((120, 40), False), ((80, 24), True), ((40, 12), True), ((200, 20), True)])
def test_small_terminals_have_tabs(size: tuple[int, int], small: bool) -> None:
    assert views.is_small(*size) is small


@pytest.mark.parametrize("status", [*sorted(LIVE), *sorted(ENDED), INTERRUPTED, ""])
def test_each_key_does_one_thing_at_a_time(status: str) -> None:
    target = Target("x", "x", status) if status else None
    for group in GROUPS:
        answers = [applies(action, target) for action in group]
        assert answers.count(True) <= 1
        assert answers.count(True) + answers.count(None) <= 1


def test_what_applies_to_a_run() -> None:
    def can(status: str) -> set[str]:
        return {action for group in GROUPS for action in group if applies(action, Target("x", "x", status))}

    assert can(RUNNING) == {"pause", "set_rate", "stop"}
    assert can(PAUSED) == {"resume", "set_rate", "stop"}
    assert can(QUEUED) == {"drop", "move"}
    assert can(INTERRUPTED) == {"continue"}
    assert can(UNQUEUED) == {"enqueue"}
    assert can(FINISHED) == set()
    assert applies("quit", None) is True


def key(letter: str, name: str, enabled: bool = True) -> Key:
    return Key(letter, name, enabled, ActiveBinding(Widget(), Binding(letter, "x", name), enabled, ""))


def test_keys_are_written_as_far_as_they_fit() -> None:
    keys = [key("F5", "Train"), key("p", "Pause", False), key("?", "Help")]
    assert plain(keys_line(keys, 80)) == " F5 Train  p Pause  ? Help "
    assert plain(keys_line(keys, 18)) == " F5 Train p Pause"
    assert plain(keys_line(keys, 18, keys[2]._replace(name="more"))) == " F5 Train ? more"
    assert plain(keys_line(keys[:2], 14, keys[2]._replace(name="more"))) == " ? more"
    assert plain(keys_line(keys, 80, keys[2]._replace(name="more"))) == plain(keys_line(keys, 80))
    assert keys_line(keys, 80)[2] == (" p", "off")
    assert plain(keys_line([keys[0], key("a", "a long name"), keys[1]], 17)) == " F5 Train p Pause"


@given(st.integers(10, 120), st.lists(st.text("abc", min_size=1, max_size=9), max_size=9))
def test_no_word_of_a_row_of_keys_is_cut(cells: int, names: list[str]) -> None:
    more = key("?", "more")
    assert len(plain(keys_line([key("x", name) for name in names], cells, more)).rstrip()) <= cells


@given(st.integers(12, 60), st.integers(0, 3), st.text("abcdef ", max_size=30))
def test_a_row_of_tabs_keeps_to_its_place(cells: int, current: int, words: str) -> None:
    line = tabs_line(["1 Train", "2 Digits", "3 History", "4 Compare"], current, [words], cells)
    assert width(line) <= cells
    assert all(number in plain(line) for number in "1234")
    roomy, tight, said = 41, 37, max(8, len(words)) + 2 if words else 0
    gives_way = roomy + said > cells >= tight + said
    assert plain(line).startswith(" 1 Train  2 Digits ") == (cells >= roomy and not gives_way)
    assert words.strip() in plain(line) or not gives_way


def test_a_row_of_tabs_is_short_where_that_makes_room_and_else_keeps_the_current_name() -> None:
    names, short = ["1 Train", "2 Differences", "3 Network"], ["1 Train", "2 Diff", "3 Net"]
    assert plain(tabs_line(names, 1, [], 34, short)) == " 1 Train 2 Differences 3 Network"
    assert plain(tabs_line(names, 1, [], 24, short)) == " 1 Train 2 Diff 3 Net"
    assert plain(tabs_line(names, 2, [], 20, short)) == " 1 Tr 2 Di 3 Network"


def test_a_row_of_tabs_says_what_it_has_room_for_and_cuts_only_what_is_said_alone() -> None:
    def said(*messages: str) -> str:
        return plain(tabs_line(["Curves", "Comparison"], 0, messages, 60))[len(" Curves  Comparison ") :].strip()

    title = "2 runs in 1 line, 1 repeat left out"
    assert said("", title, "Tab: next") == title
    assert said("slow link", title, "Tab: next") == "slow link   Tab: next"
    assert said("", "2 runs", "Tab: next") == "2 runs   Tab: next"
    assert said("no engine: F5 starts one, and the link is slow") == "no engine: F5 starts one, and the lin…"
