"""The console at the keyboard: what each key does, and what is shown of the runs that are there."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from engine.config.run_config import FIELDS, RunConfig
from engine.home import Home
from engine.runs.events import Paused, Progress, RunStopped
from engine.service.protocol import Continue, Drop, Move, Start
from tests.builders.consoles import (
    NOW,
    Engine,
    Live,
    append,
    board,
    finished,
    made_run,
    pane_text,
    predicted,
    run_console,
    seen,
    started,
    story,
    text_on,
    trained,
    until,
)
from tui.console.console import Console
from tui.dialogs.help import KeyList
from tui.drawing.glyphs import ASCII
from tui.drawing.styled_lines import plain
from tui.screens import loading
from tui.widgets.views import TITLES

TRAIN = {"run", "model", "loss", "accuracy", "digits", "history"}


def test_a_new_home_says_how_to_begin(home: Home) -> None:
    """You should see every pane of the first view, and F5 named in it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        assert seen(console) == TRAIN
        assert "F5 trains the network of the Model pane" in " ".join(pane_text(console, "run").split())
        assert "F5 Train" in text_on(console)

    run_console(home, scene)


def test_f5_asks_the_engine_for_the_run_the_form_describes(home: Home) -> None:
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: engine.asked)
        await pilot.press("e", "right", "escape", "escape", "t")
        await until(pilot, lambda: len(engine.asked) == 2)

    run_console(home, scene, engine=engine)
    first, second = engine.asked
    assert isinstance(first, Start) and first.config == RunConfig() and first.preset == "deep"
    assert isinstance(second, Start) and second.preset not in ("", "deep")


def test_a_form_with_mistakes_is_not_trained(home: Home) -> None:
    """You should see the Model pane in focus, the cursor on its wrong value, and until the next key what is amiss."""
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *["down"] * 3, *"many", *["pagedown"] * 6, "f5")
        await until(pilot, lambda: "values to correct are marked." in text_on(console))
        assert "1 value to correct" in pane_text(console, "model")
        await pilot.press(*"500")
        await until(pilot, lambda: "are marked." not in text_on(console))
        assert board(console).model.draft.config == RunConfig(train_size=500)

    async def smallest(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *["down"] * 3, *"many", "f5")
        await until(pilot, lambda: "values to correct are marked." in text_on(console))

    run_console(home, scene, engine=engine)
    run_console(home, smallest, size=(40, 12), engine=engine)
    assert not engine.asked


def test_letters_are_letters_while_typing_in_a_field(home: Home) -> None:
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *["down"] * 3, *"tzq2?")
        assert board(console).view.name == "Train" and not board(console).enlarged and console.screen is console.main
        assert "tzq2?" in text_on(console)
        await pilot.press("escape", "2")
        assert board(console).view.name == "Digits"

    run_console(home, scene, engine=engine)
    assert not engine.asked


def test_the_run_in_training_is_shown_as_it_goes_on(stocked_home: Home) -> None:
    """You should see the curves, figures and digits of the live run move, and in the end that it is finished."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "epoch 3/5" in pane_text(console, "run"))
        assert "running" in pane_text(console, "run")
        assert "Loss" in pane_text(console, "loss") and "deep on synthetic" in pane_text(console, "loss")
        await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
        before = pane_text(console, "loss")
        predicted(stocked_home, run, 4, 5)
        append(run, *trained(4, 5), finished())
        await until(pilot, lambda: "epoch 5/5" in pane_text(console, "run"))
        await until(pilot, lambda: "epoch 5 of 5" in pane_text(console, "digits"))
        run.lock.release()
        await until(pilot, lambda: "finished" in pane_text(console, "run"))
        assert pane_text(console, "loss") != before

    with Live(run):
        run_console(stocked_home, scene)


def test_the_previous_run_is_the_reference_another_can_be_and_none(stocked_home: Home) -> None:
    """You should see the previous run behind the charts, then the one under the cursor, none, and the previous."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "ref dropout" in pane_text(console, "loss"))
        board(console).reveal("history")
        await pilot.press("end", "b")
        await until(pilot, lambda: "ref shallow" in pane_text(console, "loss"))
        assert "ref test" in pane_text(console, "loss")
        await pilot.press("b")
        await until(pilot, lambda: "ref" not in pane_text(console, "loss") + pane_text(console, "accuracy"))
        board(console).reveal("loss")
        await pilot.press("b")
        await until(pilot, lambda: "ref dropout" in pane_text(console, "loss"))
        await pilot.press("b")
        await until(pilot, lambda: "ref" not in pane_text(console, "loss"))

    with Live(run):
        run_console(stocked_home, scene)


def test_synthetic_digits_are_named_wherever_their_figures_are(stocked_home: Home) -> None:
    """You should see the word in every pane that shows a figure, and the notice of the run."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
        for name in ("run", "loss", "accuracy", "digits", "confusion"):
            assert "synthetic" in pane_text(console, name).lower(), name
        assert "synth" in pane_text(console, "history")
        assert "stand in for it" in " ".join(pane_text(console, "run").split())
        await pilot.press("3")
        assert "on synthetic" in pane_text(console, "details")

    with Live(run):
        run_console(stocked_home, scene)


def test_loading_shows_how_far_it_is(home: Home) -> None:
    run = made_run(home, 1, "deep", Progress(time=NOW, task="downloading MNIST", done=30, total=100))

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "download" in pane_text(console, "run"))
        assert "30 %" in pane_text(console, "run")

    with Live(run):
        run_console(home, scene)


def test_p_pauses_and_resumes_a_run_that_somebody_else_trains(home: Home) -> None:
    """You should see the request in the run's directory, and the key change its meaning with the run."""
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    said: list[str] = []

    def taken() -> bool:
        word = run.take_request()
        said.extend([word] if word else [])
        return bool(word)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "running" in pane_text(console, "run"))
        await pilot.press("p")
        await until(pilot, taken)
        append(run, Paused(time=NOW + 2, step=1875, epoch=1))
        await until(pilot, lambda: "p Resume" in text_on(console))
        assert "paused" in pane_text(console, "run")
        await pilot.press("p")
        await until(pilot, taken)

    with Live(run):
        run_console(home, scene)
    assert said == ["pause", "resume"]


def test_the_learning_rate_of_a_live_run_is_set(home: Home) -> None:
    """You should see the rate it has, and type another, for which its trainer is asked."""
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    said: list[str] = []

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "running" in pane_text(console, "run"))
        await pilot.press("=")
        assert "The learning rate of deep" in text_on(console)
        await pilot.press(*"0.05", "enter")
        console.main.flush()
        said.append(run.take_request())

    with Live(run):
        run_console(home, scene)
    assert said == ["learning_rate=0.05"]


def test_s_stops_a_run_after_a_question(home: Home) -> None:
    """You should see a question that says it can be continued, and only `y` stop the run."""
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    said: dict[str, str] = {}

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "running" in pane_text(console, "run"))
        for answer in ("n", "escape", "enter", "y"):
            await pilot.press("s")
            await until(pilot, lambda: "It can be continued where it stops" in text_on(console))
            await pilot.press(answer)
            await until(pilot, lambda: console.screen is console.main)
            console.main.flush()
            said[answer] = run.take_request()

    with Live(run):
        run_console(home, scene)
    assert said == {"n": "", "escape": "", "enter": "", "y": "stop"}


def test_a_stopped_run_is_continued(home: Home) -> None:
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "p Continue" in text_on(console))
        assert "interrupted" in pane_text(console, "run")
        await pilot.press("p")
        await until(pilot, lambda: engine.asked)

    run_console(home, scene, engine=engine)
    assert engine.asked == [Continue(run=run.id)]


def test_a_run_taken_out_of_the_queue_is_queued_again_and_offered_no_checkpoint(home: Home) -> None:
    """You should see that it is out of the queue, and the key that puts it there again."""
    run = made_run(
        home, 1, "deep", RunStopped(epoch=0, step=0, test_loss=0.0, test_accuracy=0.0, seconds=0.0, reason="")
    )
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "p Queue" in text_on(console) and "unqueued" in pane_text(console, "run"))
        await pilot.press("p")
        await until(pilot, lambda: engine.asked)

    run_console(home, scene, engine=engine)
    assert engine.asked == [Continue(run=run.id)]


def test_a_waiting_run_is_moved_and_taken_out_of_the_queue(home: Home) -> None:
    live = made_run(home, 1, "deep", started(), *trained(1, 1))
    waiting = made_run(home, 2, "dropout")
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "running" in pane_text(console, "run"))
        board(console).reveal("history")
        await pilot.press("home")
        await until(pilot, lambda: "s Unqueue" in text_on(console))
        await pilot.press("less_than_sign", "greater_than_sign", "s")
        await until(pilot, lambda: len(engine.asked) == 3)

    with Live(live), Live(waiting):
        run_console(home, scene, engine=engine)
    assert engine.asked == [Move(run=waiting.id, by=-1), Move(run=waiting.id, by=1), Drop(run=waiting.id)]


def test_queueing_another_run_leaves_the_one_in_training_on_the_screen(home: Home) -> None:
    live = made_run(home, 1, "deep", started(), *trained(1, 1))
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "running" in pane_text(console, "run"))
        await pilot.press("f5")
        await until(pilot, lambda: "Queued" in text_on(console))
        assert "deep" in pane_text(console, "run")

    with Live(live):
        run_console(home, scene, engine=engine)


def test_the_settings_of_any_run_can_be_used_again(home: Home) -> None:
    config = RunConfig(hidden=(32,), learning_rate=0.05, dataset="synthetic")
    old = made_run(home, 1, "small", started(), *trained(1, 5), finished(), config=config)
    made_run(home, 2, "deep", started(), *trained(1, 5), finished())
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        board(console).reveal("history")
        await pilot.press("end", "r")
        assert board(console).model.draft.config == config
        await pilot.press("f5")
        await until(pilot, lambda: engine.asked)

    run_console(home, scene, engine=engine)
    (request,) = engine.asked
    assert isinstance(request, Start) and request.config == config and request.parent == old.id


def test_enter_in_the_history_shows_that_run(home: Home) -> None:
    made_run(home, 1, "first", started(), *trained(1, 5), finished())
    made_run(home, 2, "second", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "second" in pane_text(console, "run"))
        await pilot.press("3", "end")
        await until(pilot, lambda: "first" in pane_text(console, "details"))
        await pilot.press("enter")
        await until(pilot, lambda: "first" in pane_text(console, "run"))
        assert board(console).view.name == "Train"

    run_console(home, scene)


def test_the_views(home: Home) -> None:
    views = {
        "2": {"digits", "confusion"},
        "3": {"history", "details"},
        "4": {"curves", "figures"},
        "5": {"rivals", "shifts"},
        "1": TRAIN,
    }

    async def scene(pilot: Pilot[None], console: Console) -> None:
        for key, panes in views.items():
            await pilot.press(key)
            await pilot.pause()
            assert seen(console) == panes

    run_console(home, scene)


def test_z_gives_the_focused_pane_the_whole_screen(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        board(console).reveal("history")
        await pilot.press("z")
        await pilot.pause()
        assert seen(console) == {"history"}
        assert board(console).pane("history").region.width == 120
        await pilot.press("escape")
        await pilot.pause()
        assert seen(console) == TRAIN

    run_console(home, scene)


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 5)])
def test_panes_are_tabs_in_a_small_terminal(home: Home, size: tuple[int, int]) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "100 %" in pane_text(console, "run"))
        visited = []
        for _ in range(6):
            assert len(seen(console) - {"run"}) == 1 or size[1] < 10
            visited.append(board(console).current)
            await pilot.press("tab")
            await pilot.pause()
        assert visited == ["loss", "accuracy", "model", "digits", "history", "loss"]

    run_console(home, scene, size)


def test_the_smallest_terminal_has_the_keys_of_the_pane_and_the_way_to_the_others(home: Home) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "100 %" in pane_text(console, "run"))
        await pilot.press("3")
        await until(pilot, lambda: " F5 Train / Filter ⏎ Show ←→ Sort ? more" in text_on(console))
        await pilot.press("2")
        await until(pilot, lambda: " F5 Train w Wrong o Order c Class ? more" in text_on(console))

    run_console(home, scene, (40, 12))


def test_old_objects_are_collected_while_the_console_stays_open(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MINUTE", 0.05)
    collected: list[int] = []

    def keep(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            collected.append(info["generation"])

    async def scene(pilot: Pilot[None], console: Console) -> None:
        collected.clear()
        await until(pilot, lambda: collected.count(2) >= 2)

    gc.callbacks.append(keep)
    try:
        run_console(home, scene)
    finally:
        gc.callbacks.remove(keep)


def test_the_collector_does_not_go_through_the_runs_that_were_listed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should not feel it at the keyboard once a minute, however long the history is."""
    monkeypatch.setattr("tui.workers.run_follower.AT_ONCE", 0)
    made_run(home, 1, "deep", started(), *trained(1, 1), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, console.main.filled.is_set)
        monkeypatch.setattr("tui.workers.run_follower.AT_ONCE", 500)
        await until(pilot, lambda: console.main.following.runs)
        listed = console.main.following.runs[0]
        await until(pilot, lambda: not any(known is listed for known in gc.get_objects()))

    run_console(home, scene)


def test_any_size_at_any_moment(stocked_home: Home) -> None:
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
        for size in ((200, 60), (80, 24), (40, 12), (20, 5), (1, 1), (3, 50), (300, 4), (120, 40)):
            for key in "1234":
                await pilot.resize_terminal(*size)
                await pilot.press(key)
        await pilot.press("1")
        await pilot.pause()
        assert seen(console) == TRAIN

    with Live(run):
        run_console(stocked_home, scene)


def test_panes_have_their_frames_again_after_a_small_terminal(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("3")
        await pilot.resize_terminal(40, 12)
        await pilot.press("z")
        await pilot.resize_terminal(120, 40)
        await pilot.press("z")
        await until(pilot, lambda: seen(console) == {"history", "details"})
        assert {board(console).pane(name).styles.border_top[0] for name in seen(console)} == {"solid"}

    run_console(home, scene)


def test_mistakes_are_one_key_away_and_the_matrix_leads_to_its_digits(stocked_home: Home) -> None:
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
        await pilot.press("w")
        assert "1 of 500 mistakes" in pane_text(console, "digits")
        await pilot.press("2", "tab", "W", "enter")
        await until(pilot, lambda: " → " in pane_text(console, "digits").splitlines()[2])
        assert console.focused is board(console).pane("digits").content

    with Live(run):
        run_console(stocked_home, scene)


def test_earlier_epochs_can_be_looked_at(stocked_home: Home) -> None:
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
        board(console).reveal("digits")
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "epoch 2 of 5" in pane_text(console, "digits"))
        predicted(stocked_home, run, 4)
        append(run, *trained(4, 4))
        await until(pilot, lambda: "epoch 4/5" in pane_text(console, "run"))
        assert "epoch 2 of 5" in pane_text(console, "digits")
        await pilot.press("{")
        await until(pilot, lambda: "epoch 1 of 5" in pane_text(console, "digits"))
        await pilot.press("}")
        await until(pilot, lambda: "epoch 4 of 5" in pane_text(console, "digits"))

    with Live(run):
        run_console(stocked_home, scene)


def test_the_charts_are_named_by_what_tells_a_run_from_its_reference(home: Home) -> None:
    """You should see the seed of the run, and not what it shares with the one behind it."""
    for seed in (1, 2):
        config = RunConfig(dataset="synthetic", hidden=(256, 128), activation=("tanh",), epochs=5, seed=seed)
        made_run(home, seed, "deep", started(), *trained(1, 5), finished(), config=config)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.reference is not None)
        await until(pilot, lambda: "Loss  seed 2 · deep on synthetic" in text_on(console))
        assert board(console).pane("loss").title == "seed 2 · deep on synthetic, ref deep"
        assert "deep · tanh · 256,128 · seed 2" in pane_text(console, "run")

    run_console(home, scene)


def test_charts_share_how_they_are_looked_at(home: Home) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "step" in pane_text(console, "accuracy"))
        board(console).reveal("loss")
        await pilot.press("x")
        await until(pilot, lambda: "5k" not in pane_text(console, "accuracy"))
        await pilot.press("left")
        await until(pilot, lambda: "epoch 5.00" in pane_text(console, "accuracy"))

    run_console(home, scene)


def test_help_lists_every_binding(home: Home) -> None:
    """You should see each key of the console and of its panes with what it does."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        text = "\n\n" + "\n".join(plain(line) for line in console.screen.query_one(KeyList).lines(120))
        for section in ("Anywhere", "Loss, Accuracy", *(set(TITLES.values()) - {"Run", "Loss", "Accuracy"})):
            assert f"\n\n{section}\n" in text
        for words in ("F5 t", "Pause this run", "Only the digits it gets wrong", "The most frequent mistake", "Quit"):
            assert words in text
        await pilot.press("escape")
        assert console.screen is console.main

    run_console(home, scene)


def test_help_begins_with_the_keys_of_the_pane_one_is_in(home: Home) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("3", "question_mark")
        await until(pilot, lambda: "Mark all from the run marked last" in text_on(console))

    run_console(home, scene)


def test_with_no_runs_nothing_is_offered_to_be_done_to_them(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        for action in ("relabel", "delete", "star"):
            assert console.main.check_action(action, ()) is None
        await pilot.press("3", "d", "n", "*")
        await pilot.pause()
        assert console.screen is console.main and "Nothing to change" not in text_on(console)

    run_console(home, scene)


def test_the_palette_finds_and_does_what_a_pane_can(home: Home) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "step" in pane_text(console, "loss"))
        titles = [command.title for command in console.get_system_commands(console.main)]
        assert len(titles) == len(set(titles)) > 50
        assert {"Fork", "Export", "History: Filter"} <= set(titles)
        assert {"Pause", "Resume", "Stop", "Rate", "Unqueue", "Earlier"}.isdisjoint(titles), "the run has finished"
        await pilot.press("4")
        await until(pilot, lambda: board(console).view.name == "Compare")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "does it" in text_on(console))
        await pilot.press(*"history show")
        await until(pilot, lambda: "history show" in text_on(console) and "History: Show" in text_on(console))
        await pilot.press("enter")
        await until(pilot, lambda: console.screen is console.main and board(console).view.name == "Train")

    run_console(home, scene)


def test_an_engine_that_is_gone_is_offered_again(home: Home) -> None:
    """You should see that it is gone, and a question that starts another."""
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "0.8 s an epoch" in pane_text(console, "model"))
        engine.gone = True
        console.main.threads.engine.estimate(RunConfig(epochs=7))
        await until(pilot, lambda: "Start another engine?" in text_on(console))
        assert "no engine: F5 starts one" in text_on(console)
        await pilot.press("y")
        await until(pilot, lambda: "no engine" not in text_on(console))
        assert not engine.gone

    run_console(home, scene, engine=engine)


def test_the_estimate_and_the_memory_of_the_device(home: Home) -> None:
    run = made_run(home, 1, "deep", started(), *trained(1, 1))
    engine = Engine()
    engine.devices = (replace(engine.devices[0], run=run.id),)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "0.8 s an epoch" in pane_text(console, "model"))
        await until(pilot, lambda: "memory 2.0/8 GiB" in pane_text(console, "run"))

    with Live(run):
        run_console(home, scene, engine=engine)


def test_foreign_text_is_shown_as_it_is(home: Home) -> None:
    """You should see brackets as brackets, in titles, lists and messages."""
    name = "[red]x[/] [@click=app.quit]"
    made_run(home, 1, name, started(), *trained(1, 1))

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "[red]x[/]" in text_on(console))
        assert "[red]x[/] [@click=app.quit]" in text_on(console)
        await pilot.press("4")
        await until(pilot, lambda: "A [red]x[/]" in text_on(console))
        await pilot.press("s", "b")
        await until(pilot, lambda: "[red]x[/]" in text_on(console))
        await pilot.press("3")
        assert "[red]x[/]" in text_on(console)

    run_console(home, scene)


def test_ascii_alone_where_nothing_else_can_be_shown(home: Home) -> None:
    made_run(home, 1, "deep", started(), *trained(1, 5), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "step" in pane_text(console, "accuracy"))
        for key in "1234":
            await pilot.press(key)
            await pilot.pause()
        for name in ("run", "model", "loss", "history", "details", "digits"):
            assert pane_text(console, name).isascii(), name

    run_console(home, scene, glyphs=ASCII)


@pytest.mark.parametrize(("size", "row"), [((120, 40), 0), ((80, 24), 1)])
def test_slow_link_and_theme(home: Home, size: tuple[int, int], row: int) -> None:
    """You should see that the link is slow in the row that has room for it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("f2")
        await until(pilot, lambda: "slow link" in text_on(console).splitlines()[row])
        await pilot.press("f2", "f3")
        await until(pilot, lambda: "slow link" not in text_on(console).splitlines()[row])
        assert console.theme == "textual-light"

    run_console(home, scene, size)


def test_trouble_in_a_thread_is_a_message(home: Home) -> None:
    """You should see what went wrong, and a console that goes on."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        def fail(run_id: str) -> None:
            raise ValueError("[b]broken[/b]")

        console.main.threads.follower._lister.news = fail  # type: ignore[assignment, method-assign]
        await until(pilot, lambda: "cannot be followed" in text_on(console))
        await pilot.press("2")
        assert board(console).view.name == "Digits"

    run_console(home, scene)


def test_a_wheel_of_fields_fits_the_form(home: Home) -> None:
    """You should be able to reach the last field by the arrow keys."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *["down"] * len(FIELDS))
        assert FIELDS[-1].label in pane_text(console, "model")

    run_console(home, scene)


def test_a_slow_link_carries_lighter_digits(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see the digit drawn in braille instead of half blocks, and the words `slow link`, until F2 again."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "▀" in pane_text(console, "digits"))
        await pilot.press("f2")
        await until(pilot, lambda: "▀" not in pane_text(console, "digits"))
        assert "slow link" in text_on(console)
        await pilot.press("f2")
        await until(pilot, lambda: "▀" in pane_text(console, "digits"))

    run_console(stocked_home, scene)
