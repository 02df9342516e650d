"""The two panes of the disagreement of runs, read from a home and followed."""

from __future__ import annotations

import numpy as np
import pytest
from textual.pilot import Pilot

from engine.comparison.disagreement import Choice, Kind, labels_of
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import RunState
from tests.builders import followed_runs as runs
from tests.builders.consoles import until
from tests.builders.predictions import write_predictions
from tests.builders.stage import Stage, play, text_of
from tests.engine.comparison.test_disagreement import kept_run
from tui.drawing.glyphs import UNICODE
from tui.panes.digits.gallery_pane import ViewsRead
from tui.panes.disagreement.difference_widget import ConfusionDifferences
from tui.panes.disagreement.pane import HOW_TO, Disagreements
from tui.panes.disagreement.widget import DisagreementDigits
from tui.widgets.bindings import with_keys
from tui.widgets.pane_frame import Pane
from tui.workers.messages import Trouble

NAMES = ("A deep", "B dropout")
SIZE = (140, 40)


def followed(run: Run, epochs: int = 1) -> RunSnapshot:
    state: RunState = runs.state(runs.started(), *(runs.epoch(number + 1) for number in range(epochs)))
    return RunSnapshot(run.record(), state, True)


@pytest.fixture
def two(stocked_home: Home) -> tuple[Run, Run]:
    """Run A has the first digit wrong, run B the next two, after their only epoch."""
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    a, b = labels.copy(), labels.copy()
    a[:1] = (labels[:1] + 1) % 10
    b[1:3] = (labels[1:3] + 1) % 10
    return kept_run(stocked_home, "a", a), kept_run(stocked_home, "b", b)


def panes_of(actor: Disagreements) -> tuple[DisagreementDigits, ConfusionDifferences]:
    return actor.query_one(DisagreementDigits), actor.query_one(ConfusionDifferences)


def test_it_tells_how_to_choose_runs_then_shows_them(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)
    a, b = map(followed, two)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        await pilot.pause()
        rivals, shifts = panes_of(actor)
        assert " ".join(" ".join(text_of(rivals)).split()) == with_keys(HOW_TO)
        actor.show(a, b, NAMES)
        await until(pilot, lambda: actor.is_complete)
        assert text_of(rivals)[1].startswith("A alone right 2 · B alone right 1 · both wrong 0 · both right")
        assert "worse by 1" in text_of(shifts)[0]
        assert [str(pane.border_title).split("  ")[1] for pane in actor.query(Pane)] == [
            "A deep against B dropout", "B dropout less A deep",
        ]  # fmt: skip
        actor.show(None, None, ("", ""))
        assert not actor.is_complete
        assert " ".join(" ".join(text_of(shifts)).split()) == with_keys(HOW_TO)

    play(actor, scene, SIZE, home=stocked_home)


def test_epochs_are_followed_until_they_are_scrubbed(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)
    actor.every = 0.01
    labels = labels_of(stocked_home, two[0].record())

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        actor.show(followed(two[0]), followed(two[1]), NAMES)
        await actor.mount_panes()
        rivals, _ = panes_of(actor)
        await until(pilot, lambda: actor.is_complete)
        write_predictions(two[0], 2, np.eye(10, dtype=np.float32)[labels])
        actor.show(followed(two[0], 2), followed(two[1]), NAMES)
        await until(pilot, lambda: rivals.view is not None and rivals.view.epoch == 2)
        rivals.focus()
        await pilot.press("[")
        await until(pilot, lambda: rivals.view is not None and rivals.view.epoch == 1)
        write_predictions(two[1], 2, np.eye(10, dtype=np.float32)[labels])
        write_predictions(two[1], 3, np.eye(10, dtype=np.float32)[labels])
        actor.show(followed(two[0], 2), followed(two[1], 3), NAMES)
        await until(pilot, lambda: rivals.view is not None and rivals.view.epochs == (1, 2, 3))
        assert rivals.view is not None and rivals.view.epoch == 1
        await pilot.press("}")
        await until(pilot, lambda: rivals.view is not None and rivals.view.epoch == 3)

    play(actor, scene, SIZE, home=stocked_home)


def test_what_is_the_same_is_not_read_again(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)
    actor.every = 0.01

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        for _ in range(3):
            actor.show(followed(two[0]), followed(two[1]), NAMES)
        await until(pilot, lambda: actor.is_complete)
        view = panes_of(actor)[0].view
        for _ in range(3):
            actor.show(followed(two[0]), followed(two[1]), NAMES)
            await pilot.pause(0.02)
        assert panes_of(actor)[0].view is view

    play(actor, scene, SIZE, home=stocked_home)


def test_a_cell_goes_to_its_digits(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        actor.show(followed(two[0]), followed(two[1]), NAMES)
        await until(pilot, lambda: actor.is_complete)
        rivals, shifts = panes_of(actor)
        shifts.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert rivals.selection == Choice(Kind.DIFFERENT, *shifts.selected)
        assert rivals.selected in (0, 1, 2)
        assert len(stage.kept) == 1

    play(actor, scene, SIZE, kept=[ConfusionDifferences.CellSelected], home=stocked_home)


def test_runs_that_cannot_be_compared_are_told_in_both_panes(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)
    other = kept_run(stocked_home, "other", fingerprint="other")

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        actor.show(followed(two[0]), followed(other, 0), NAMES)
        await until(pilot, lambda: "They were not tested" in text_of(panes_of(actor)[0])[0])
        assert text_of(panes_of(actor)[1])[0] == "They were not tested on the same digits"
        actor.show(followed(two[0]), followed(two[1]), NAMES)
        await until(pilot, lambda: actor.is_complete)

    play(actor, scene, SIZE, home=stocked_home)


def test_an_error_in_the_thread_is_told(
    stocked_home: Home, two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("tui.panes.disagreement.pane.read_views", fail)
    actor = Disagreements(UNICODE)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        actor.show(followed(two[0]), followed(two[1]), NAMES)
        await until(pilot, lambda: "no such thing" in " ".join(text_of(panes_of(actor)[0])))

    play(actor, scene, SIZE, home=stocked_home)


def test_an_epoch_that_cannot_be_read_leaves_what_is_shown(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)
    labels = labels_of(stocked_home, two[0].record())
    write_predictions(two[0], 2, np.eye(10, dtype=np.float32)[labels])
    (two[0].predictions_path / "epoch-0001.npy").write_bytes(b"damaged")

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        actor.show(followed(two[0], 2), followed(two[1]), NAMES)
        await until(pilot, lambda: actor.is_complete)
        rivals, _ = panes_of(actor)
        rivals.focus()
        await pilot.press("[")
        await until(pilot, lambda: stage.kept)
        assert [message.text for message in stage.kept if isinstance(message, Trouble)] == [
            f"{two[0].id} has kept no predictions of epoch 1"
        ]
        assert rivals.view is not None and rivals.view.epoch == 2

    play(actor, scene, SIZE, kept=[Trouble], home=stocked_home)


def test_an_answer_that_is_no_longer_wanted_is_dropped(stocked_home: Home, two: tuple[Run, Run]) -> None:
    actor = Disagreements(UNICODE)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await actor.mount_panes()
        actor.show(followed(two[0]), followed(two[1]), NAMES)
        await until(pilot, lambda: actor.is_complete)
        wanted = actor._pairing
        assert wanted is not None
        actor.show(None, None, ("", ""))
        rivals, shifts = panes_of(actor)
        actor.post_message(ViewsRead(wanted, None, None, "too late"))
        await pilot.pause()
        assert "too late" not in " ".join([*text_of(rivals), *text_of(shifts)])

    play(actor, scene, SIZE, home=stocked_home)
