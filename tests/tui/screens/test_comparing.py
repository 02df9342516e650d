"""Comparing in the console: marked runs side by side, the digits they disagree on, and forks beside their parents."""

from __future__ import annotations

import json
from functools import partial

import pytest
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.record import RunRecord
from engine.service.protocol import Start
from tests.builders.consoles import (
    Engine,
    Live,
    append,
    board,
    down_to,
    finished,
    known_answers,
    made_run,
    pane_text,
    run_console,
    started,
    text_on,
    trained,
    until,
)
from tui.console.console import Console
from tui.panes.disagreement.widget import DisagreementDigits
from tui.workers.run_choice import MOST_COMPARED

RATE = RunConfig(dataset="synthetic", learning_rate=0.5)


def rivals(home: Home) -> tuple[Run, Run, Run]:
    """Three finished runs: a shallow one, and two that differ in their learning rate."""
    shallow = made_run(
        home, 1, "shallow", started(), *trained(1, 5, 1.4), finished(), config=RunConfig(dataset="synthetic", hidden=())
    )
    slow = made_run(home, 2, "slow", started(), *trained(1, 5, 1.2), finished())
    fast = made_run(home, 3, "fast", started(), *trained(1, 5), finished(), config=RATE)
    for run, wrong_every in ((shallow, 10), (slow, 15), (fast, 20)):
        known_answers(home, run, 1, 2, 5, wrong_every=wrong_every)
    return shallow, slow, fast


def test_marked_runs_are_seen_side_by_side(stocked_home: Home) -> None:
    """You should see a curve for each, the setting that differs and it alone, and in words whether it is luck."""
    rivals(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("3", "down", "space", "up", "up", "space", "4")
        await until(pilot, lambda: "exact McNemar test" in pane_text(console, "figures"))
        figures, curves = pane_text(console, "figures"), pane_text(console, "curves")
        assert "● A slow" in figures and "▲ B fast" in figures and "shallow" not in figures
        assert "Learning rate" in figures and "Dropout" not in figures
        assert "A slow" in curves and "B fast" in curves and "base" in curves
        await pilot.press("tab", "a")
        await until(pilot, lambda: "Dropout" in pane_text(console, "figures"))

    run_console(stocked_home, scene)


def test_without_marks_the_run_shown_is_held_against_the_previous_one(stocked_home: Home) -> None:
    rivals(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("4")
        await until(pilot, lambda: "A slow" in pane_text(console, "figures"))
        assert "B fast" in pane_text(console, "figures") and not board(console).history.marked

    run_console(stocked_home, scene)


def test_a_line_is_taken_out_of_the_comparison(stocked_home: Home) -> None:
    rivals(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("3", "a", "4")
        await until(pilot, lambda: "3 runs" in pane_text(console, "figures"))
        await pilot.press("tab", "right", "-")
        await until(pilot, lambda: "2 runs" in pane_text(console, "figures"))
        assert len(board(console).history.marked) == 3
        await pilot.press("-")
        await until(pilot, lambda: "1 run" in pane_text(console, "figures"))
        await pilot.press("-")
        await until(pilot, lambda: "Take out does not apply: the last line stays." in text_on(console))
        assert "1 run" in pane_text(console, "figures")
        await pilot.press("3", "end", "space", "4")
        await until(
            pilot, lambda: "A slow" in pane_text(console, "figures") or "A fast" in pane_text(console, "figures")
        )

    run_console(stocked_home, scene)


def test_the_digits_on_which_two_runs_disagree(stocked_home: Home) -> None:
    """You should see how many digits either alone has right, and the digits of a cell of the difference."""
    rivals(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("4", "5")
        await until(pilot, lambda: "B alone 500" in pane_text(console, "rivals"))
        assert "A alone 333" in pane_text(console, "rivals") and "neither 167" in pane_text(console, "rivals")
        await until(pilot, lambda: "B fast less A slow" in pane_text(console, "shifts"))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: console.focused is board(console).pane("rivals").content)

    run_console(stocked_home, scene)


def test_a_run_in_training_moves_in_the_comparison(stocked_home: Home) -> None:
    """You should see it grow, and its digits beside those of the other run after as many epochs."""
    rivals(stocked_home)
    run = made_run(stocked_home, 4, "live", started(), *trained(1, 2))
    known_answers(stocked_home, run, 1, 2, wrong_every=7)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "live" in pane_text(console, "run"))
        await pilot.press("4")
        await until(pilot, lambda: "running" in pane_text(console, "figures"))
        await pilot.press("5")
        digits = console.main.query_one(DisagreementDigits)
        await until(
            pilot, lambda: digits.view is not None and [said.epoch for said in digits.view.predictions] == [2, 2]
        )
        await pilot.press("4")
        before = pane_text(console, "curves")
        append(run, *trained(3, 4))
        await until(pilot, lambda: pane_text(console, "curves") != before)

    with Live(run):
        run_console(stocked_home, scene)


def test_a_fork_opens_compared_with_the_run_it_was_made_from(stocked_home: Home) -> None:
    """You should see the form filled, then both runs side by side as soon as the new one has begun."""
    _, slow, _ = rivals(stocked_home)
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("3", "down", "r", *down_to("learning_rate"), *"0.3", "escape", "escape", "f5")
        await until(pilot, lambda: engine.asked)
        asked = engine.asked[0]
        assert isinstance(asked, Start) and asked.parent == slow.id
        run = Run(stocked_home.runs / engine.accepts)
        run.path.mkdir()
        record = RunRecord(run.id, "fork", asked.config, 0.0, parent=slow.id, data={"name": "synthetic"})
        run.write_record(record)
        append(run, started(), *trained(1, 1))
        await until(pilot, lambda: "B fork" in pane_text(console, "figures"))
        assert "A slow" in pane_text(console, "figures") and board(console).view.name == "Compare"
        assert board(console).history.marked == ()

    run_console(stocked_home, scene, engine=engine)


def test_several_seeds_are_queued_as_a_group(home: Home) -> None:
    """You should see how many runs train, in which group, and one seed in the form again."""
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *["pagedown"] * 5, *"3", "escape", "escape", "f5")
        await until(pilot, lambda: "3 runs are queued, as the group" in text_on(console))
        assert board(console).model.draft.seeds == 1

    run_console(home, scene, engine=engine)
    starts = [asked for asked in engine.asked if isinstance(asked, Start)]
    assert [start.config.seed for start in starts] == [1, 2, 3] and {start.group for start in starts} != {""}


def test_labels_stars_and_deletions_can_be_undone(stocked_home: Home) -> None:
    """You should see a run's new name, a star, one run fewer, and after `u` each as it was."""
    rivals(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("3", "n")
        await until(pilot, lambda: "Labels of fast" in text_on(console))
        await pilot.press("end", *"er", "enter")
        await until(pilot, lambda: "faster" in pane_text(console, "history"))
        await pilot.press("*")
        await until(pilot, lambda: "★ faster" in pane_text(console, "history"))
        await until(pilot, lambda: "Starred: faster; u undoes it" in text_on(console))
        await pilot.press("d")
        await until(pilot, lambda: "Delete faster · lr 0.5?" in text_on(console))
        await pilot.press("y")
        await until(pilot, lambda: "faster" not in pane_text(console, "history"))
        for there in ("★ faster", "faster", "fast "):
            await pilot.press("u")
            await until(pilot, partial(lambda name: name in pane_text(console, "history"), there))
        assert "faster" not in pane_text(console, "history")

    run_console(stocked_home, scene)


def test_a_comparison_is_taken_away(stocked_home: Home) -> None:
    rivals(stocked_home)
    target = stocked_home.path / "taken.json"

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("4")
        await until(pilot, lambda: "McNemar" in pane_text(console, "figures"))
        await pilot.press("E", "down", "down", "ctrl+u", *str(target), "enter")
        await until(pilot, target.exists)

    run_console(stocked_home, scene)
    assert [line["name"] for line in json.loads(target.read_text())["lines"]] == ["slow", "fast"]


def test_a_comparison_taken_away_at_once_has_its_verdicts(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should find in the file what the screen has not said yet."""
    monkeypatch.setattr("tui.panes.comparison.pane.BREATH", 3600.0)
    rivals(stocked_home)
    target = stocked_home.path / "taken.md"

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run"))
        await pilot.press("4")
        await until(pilot, lambda: "fast" in pane_text(console, "figures"))
        assert "McNemar" not in pane_text(console, "figures")
        await pilot.press("E", "ctrl+u", *str(target), "enter")
        await until(pilot, target.exists)

    run_console(stocked_home, scene)
    assert "exact McNemar test" in target.read_text()


def seeds(home: Home, *found: int) -> list[Run]:
    """Runs called `plain` that differ only by seed, the first of them made last."""
    runs = []
    for seed in reversed(found):
        config = RunConfig(dataset="synthetic", seed=seed)
        runs.append(made_run(home, 10 - seed, "plain", started(), *trained(1, 3), finished(), config=config))
        known_answers(home, runs[-1], 1, 3, wrong_every=10 + seed)
    return runs[::-1]


def test_which_seed_disagrees_and_where_others_are_chosen_is_said(stocked_home: Home) -> None:
    rivals(stocked_home)
    seeds(stocked_home, 1, 2)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fast" in pane_text(console, "run") or "plain" in pane_text(console, "run"))
        await pilot.press("3", "a", "5")
        await until(pilot, lambda: "alone" in pane_text(console, "rivals"))
        assert "plain, seed 1 against B fast · lr 0.5 (others: 4 Compare)" in pane_text(console, "rivals")

    run_console(stocked_home, scene, size=(160, 40))


def test_seeds_that_are_one_line_say_how_to_take_them_apart(stocked_home: Home) -> None:
    seeds(stocked_home, 1, 2)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "plain" in pane_text(console, "run"))
        await pilot.press("3", "a", "5")
        await until(pilot, lambda: "differ only by seed" in pane_text(console, "rivals"))
        await pilot.press("4")
        await until(pilot, lambda: "2 runs in 1 line" in pane_text(console, "figures").splitlines()[0])
        await pilot.press("tab", "f", "5")
        await until(pilot, lambda: "A plain against B plain" in pane_text(console, "rivals"))

    run_console(stocked_home, scene)


def test_more_runs_than_can_be_compared_are_told(stocked_home: Home) -> None:
    for number in range(1, MOST_COMPARED + 3):
        made_run(stocked_home, number, f"run {number}", started(), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: len(board(console).history.runs) == MOST_COMPARED + 2)
        await pilot.press("3", "a", "4")
        await until(pilot, lambda: "The first 40 of the 42 marked runs are compared." in text_on(console))

    run_console(stocked_home, scene)


def test_a_small_screen_says_in_the_row_of_tabs_what_is_compared(home: Home) -> None:
    """You should see that two seeds are one line, and no longer once each is a line of its own."""
    for seed in (1, 2):
        config = RunConfig(dataset="synthetic", seed=seed)
        made_run(home, seed, "deep", started(), *trained(1, 2), finished(), config=config)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: len(board(console).history.runs) == 2)
        await pilot.press("3", "a", "4", "tab")
        await until(pilot, lambda: "2 runs in 1 line   Tab: next" in text_on(console).splitlines()[1])
        await pilot.press("f")
        await until(pilot, lambda: " 2 runs   Tab: next" in text_on(console).splitlines()[1])

    run_console(home, scene, (80, 24))
