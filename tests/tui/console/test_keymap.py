"""Keys that somebody has chosen in a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import board, pane_text, run_console, text_on, until
from tui.console.console import KEYS, Console
from tui.console.keymap import ChosenKeys, _chosen, read_keys
from tui.dialogs.help import KeyList
from tui.drawing.styled_lines import plain
from tui.widgets.bindings import IDEAS, with_keys


def written(folder: Path, text: str) -> Path:
    path = folder / KEYS
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "keymap"),
    [
        ("", {}),
        ('delete = "D"', {"delete": "D"}),
        ('filter = "/"', {"filter": "slash"}),
        ('train = ["f6", "ctrl+t", "+"]\nclose_up = "t"', {"train": "f6,ctrl+t,plus", "close_up": "t"}),
        ('# two that change places\nfork = "e"\nform = "r"', {"fork": "e", "form": "r"}),
    ],
)
def test_chosen_keys(tmp_path: Path, text: str, keymap: dict[str, str]) -> None:
    assert read_keys(written(tmp_path, text)) == ChosenKeys(keymap, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "delete",
            "keys.toml: Expected '=' after a key in a key/value pair (at end of document); a line is an idea = ",
        ),
        ("\x00", "keys.toml: "),
        ("delte = 3", "keys.toml: delte: no key does that; delete is accepted"),
        ('delte = "D"', "keys.toml: delte: no key does that; delete is accepted"),
        ('"[b]\\u001b" = "D"', "keys.toml: [b]: no key does that; train, delete, fork and the others"),
        ('delete = "foo"', "keys.toml: delete: no key is called 'foo'; accepted is a character"),
        ('delete = "hyper+ctl+x"', "no key is called 'hyper+ctl+x'"),
        ('delete = ""', "no key is called ''"),
        ("delete = []", "it needs a key"),
        ("delete = 3", "keys.toml: delete: a key is a character"),
        ("delete = {x = 1}", "a key is a character"),
        ('delete = "ctrl+q"', "ctrl+q always leaves the console"),
        ('delete = "r"', "keys.toml: r would mean both fork and delete; delete keeps d,delete"),
        ('fork = "x"\nstar = "x"', "x would mean both fork and star; star keeps asterisk"),
        ('leave = "y"\ncopy = "Y"', "y would mean both yes and leave; leave keeps escape"),
    ],
)
def test_what_is_refused_is_told_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    chosen = read_keys(written(tmp_path, text))
    assert (
        said in chosen.refused[0]
        and "\n" not in chosen.refused[0]
        and not {"delete", "leave", "star"} & {*chosen.keymap}
    )


def test_one_line_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    chosen = read_keys(written(tmp_path, 'delete = "D"\nfork = "nonsense"\nundo = "U"\n'))
    assert chosen.keymap == {"delete": "D", "undo": "U"} and len(chosen.refused) == 1


def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    assert read_keys(tmp_path / KEYS) == ChosenKeys({}, [])
    os.mkfifo(tmp_path / KEYS)
    assert "cannot be read" in read_keys(tmp_path / KEYS).refused[0]
    (tmp_path / KEYS).unlink()
    (tmp_path / KEYS).mkdir()
    assert read_keys(tmp_path / KEYS).refused[0].endswith("cannot be read (not a file): the usual keys are in force.")
    (tmp_path / KEYS).rmdir()
    (tmp_path / KEYS).write_bytes(b"\xff\xfe\x00")
    assert read_keys(tmp_path / KEYS).refused[0].startswith("keys.toml: it is no text; a line is an idea = a key")
    (tmp_path / KEYS).unlink()
    (tmp_path / KEYS).write_bytes(b"\xff" * 100)
    assert read_keys(tmp_path / KEYS).keymap == {} and read_keys(tmp_path / KEYS).refused
    (tmp_path / KEYS).write_bytes(b"#" * (1 << 17))
    assert "larger than" in read_keys(tmp_path / KEYS).refused[0]


@given(
    st.dictionaries(st.sampled_from([*IDEAS]), st.lists(st.sampled_from("abdefpqrsuxyzDUXn"), min_size=1, max_size=2))
)
def test_whatever_is_chosen_no_key_is_left_with_two_ideas(lines: dict[str, list[str]]) -> None:
    chosen = _chosen(lines, KEYS)
    keys = [key for name, idea in IDEAS.items() for key in set(chosen.keymap.get(name, idea.keys).split(","))]
    assert len(keys) == len(set(keys))
    assert len(chosen.keymap) + len(chosen.refused) == len(lines)


def test_the_console_has_the_chosen_keys_and_says_what_is_refused(home: Home) -> None:
    """You should see the new key in footer and help, which names the file, and what is wrong with another."""
    path = written(home.path, 'view_history = "H"\nfork = "3"\nquit = ["ctrl+w", "Q"]\nzoom = "q"\ndelte = "D"\n')

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "delete is accepted" in " ".join(text_on(console).split()))
        await pilot.press("3")
        assert board(console).view.name == "Train"
        await pilot.press("H")
        assert board(console).view.name == "History"
        await until(pilot, lambda: "^w Quit" in text_on(console))
        await pilot.press("q")
        assert board(console).enlarged
        await pilot.press("question_mark")
        await until(pilot, lambda: console.screen is not console.main)
        assert any(str(path) in plain(line) for line in console.screen.query_one(KeyList).lines(400))
        await pilot.press(*"leave at once")
        await until(pilot, lambda: "^w Q " in text_on(console))

    run_console(home, scene, size=(160, 50))


def test_sentences_name_the_keys_in_force(home: Home) -> None:
    """You should see the keys that were chosen in every hint, and the usual ones in a console without such a file."""
    (home.path / "keys.toml").write_text('train = "f6"\nmark = "f8"\nleave = "f7"\nopen = "f9"\n')

    async def chosen(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "F6 trains" in " ".join(pane_text(console, "run").split()))
        await pilot.press("4")
        await until(pilot, lambda: "Mark runs in History with F8, then press 4" in text_on(console))
        await pilot.press("question_mark")
        await until(pilot, lambda: "F7 closes" in text_on(console))
        await pilot.press("f7", "ctrl+p", *"themes")
        await until(pilot, lambda: "F9 does it   F7 leaves" in text_on(console))
        await pilot.press("f9")
        await until(pilot, lambda: "textual-dark" in text_on(console))
        await pilot.press("f7", "q")

    async def usual(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "F5 trains" in " ".join(pane_text(console, "run").split()))

    run_console(home, chosen)
    (home.path / "keys.toml").unlink()
    run_console(home, usual)


def test_no_braces_but_those_of_ideas_are_replaced() -> None:
    assert with_keys("{train}, {commands}, {mark} and {x} {}") == "F5, Ctrl+P, Space and {x} {}"
