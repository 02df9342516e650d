"""The form in the console: lists, presets of one's own, and what is kept."""

from __future__ import annotations

from textual.pilot import Pilot

from engine.config.presets import FILE, own_presets, preset, save_preset
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.service.protocol import Start
from tests.builders.consoles import (
    Engine,
    board,
    down_to,
    finished,
    made_run,
    pane_text,
    run_console,
    started,
    text_on,
    until,
)
from tests.builders.consoles import trained as epochs
from tui.console.console import Console
from tui.panes.model.draft import SPECS
from tui.panes.model.drawing import NAMES


def test_what_is_typed_stays_in_the_field_when_the_space_is_divided_anew(home: Home) -> None:
    """You should see digits, which are names of views elsewhere, in the field on a terminal of another size, too."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("epochs"), "3")
        await pilot.resize_terminal(80, 24)
        await pilot.press("2")
        await pilot.resize_terminal(120, 40)
        await pilot.press("1")
        assert board(console).view.name == "Train"
        assert board(console).model.draft.text("epochs") == "321"

    run_console(home, scene)


def test_tab_goes_to_the_next_field_for_somebody_who_came_to_edit(stocked_home: Home) -> None:
    """You should be in the second field after the key of the form and Tab, and after that of a fork too, of which a
    line says that covers no field's help."""
    made_run(stocked_home, 1, "deep", started(), *epochs(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        for key, said, field in (("e", "Leave", NAMES[1]), ("r", "Settings of deep. F5 trains them.", NAMES[2])):
            await pilot.press(key)
            await until(pilot, lambda said=said: said in text_on(console).splitlines()[-2])  # type: ignore[misc]
            await pilot.press("tab")
            await until(pilot, lambda field=field: board(console).model._form.current == field)  # type: ignore[misc]
            assert board(console).is_in_form
            await pilot.press("escape")
            await until(pilot, lambda: not board(console).is_in_form)

    run_console(stocked_home, scene)


def test_typing_in_a_choice_starts_nothing_and_overwrites_nothing(home: Home) -> None:
    """You should see autograd chosen by its letters, and F5 train it from inside the form."""
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("gradients"), *"autograd 1234?/pszd")
        assert console.screen is console.main and board(console).view.name == "Train"
        assert not console.main.slow_link and not board(console).enlarged
        assert not engine.asked
        assert board(console).model.draft.config == RunConfig(gradients="autograd")
        await pilot.press("f5")
        await until(pilot, lambda: engine.asked)
        await pilot.press("f1")
        assert console.screen is not console.main

    run_console(home, scene, engine=engine)
    (request,) = engine.asked
    assert isinstance(request, Start) and request.config == RunConfig(gradients="autograd")


def test_the_footer_names_no_letter_while_letters_are_typed(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e")
        await until(pilot, lambda: "⏎ List" in text_on(console))
        for field in ("preset", "dataset", "hidden"):
            keys = [key for key, active in console.screen.active_bindings.items() if active.binding.show]
            assert not [key for key in keys if len(key) == 1], field
            assert "^u Undo" in text_on(console) and "Esc Leave" in text_on(console)
            await pilot.press(*down_to("dataset"), *["down"] * 3)
        await pilot.press("escape", "2")
        assert board(console).view.name == "Digits"

    run_console(home, scene)


def test_a_word_is_chosen_from_the_list_of_its_field(home: Home) -> None:
    """You should see each word with what it means, and the field say what you chose."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("optimiser"), "enter")
        await until(pilot, lambda: "running moments" in text_on(console))
        await pilot.press("down", "down", "enter")
        assert board(console).model.draft.config == RunConfig(optimiser="adamw")
        await pilot.press("ctrl+u")
        assert board(console).model.draft.config == RunConfig()

    run_console(home, scene)


def test_a_preset_is_found_by_what_to_look_for_and_undone(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("hidden"), *"256,128", *["up"] * NAMES.index("hidden"), *"no hidden", "enter")
        model = board(console).model
        assert (model.draft.preset, model.draft.config) == ("shallow", preset("shallow").config)
        assert "784 → 10" in pane_text(console, "model")
        await pilot.press("ctrl+u")
        assert model.draft.config == RunConfig(hidden=(256, 128))

    run_console(home, scene)


def test_a_preset_of_ones_own_is_saved_chosen_renamed_and_deleted(home: Home) -> None:
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("hidden"), *"8", "ctrl+s")
        await until(pilot, lambda: "Save the form as a preset" in text_on(console))
        await pilot.press(*"narrow", "tab", *"Too narrow.", "enter")
        await until(pilot, lambda: "Preset narrow is kept" in text_on(console))
        await pilot.press("ctrl+r", *["up"] * NAMES.index("hidden"), *"too n", "enter", "f5")
        await until(pilot, lambda: engine.asked and not board(console).is_in_form)
        await pilot.press("e", "enter", "ctrl+n")
        await until(pilot, lambda: "Rename narrow" in text_on(console))
        await pilot.press("end", *"er", "enter")
        await until(pilot, lambda: "narrow is narrower now" in text_on(console))
        assert [*own_presets(home).presets] == ["narrower"]
        await pilot.press("enter", *"narrower", "ctrl+d")
        await until(pilot, lambda: "Delete your preset narrower?" in text_on(console))
        await pilot.press("y")
        await until(pilot, lambda: "is deleted." in text_on(console))

    run_console(home, scene, engine=engine)
    assert not own_presets(home).presets
    (request,) = engine.asked
    assert isinstance(request, Start) and (request.preset, request.config.hidden) == ("narrow", (8,))


def test_what_another_program_saved_is_in_the_list(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        save_preset(home, "elsewhere", RunConfig(seed=7))
        await pilot.press("e", *"elsew", "enter")
        assert board(console).model.draft.config == RunConfig(seed=7)

    run_console(home, scene)


def test_presets_and_any_run_are_at_hand_in_the_palette(home: Home) -> None:
    """You should find a preset by its name, and be asked how to call the settings of the run that is shown."""
    made_run(home, 1, "small", started(), *epochs(1, 5), finished(), config=RunConfig(hidden=(9,)))

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "small" in pane_text(console, "run"))
        await pilot.press("ctrl+p", *"preset nesterov")
        await until(pilot, lambda: "Preset nesterov" in text_on(console))
        await pilot.press("enter")
        await until(pilot, lambda: board(console).model.draft.preset == "nesterov")
        await pilot.press("ctrl+p", *"save this run")
        await until(pilot, lambda: "Keep the settings of small" in text_on(console))
        await pilot.press("enter")
        await until(pilot, lambda: "Save small as a preset" in text_on(console))
        await pilot.press(*"nine", "enter")
        await until(pilot, lambda: "Preset nine is kept" in text_on(console))

    run_console(home, scene)
    assert own_presets(home).presets["nine"].config == RunConfig(hidden=(9,))


def test_presets_that_cannot_be_read_are_told_in_a_line(home: Home) -> None:
    (home.path / FILE).write_text("[bad]\nsettings = { epochs = 0 }\n[good]\n[worse]\nsettings = 3\n")

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "'bad' is passed over" in " ".join(text_on(console).split()))
        assert "and 1 more" in text_on(console)
        await pilot.press("e", *"good", "enter")
        assert board(console).model.draft.preset == "good"

    run_console(home, scene)


def test_the_form_is_kept_from_one_console_to_the_next(home: Home) -> None:
    """You should see what you typed, right or wrong, and still fork the run that you forked."""
    old = made_run(home, 1, "small", started(), *epochs(1, 5), finished(), config=RunConfig(hidden=(9,)))
    engine = Engine()

    async def first(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "small" in pane_text(console, "run"))
        await pilot.press("r", *down_to("epochs"), *"7x")
        console.main.flush()

    async def second(pilot: Pilot[None], console: Console) -> None:
        model = board(console).model
        assert (model.draft.config, model.draft.text("epochs"), model.draft.parent) == (None, "7x", old.id)
        await pilot.press("e", *down_to("epochs"), *"7", "f5")
        await until(pilot, lambda: engine.asked)

    run_console(home, first)
    run_console(home, second, engine=engine)
    (request,) = engine.asked
    assert isinstance(request, Start)
    assert (request.config, request.parent) == (RunConfig(hidden=(9,), epochs=7), old.id)


def test_every_setting_is_a_field(home: Home) -> None:
    assert {*NAMES} == {"preset", *SPECS}
