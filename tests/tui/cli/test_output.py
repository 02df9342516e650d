"""Tables and lines, for terminals and for pipes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tui.cli.output import Column, Output, status_text

COLUMNS = (Column("run"), Column("name", flexible=True), Column("loss", number=True), Column("tags", flexible=True))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(monkeypatch: pytest.MonkeyPatch, rows: list[list[str | Text]], width: int | None = None) -> list[str]:
    stream = io.StringIO() if width is None else Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    if width is not None:
        monkeypatch.setenv("COLUMNS", str(width))
    Output().table(COLUMNS, rows)
    return Text.from_ansi(stream.getvalue()).plain.splitlines()


def test_a_pipe_gets_every_character_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[str | Text]] = [["1", "x" * 300, "0.5", ""], ["22", "[red]y[/]", "10.25", "t"]]
    assert written(monkeypatch, rows) == [
        "run  name" + " " * 296 + "   loss  tags",
        "1    " + "x" * 300 + "    0.5",
        "22   [red]y[/]" + " " * 291 + "  10.25  t",
    ]


def test_wide_characters_keep_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, [["1", "数字", "1", "t"], ["2", "abcd", "2", "t"]])[1:] == [
        "1    数字     1  t",
        "2    abcd     2  t",
    ]


NAMES = st.lists(st.text(st.characters(categories=("L", "N", "P")), max_size=60), min_size=1, max_size=4)


@given(NAMES, st.integers(4, 90))
def test_a_terminal_gets_no_line_that_is_too_long(names: list[str], width: int) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        lines = written(monkeypatch, [["run" + str(n), name, "0.1234", name] for n, name in enumerate(names)], width)
    assert len(lines) == len(names) + 1
    assert all(cell_len(line) <= width for line in lines)
    assert lines[1].startswith("run0")


def test_a_narrow_terminal_cuts_names_then_drops_the_last_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[str | Text]] = [["run1", "a rather long name", "0.1234", "tag tag tag"]]
    assert written(monkeypatch, rows, 80)[1] == "run1  a rather long name  0.1234  tag tag tag"
    assert written(monkeypatch, rows, 40)[1] == "run1  a rather lon…  0.1234  tag tag tag"
    assert written(monkeypatch, rows, 25)[1] == "run1  a rather l…  0.1234"
    assert written(monkeypatch, rows, 16)[1] == "run1  a rather …"


def test_text_is_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("COLUMNS", "60")
    output = Output()
    output.line("[red]a[/] :smile: [/bold]")
    output.pair("[b]name", "[blink]text[/blink]", 8)
    assert "[red]a[/] :smile: [/bold]" in stream.getvalue()
    assert "[b]name" in stream.getvalue() and "[blink]text[/blink]" in stream.getvalue()
    assert status_text("[red]").plain == "[red]"
