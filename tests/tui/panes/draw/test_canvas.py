"""What the pen leaves on the canvas, and that every step can be taken back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.panes.draw.canvas import SIDE, WIDTHS, Canvas, Point

MOVES = st.sampled_from(["left", "right", "up", "down", "pen", "erase", "widen", "clear", "drag"])


def act(canvas: Canvas, move: str) -> None:
    """What a key or a stroke of the mouse does to a canvas."""
    steps = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    if move in steps:
        canvas.go(*steps[move])
    elif move == "pen":
        canvas.put_down_or_lift()
    elif move == "erase":
        canvas.erases = not canvas.erases
    elif move == "widen":
        canvas.widen()
    elif move == "clear":
        canvas.clear()
    else:
        canvas.begin()
        canvas.draw_to(Point(-3.0, 40.0))


def test_a_pen_that_is_down_draws_a_soft_line() -> None:
    canvas = Canvas()
    canvas.go(-5, 0)
    assert canvas.is_blank
    canvas.put_down_or_lift()
    for _ in range(10):
        canvas.go(1, 0)
    row = canvas.ink[14]
    assert row[9:20].min() == 1 and row[:8].max() == row[21:].max() == 0
    assert 0 < canvas.ink[13, 14] < 1 and canvas.ink[13, 14] == canvas.ink[15, 14]
    assert canvas.ink[11:13].max() == canvas.ink[16:].max() == 0


def test_a_wider_pen_covers_more_and_the_eraser_takes_it_away() -> None:
    amounts: list[float] = []
    for _ in WIDTHS:
        canvas = Canvas()
        canvas.width = WIDTHS[len(amounts)]
        canvas.put_down_or_lift()
        amounts.append(float(canvas.ink.sum()))
    assert amounts == sorted(set(amounts))
    canvas.erases = True
    canvas.draw_to(canvas.pen)
    assert canvas.is_blank


@given(st.lists(MOVES, max_size=30))
def test_every_step_can_be_taken_back_to_the_empty_canvas(moves: list[str]) -> None:
    canvas = Canvas()
    for move in moves:
        before, pen = canvas.ink.copy(), canvas.pen
        act(canvas, move)
        assert canvas.ink.min() >= 0 and canvas.ink.max() <= 1 and canvas.ink.shape == (SIDE, SIDE)
        if not np.array_equal(canvas.ink, before):
            ink, down = canvas.ink, canvas.pen
            canvas.undo()
            assert np.array_equal(canvas.ink, before) and canvas.pen == pen
            canvas.begin()
            canvas.ink, canvas.pen = ink, down
    while canvas.can_undo:
        canvas.undo()
    assert canvas.is_blank
