"""The follower thread: what it says of runs, and that nothing ends it but `end`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from textual.message import Message

from engine.home import Home
from engine.runs.directory import Run
from tests.builders.consoles import Live, append, finished, made_run, started, trained
from tests.conftest import settle
from tui.workers.messages import Closed, Listed, Opened, RunUpdated, Trouble
from tui.workers.run_follower import FollowerThread


class Post:
    """Keeps what is said, of each kind."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def __call__(self, message: Message) -> None:
        self.said.append(message)

    def kinds(self) -> list[str]:
        return [type(message).__name__ for message in self.said if not isinstance(message, Listed)]

    def last(self, kind: type[Message]) -> Message | None:
        return next((message for message in reversed(self.said) if isinstance(message, kind)), None)


@contextmanager
def following(home: Home, *runs: Run) -> Iterator[tuple[Post, FollowerThread]]:
    """A thread that follows these runs, and what it posts."""
    post = Post()
    thread = FollowerThread(home, post)
    thread.look_every(0.01)
    thread.watch(*(run.id for run in runs))
    thread.start()
    try:
        yield post, thread
    finally:
        thread.end()
        assert not thread.is_alive()


def test_a_run_is_opened_once_and_then_grows(home: Home) -> None:
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    with Live(run), following(home, run) as (post, _):
        settle(lambda: post.last(Opened))
        opened = post.last(Opened)
        assert isinstance(opened, Opened) and opened.run.locked
        assert (opened.run.state.epoch, opened.run.record.name) == (1, "deep")
        append(run, *trained(2, 2))
        settle(lambda: post.last(RunUpdated))
        for message in post.said:
            for event in message.events if isinstance(message, RunUpdated) else ():
                opened.run.state.apply(event)
        assert opened.run.state.epoch == 2
        assert post.kinds().count("Opened") == 1


def test_a_run_that_ends_is_never_said_to_be_interrupted(home: Home) -> None:
    """You should see the last event no later than that the lock is free."""
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    with Live(run), following(home, run) as (post, _):
        settle(lambda: post.last(Opened))
        append(run, finished())
        run.lock.release()
        settle(lambda: any(isinstance(m, RunUpdated) and not m.locked for m in post.said))
        unlocked = next(place for place, m in enumerate(post.said) if isinstance(m, RunUpdated) and not m.locked)
        ended = [e.name for m in post.said[: unlocked + 1] if isinstance(m, RunUpdated) for e in m.events]
        assert "run_finished" in ended


def test_a_trainer_that_dies_is_noticed(home: Home) -> None:
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    with Live(run), following(home, run) as (post, _):
        settle(lambda: post.last(Opened))
        run.lock.release()
        settle(lambda: post.last(RunUpdated))
        grew = post.last(RunUpdated)
        assert isinstance(grew, RunUpdated) and not grew.locked and not grew.events


def test_what_is_no_longer_wanted_is_closed_and_can_be_opened_again(home: Home) -> None:
    first = made_run(home, 1, "first", started())
    second = made_run(home, 2, "second", started())
    with following(home, first) as (post, thread):
        settle(lambda: post.last(Opened))
        thread.watch(second.id)
        settle(lambda: post.last(Closed))
        thread.watch(first.id)
        settle(lambda: post.kinds().count("Opened") == 3)
        assert post.kinds() == ["Opened", "Closed", "Opened", "Closed", "Opened"]


def test_runs_are_listed_when_anything_about_them_changes(home: Home) -> None:
    with following(home) as (post, _):
        settle(lambda: post.last(Listed))
        run = made_run(home, 1, "deep", started(), *trained(1, 1))
        settle(lambda: post.said[-1].runs)  # type: ignore[attr-defined]
        with Live(run):
            settle(lambda: post.said[-1].runs[0].status == "running")  # type: ignore[attr-defined]
            append(run, *trained(2, 2))
            settle(lambda: post.said[-1].runs[0].epoch == 2)  # type: ignore[attr-defined]
        settle(lambda: post.said[-1].runs[0].status == "interrupted")  # type: ignore[attr-defined]
        (home.runs / "20231114-220009-0000009").mkdir()
        settle(lambda: post.said[-1].skipped == 0)  # type: ignore[attr-defined]


def test_an_exception_is_said_once_and_does_not_end_the_thread(home: Home) -> None:
    run = made_run(home, 1, "deep", started())
    post = Post()
    thread = FollowerThread(home, post)
    thread.look_every(0.01)
    look, left = thread._look, [5]

    def fail(list_all: bool) -> None:
        left[0] -= 1
        if left[0] > 0:
            raise ValueError("broken")
        look(list_all)

    thread._look = fail  # type: ignore[method-assign]
    thread.watch(run.id)
    thread.start()
    settle(lambda: post.last(Opened))
    thread.end()
    assert post.kinds() == ["Trouble", "Opened"]
    trouble = post.last(Trouble)
    assert isinstance(trouble, Trouble) and "ValueError: broken" in trouble.text


@pytest.mark.timeout(20)
def test_a_disk_that_does_not_answer_keeps_nobody_from_leaving(home: Home) -> None:
    asked, answers = threading.Event(), threading.Event()
    thread = FollowerThread(home, Post())

    def hang(list_all: bool) -> None:
        asked.set()
        answers.wait()

    thread._look = hang  # type: ignore[method-assign]
    thread.start()
    assert asked.wait(60)
    thread.end()
    assert thread.is_alive()
    answers.set()
    thread.join()


def test_a_run_without_a_record_is_passed_over_until_it_has_one(home: Home) -> None:
    run = made_run(home, 1, "deep", started())
    record = (run.path / "run.json").read_bytes()
    (run.path / "run.json").unlink()
    with following(home, run) as (post, _):
        settle(lambda: post.last(Listed))
        assert post.last(Opened) is None
        (run.path / "run.json").write_bytes(record)
        settle(lambda: post.last(Opened))


def test_many_runs_are_listed_bit_by_bit_the_newest_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.workers.run_follower.AT_ONCE", 2)
    runs = [made_run(home, number, f"run {number}", started(), *trained(1, 1), finished()) for number in range(1, 6)]
    with following(home) as (post, _):
        settle(lambda: len(names(post)) == 5)
        listings = [[run.record.name for run in said.runs] for said in post.said if isinstance(said, Listed)]
        assert listings[:3] == [["run 5", "run 4"], ["run 5", "run 4", "run 3", "run 2"], names(post)]
        runs[0].update_record(lambda record: replace(record, name="the oldest"))
        settle(lambda: names(post)[-1] == "the oldest")


def test_all_runs_are_looked_at_when_something_was_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(home, 1, "one", started(), *trained(1, 1), finished())
    made_run(home, 2, "two", started(), *trained(1, 1), finished())
    with following(home) as (post, thread):
        settle(lambda: len(names(post)) == 2)
        monkeypatch.setattr("tui.workers.run_follower.AT_ONCE", 0)
        run.update_record(lambda record: replace(record, name="changed"))
        thread.look_now()
        settle(lambda: names(post)[-1] == "changed")


def names(post: Post) -> list[str]:
    """The runs that were listed last."""
    listed = post.last(Listed)
    return [run.record.name for run in listed.runs] if isinstance(listed, Listed) else []
