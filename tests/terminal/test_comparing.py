"""Comparing on a real terminal: two trained runs are held against each other and taken away, and one is forked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.runs.status import FINISHED
from engine.runs.summaries import find_run
from tests.builders.engines import engine_home, reach
from tests.builders.program import start
from tests.builders.terminals import F5, Screen, console, down_to

CLEAR, ENTER = "\x15", "\r"
SETTINGS = ("dataset=synthetic", "train_size=2000", "hidden=16", "epochs=2", "device=cpu")


def train(name: str, *more: str) -> None:
    """Train a run by the command line."""
    with start("train", *SETTINGS, *more, "--name", name, "--quiet") as program:
        said, errors = program.communicate(timeout=60)
    assert program.returncode == 0 and "finished" in said, errors


def title(text: str, pane: str) -> str:
    """The words beside a pane's name."""
    found = re.search(rf"─ {pane} +(.*?) ─", text)
    return found[1] if found else ""


def to_learning_rate(screen: Screen) -> None:
    """Go down the form to the learning rate, whose help is then seen."""
    screen.press(down_to("learning_rate"))
    screen.until("Step size")


def test_two_runs_are_compared_taken_away_and_forked(
    tmp_path: Path, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see both curves, the winner, whether it is luck, the digits, the file, and the fork by its parent."""
    report = tmp_path / "report.md"
    with engine_home(tmp_path / "home", drawn_digits) as home:
        monkeypatch.setenv("MNIST_TUI_HOME", str(home.path))
        train("slow", "learning_rate=0.01")
        train("fast", "learning_rate=0.3")
        fast = find_run(home, "fast")
        with console(home) as screen:
            screen.until("fast")
            screen.press("3")
            screen.until("slow")
            screen.press("  ")
            screen.until("2 marked")
            screen.press("4")
            titles = {"Curves": "test accuracy", "Comparison": "2 runs"}
            screen.until(
                lambda text: all(title(text, pane) == titles[pane] for pane in titles),
                re.compile(r"● A fast\b.* [\d.]+ % +base +▲ B slow\b.* [\d.]+ % +-[\d.]+"),
                re.compile(r"Learning rate +0\.3 +0\.01 "),
                re.compile(r"test acc, last +[\d.]+ % ★ +[\d.]+ % +-[\d.]+"),
                "exact McNemar test",
                "B against A: test accuracy -",
                "more than the choice of test digits",
            )
            screen.press("E")
            screen.until("Export the comparison")
            screen.press(CLEAR)
            screen.until("say where to")
            screen.press(str(report) + ENTER)
            screen.until(lambda text: report.exists())
            screen.press("5")
            alone = re.compile(r"A alone ([\d,]+) · B alone ([\d,]+) · neither ([\d,]+) · both ([\d,]+)")
            text = screen.until(alone, "B slow less A fast", re.compile(r"A fast\b.* against B slow\b"))
            counts = alone.search(text)
            assert counts and sum(int(count.replace(",", "")) for count in counts.groups()) == 10_000
            screen.press("1r")
            screen.until(re.compile("Settings of fast|Esc Leave"))
            to_learning_rate(screen)
            screen.press("0.1")
            screen.until(lambda text: re.search(r"Learning rate +0\.1\b", text))
            screen.press(F5)
            screen.until(
                "● A fast",
                re.compile(r"▲ B custom\b.* [\d.]+ % +[+-][\d.]+"),
                re.compile(r"Learning rate +0\.3 +0\.1\b"),
            )
            fork = find_run(home, "last")
            reach(fork, FINISHED)
            screen.press("q")
            assert screen.wait() == 0
        assert fork.record().parent == fast.id and fork.record().config.learning_rate == 0.1
    taken = report.read_text()
    assert "| Learning rate | 0.3 | 0.01 |" in taken
    said = f"p < 0.0001, {counts[2]} digits right that the other has wrong, against {counts[1]}"
    assert f"exact McNemar test, {said}" in taken
