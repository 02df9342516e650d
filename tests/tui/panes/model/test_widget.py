"""The model pane under the keyboard."""

from __future__ import annotations

from textual.pilot import Pilot

from engine.config.presets import Preset
from engine.config.run_config import RunConfig
from tests.builders.stage import Neighbour, Stage, play, text_of
from tui.panes.model.widget import Model
from tui.widgets.field_editor import Editor

DEEP = Preset("deep", "Two hidden layers", "The first signs of overfitting.", RunConfig(), None)
TANH = Preset("tanh", "Two hidden layers, tanh", "Slower.", RunConfig(activation=("tanh",), epochs=10), None)
DOWN_TO_HIDDEN = ["down"] * 5
DOWN_TO_GROUP = ["down"] * 19
SIZE = (60, 36)


def model() -> Model:
    return Model((DEEP, TANH))


def line(form: Model, label: str) -> str:
    return next(line for line in text_of(form) if label in line)


def test_the_form_begins_with_the_preset_of_the_defaults() -> None:
    assert Model((TANH, DEEP)).preset == "deep"
    assert Model((TANH, DEEP)).config() == Model(()).config() == RunConfig()


def test_typing_replaces_a_value_and_is_told_at_every_key() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"20,x")
        changes = [message for message in stage.kept if isinstance(message, Model.Changed)]
        assert [change.config and change.config.hidden for change in changes] == [(2,), (20,), None, None]
        assert [problem.field for problem in changes[-1].problems] == ["hidden"]
        assert form.config() is None
        assert "1 value to correct" in text_of(form)[0]
        await pilot.press("backspace", "5", "enter")
        assert form.config() == RunConfig(hidden=(20, 5))
        assert text_of(form)[0] == "784 → 20 relu → 5 relu → 10"
        assert line(form, "Hidden layers").startswith("• Hidden layers    20,5")

    play(form, scene, SIZE, kept=[Model.Changed])


def test_letters_are_text_in_a_field_and_keys_after_escape() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("p", "z")
        assert stage.letters == "pz"
        await pilot.press(*DOWN_TO_HIDDEN, "q", "1")
        assert stage.letters == "pz"
        await pilot.press("escape", "q", "1")
        assert stage.letters == "pzq1"
        assert form.config() is None
        await pilot.press("enter", "6", "escape", "p")
        assert stage.letters == "pzq1p"
        assert form.config() == RunConfig(hidden=(6,))

    play(form, scene, SIZE)


def test_choices_turn_by_arrows_and_space_and_take_no_letters() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("down", "down", "right", "p")
        assert form.config() == RunConfig(scaling="standard")
        assert stage.letters == "p"
        await pilot.press("left", "left", "space")
        assert form.config() == RunConfig()

    play(form, scene, SIZE)


def test_presets_turn_and_keep_what_was_changed() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert form.preset == "deep"
        await pilot.press("right")
        assert form.preset == "tanh"
        assert form.config() == TANH.config
        await pilot.press(*DOWN_TO_HIDDEN, *"32", "home", "escape", *["up"] * 5, "left")
        assert form.preset == "deep"
        assert form.config() == RunConfig(hidden=(32,))
        await pilot.press("ctrl+r")
        assert form.config() == RunConfig()

    play(form, scene, SIZE)


def test_a_field_goes_back_to_its_preset() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, *"32", "down", *"elu", "ctrl+r")
        assert form.config() == RunConfig(hidden=(32,))
        assert form.query_one(Editor).value == "relu"

    play(form, scene, SIZE)


def test_tab_goes_from_field_to_field_once_inside_and_else_from_pane_to_pane() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("tab")
        assert isinstance(stage.focused, Neighbour)
        await pilot.press("shift+tab")
        assert form.has_focus
        await pilot.press("enter", "tab", "tab", "tab", *"500", "tab", *"0.1", "shift+tab")
        assert form.config() == RunConfig(train_size=500, validation=0.1)
        assert form.query_one(Editor).has_focus
        await pilot.press("escape", "tab")
        assert isinstance(stage.focused, Neighbour)

    play(form, scene, SIZE)


def test_tab_leaves_after_the_last_field_and_before_the_first() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("enter", *["tab"] * 20)
        assert form.query_one(Editor).has_focus
        await pilot.press("tab")
        assert isinstance(stage.focused, Neighbour)
        form.focus()
        await pilot.press("up", *["pageup"] * 4, "shift+tab")
        assert isinstance(stage.focused, Neighbour)
        assert not form.query_one(Editor).is_open

    play(form, scene, SIZE)


def test_enter_goes_on_to_the_next_field() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("enter", "enter", "right", "enter", "enter", *"500", "enter", *"0.2", "enter")
        assert form.config() == RunConfig(dataset="mnist", train_size=500, validation=0.2)

    play(form, scene, SIZE)


def test_words_are_completed() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN, "down", *"relu,ta")
        await pilot.pause()
        await pilot.press("right")
        assert form.config() == RunConfig(activation=("relu", "tanh"))

    play(form, scene, SIZE)


def test_leaving_with_the_mouse_closes_the_editor() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_HIDDEN)
        assert form.query_one(Editor).is_open
        await pilot.click(Neighbour)
        await pilot.pause()
        assert not form.query_one(Editor).is_open

    play(form, scene, SIZE)


def test_the_mouse_edits_and_turns() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        row = next(y for y, text in enumerate(text_of(form)) if "Optimiser" in text)
        await pilot.click(form, offset=(22, row))
        assert form.config() == RunConfig(optimiser="adam")
        row = next(y for y, text in enumerate(text_of(form)) if "Batch size" in text)
        await pilot.click(form, offset=(22, row))
        await pilot.press(*"64")
        assert form.config() == RunConfig(optimiser="adam", batch_size=64)

    play(form, scene, SIZE)


def test_another_configuration_fills_the_form() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        config = TANH.config.replace({"dropout": 0.5})
        await pilot.press(*DOWN_TO_HIDDEN, "down")
        form.show(config, "tanh")
        await pilot.pause()
        assert form.config() == config
        assert form.query_one(Editor).value == "tanh"
        assert line(form, "Dropout").startswith("• Dropout          0.5")
        form.show(config, "gone")
        assert form.preset == ""
        assert form.config() == config

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
        assert (form.config(), form.group, form.seeds) == (RunConfig(), "sweep", 5)
        assert text_of(form)[1] == "5 runs, seeds 1–5, 25 s in all, 109,386 parameters"
        assert line(form, "Seeds").startswith("• Seeds            5")
        await pilot.press("0", "0")
        assert form.config() is None
        assert "1 value to correct" in text_of(form)[0]
        await pilot.press("backspace", "escape")
        assert form.seeds == 50
        form.once()
        await pilot.pause()
        assert (form.group, form.seeds) == ("sweep", 1)
        assert text_of(form)[1] == "109,386 parameters, 1 s an epoch, group sweep"

    play(form, scene, SIZE, kept=[Model.Changed])


def test_presets_and_other_configurations_leave_group_and_seeds() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_GROUP, *"sweep", "down", "5", "escape", *["pageup"] * 4, "right")
        assert (form.config(), form.group, form.seeds) == (TANH.config, "sweep", 5)
        form.show(RunConfig(hidden=(9,)), "deep")
        assert (form.config(), form.group, form.seeds) == (RunConfig(hidden=(9,)), "sweep", 5)
        await pilot.press("ctrl+r")
        assert (form.config(), form.group, form.seeds) == (RunConfig(), "", 1)

    play(form, scene, SIZE)


def test_known_groups_are_completed_as_a_whole() -> None:
    form = model()
    form.show_groups(["sweep, wide", "[b]bold[/b]"])

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press(*DOWN_TO_GROUP, *"sweep, w")
        await pilot.pause()
        await pilot.press("right")
        assert form.group == "sweep, wide"
        await pilot.press("ctrl+r", "[")
        await pilot.pause()
        await pilot.press("right", "escape")
        assert form.group == "[b]bold[/b]"
        assert "[b]bold[/b]" in line(form, "Group")

    play(form, scene, SIZE)


def test_a_small_pane_scrolls_to_the_field_and_lays_the_editor_over_it() -> None:
    form = model()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await pilot.press("enter", *["down"] * 14)
        await pilot.pause()
        editor = form.query_one(Editor)
        row = next(y for y, text in enumerate(text_of(form)) if "Batch size" in text)
        assert (editor.region.x - form.content_region.x, editor.region.y - form.content_region.y) == (19, row)
        assert editor.value == "32"
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        row = next(y for y, text in enumerate(text_of(form)) if "Batch size" in text)
        assert editor.region.y - form.content_region.y == row

    play(form, scene, (38, 11))
