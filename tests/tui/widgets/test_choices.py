"""A list of words under a cursor."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.builders.stage import Stage, play, text_of
from tui.widgets.choices import Choices

MANY = {f"word{place}": f"what it means {place}" for place in range(500)}


def test_the_cursor_is_seen_wherever_it_goes_and_what_is_not_seen_is_not_drawn() -> None:
    choices, drawn = Choices(MANY), list[str]()
    one = choices._drawn_choice

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        def listed(word: str, width: int) -> list[object]:
            drawn.append(word)
            return [*one(word, width)]

        choices._drawn_choice = listed  # type: ignore[method-assign, assignment]
        for by, seen in ((400, "word400"), (-7, "word393"), (-300, "word93"), (1000, "word499")):
            choices.move(by)
            assert choices.word == seen and any(line.startswith(seen) for line in text_of(choices))
        assert len(set(drawn)) < 4 * 30 and len(drawn) < len(MANY)
        choices.move_page(-1)
        assert "word499" not in choices.word and text_of(choices)[-2].startswith("word499")

    play(choices, scene)


def test_a_list_longer_than_its_box_says_how_much_there_is_above_and_below() -> None:
    choices = Choices({f"word{place}": "means" for place in range(60)})

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        height = choices.size.height
        assert text_of(choices)[-1].strip() == f"↓ {61 - height} more"
        choices.move(30)
        above, below = 32 - height, 29
        assert text_of(choices)[-2].startswith("word30")
        assert text_of(choices)[-1].strip() == f"↑ {above} more   ↓ {below} more"
        choices.move(60)
        assert text_of(choices)[-1].strip() == f"↑ {61 - height} more"
        choices.show(["word1", "word2"])
        assert "".join(text_of(choices)).count("more") == 0

    play(choices, scene)


def test_a_long_word_leaves_a_narrow_list_its_width() -> None:
    choices = Choices({"Loss, Accuracy: Leap right": "Move the crosshair ten columns right"})
    drawn = ["".join(text for text, _ in line) for line in choices.draw(38, 3)]
    assert drawn[:2] == ["Loss, Accuracy: Leap right  Move the".ljust(38), "  crosshair ten columns right".ljust(38)]


def test_the_cursor_stands_out_without_colours() -> None:
    """You should see the line in reverse on a terminal that is to show no colour."""
    choices = Choices({"one": "the first", "two": "the second"})

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert not choices.look("cursor").reverse
        stage.no_color = True
        stage.refresh_css(animate=False)
        await pilot.pause()
        assert choices.look("cursor").reverse and not choices.look("").reverse

    play(choices, scene)
