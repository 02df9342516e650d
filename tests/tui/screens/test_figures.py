"""A figure means the same in every view that keys lead to."""

from __future__ import annotations

import re
from dataclasses import replace

from textual.pilot import Pilot

from engine.home import Home
from engine.runs.events import Event, Paused, Resumed
from tests.builders.consoles import (
    NOW,
    PER_EPOCH,
    board,
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

# An hour in the queue, as runs are made at NOW - 3600, and a pause within training.
PAUSE = 1000.0


def paused_within() -> list[Event]:
    """Five epochs of 0.9 s, between the second and the third a pause."""
    step = 2 * PER_EPOCH
    pause = [Paused(time=NOW + 2, step=step, epoch=3), Resumed(time=NOW + 2 + PAUSE, step=step, epoch=3)]
    later = [replace(event, time=event.time + PAUSE) for event in (*trained(3, 5), finished())]
    return [started(), *trained(1, 2), *pause, *later]


def test_one_run_has_one_training_accuracy_and_one_time_of_training_in_every_view(stocked_home: Home) -> None:
    """You should see the same two figures in Train, in the details of History and in Compare, a time without the queue
    and the pause, and no difference of two like runs with a minus before a zero."""
    made_run(stocked_home, 1, "other", started(), *trained(1, 5), finished())
    made_run(stocked_home, 2, "deep", *paused_within())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "compared" in {part.id for part in console.main.query("#compared")})
        await until(pilot, lambda: "train acc 98.16 %" in pane_text(console, "run"))
        assert "trained 4 s" in pane_text(console, "run") and "epoch 5/5" in pane_text(console, "run")
        await pilot.press("3")
        await until(pilot, lambda: "epochs      5 of 5, 4 s of training" in pane_text(console, "details"))
        assert "train acc   98.16 %" in pane_text(console, "details")
        await pilot.press("a", "4", "tab")
        await until(pilot, lambda: "train acc, last" in text_on(console))
        rows = [re.split(r"\s{2,}", row.strip("│ ")) for row in text_on(console).splitlines()]
        assert ["train acc, last", "98.16 %", "98.16 %", "+0.00"] in rows
        assert ["time", "4.50 s", "4.50 s", "+0.00"] in rows
        assert not re.search(r"-0(\.0+)?(k|\b)(?!\.)", text_on(console))

    run_console(stocked_home, scene)


def test_how_much_of_a_class_is_right_stands_beside_its_row_of_the_confusion_matrix(stocked_home: Home) -> None:
    """You should see for each class the share of its digits on the diagonal, of the epoch that keys go to."""
    run = made_run(stocked_home, 1, "deep", started(), *trained(1, 5), finished())
    known_answers(stocked_home, run, 4, wrong_every=10)
    known_answers(stocked_home, run, 5, wrong_every=20)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        def rates() -> list[float]:
            rows = [row.split() for row in pane_text(console, "confusion").splitlines()]
            return [float(row[-1].rstrip("%")) for row in rows if len(row) == 12 and row[0].isdecimal()]

        await until(pilot, lambda: "confusion" in board(console).there)
        await pilot.press("2")
        await until(pilot, lambda: len(rates()) == 10)
        assert all(93 < rate < 97 for rate in rates()), "a twentieth is wrong"
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: all(88 < rate < 92 for rate in rates()))

    run_console(stocked_home, scene)
