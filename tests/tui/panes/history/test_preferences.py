"""How the history is laid out, kept from one console to the next."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.home import Home
from engine.query.columns import COLUMNS, Order, column
from tui.panes.history.preferences import Preferences, read_preferences, write_preferences
from tui.workers.preference_file import FILE

NAMES = [column.name for column in COLUMNS]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from([*NAMES, "acc:desc", "history"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["history", "columns", "sort", "folded"]), inner, max_size=4)
    ),
)


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.none() | st.builds(Order, st.sampled_from(COLUMNS), st.booleans()),
    st.booleans(),
)
def test_what_is_kept_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], order: Order | None, folded: bool
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    wanted = Preferences(tuple(names), order, folded)
    write_preferences(home, wanted)
    assert read_preferences(home) == wanted
    assert list(home.path.iterdir()) == [home.path / FILE]


def test_nothing_is_kept_at_first(home: Home) -> None:
    assert read_preferences(home) == Preferences()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"history": 3}', b"\xff\xfe", b"[" * 100_000, b'{"history": {}}', b"1e999"]
)
def test_a_file_that_is_none_of_ours_is_passed_over(home: Home, content: bytes) -> None:
    (home.path / FILE).write_bytes(content)
    assert read_preferences(home) == Preferences()


def test_what_is_no_file_is_passed_over(home: Home) -> None:
    os.mkfifo(home.path / FILE)
    assert read_preferences(home) == Preferences()


def test_columns_there_are_no_more_are_left_out(home: Home) -> None:
    kept = {"columns": ["lr", "nonsense", "lr", 7, "name"], "sort": "nonsense", "folded": "yes"}
    (home.path / FILE).write_text(json.dumps({"history": kept}))
    assert read_preferences(home) == Preferences(("learning_rate", "name"))
    (home.path / FILE).write_text(json.dumps({"history": {**kept, "sort": "acc:desc"}}))
    assert read_preferences(home).order == Order(column("test_accuracy"), descending=True)


@given(JSON)
def test_any_json_is_read(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any] | dict[str, Any] | bool | float | str | None
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    (home.path / FILE).write_text(json.dumps(values))
    found = read_preferences(home)
    assert set(found.columns) <= set(NAMES) and isinstance(found.folded, bool)
