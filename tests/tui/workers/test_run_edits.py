"""Runs changed from the console, and changes taken back."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.runs import trash
from engine.runs.directory import Run
from engine.runs.labels import Relabel
from engine.runs.record import RunRecord
from engine.runs.summaries import list_runs
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.engine.runs.test_labels import RELABELS
from tests.engine.runs.test_state import started
from tui.workers.run_edits import MOST_STEPS, Changes


def names(home: Home) -> dict[str, str]:
    return {run.id: run.record.name for run in list_runs(home).runs}


@pytest.mark.parametrize("key", ["F8", "{"])
def test_what_was_done_names_the_key_that_undoes_it(home: Home, key: str) -> None:
    run = make_run(home, name="first")
    assert Changes(home, key).star([run.id]) == f"Starred: first; {key} undoes it"


def test_a_star_is_given_to_all_before_it_is_taken_from_all(home: Home) -> None:
    first, second = make_run(home, name="first"), make_run(home, name="second")
    changes = Changes(home)
    assert changes.star([first.id]) == "Starred: first; u undoes it"
    assert changes.star([first.id, second.id, second.id]) == "Starred: second; u undoes it"
    assert changes.star([first.id, second.id]) == "No longer starred: 2 runs; u undoes it"
    assert changes.undo() == "Undone: 2 runs no longer starred"
    assert first.record().starred and second.record().starred
    assert [changes.undo(), changes.undo()] == ["Undone: second starred", "Undone: first starred"]
    assert not first.record().starred
    with pytest.raises(UserError, match=r"nothing to undo\.$"):
        changes.undo()


def test_what_another_console_deleted_is_restored_by_the_command(home: Home) -> None:
    Changes(home).delete([make_run(home).id])
    with pytest.raises(UserError, match="mnist-tui runs restore"):
        Changes(home).undo()


def test_labels_are_changed_and_put_back(home: Home) -> None:
    runs = [make_run(home, name=name, tags=["old"], note=name) for name in ("a", "b")]
    before = [run.record() for run in runs]
    changes = Changes(home)
    said = changes.relabel([run.id for run in runs], Relabel(added=("new",), removed=("old",), group="g", note=""))
    assert said == "Relabelled: 2 runs; u undoes it"
    assert [(run.record().tags, run.record().group, run.record().note) for run in runs] == [(("new",), "g", "")] * 2
    changes.undo()
    assert [run.record() for run in runs] == before
    assert changes.relabel([runs[0].id], Relabel(name="\x1b[31mc")) == "Relabelled: [31mc; u undoes it"
    with pytest.raises(UserError, match="at least one character"):
        changes.relabel([runs[0].id], Relabel(name="\x1b"))
    with pytest.raises(UserError, match="Nothing to change"):
        changes.relabel([runs[1].id], Relabel(name="b"))
    assert changes.undo() == "Undone: [31mc relabelled"
    assert runs[0].record() == before[0]


def test_deleted_runs_come_back(home: Home) -> None:
    runs = [finished_run(home, name) for name in ("a", "b", "c")]
    changes = Changes(home)
    assert changes.delete([run.id for run in runs[:2]]) == "Deleted: 2 runs; u undoes it"
    assert names(home) == {runs[2].id: "c"}
    assert len(trash.trashed(home)) == 2
    assert changes.undo() == "Undone: 2 runs deleted"
    assert len(names(home)) == 3
    assert changes.delete([runs[0].id]) == "Deleted: a; u undoes it"
    assert changes.undo() == "Undone: a deleted"


def test_a_run_in_training_is_not_deleted_and_others_are(home: Home) -> None:
    live, ended = make_run(home, started(1.0), name="live"), finished_run(home, "ended")
    changes = Changes(home)
    with held_elsewhere(live):
        with pytest.raises(UserError, match="live is in training; stop it first"):
            changes.delete([live.id])
        said = changes.delete([live.id, ended.id, "20000101-000000-0000000"])
    assert said == "Deleted: ended; u undoes it. The run live is in training; stop it first (and 1 more refused)"
    assert names(home) == {live.id: "live"}
    assert changes.undo() == "Undone: ended deleted"
    with pytest.raises(UserError, match="nothing to undo"):
        changes.undo()


def test_what_others_write_meanwhile_is_not_undone(home: Home) -> None:
    run = make_run(home, name="old")
    changes = Changes(home)
    changes.relabel([run.id], Relabel(name="new", note="why"))
    run.write_record(replace(run.record(), device="gpu", versions={"torch": "2"}, name="theirs"))
    assert changes.undo() == "Undone: new relabelled"
    record = run.record()
    assert (record.name, record.note, record.device, record.versions) == ("theirs", "", "gpu", {"torch": "2"})


def test_what_cannot_be_undone_for_good_makes_way_for_what_can(home: Home) -> None:
    kept, gone = finished_run(home, "kept"), finished_run(home, "gone")
    changes = Changes(home)
    changes.star([kept.id])
    changes.star([gone.id])
    changes.delete([gone.id])
    trash.empty(trash.trashed(home))
    with pytest.raises(UserError, match="gone is no longer in the trash"):
        changes.undo()
    with pytest.raises(UserError, match="gone is not there any more"):
        changes.undo()
    assert changes.undo() == "Undone: kept starred"


def test_what_the_disk_refuses_can_be_undone_later(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished_run(home, "a run")
    changes = Changes(home)
    changes.delete([run.id])
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(UserError, match="a run: No space left on device"):
            changes.undo()
    assert changes.undo() == "Undone: a run deleted"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(UserError, match="a run: No space left on device"):
            changes.delete([run.id])
    with pytest.raises(UserError, match="nothing to undo"):
        changes.undo()


def refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_run_that_cannot_be_read_is_deleted_but_not_labelled(home: Home) -> None:
    run = finished_run(home)
    (run.path / "run.json").write_text("\x1b]0;title\x07")
    changes = Changes(home)
    with pytest.raises(UserError, match="cannot be read"):
        changes.star([run.id])
    with pytest.raises(UserError, match="cannot be read"):
        changes.relabel([run.id], Relabel(note="x"))
    assert changes.delete([run.id]) == f"Deleted: {run.id}; u undoes it"
    assert changes.undo() == f"Undone: {run.id} deleted"


def test_only_the_latest_steps_are_kept(home: Home) -> None:
    run = make_run(home, name="-1")
    changes = Changes(home)
    for number in range(MOST_STEPS + 1):
        changes.relabel([run.id], Relabel(name=str(number)))
    for _ in range(MOST_STEPS):
        changes.undo()
    assert run.record().name == "0"
    with pytest.raises(UserError, match="nothing to undo"):
        changes.undo()


def test_changes_from_several_threads_follow_each_other(home: Home) -> None:
    run = make_run(home)
    before = run.record()
    changes = Changes(home)
    tags = [str(number) for number in range(8)]
    threads = [threading.Thread(target=changes.relabel, args=([run.id], Relabel(added=(tag,)))) for tag in tags]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.record().tags) == tags
    for _ in threads:
        changes.undo()
    assert run.record() == before


IDS = [f"20231114-220000-000000{number}" for number in range(3)]
CHOSEN = st.lists(st.sampled_from(IDS), min_size=1, max_size=3)
ACTIONS = st.one_of(
    st.builds(lambda ids: lambda changes: changes.star(ids), CHOSEN),
    st.builds(lambda ids: lambda changes: changes.delete(ids), CHOSEN),
    st.builds(lambda ids, wanted: lambda changes: changes.relabel(ids, wanted), CHOSEN, RELABELS),
    st.just(lambda changes: changes.undo()),
)


@settings(max_examples=40)
@given(st.lists(ACTIONS, max_size=8))
def test_after_whatever_was_done_undoing_all_brings_everything_back(actions: list[Callable[[Changes], str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder)).prepare()
        before = {}
        for id in IDS:
            run = Run(home.runs / id)
            run.path.mkdir()
            run.write_record(RunRecord(id, "a run", RunConfig(), 1.0, tags=("t",)))
            before[id] = run.record()
        changes = Changes(home)
        for act in actions:
            try:
                assert act(changes)
            except UserError as error:
                assert str(error)
        with pytest.raises(UserError, match="nothing to undo"):
            for _ in range(len(actions) + 1):
                changes.undo()
        assert {run.id: run.record for run in list_runs(home).runs} == before
