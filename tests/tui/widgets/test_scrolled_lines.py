"""Lines of which there are more than rows."""

from __future__ import annotations

from collections.abc import Iterator

from textual.pilot import Pilot

from tests.builders.stage import Stage, play, text_of
from tui.drawing.styled_lines import Line
from tui.widgets.scrolled_lines import ScrolledLines

COUNT = 100


class Numbers(ScrolledLines):
    """A hundred lines, of which it keeps those that were made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []

    def lines(self, width: int) -> Iterator[Line]:
        self.made.clear()
        for number in range(COUNT):
            self.made.append(number)
            yield ((str(number), ""),)


def test_no_line_is_made_behind_the_last_that_is_seen_and_none_is_missed_at_the_end() -> None:
    numbers = Numbers()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        height = numbers.size.height
        assert 0 < height < COUNT and numbers.made == [*range(height)]
        for by, first in ((1, 1), (1000, COUNT - height), (-1, COUNT - height - 1)):
            numbers.action_scroll_lines(by)
            assert [row.strip() for row in text_of(numbers)] == [str(first + row) for row in range(height)]

    play(numbers, scene)
