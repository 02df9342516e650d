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


def test_one_line_is_made_behind_the_last_that_is_seen_and_the_last_row_says_where_there_are_more() -> None:
    numbers = Numbers()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        height = numbers.size.height
        assert 4 <= height < COUNT and numbers.made == [*range(height + 1)]
        room, both = height - 1, "↑ more   ↓ more"
        for by, first, foot in ((1, 1, both), (1000, COUNT - room, "↑ more"), (-1, COUNT - room - 1, both)):
            numbers.action_scroll_lines(by)
            assert [row.strip() for row in text_of(numbers)] == [*(str(first + row) for row in range(room)), foot]

    play(numbers, scene)
