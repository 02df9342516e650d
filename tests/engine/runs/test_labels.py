"""Labels of runs: changed whoever else changes the run, and put back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Event
from engine.runs.labels import LABELS, Relabel, Relabelled, group_of, relabel
from engine.runs.lock import sole_writer
from engine.runs.record import MOST_TAGS, RunRecord
from engine.text import LONGEST_NAME, LONGEST_NOTE, clean
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs
from tests.builders.runs import make_run

TEXTS = st.text(max_size=20) | st.text(min_size=LONGEST_NAME, max_size=LONGEST_NOTE + 100)
TAGS = st.lists(st.text(max_size=3), max_size=4).map(tuple)
LABELLED = st.builds(
    RunRecord,
    st.just("20231114-220000-0000001"),
    st.text("ab", min_size=1, max_size=2),
    st.just(RunConfig()),
    st.just(1.0),
    tags=st.lists(st.text("abc", min_size=1, max_size=1), unique=True).map(tuple),
    group=st.text("ab", max_size=1),
    note=st.text("ab", max_size=1),
    starred=st.booleans(),
)
RELABELS = st.builds(
    Relabel,
    name=st.none() | st.text("ab", min_size=1, max_size=2),
    tags=st.none() | TAGS,
    added=TAGS,
    removed=TAGS,
    group=st.none() | st.text("ab", max_size=1),
    note=st.none() | st.text("ab", max_size=1),
    starred=st.none() | st.booleans(),
)


@given(TEXTS, TEXTS, TEXTS, TAGS)
def test_any_text_is_kept_as_it_can_be_shown_or_refused(
    name: str, group: str, note: str, tags: tuple[str, ...]
) -> None:
    record = RunRecord("x", "old", RunConfig(), 1.0)
    wanted = Relabel(name=name, group=group, note=note, tags=tags)
    if not clean(name) or (group.strip() and not clean(group)):
        with pytest.raises(StoreError, match="at least one character"):
            wanted.of(record)
        return
    changed = wanted.of(record)
    assert (changed.name, changed.group, changed.note) == (clean(name), clean(group), clean(note, LONGEST_NOTE))
    assert changed.tags == tuple(dict.fromkeys(filter(None, map(clean, tags))))
    assert RunRecord.from_json(changed.to_json(), "x") == changed


def test_tags_are_added_and_taken_away() -> None:
    record = RunRecord("x", "a run", RunConfig(), 1.0, tags=("a", "b"))
    assert Relabel(added=("c", "a")).of(record).tags == ("a", "b", "c")
    assert Relabel(removed=("a", "z")).of(record).tags == ("b",)
    assert Relabel(tags=("z", "a"), removed=("a",), added=("\x1b[2J",)).of(record).tags == ("z", "[2J")
    with pytest.raises(StoreError, match="at most 50 tags"):
        Relabel(added=tuple(map(str, range(MOST_TAGS)))).of(record)
    assert group_of(" \t") == ""


@given(LABELLED, RELABELS)
def test_what_was_changed_is_put_back(before: RunRecord, wanted: Relabel) -> None:
    change = Relabelled(before, wanted.of(before))
    assert change.undone(change.after) == before
    assert all(getattr(before, label) != getattr(change.after, label) for label in change.changed)


@given(LABELLED, RELABELS, RELABELS)
def test_what_somebody_else_has_changed_since_stays(before: RunRecord, wanted: Relabel, later: Relabel) -> None:
    change = Relabelled(before, wanted.of(before))
    now = replace(later.of(change.after), device="a device")
    ours = [label for label in change.changed if getattr(now, label) == getattr(change.after, label)]
    if change.changed and not ours:
        with pytest.raises(StoreError, match="changed again since"):
            change.undone(now)
        return
    undone = change.undone(now)
    for label in LABELS:
        assert getattr(undone, label) == getattr(before if label in ours else now, label)
    assert undone.device == "a device"


def test_no_change_is_lost_when_many_change_a_run_at_once(home: Home) -> None:
    run = make_run(home)
    start = threading.Barrier(8)

    def tag(number: int) -> None:
        start.wait()
        for count in range(5):
            relabel(Run(run.path), Relabel(added=(f"{number}-{count}",)))

    threads = [threading.Thread(target=tag, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.record().tags) == sorted(f"{number}-{count}" for number in range(8) for count in range(5))


def test_what_is_labelled_while_a_run_is_prepared_stays(home: Home) -> None:
    """The trainer writes down what it found, and a name given to the run in the meantime is kept."""
    run = Run.create(home, RunConfig(hidden=(4,), epochs=1, device="cpu"), name="old")

    def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
        relabel(Run(run.path), Relabel(name="new", added=("good",)))
        return blobs()

    thread = TrainerThread(run, load=load)
    thread.start()
    thread.join()
    record = run.record()
    assert (record.name, record.tags) == ("new", ("good",))
    assert record.device and record.versions and record.data


def test_a_file_has_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    with sole_writer(path):
        with pytest.raises(StoreError, match="try again"), sole_writer(path, timeout=0.02):
            pytest.fail("two writers at once")
        replacement = tmp_path / "new"
        replacement.write_text("y")
        replacement.replace(path)
        # The lock was of the file that is gone, so the new one is free.
        with sole_writer(path, timeout=0.02):
            pass


def test_a_record_that_is_none_is_not_changed(home: Home) -> None:
    run = make_run(home)
    (run.path / "run.json").write_text("{}")
    with pytest.raises(StoreError, match="not a run's record"):
        relabel(run, Relabel(name="new"))
    assert (run.path / "run.json").read_text() == "{}"
    (run.path / "run.json").unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        relabel(run, Relabel(name="new"))
    assert not (run.path / "run.json").exists()


def test_what_changes_nothing_writes_nothing(home: Home) -> None:
    run = make_run(home, name="same")
    written = (run.path / "run.json").stat().st_ino
    assert relabel(run, Relabel(name="same", starred=False)).changed == ()
    assert (run.path / "run.json").stat().st_ino == written
