"""A text input that is drawn by the form it belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.builders.stage import Stage, play
from tui.drawing.styled_lines import plain, width
from tui.widgets.drawn_editor import DrawnEditor, typed_line

TEXTS = st.text(st.sampled_from("ab,文 "), max_size=30)


@given(TEXTS, st.integers(0, 30), st.integers(2, 20))
def test_the_cursor_is_always_seen_and_the_line_as_wide_as_it_is_to_be(text: str, place: int, cells: int) -> None:
    line = typed_line(text, range(0), min(place, len(text)), "", cells)
    assert width(line) == cells
    assert sum(style == "insertion" for _, style in line) == 1
    assert plain(line).strip() in text
    if width(((text, ""),)) < cells:
        assert plain(line).rstrip() == text.rstrip()


def test_what_is_selected_completed_and_under_the_cursor_looks_so() -> None:
    editor = DrawnEditor(longest=10)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        editor.open("relu", ("relu", "tanh"))
        assert [style for _, style in editor.line(6)] == ["selected"] * 4 + ["insertion", "typed"]
        await pilot.press(*"relu,ta")
        assert (editor.value, editor.completion, editor.is_touched) == ("relu,ta", "nh", True)
        assert [(text, style) for text, style in editor.line(12)[7:]] == [
            ("n", "insertion"), ("h", "completion"), ("   ", "typed"),
        ]  # fmt: skip
        await pilot.press("right")
        assert (editor.value, editor.completion) == ("relu,tanh", "")
        editor.go_to_cell(2)
        await pilot.press("x")
        await pilot.press("x")
        assert editor.value == "rexlu,tanh", "more letters than it takes are not taken"
        editor.open("my sw", ("my sweep",), several=False)
        await pilot.press("end", "right")
        assert editor.value == "my sweep"

    play(editor, scene)
