"""The history pane under the keyboard, and as its runs change."""

from __future__ import annotations

import time

import pytest
from textual.pilot import Pilot

from engine.state import RUNNING
from tests.tui.runs import NOW, summary
from tests.tui.stage import Stage, play, text_of
from tui.widgets.history import History

SIZE = (60, 11)


def runs(count: int):
    return [summary(number, name=f"run {number}") for number in range(1, count + 1)]


def sent(stage: Stage, kind: type) -> list[str | None]:
    return [message.run_id for message in stage.kept if isinstance(message, kind)]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([], 0),
        (["down"], 1),
        (["down", "up", "up"], 0),
        (["end"], 49),
        (["end", "up"], 48),
        (["end", "home"], 0),
        (["pagedown"], 9),
        (["pagedown", "pagedown", "pageup"], 9),
    ],
)
def test_keys_move_and_the_cursor_is_always_in_sight(keys, row):
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert history.highlighted == f"{50 - row:06d}"
        assert any(f"run {50 - row} " in line for line in text_of(history))
        assert text_of(history)[0].split()[0] == "name"

    play(history, scene, SIZE)


def test_newest_runs_come_first_whatever_their_order():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(3), NOW)
        await pilot.pause()
        assert [line.split()[2] for line in text_of(history)[1:4]] == ["3", "2", "1"]

    play(history, scene, SIZE)


def test_messages_tell_of_the_cursor_and_of_enter():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(3), NOW)
        await pilot.press("down", "enter", "end", "down")
        assert sent(stage, History.Highlighted) == ["000003", "000002", "000001"]
        assert sent(stage, History.Selected) == ["000002"]

    play(history, scene, SIZE, kept=[History.Highlighted, History.Selected])


def test_the_cursor_stays_on_its_run_as_the_list_changes():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press(*["pagedown"] * 2)
        before = next(y for y, line in enumerate(text_of(history)) if "run 32 " in line)
        history.show(runs(53), NOW)
        await pilot.pause()
        assert history.highlighted == "000032"
        assert "run 32 " in text_of(history)[before]
        history.show([run for run in runs(53) if run.id != "000032"], NOW)
        await pilot.pause()
        assert history.highlighted == "000031"
        history.show([], NOW)
        await pilot.pause()
        assert history.highlighted is None

    play(history, scene, SIZE)


def test_a_run_can_be_highlighted_from_outside():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        history.highlight("000007")
        history.highlight("unknown")
        await pilot.pause()
        assert history.highlighted == "000007"
        assert any("run 7 " in line for line in text_of(history))

    play(history, scene, SIZE)


def test_only_rows_that_changed_are_painted_again():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.pause()
        painted: list[int] = []
        paint = history.render_line
        history.render_line = lambda y: painted.append(y) or paint(y)  # type: ignore[method-assign,func-returns-value]
        history.show(runs(50), NOW)
        await pilot.pause()
        assert painted == []
        moved = [summary(47, RUNNING, "run 47"), *[run for run in runs(50) if run.id != "000047"]]
        history.show(moved, NOW)
        await pilot.pause()
        assert painted == [4]

    play(history, scene, SIZE)


def test_the_mouse_highlights_and_a_second_click_selects():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press("end")
        await pilot.pause()
        await pilot.click(history, offset=(5, 1))
        assert history.highlighted == "000009"
        await pilot.click(history, offset=(5, 0))
        assert sent(stage, History.Selected) == []
        await pilot.double_click(history, offset=(5, 3))
        assert sent(stage, History.Selected) == ["000007"]

    play(history, scene, SIZE, kept=[History.Selected])


def test_a_resized_pane_still_shows_the_cursor():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press("pagedown")
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert any("run 41 " in line for line in text_of(history))

    play(history, scene, SIZE)


def test_names_are_shown_as_they_are_written():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show([summary(name="[red]学習率[/] $error"), summary(2, name="🔥" * 30)], NOW)
        await pilot.pause()
        lines = text_of(history)
        assert "[red]学習率[/]…" in lines[2]
        assert lines[1].endswith("2 min ago")
        assert lines[2].endswith("2 min ago")

    play(history, scene, SIZE)


def test_an_empty_list_says_what_to_do():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show([], NOW)
        await pilot.press("down", "enter", "end")
        assert text_of(history)[0] == "No runs yet. F5 trains the network of the Model pane."
        assert stage.kept == []

    play(history, scene, SIZE, kept=[History.Selected])


def test_ten_thousand_runs_are_shown_and_scrolled_at_once():
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        many = runs(10_000)
        history.show(many, NOW)
        await pilot.pause()
        taken = []
        for action in [lambda: history.show(many, NOW + 1), history.action_select] + 10 * [
            lambda: history.action_move_page(1)
        ]:
            began = time.perf_counter()
            action()
            history.render_lines(history.size.region)
            taken.append(time.perf_counter() - began)
            await pilot.pause()
        # A generous bound, for a busy machine: 5 ms are usual.
        assert sorted(taken)[len(taken) // 2] < 0.05

    play(history, scene, (120, 40))
