"""The model pane under the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from engine.config.choices import ACTIVATIONS
from engine.config.presets import Preset
from engine.config.run_config import BY_NAME, FIELDS, RunConfig
from tests.builders.stage import Neighbour, Stage, play, text_of
from tui.panes.model.drawing import NAMES
from tui.panes.model.widget import Model
from tui.widgets.bars import KeyBar
from tui.widgets.drawn_editor import DrawnEditor

DEEP = Preset("deep", "Two hidden layers", "The first signs of overfitting.", RunConfig(), None)
TANH = Preset("tanh", "Two hidden layers, tanh", "Slower.", RunConfig(activation=("tanh",), epochs=10), None)
DOWN_TO_HIDDEN = ["down"] * (FIELDS.index(BY_NAME["hidden"]) + 1)
UP_FROM_HIDDEN = ["up"] * len(DOWN_TO_HIDDEN)
DOWN_TO_BATCH_SIZE = ["down"] * (FIELDS.index(BY_NAME["batch_size"]) + 1)
DOWN_TO_GROUP = ["down"] * (len(FIELDS) + 1)
DOWN_TO_OPTIMISER = ["down"] * (FIELDS.index(BY_NAME["optimiser"]) + 1)
SIZE = (60, 36)


def model() -> Model:
    return Model((DEEP, TANH))


def line(form: Model, label: str) -> str:
    return next(line for line in text_of(form) if label in line)


def test_the_form_begins_with_the_preset_of_the_defaults() -> None:
    assert Model((TANH, DEEP)).draft.preset == "deep"
    assert Model((TANH, DEEP)).draft.config == Model(()).draft.config == RunConfig()


def test_typing_replaces_a_value_and_is_told_at_every_key() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"20,x")
        changes = [message for message in stage.kept if isinstance(message, Model.Changed)]
        assert [change.config and change.config.hidden for change in changes] == [(2,), (20,), None, None]
        assert [problem.field for problem in changes[-1].problems] == ["hidden"]
        assert form.draft.problems
        assert "1 value to correct" in text_of(form)[0]
        await pilot.press("backspace", "5", "enter")
        assert form.draft.config == RunConfig(hidden=(20, 5))
        assert text_of(form)[0] == "784 → 20 relu → 5 relu → 10"
        assert line(form, "Hidden layers").startswith("• Hidden layers    20,5")

    play(form, scene, SIZE, kept=[Model.Changed])


def test_no_letter_is_a_key_in_the_form() -> None:
    """You should be able to type whatever a field may say, and a whole word into a choice, and start nothing by it."""
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"pqz1", *DOWN_TO_GROUP[len(DOWN_TO_HIDDEN) :], *"pq z1")
        assert form.draft.group == "pq z1"
        await pilot.press(*["up"] * 2, *"pqz1 autograd")
        assert stage.letters == ""
        stage.query_one(Neighbour).focus()
        await pilot.press("p")
        assert stage.letters == "p"

    play(form, scene, SIZE)


def test_choices_turn_by_arrows_and_follow_what_is_typed() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("down", "down", "right")
        assert form.draft.config == RunConfig(scaling="standard")
        await pilot.press("left", "left", "right", "space")
        assert form.draft.config == RunConfig()
        await pilot.press(*DOWN_TO_OPTIMISER[2:], "a")
        assert form.draft.config == RunConfig(optimiser="adam")
        await pilot.press(*"damw")
        assert form.draft.config == RunConfig(optimiser="adamw")
        await pilot.press("x")
        assert stage.kept[-1:] == [KeyBar.Hint("No choice here begins with x: sgd, adam, adamw, rmsprop")]
        await pilot.press("r")
        assert form.draft.config == RunConfig(optimiser="rmsprop")
        await pilot.press("up", "down", "S")
        assert form.draft.config == RunConfig()

    play(form, scene, SIZE, kept=[KeyBar.Hint])


def test_what_is_typed_is_completed_to_a_word() -> None:
    """You should get tanh by typing tan, whether you go on, train or undo."""
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, "down", *"tan")
        assert form.draft.config == RunConfig(activation=("tanh",))
        assert line(form, "Activation").startswith("• Activation       tanh")
        await pilot.press("enter", "up")
        assert form.query_one(DrawnEditor).value == "tanh"
        await pilot.press(*"sig,leak", "tab")
        assert form.draft.config == RunConfig(activation=("sigmoid", "leaky-relu"))
        await pilot.press("shift+tab", *"zzz")
        assert form.draft.config is None

    play(form, scene, SIZE)


def test_enter_lists_what_may_stand_in_a_field_and_goes_on_once_something_was_typed() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("enter", "x")
        await pilot.press(*DOWN_TO_HIDDEN, "down", "enter")
        await pilot.press("down", *DOWN_TO_OPTIMISER[len(DOWN_TO_HIDDEN) + 2 :], "enter", "a", "enter", "enter")
        wanted = [message for message in stage.kept if isinstance(message, Model.ListWanted)]
        assert [(one.name, one.label, one.chosen, one.typed) for one in wanted] == [
            ("preset", "Preset", "deep", ""), ("preset", "Preset", "deep", "x"),
            ("activation", "Activation", "relu", ""), ("optimiser", "Optimiser", "sgd", ""),
        ]  # fmt: skip
        assert [*wanted[2].meanings] == [*ACTIVATIONS] and all(wanted[2].meanings.values())
        assert form.draft.config == RunConfig(optimiser="adam")
        form.choose("activation", "elu")
        assert form.draft.config == RunConfig(optimiser="adam", activation=("elu",))

    play(form, scene, SIZE, kept=[Model.ListWanted])


@pytest.mark.parametrize(
    ("name", "value", "listed"),
    [
        ("batch_size", "128", ["1", "16", "32", "64", "128", "256", "1024", "full"]),
        ("device", "cuda:1", ["auto", "cpu", "cuda:1"]),
    ],
)
def test_usual_values_of_a_field_that_is_written_are_listed(name: str, value: str, listed: list[str]) -> None:
    """You should get batch sizes with what they make of an epoch, and the devices that there are."""
    form = model()
    form.know_devices({"cpu": "8 cores", "cuda:1": "a card"})

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*["down"] * NAMES.index(name), "enter")
        wanted = stage.kept[-1]
        assert isinstance(wanted, Model.ListWanted) and [*wanted.meanings] == listed and all(wanted.meanings.values())
        form.choose(name, value)
        assert form.draft.text(name) == value and form.draft.config is not None

    play(form, scene, SIZE, kept=[Model.ListWanted])


def test_of_several_words_the_list_replaces_the_last() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, "down", *"tanh,relu")
        form.choose("activation", "elu")
        assert form.draft.config == RunConfig(activation=("tanh", "elu"))
        assert form.query_one(DrawnEditor).value == "tanh,elu"

    play(form, scene, SIZE)


def test_a_preset_is_all_that_stands_in_the_form_and_can_be_undone() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert form.draft.preset == "deep"
        await pilot.press(*DOWN_TO_HIDDEN, *"32", "escape", *UP_FROM_HIDDEN, "right")
        assert form.draft.preset == "tanh"
        assert form.draft.config == TANH.config
        await pilot.press("left", "right", "left")
        assert form.draft.config == DEEP.config
        await pilot.press("ctrl+u")
        assert (form.draft.preset, form.draft.config) == ("deep", RunConfig(hidden=(32,)))
        await pilot.press("ctrl+u")
        assert form.draft.config == RunConfig()
        await pilot.press("ctrl+u")
        assert form.draft.config == RunConfig()

    play(form, scene, SIZE)


def test_what_is_not_as_the_preset_has_it_says_so_and_goes_back() -> None:
    """You should see what the preset has beside what you typed, and never the preset's words above other settings."""
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"32")
        assert "deep has 128,64. Width of each hidden layer" in "\n".join(text_of(form))
        await pilot.press(*UP_FROM_HIDDEN)
        shown = "\n".join(text_of(form))
        assert "• Preset" in shown and "Changed from deep: Hidden layers" in shown
        assert DEEP.title not in shown and DEEP.summary not in shown
        await pilot.press("ctrl+r")
        shown = "\n".join(text_of(form))
        assert form.draft.config == RunConfig()
        assert "• " not in shown and DEEP.summary in shown
        await pilot.press("ctrl+u")
        assert form.draft.config == RunConfig(hidden=(32,))

    play(form, scene, SIZE)


def test_one_undo_takes_back_what_was_typed_in_one_field() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"32,16", "down", *"elu", "ctrl+u")
        assert form.draft.config == RunConfig(hidden=(32, 16))
        assert form.query_one(DrawnEditor).value == "relu"
        form.show(TANH.config, "tanh", "a run")
        assert (form.draft.parent, form.draft.preset) == ("a run", "tanh")
        await pilot.press("ctrl+u")
        assert (form.draft.parent, form.draft.config) == ("", RunConfig(hidden=(32, 16)))
        await pilot.press("ctrl+u")
        assert form.draft.config == RunConfig()

    play(form, scene, SIZE)


def test_undo_changes_nothing_where_nothing_is_left_to_undo() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, "ctrl+u", "2", "ctrl+u", "ctrl+u", "ctrl+u")
        assert form.draft.config == RunConfig()
        assert line(form, "Hidden layers").startswith("  Hidden layers    128,64")

    play(form, scene, SIZE)


def test_a_form_that_can_be_trained_can_be_saved() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"x", "ctrl+s")
        assert not stage.kept
        await pilot.press("backspace", "8", "ctrl+s")
        assert stage.kept == [Model.SaveWanted(RunConfig(hidden=(8,)))]

    play(form, scene, SIZE, kept=[Model.SaveWanted])


def test_keys_in_the_form_lay_out_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout of the whole screen takes longer than a key may."""
    form, laid_out = model(), []
    original = Screen._refresh_layout

    def counted(self: Screen[None], *arguments: Any, **more: Any) -> None:
        laid_out.append(self)
        original(self, *arguments, **more)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("down")
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await pilot.press(
            *["down"] * FIELDS.index(BY_NAME["momentum"]), *"0.123", "up", "right", "ctrl+r", "ctrl+u", "tab", "a"
        )
        assert not laid_out
        assert form.draft.changes

    play(form, scene, SIZE)


def test_a_field_goes_back_to_its_preset() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"32", "down", *"elu", "ctrl+r")
        assert form.draft.config == RunConfig(hidden=(32,))
        assert form.query_one(DrawnEditor).value == "relu"
        await pilot.press("ctrl+u")
        assert form.draft.config == RunConfig(hidden=(32,), activation=("elu",))

    play(form, scene, SIZE)


def test_tab_goes_from_field_to_field_once_inside_and_else_from_pane_to_pane() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("tab")
        assert isinstance(stage.focused, Neighbour)
        await pilot.press("shift+tab")
        assert form.has_focus
        await pilot.press("down", "tab", "tab", *"500", "tab", *"0.1", "shift+tab")
        assert form.draft.config == RunConfig(train_size=500, validation=0.1)
        assert form.query_one(DrawnEditor).has_focus
        stage.query_one(Neighbour).focus()
        await pilot.press("shift+tab")
        assert form.query_one(DrawnEditor).is_open
        assert form.query_one(DrawnEditor).value == "500"
        await pilot.press("tab")
        assert isinstance(stage.focused, Neighbour)

    play(form, scene, SIZE)


def test_there_is_an_editor_once_somebody_has_come_to_the_form() -> None:
    form, other = model(), model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await stage.mount(other)
        assert not other.query(DrawnEditor)
        other.focus()
        await pilot.press("down")
        assert other.query(DrawnEditor)

    play(form, scene, SIZE)


def test_tab_leaves_after_the_last_field_and_before_the_first() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("down", *["tab"] * (len(FIELDS) + 1))
        assert form.query_one(DrawnEditor).has_focus
        await pilot.press("tab")
        assert isinstance(stage.focused, Neighbour)
        form.focus()
        await pilot.press("up", *["pageup"] * 8, "shift+tab")
        assert isinstance(stage.focused, Neighbour)
        assert not form.query_one(DrawnEditor).is_open

    play(form, scene, SIZE)


def test_enter_goes_on_to_the_next_field() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        past_train_size = ["enter"] * (len(DOWN_TO_HIDDEN) - 3)
        await pilot.press("down", "down", *"sta", "enter", *"500", *past_train_size, *"20", "enter")
        assert form.draft.config == RunConfig(scaling="standard", train_size=500, hidden=(20,))
        assert form.query_one(DrawnEditor).value == "relu"

    play(form, scene, SIZE)


def test_words_are_completed() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, "down", *"relu,ta")
        await pilot.pause()
        await pilot.press("right")
        assert form.draft.config == RunConfig(activation=("relu", "tanh"))

    play(form, scene, SIZE)


def test_leaving_with_the_mouse_closes_the_editor() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN)
        assert form.query_one(DrawnEditor).is_open
        await pilot.click(Neighbour)
        await pilot.pause()
        assert not form.query_one(DrawnEditor).is_open

    play(form, scene, SIZE)


def test_the_mouse_edits_and_lists() -> None:
    """You should get the list of a choice, and in a field that is written the cursor where you clicked."""
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        row = next(y for y, text in enumerate(text_of(form)) if "Optimiser" in text)
        await pilot.click(form, offset=(22, row))
        assert isinstance(stage.kept[-1], Model.ListWanted) and stage.kept[-1].name == "optimiser"
        row = next(y for y, text in enumerate(text_of(form)) if "Batch size" in text)
        await pilot.click(form, offset=(22, row))
        await pilot.press(*"648")
        assert form.draft.config == RunConfig(batch_size=648)
        await pilot.click(form, offset=(21, row))
        await pilot.press("1")
        assert form.draft.config == RunConfig(batch_size=6418)

    play(form, scene, SIZE, kept=[Model.ListWanted])


def test_another_configuration_fills_the_form() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        config = TANH.config.replace({"dropout": 0.5})
        await pilot.press(*DOWN_TO_HIDDEN, "down")
        form.show(config, "tanh")
        await pilot.pause()
        assert form.draft.config == config
        assert form.query_one(DrawnEditor).value == "tanh"
        assert line(form, "Dropout").startswith("• Dropout          0.5")
        form.show(config, "gone")
        assert form.draft.preset == ""
        assert form.draft.config == config

    play(form, scene, SIZE)


def test_an_estimate_stands_beside_the_parameters() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        form.show_estimate(0.83)
        await pilot.pause()
        assert text_of(form)[1] == "109,386 parameters, 0.83 s an epoch"
        form.show_estimate(None)
        await pilot.pause()
        assert text_of(form)[1] == "109,386 parameters"

    play(form, scene, SIZE)


def test_several_seeds_are_trained_once_in_a_group_that_stays() -> None:
    """You should see five runs announced, a mistake marked, and one run again after they have been asked for."""
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        form.show_estimate(1.0)
        await pilot.press(*DOWN_TO_GROUP, *"sweep", "down", "5")
        assert (form.draft.config, form.draft.group, form.draft.seeds) == (RunConfig(), "sweep", 5)
        assert text_of(form)[1] == "5 runs, seeds 1–5, 25 s in all, 109,386 parameters"
        assert line(form, "Seeds").startswith("• Seeds            5")
        await pilot.press("0", "0")
        assert form.draft.config is None
        assert "1 value to correct" in text_of(form)[0]
        await pilot.press("backspace", "escape")
        assert form.draft.seeds == 50
        form.once()
        await pilot.pause()
        assert (form.draft.group, form.draft.seeds) == ("sweep", 1)
        assert text_of(form)[1] == "109,386 parameters, 1 s an epoch, group sweep"

    play(form, scene, SIZE, kept=[Model.Changed])


def test_presets_and_other_configurations_leave_group_and_seeds() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_GROUP, *"sweep", "down", "5", "escape", *["pageup"] * 8, "right")
        assert (form.draft.config, form.draft.group, form.draft.seeds) == (TANH.config, "sweep", 5)
        form.show(RunConfig(hidden=(9,)), "deep")
        assert (form.draft.config, form.draft.group, form.draft.seeds) == (RunConfig(hidden=(9,)), "sweep", 5)
        await pilot.press("ctrl+r")
        assert (form.draft.config, form.draft.group, form.draft.seeds) == (RunConfig(), "", 1)

    play(form, scene, SIZE)


def test_known_groups_are_completed_as_a_whole() -> None:
    form = model()
    form.show_groups(["sweep, wide", "[b]bold[/b]"])

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_GROUP, *"sweep, w")
        await pilot.pause()
        await pilot.press("right")
        assert form.draft.group == "sweep, wide"
        await pilot.press("ctrl+r", "[")
        await pilot.pause()
        await pilot.press("right", "escape")
        assert form.draft.group == "[b]bold[/b]"
        assert "[b]bold[/b]" in line(form, "Group")

    play(form, scene, SIZE)


def test_a_small_pane_scrolls_to_the_field_and_draws_what_is_typed_in_it() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_BATCH_SIZE, "end")
        editor = form.query_one(DrawnEditor)
        for size in ((38, 12), (50, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            row = next(y for y, text in enumerate(text_of(form)) if "Batch size" in text)
            assert line(form, "Batch size") == "  Batch size       32"
            assert editor.cursor_screen_offset - form.content_region.offset == (21, row)
        await pilot.press(*"1234567890" * 4, "x")
        assert line(form, "Batch size")[19:] == "456789012345678901234567890x  ✗"

    play(form, scene, (38, 11))
