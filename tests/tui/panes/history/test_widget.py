"""The history pane under the keyboard, and as its runs change."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.query.columns import Order, column
from engine.runs.status import RUNNING
from engine.runs.summaries import RunSummary
from tests.builders.followed_runs import NOW, summary
from tests.builders.stage import Neighbour, Stage, play, text_of
from tests.builders.work import calls
from tui.panes.history.column_dialog import ColumnChooser
from tui.panes.history.preferences import Preferences
from tui.panes.history.widget import History

SIZE = (60, 11)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def runs(count: int) -> list[RunSummary]:
    return [summary(number, name=f"run {number}") for number in range(1, count + 1)]


def sweeps() -> list[RunSummary]:
    """Runs 1 to 3 in group `a`, 4 alone, 5 to 7 in group `b`, each better than the one after it."""
    return [_member(number, "a" if number < 4 else "b" if number > 4 else "") for number in range(1, 8)]


def _member(number: int, group: str) -> RunSummary:
    run = summary(number, name=f"{group or 'alone'} {number}", test_accuracy=0.98 - 0.01 * number)
    config = RunConfig(dataset="mnist", seed=number)
    return replace(run, record=replace(run.record, group=group, config=config))


def ids(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{number:06d}" for number in numbers)


def names(history: History) -> list[str]:
    """What stands in the rows that are seen, up to the first wide gap."""
    lines = text_of(history)
    first = next(place for place, line in enumerate(lines) if "name" in line and "test acc" in line)
    return [
        line[3:].split("  ")[0].split(" · ")[0].strip()
        for line in lines[first + 1 :]
        if line[2:3] == " " and line[3:].strip()
    ]


def sent(stage: Stage, kind: type[Any]) -> list[str | None]:
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
        (["slash", "down", "down", "up"], 1),
        (["slash", "pagedown"], 7),
        (["space", "shift+down"], 2),
    ],
)
def test_keys_move_and_the_cursor_is_always_in_sight(keys: list[str], row: int) -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert history.highlighted == f"{50 - row:06d}"
        assert any(f"run {50 - row} " in line for line in text_of(history))
        assert any(line.split()[:1] == ["name"] for line in text_of(history)[:3])

    play(history, scene, SIZE)


def test_newest_runs_come_first_whatever_their_order() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(3), NOW)
        await pilot.pause()
        assert [line.split()[2] for line in text_of(history)[1:4]] == ["3", "2", "1"]

    play(history, scene, SIZE)


def test_what_the_runs_of_a_group_share_stands_last() -> None:
    """You should tell them apart where there is no room for all that they change, once they are unfolded too."""
    settings = ("hidden=16 lr=0.5 act=tanh shift=1", "hidden=16 lr=0.25 act=tanh shift=1")
    found = [
        replace(run, record=replace(run.record, group="mine", config=RunConfig.parse(text)))
        for run, text in ((summary(n), text) for n, text in enumerate(settings, 1))
    ]
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show([*found, summary(3)], NOW)
        await pilot.pause()
        assert [line.split(" · ")[1] for line in text_of(history)[2:4]] == ["lr 0.25", "lr 0.5"]
        await pilot.press("f", "down", "enter")
        await pilot.pause()
        assert [line.split(" · ")[1] for line in text_of(history)[2:4]] == ["lr 0.25", "lr 0.5"]

    play(history, scene, (60, 11))


def test_messages_tell_of_the_cursor_and_of_enter() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(3), NOW)
        await pilot.press("down", "enter", "end", "down")
        assert sent(stage, History.Highlighted) == ["000003", "000002", "000001"]
        assert sent(stage, History.Selected) == ["000002"]

    play(history, scene, SIZE, kept=[History.Highlighted, History.Selected])


def test_the_cursor_stays_on_its_run_as_the_list_changes() -> None:
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


def test_a_run_can_be_highlighted_from_outside() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        history.highlight("000007")
        history.highlight("unknown")
        await pilot.pause()
        assert history.highlighted == "000007"
        assert any("run 7 " in line for line in text_of(history))

    play(history, scene, SIZE)


def rows_painted(history: History) -> list[int]:
    """The rows that are to be painted again from now on; -1 stands for all of them."""
    rows: list[int] = []
    refresh = history.refresh

    def noted(*regions: Region, **options: bool) -> History:
        rows.extend([region.y for region in regions] or [-1])
        return refresh(*regions, **options)

    history.refresh = noted  # type: ignore[method-assign]
    return rows


def test_only_rows_that_changed_are_painted_again() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.pause()
        painted = rows_painted(history)
        history.show(runs(50), NOW)
        await pilot.pause()
        assert painted == []
        moved = [summary(47, RUNNING, "run 47"), *[run for run in runs(50) if run.id != "000047"]]
        history.show(moved, NOW)
        await pilot.pause()
        assert painted == [4]

    play(history, scene, SIZE)


def test_the_mouse_highlights_and_a_second_click_selects() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press("end")
        await pilot.pause()
        await pilot.click(history, offset=(5, 1))
        assert history.highlighted == "000009"
        assert sent(stage, History.Selected) == []
        await pilot.double_click(history, offset=(5, 3))
        assert sent(stage, History.Selected) == ["000007"]

    play(history, scene, SIZE, kept=[History.Selected])


def test_a_resized_pane_still_shows_the_cursor() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press("pagedown")
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert any("run 41 " in line for line in text_of(history))

    play(history, scene, SIZE)


def test_names_are_shown_as_they_are_written() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show([summary(name="[red]学習率[/] $error"), summary(2, name="🔥" * 30)], NOW)
        await pilot.pause()
        lines = text_of(history)
        assert "[red]学習率[/]…" in lines[2]
        assert lines[1].endswith("Nov 13")
        assert lines[2].endswith("Nov 13")

    play(history, scene, SIZE)


def test_an_empty_list_says_what_to_do() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show([], NOW)
        await pilot.press("down", "enter", "end")
        assert text_of(history)[0] == "No runs yet. F5 trains the network of the Model pane."
        assert stage.kept == []

    play(history, scene, SIZE, kept=[History.Selected])


def test_the_list_narrows_as_one_types_and_says_how_far() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(50), NOW)
        await pilot.press("slash", *"run 4")
        await pilot.pause()
        assert text_of(history)[0].startswith("/")
        assert text_of(history)[1] == "14 of 50 runs"
        assert names(history)[0] == "run 49"
        await pilot.press("9")
        await pilot.pause()
        assert names(history) == ["run 49"]
        assert text_of(history)[1] == "1 of 50 runs"
        assert stage.letters == ""

    play(history, scene, SIZE)


def test_an_error_is_told_where_it_is_and_the_last_filter_stays_in_force() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("slash", *"acc>95.5%", " ", *"seed<")
        await pilot.pause()
        assert text_of(history)[1] == "character 16: expected a value after seed<"
        assert names(history) == ["a 2", "a 1"]
        await pilot.press("x")
        await pilot.pause()
        assert text_of(history)[1] == "character 16: seed< expects a number"
        assert names(history) == ["a 2", "a 1"]
        await pilot.press("enter")
        await pilot.pause()
        assert text_of(history)[1] == "character 16: seed< expects a number"

    play(history, scene, SIZE)


def test_what_is_no_filter_is_taken_back_to_the_filter_before() -> None:
    """You should not be left with the half of it that could be read."""
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("slash", *"acc>90%", "enter")
        await pilot.pause()
        before = text_of(history)[0]
        await pilot.press("slash", *"alone", " ", *"seed<")
        await pilot.pause()
        assert names(history) == ["alone 4"]
        await pilot.press("escape")
        await pilot.pause()
        assert text_of(history)[0] == before and before.startswith("/ acc>90%")
        await pilot.press("slash", *"alone", "escape")
        await pilot.pause()
        assert names(history) == ["alone 4"], "a filter that is one stays in force"

    play(history, scene, SIZE)


def test_escape_leaves_the_filter_then_lists_all_runs_then_is_somebody_elses() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("slash", *"alone")
        await pilot.press("escape")
        await pilot.pause()
        assert history.has_focus and names(history) == ["alone 4"]
        assert history.check_action("list_all", ()) and not history.check_action("leave", ())
        await pilot.press("escape")
        await pilot.pause()
        assert len(names(history)) == 7
        assert not history.check_action("leave", ())

    play(history, scene, SIZE)


def test_a_filter_that_the_focus_leaves_is_closed_and_stays() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("slash", *"alone")
        stage.query_one(Neighbour).focus()
        await pilot.pause()
        assert isinstance(stage.focused, Neighbour)
        assert text_of(history)[0] == "/ alone  1 of 7 runs"

    play(history, scene, SIZE)


def test_the_cursor_comes_back_to_its_run_when_the_filter_lets_it_through_again() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("down", "down", "down", "slash", *"accx")
        await pilot.pause()
        assert history.highlighted is None
        await pilot.press(*["backspace"] * 4)
        await pilot.pause()
        assert history.highlighted == "000004"

    play(history, scene, SIZE)


def test_a_run_that_comes_while_a_filter_is_in_force_is_filtered_too() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("slash", *"acc>90%", "enter")
        history.show([*sweeps(), summary(8, name="new"), summary(9, name="bad", test_accuracy=0.1)], NOW)
        await pilot.pause()
        assert names(history)[0] == "new"
        assert text_of(history)[0] == "/ acc>90%  8 of 9 runs"

    play(history, scene, SIZE)


def test_runs_are_sorted_by_the_columns_to_the_left_and_right() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.pause()
        assert "created↓" in text_of(history)[0]
        await pilot.press("left", "left", "left")
        await pilot.pause()
        assert "test acc↓" in text_of(history)[0]
        assert names(history) == ["a 1", "a 2", "a 3", "alone 4", "b 5", "b 6", "b 7"]
        assert history.highlighted == "000007"
        await pilot.press("o")
        await pilot.pause()
        assert "test acc↑" in text_of(history)[0] and names(history)[0] == "b 7"
        await pilot.press("right", "right", "right")
        assert history.preferences == Preferences()
        await pilot.press("right")
        assert history.preferences.order == Order(column("name"))
        assert len(sent_kinds(stage)) == 8

    play(history, scene, (80, 12), kept=[History.Preferred])


def sent_kinds(stage: Stage) -> list[str]:
    return [type(message).__name__ for message in stage.kept]


def test_columns_are_chosen_and_shown_in_their_order() -> None:
    history = History()

    async def ask(pilot: Pilot[None], stage: Stage) -> None:
        """Press the key, and show the dialog that is wanted."""
        await pilot.press("|")
        wanted = stage.kept.pop()
        assert isinstance(wanted, History.ColumnsWanted)
        chooser = ColumnChooser(wanted.columns, wanted.width, wanted.changes)
        stage.push_screen(chooser, lambda names: None if names is None else history.choose_columns(names))
        await pilot.pause()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await ask(pilot, stage)
        keys = ["down", "space", "down", "space", *["less_than_sign"] * 2, "end", "up", "space"]
        await pilot.press(*keys, "enter")
        await pilot.pause()
        chosen = ("preset", "name", "status", "test_accuracy", "test_loss", "seconds", "created", "seed")
        assert history.preferences.columns == chosen
        assert text_of(history)[0].split()[:2] == ["preset", "name"]
        assert text_of(history)[1].split()[:4] == ["✓", "deep", "b", "7"]
        assert text_of(history)[1].endswith(" 7")
        assert sent_kinds(stage) == ["Preferred"]
        await ask(pilot, stage)
        await pilot.press("escape")
        await pilot.pause()
        assert history.preferences.columns == chosen and len(stage.kept) == 1
        await ask(pilot, stage)
        await pilot.press("ctrl+r", "enter")
        assert history.preferences == Preferences()

    play(history, scene, (100, 30), kept=[History.ColumnsWanted, History.Preferred])


def test_a_layout_is_taken_up_again() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        wanted = Preferences(("name", "seed"), Order(column("seed")), folded=True)
        history.prefer(wanted)
        await pilot.pause()
        assert history.preferences == wanted
        assert names_of_rows(history) == ["alone 4", "▸ b (3)", "▸ a (3)"]
        history.prefer(replace(wanted, order=Order(column("l2"))))
        assert history.preferences == replace(wanted, order=None)
        history.prefer(Preferences(("seed",), Order(column("created"), descending=True)))
        assert history.preferences == Preferences(("name", "seed"))
        assert stage.kept == []

    play(history, scene, SIZE, kept=[History.Preferred])


def names_of_rows(history: History) -> list[str]:
    return [line[3:].split("  ")[0].split(" · ")[0] for line in text_of(history)[1:] if line]


@pytest.mark.parametrize(
    ("keys", "marked"),
    [
        (["space"], ids(7)),
        (["space", "space", "up", "space"], ids(7)),
        (["down", "space", "home", "space"], ids(6, 7)),
        (["shift+down", "shift+down"], ids(7, 6, 5)),
        (["end", "shift+up"], ids(1, 2)),
        (["space", "down", "down", "v"], ids(7, 6, 5, 4)),
        (["end", "space", "up", "up", "v"], ids(1, 2, 3)),
        (["v"], ids(7)),
        (["a"], ids(7, 6, 5, 4, 3, 2, 1)),
        (["a", "a"], ()),
        (["space", "a"], ids(7, 6, 5, 4, 3, 2, 1)),
        (["slash", *"alone", "enter", "a", "escape"], ids(4)),
        (["f", "space"], ids(7, 6, 5)),
        (["f", "space", "home", "space"], ()),
        (["f", "a"], ids(7, 6, 5, 4, 3, 2, 1)),
    ],
)
def test_runs_are_marked_by_keys(keys: list[str], marked: tuple[str, ...]) -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press(*keys)
        await pilot.pause()
        assert history.marked == marked
        assert not marked or history.meant == marked
        shown = names(history) if "f" not in keys else []
        assert not shown or sum(line.startswith("◆✓") for line in text_of(history)) == len(marked)

    play(history, scene, (60, 13))


def test_marks_outlive_filters_orders_and_folds_but_not_their_runs() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("space", "end", "space", "left", "o", "f", "slash", *"alone", "enter")
        await pilot.pause()
        assert history.marked == history.meant == ids(7, 1)
        assert text_of(history)[-1] == "◆ 2 marked, 2 of them not listed; 4 compares them"
        await pilot.press("escape")
        await pilot.pause()
        assert sum(line.startswith("·") for line in text_of(history)) == 2
        history.show(sweeps()[1:], NOW)
        await pilot.pause()
        assert history.marked == ids(7)
        assert sent_kinds(stage) == ["Marked"] * 3

    play(history, scene, (60, 13), kept=[History.Marked])


def test_runs_are_marked_from_outside_if_there_are_such() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        history.mark(["000003", "unknown", "000005"])
        history.mark(["000003", "000005"])
        await pilot.pause()
        assert history.marked == ids(3, 5)
        assert sent_kinds(stage) == ["Marked"]
        history.mark([])
        assert history.meant == ids(7)

    play(history, scene, SIZE, kept=[History.Marked])


def test_groups_are_folded_and_one_is_unfolded_by_enter() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.press("down", "f")
        await pilot.pause()
        assert names(history) == ["▸ b (3)", "alone 4", "▸ a (3)"]
        assert "92.00 ± 1.00 %" in text_of(history)[1]
        assert history.highlighted == "000007" and history.meant == ids(7, 6, 5)
        await pilot.press("enter")
        await pilot.pause()
        assert names(history) == ["b 7", "b 6", "b 5", "alone 4", "▸ a (3)"]
        assert sent(stage, History.Selected) == []
        await pilot.press("f")
        await pilot.pause()
        assert len(names(history)) == 7
        await pilot.press("enter")
        assert sent(stage, History.Selected) == ["000006"]

    play(history, scene, SIZE, kept=[History.Selected])


def test_folding_is_offered_where_there_is_a_group() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(runs(3), NOW)
        assert not history.check_action("fold", (True,))
        history.show(sweeps(), NOW)
        assert history.check_action("fold", (True,)) and not history.check_action("fold", (False,))
        await pilot.press("f")
        assert history.check_action("fold", (False,)) and history.check_action("open", ())
        assert not history.check_action("select", ())

    play(history, scene, SIZE)


def test_a_click_on_a_title_sorts_by_it() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.pause()
        await pilot.click(history, offset=(text_of(history)[0].index("test acc"), 0))
        assert history.preferences.order == Order(column("test_accuracy"), descending=True)
        await pilot.click(history, offset=(text_of(history)[0].index("test acc"), 0))
        assert history.preferences.order == Order(column("test_accuracy"))

    play(history, scene, SIZE)


def test_nothing_is_painted_while_the_day_goes_on() -> None:
    history = History()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(sweeps(), NOW)
        await pilot.pause()
        painted = rows_painted(history)
        history.show(sweeps(), NOW + 3600)
        await pilot.pause()
        assert painted == []

    play(history, scene, SIZE)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_the_cursor_is_on_a_run_that_is_seen(seed: int) -> None:
    history, chance = History(), random.Random(seed)
    filters = ["", "acc>93%", "b", "nothing", "lr>", "not a"]

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        doings: list[Callable[[], object]] = [
            lambda: history.show(chance.sample(sweeps() + runs(40)[8:], chance.randint(0, 30)), NOW),
            lambda: history.action_go_page(chance.choice([-1, 1])),
            lambda: history.action_go_to(chance.choice([0, -1, 9])),
            lambda: history.action_sort(chance.choice([-1, 1])),
            lambda: history.action_fold(chance.random() < 0.6),
            lambda: history.action_extend(chance.choice([-1, 1])),
            history.action_turn, history.action_open, history.action_mark, history.action_mark_range,
            history.action_mark_all, history.action_leave, history.action_filter,
            lambda: setattr(history.editor, "value", chance.choice(filters)),
        ]  # fmt: skip
        for _ in range(120):
            chance.choice(doings)()
            lines = [history.render_line(y) for y in range(history.size.height)]
            reversed_rows = [line.text for line in lines if any(s.style and s.style.reverse for s in line)]
            assert len(reversed_rows) == (history.highlighted is not None)
            assert (history.highlighted is None) == (not history.meant or not history.check_action("move", (1,)))
            assert set(history.marked) <= {run.id for run in history.runs}

    play(history, scene, (60, 9))


def test_ten_thousand_runs_are_filtered_sorted_and_scrolled_at_once() -> None:
    history = History()
    many = [_member(number, f"group {number // 3}" if number % 4 else "") for number in range(10_000)]

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        history.show(many, NOW)
        await pilot.pause()
        await pilot.press("slash")
        taken = []
        for action in [
            lambda: history.show(many, NOW + 1),
            *(lambda text=text: setattr(history.editor, "value", text) for text in ("a", "al", "alo", "alo acc>97%")),
            *[lambda: history.action_sort(1)] * 4,
            *[lambda: history.action_go_page(1)] * 5,
        ]:
            taken.append(calls(action) + calls(lambda: history.render_lines(history.size.region)))
            await pilot.pause()
        assert max(taken) < 10 * len(many)
        assert sorted(taken)[len(taken) // 2] < 4_000

    play(history, scene, (120, 40))
