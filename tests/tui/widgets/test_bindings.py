"""One key, one meaning: every binding of the console takes its keys from the table of ideas."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.actions import parse
from textual.binding import Binding
from textual.dom import DOMNode

import tui
from tui.console.console import Console
from tui.console.unanswered_keys import REASONS
from tui.screens.main import MainScreen
from tui.widgets.bindings import ANSWERS, IDEAS, Idea, capitalised_key, conflicting, hidden, key_table, shown


def own_kinds() -> Iterator[type[DOMNode]]:
    """Every widget, screen, dialog and app that the console defines."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting: list[type[DOMNode]] = [DOMNode]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("tui."):
            yield kind


def own_bindings() -> list[tuple[type[DOMNode], Binding]]:
    """Each binding of the console with what it belongs to."""
    found: list[tuple[type[DOMNode], Binding]] = []
    for kind in set(own_kinds()):
        for binding in vars(kind).get("BINDINGS", ()):
            assert isinstance(binding, Binding), f"{kind.__name__} binds {binding!r} without an idea"
            found.append((kind, binding))
    return found


def test_no_key_is_in_conflict_with_another_idea_anywhere_in_the_console() -> None:
    for table in (IDEAS, ANSWERS):
        assert list(conflicting({name: idea.keys for name, idea in table.items()})) == []
    meant: dict[str, Idea] = {}
    for kind, binding in own_bindings():
        idea = IDEAS.get(binding.id or "") or ANSWERS.get(binding.id or "")
        assert idea, f"{kind.__name__}: {binding.action} stands for no idea"
        for key in binding.key.split(","):
            assert key in idea.keys.split(","), f"{kind.__name__}: {key} is not a key of {binding.id}"
            if binding.id in IDEAS:
                assert meant.setdefault(key, idea) is idea, f"{key} means two things"


def test_every_idea_is_carried_out_somewhere() -> None:
    assert {binding.id for _, binding in own_bindings()} == {*IDEAS, *ANSWERS}


def test_every_binding_has_an_action_that_carries_it_out() -> None:
    owners = {"screen": MainScreen, "app": Console}
    for kind, binding in own_bindings():
        namespace, name, _ = parse(binding.action)
        owner = owners.get(namespace, kind)
        found = hasattr(owner, f"action_{name}") or hasattr(owner, f"_action_{name}")
        assert found, f"{owner.__name__} does nothing for {binding.action}, which {kind.__name__} binds"


def test_every_reason_for_refusing_a_key_is_of_one_that_a_pane_has() -> None:
    assert {binding.description for _, binding in own_bindings()} >= REASONS.keys()


def test_while_a_question_is_asked_only_its_answers_are_letters() -> None:
    for kind, binding in own_bindings():
        if binding.id in ANSWERS:
            beside = [other for other in vars(kind)["BINDINGS"] if other.id not in ANSWERS]
            assert all(len(key) > 1 for other in beside for key in other.key.split(","))


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"a": "x,y", "b": "z,x"}, [("x", ("a", "b"))]),
        ({"a": "x", "b": "x", "c": "x"}, [("x", ("a", "b")), ("x", ("a", "c"))]),
        ({"a": "x", "b": "X"}, []),
    ],
)
def test_a_conflict_is_found(keys: dict[str, str], found: list[tuple[str, tuple[str, str]]]) -> None:
    assert list(conflicting(keys)) == found


def test_where_one_types_an_arrow_has_no_letter_beside_it() -> None:
    assert hidden("up", "go", "Up", "").key == "up,k"
    assert hidden("up", "go", "Up", "", letters=False).key == "up"
    assert shown("filter", "filter", "Filter", "").show


def test_the_table_of_keys_in_markdown() -> None:
    lines = key_table().splitlines()
    assert lines[:3] == [
        "| key | means | in keys.toml |",
        "|---|---|---|",
        "| F5 or `t` | train what the form says, after what trains now | `train` |",
    ]
    assert r"| `\|` | choose the columns | `columns` |" in lines
    assert "| Shift+Tab | the pane before, or the field before | `previous` |" in lines
    assert len(lines) == 2 + len(IDEAS) + len(ANSWERS)


def test_the_readme_has_the_table_of_keys() -> None:
    assert key_table() in (Path(tui.__path__[0]).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("displayed", "named"),
    [("esc", "Esc"), ("pgup", "Page Up"), ("shift+←", "Shift+←"), ("f12", "F12"), ("g", "g"), ("+", "+"), ("^p", "^p")],
)
def test_keys_have_the_capitals_of_sentences(displayed: str, named: str) -> None:
    assert capitalised_key(displayed) == named
