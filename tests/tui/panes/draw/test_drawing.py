"""What is read on the canvas, in lines."""

from __future__ import annotations

import numpy as np

from tui.drawing.glyphs import UNICODE
from tui.drawing.styled_lines import plain
from tui.panes.draw.drawing import answer_lines, vote_lines
from tui.panes.draw.view import Answer

CLASSES = tuple(map(str, range(10)))
ONE = Answer("deep · tanh · 256,128", 5, CLASSES, tuple(np.eye(10)[1]))


def test_a_run_is_named_in_whole_parts_and_its_epoch_is_there_beside_a_digit() -> None:
    assert plain(answer_lines(ONE, UNICODE, 34, 11)[0]) == "1  100.00 %  deep …, epoch 5"
    assert plain(answer_lines(ONE, UNICODE, 60, 11)[0]) == "1  100.00 %  deep · tanh · 256,128, epoch 5"
    assert plain(vote_lines((ONE,), 28, 5)[1]) == "1  100.00 %  deep · tanh …"
