"""A configuration while it is being written, and the form it is written in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.presets import Preset, presets
from engine.config.run_config import FIELDS, RunConfig
from tui.drawing.glyphs import ASCII
from tui.drawing.network_line import network_line
from tui.drawing.styled_lines import plain, width
from tui.panes.model.draft import GROUP, MOST_SEEDS, SEEDS, SPECS, TRAINING, Draft, choices, completed, meanings, words
from tui.panes.model.drawing import NAMES, PRESET, Form
from tui.panes.model.layout import lay_out

DEEP = Preset("deep", "Two hidden layers", "The first signs of overfitting.", RunConfig(), None)
TANH = Preset("tanh", "Two hidden layers, tanh", "Slower.", RunConfig(activation=("tanh",), epochs=10), None)
PRESETS = (DEEP, TANH)


def text(draft: Draft, current: str, cells: int, height: int, epoch_seconds: float = 0.0) -> list[str]:
    form = Form(draft, PRESETS, current, epoch_seconds, active=True)
    sheet = lay_out(current, 0, cells, height, refusal=form.refusal)
    return [ASCII.shown(plain(line)).rstrip() for line in form.lines(sheet)]


def refused(draft: Draft, name: str) -> str:
    """What a field would accept, when its text is refused."""
    return next((problem.accepts for problem in draft.problems if problem.field == name), "")


def test_a_rate_that_does_not_stay_is_drawn_as_one_edits() -> None:
    draft = Draft.of(DEEP.config, DEEP)
    assert not any("rate" in line for line in text(draft, PRESET, 78, 12)[:2])
    falling = draft.write("schedule", "linear")
    assert text(falling, PRESET, 78, 12)[1] == "109,386 parameters, rate ######::..._"
    assert text(falling.write("warmup", "2"), PRESET, 78, 12)[1].endswith("rate _.:#####:.._"), "as one types"


def test_an_untouched_draft_is_its_preset() -> None:
    draft = Draft.of(TANH.config, TANH)
    assert draft.config == TANH.config
    assert not draft.changes


def test_a_configuration_differs_from_its_preset_in_its_changes() -> None:
    config = TANH.config.replace({"epochs": 3, "dropout": 0.5})
    draft = Draft.of(config, TANH)
    assert dict(draft.changes) == {"epochs": "3", "dropout": "0.5"}
    assert draft.config == config
    assert draft.reset("epochs").config == TANH.config.replace({"dropout": 0.5})


def test_of_a_fork_the_data_that_auto_means_is_not_changed() -> None:
    """You should see no edit that you did not make, and still train on what the run was trained on."""
    fork = Draft.of(DEEP.config.replace({"dataset": "mnist"}), DEEP, "a run")
    assert fork.edited == () and fork.config == DEEP.config.replace({"dataset": "mnist"})
    (line,) = (line for line in text(fork, "dataset", 78, 40) if "Data set" in line)
    assert "mnist" in line and "has auto" not in line and not line.startswith("*")
    assert fork.write("dropout", "0.5").edited == ("dropout",)
    assert fork.write("dataset", "kmnist").edited == ("dataset",)
    assert fork.write("dataset", "auto").config == DEEP.config
    assert Draft.of(DEEP.config.replace({"dataset": "synthetic"}), DEEP, "a run").edited == ("dataset",)
    assert Draft().write("dataset", "mnist").edited == ("dataset",), "where it was written by hand it is an edit"


def test_another_preset_is_all_there_is() -> None:
    draft = Draft.of(DEEP.config, DEEP, "a run").write("dropout", "0.5").write("epochs", "10").write(GROUP, "sweep")
    over = draft.over(TANH)
    assert (over.preset, over.parent, over.edited, over.group) == ("tanh", "", (), "sweep")
    assert over.config == TANH.config


def test_bad_values_are_refused_together() -> None:
    draft = Draft().write("epochs", "many").write("dropout", "2")
    assert draft.config is None
    assert [problem.field for problem in draft.problems] == ["dropout", "epochs"]
    assert refused(draft, "epochs") == "a whole number from 1 to 10,000"
    assert refused(draft, "seed") == ""


def test_contradictions_stand_at_a_field() -> None:
    assert refused(Draft().write("nesterov", "yes"), "nesterov") == "no, as there is no momentum"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("l2", "0,1", "2 values: 0 and 1; a decimal point is a dot"),
        ("learning_rate", "0,05", "or log:0.01..1:5; a decimal point is a dot"),
        ("l2", "0,1,2", ""),
        ("l2", "0.1,0.2", ""),
        ("l2", "0,1e-4", ""),
        ("batch_size", "16,32", ""),
        ("hidden", "64,32", ""),
    ],
)
def test_what_looks_like_a_decimal_comma_is_told_as_the_values_it_is(name: str, typed: str, said: str) -> None:
    shown = " ".join(text(Draft().write(name, typed), name, 78, 20))
    assert said in shown and (said or "decimal" not in shown)


def test_choices_turn_round() -> None:
    draft = Draft()
    seen = []
    for _ in choices("optimiser"):
        draft = draft.turn("optimiser", 1)
        seen.append(draft.text("optimiser"))
    assert seen == ["adam", "adamw", "rmsprop", "sgd"]
    assert not draft.changes
    assert draft.turn("nesterov", -1).text("nesterov") == "yes"


def test_fields_are_turned_or_written() -> None:
    assert choices("learning_rate") == choices("activation") == ()
    assert choices("nesterov") == ("no", "yes")
    assert "tanh" in words("activation")
    assert words("batch_size") == ("full",)
    assert words("seed") == words("hidden") == ()


def test_group_and_seeds_are_of_the_training_and_not_of_its_configuration() -> None:
    draft = Draft.of(DEEP.config, DEEP).write(GROUP, " my  sweep ").write(SEEDS, "5")
    assert (draft.config, draft.group, draft.seeds) == (DEEP.config, "my sweep", 5)
    assert (draft.over(TANH).config, draft.over(TANH).group, draft.over(TANH).seeds) == (TANH.config, "my sweep", 5)
    filled = draft.write("epochs", "3").filled(TANH.config, TANH)
    assert (filled.config, filled.group, filled.seeds) == (TANH.config, "my sweep", 5)
    assert (draft.reset(GROUP).group, draft.reset(SEEDS).seeds) == ("", 1)
    assert not draft.reset(GROUP).reset(SEEDS).changes


@pytest.mark.parametrize("seeds", ["", "0", "101", "2.5", "many", "-1"])
def test_a_wrong_number_of_seeds_is_refused(seeds: str) -> None:
    draft = Draft().write(SEEDS, seeds)
    assert draft.config is None
    assert refused(draft, SEEDS) == "a whole number from 1 to 100"


def test_seeds_beyond_the_last_are_refused_where_they_are_counted() -> None:
    draft = Draft().write("seed", str(2**53 - 2))
    assert draft.write(SEEDS, "2").config is not None
    said = refused(draft.write(SEEDS, "3"), SEEDS)
    assert said == "fewer, as a seed is a whole number from 0 to 9,007,199,254,740,991"


def test_several_values_of_settings_are_cells() -> None:
    draft = Draft().write("l2", "0,1e-3").write("hidden", "none/128,64/32").write("learning_rate", "log:0.01..1:3")
    assert dict(draft.tried) == {"l2": 2, "hidden": 3, "learning_rate": 3} and draft.cells == 18
    assert draft.config is not None and (draft.config.l2, draft.config.hidden) == (0, ())
    assert draft.reset("hidden").cells == 6
    assert draft.write("hidden", "128,64").cells == 6, "commas alone are widths of one network"


def test_values_to_try_are_refused_each_with_what_is_accepted() -> None:
    draft = Draft().write("l2", "0,-1").write("device", "cpu,cuda")
    assert sorted(problem.field for problem in draft.problems) == ["device", "l2"] and draft.config is None
    assert not draft.tried, "what is refused is not counted"
    assert completed("activation", "rel/ta") == "relu/tanh"


def test_a_group_that_cannot_be_shown_is_refused() -> None:
    assert Draft().write(GROUP, "a\u202eb").config is None
    assert refused(Draft().write(GROUP, "x" * 121), GROUP) == "a name of up to 120 characters that can be shown"


@given(st.text(max_size=150) | st.just("sweep"), st.text(max_size=5) | st.integers(-2, 102).map(str))
def test_whatever_group_and_seeds_are_written_a_training_is_right_or_refused(group: str, seeds: str) -> None:
    draft = Draft().write(GROUP, group).write(SEEDS, seeds)
    assert (draft.config is None) == bool(refused(draft, GROUP) or refused(draft, SEEDS))
    assert 1 <= draft.seeds <= MOST_SEEDS
    if draft.config is not None:
        assert draft.seeds == int(seeds)
        assert draft.group.split() == group.split()


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (20, "5 runs, seeds 1-5"),
        (36, "5 runs, seeds 1-5, 25 s in all"),
        (60, "5 runs, seeds 1-5, 25 s in all, 109,386 parameters"),
        (80, "5 runs, seeds 1-5, 25 s in all, 109,386 parameters, group sweep"),
    ],
)
def test_several_runs_are_counted_and_estimated_together(cells: int, line: str) -> None:
    assert text(Draft().write(SEEDS, "5").write(GROUP, "sweep"), PRESET, cells, 30, 1.0)[1] == line


def test_long_estimates_are_written_as_clocks_do() -> None:
    assert text(Draft(), PRESET, 60, 30, 90)[1] == "109,386 parameters, 1:30 an epoch"
    assert text(Draft().write(SEEDS, "100").write("seed", "7"), PRESET, 40, 30, 90)[1] == (
        "100 runs, seeds 7-106, 12:30:00 in all"
    )


def test_the_form_ends_with_what_is_of_this_training() -> None:
    """You should see that one run has no group unless it is given one, and that several always have one."""
    drawn = text(Draft(), SEEDS, 38, 24)
    assert drawn[-6:-3] == ["This training", "  Group            none", "  Seeds            1"]
    assert "  Group            a new one" in text(Draft().write(SEEDS, "2"), SEEDS, 38, 24)
    assert "* Group            sweep" in text(Draft().write(GROUP, "sweep"), SEEDS, 38, 24)
    assert all(len(spec.help) <= 2 * 36 for spec in TRAINING), "help should fit below a narrow form"


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*SPECS]), st.text(max_size=20), max_size=4))
def test_whatever_is_written_a_draft_is_right_or_says_what_is_wrong(texts: dict[str, str]) -> None:
    draft = Draft()
    for name, written in texts.items():
        draft = draft.write(name, written)
    assert (draft.config is None) == bool(draft.problems)
    assert all(refused(draft, problem.field) for problem in draft.problems)


def test_a_small_form_scrolls_without_headings() -> None:
    assert text(Draft.of(DEEP.config, DEEP).write("dropout", "0.5"), "dropout", 38, 10, 1.0) == [
        "784 > 128 relu > 64 relu > 10",
        "109,386 parameters, 1 s an epoch",
        "  Rotation         0          ^ 6 more",
        "  Hidden layers    128,64",
        "  Activation       relu",
        "  Batch norm       no",
        "* Dropout          0.5",
        "  Initialisation   default   v 18 more",
        "deep has 0. Chance that a hidden",
        "activation is zeroed in training",
    ]


def test_errors_stand_beside_the_field_where_there_is_room() -> None:
    drawn = text(Draft().write("dropout", "2"), "dropout", 90, 30)
    assert drawn[0] == "x 1 value to correct"
    assert "* Dropout          2                        x expected a number, 0 <=x < 1" in drawn
    assert "x expected a number, 0 <=x < 1" in drawn


def test_whatever_is_said_below_the_form_ends_in_words_where_rows_are_free() -> None:
    """You should read each line of each preset, each meaning and each error to its end, beside the other panes."""
    shipped = tuple(presets().values())
    said = tuple(preset.line for preset in shipped)
    for cells, height in ((36, 40), (36, 24), (198, 56)):
        sheet = lay_out(PRESET, 0, cells, height, said)
        drafts = [(Draft.of(preset.config, preset), PRESET) for preset in shipped]
        for name, spec in SPECS.items():
            drafts += [(Draft().write(name, word), name) for word in meanings(name) or [spec.kind.write(spec.default)]]
            drafts += [(Draft().write(name, "\u202e"), name)]
        for draft, name in drafts:
            hint = Form(draft, shipped, name).hint(name)[0]
            below = Form(draft, shipped, name).lines(sheet)[-sheet.below :]
            assert "".join("".join(map(plain, below)).split()) == "".join(hint.split()), hint


def test_a_field_takes_as_many_rows_as_any_other() -> None:
    """You should see nothing move above the help as you go from field to field."""
    said = tuple(preset.line for preset in presets().values())
    for cells, height in ((36, 23), (76, 14), (38, 6)):
        sheets = {lay_out(name, 0, cells, height, said) for name in NAMES}
        assert len({(sheet.above, sheet.rows, sheet.below) for sheet in sheets}) == 1


def test_an_error_has_the_rows_of_fields_in_the_lowest_pane() -> None:
    """You should read all that is accepted, below the field that one corrects."""
    drawn = text(Draft().write("hidden", "x"), "hidden", 38, 6)
    assert any(line.startswith("* Hidden layers") for line in drawn) and len(drawn) == 6
    assert " ".join(drawn).endswith("separated by commas, each a whole number from 1 to 8,192")


def test_an_error_stands_beside_its_field_whole_or_not_at_all() -> None:
    beside = "x expected none, or up to 32 values separated by commas, each a whole number from 1 to 8,192"
    wide, narrow = (text(Draft().write("hidden", "x"), "seed", cells, 40) for cells in (150, 100))
    assert any(line.endswith(beside) for line in wide)
    assert next(line for line in narrow if "Hidden" in line).split() == ["*", "Hidden", "layers", "x", "x"]


def test_a_changed_field_says_what_the_preset_has_where_there_is_room() -> None:
    draft = Draft.of(DEEP.config, DEEP).write("epochs", "9")
    drawn = text(draft, "seed", 90, 40)
    assert "* Epochs           9                        deep has 5" in drawn
    assert "* Preset           deep                     1 changed" in drawn
    assert text(draft.write("epochs", "5"), PRESET, 90, 40)[2].endswith("Two hidden layers")


def test_errors_stand_below_where_there_is_none() -> None:
    drawn = text(Draft().write("dropout", "2").write("l2", "x"), "dropout", 38, 12)
    assert drawn[0] == "x 2 values to correct"
    assert any(line.startswith("* Dropout          2") and line.endswith(" x") for line in drawn)
    assert "x expected a number, 0 <=x < 1" in drawn


def test_a_choice_shows_that_it_turns() -> None:
    drawn = text(Draft(), "optimiser", 60, 32)
    assert "  Optimiser        < sgd >" in drawn
    assert "  Nesterov         no" in drawn
    assert text(Draft.of(DEEP.config, DEEP), PRESET, 60, 32)[2] == "  Preset           < deep >"
    assert text(Draft(), PRESET, 60, 32)[2] == "  Preset           < none >"
    assert text(Draft.of(DEEP.config, DEEP), PRESET, 80, 32)[2].endswith("Two hidden layers")


def test_a_wide_form_has_all_help_in_sight() -> None:
    drawn = "\n".join(text(Draft(), PRESET, 160, 40))
    assert all(field.help in drawn for field in FIELDS)


@given(st.sampled_from(NAMES), st.integers(0, 30), st.integers(20, 160), st.integers(1, 50))
def test_the_field_of_the_cursor_is_always_in_sight(name: str, top: int, cells: int, height: int) -> None:
    sheet = lay_out(name, top, cells, height)
    form = Form(Draft(), PRESETS, name, active=True)
    lines = form.lines(sheet)
    assert len(lines) <= height
    assert max(map(width, lines)) <= cells
    assert sheet.name_at(sheet.row_of(name)) == name
    assert sum(style == "cursor" for line in lines for _, style in line) == 1


@pytest.mark.parametrize(
    ("hidden", "cells", "line"),
    [
        ("none", 40, "784 → 10"),
        ("128,64", 40, "784 → 128 relu → 64 relu → 10"),
        ("9,8,7,6,5", 50, "784 → 9 relu → 8 relu → … 2 more … → 5 relu → 10"),
        ("9,8,7,6,5", 12, "784 → 9 rel…"),
    ],
)
def test_a_network_is_a_line_of_layers(hidden: str, cells: int, line: str) -> None:
    assert network_line(RunConfig.parse(f"hidden={hidden}"), cells) == line


def test_each_layer_has_its_own_activation() -> None:
    config = RunConfig(hidden=(20, 10), activation=("relu", "tanh"))
    assert ASCII.shown(network_line(config, 80)) == "784 > 20 relu > 10 tanh > 10"
    normalised = config.replace({"batch_norm": True})
    assert ASCII.shown(network_line(normalised, 80)) == "784 > 20 bn relu > 10 bn tanh > 10"


def test_the_form_says_how_many_settings_are_not_seen() -> None:
    """You should see the count at the right of the first and the last line, cutting no value short, but never over the
    field you edit."""
    draft = Draft.of(DEEP.config, DEEP)
    told = re.compile(r" [v^] (\d+)( more)?$")
    top, middle, end = (text(draft, name, 36, 16) for name in (PRESET, NAMES[len(NAMES) // 2], NAMES[-1]))
    ((count, _),) = (found.groups() for found in map(told.search, top) if found)
    assert int(count) == len(SPECS) - sum(any(f" {spec.label} " in line for line in top) for spec in SPECS.values())
    assert [len([line for line in lines if told.search(line)]) for lines in (middle, end)] == [2, 1]
    assert not any("~ v" in line or "~ ^" in line for line in (*top, *middle, *end))
    for name in NAMES:
        for height in (4, 6, 16):
            label = "Preset" if name == PRESET else SPECS[name].label
            own = [line for line in text(draft, name, 36, height) if line[2:].startswith(f"{label} ")]
            assert own and not told.search(own[0]), (name, height)
