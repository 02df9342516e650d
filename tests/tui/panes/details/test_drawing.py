"""What is known of a run, in text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import FIELDS, RunConfig
from engine.runs.lineage import family
from engine.runs.status import RUNNING
from engine.runs.summaries import RunSummary
from tests.builders.strategies import configs
from tests.builders.summaries import summary
from tui.drawing.glyphs import ASCII
from tui.drawing.styled_lines import plain, width
from tui.panes.details.drawing import MOST_KIN, changes_text, details_lines, family_lines

CONFIG = RunConfig(dataset="mnist", hidden=(256, 128), dropout=0.5)


def test_settings_that_are_defaults_are_faint_and_others_marked() -> None:
    lines = details_lines(summary(1, CONFIG), 46)
    start = [plain(line) for line in lines].index("Settings") + 1
    shown = {field.name: line for field, line in zip(FIELDS, lines[start:], strict=True)}
    assert shown["hidden"] == (("• ", "changed"), ("Hidden layers     ", "dim"), ("256,128", ""))
    assert shown["epochs"] == (("  ", "changed"), ("Epochs            ", "dim"), ("5", "dim"))
    marked = {name for name, line in shown.items() if line[2][1] == ""}
    assert marked == {"hidden", "dropout"}, "nobody chose what auto came to be"


def test_a_family_stands_before_the_settings_where_there_is_one() -> None:
    child, parent = summary(2, CONFIG, parent=summary(1).id), summary(1)
    lines = [plain(line) for line in details_lines(child, 46, family([child, parent], child.id))]
    assert lines.index("Family  2 runs") < lines.index("Settings")
    assert "Family" not in "".join(plain(line) for line in details_lines(child, 46))


def test_no_text_is_cut_where_one_can_scroll() -> None:
    """You should see the last word of a reason, of a list of layers and of a note, however narrow the pane."""
    config = RunConfig(hidden=(1000, 1001, 1002, 1003, 1004))
    run = summary(1, config, note="words " * 40 + "end of note", group="sweep")
    run = replace(run, status="failed", reason="because " * 40 + "end of reason")
    lines = [plain(line).rstrip() for line in details_lines(run, 34, member="2 of 3")]
    text = " ".join(" ".join(lines).split())
    assert "end of note" in text and "end of reason" in text and "1003, 1004" in text and "sweep, 2 of 3" in text
    assert all(len(line) <= 34 for line in lines)


def test_labels_are_told_apart_and_a_long_name_is_all_there() -> None:
    run = summary(1, CONFIG, name="a long name " * 6, tags=("one", "two words"))
    lines = [plain(line).strip() for line in details_lines(run, 46)]
    assert " ".join(lines[:3]).startswith(("a long name " * 6).strip())
    assert any(line.startswith("tags") and line.endswith('one "two words"') for line in lines)


def test_that_networks_took_their_steps_together_is_told_of_those_alone() -> None:
    stacked, alone = ([plain(line) for line in details_lines(summary(1, CONFIG, stack=size), 46)] for size in (8, 1))
    assert any(line.split() == ["stack", "8", "networks", "in", "one", "step"] for line in stacked)
    assert not any(line.startswith("stack") for line in alone)


def run(id: str, parent: str = "", name: str = "deep", accuracy: float | None = 0.97, **more: object) -> RunSummary:
    settings = {key: more.pop(key) for key in list(more) if key in RunConfig.__dataclass_fields__}
    return summary(1, RunConfig().replace(settings), id=id, parent=parent, name=name, test_accuracy=accuracy, **more)


def drawn(runs: list[RunSummary], id: str, cells: int = 60) -> list[str]:
    return [plain(line).rstrip() for line in family_lines(family(runs, id), id, cells)]


FAMILY = [
    run("g", "e", "again", dropout=0.5),
    run("f", "e", "slower", None, status=RUNNING, dropout=0.5, learning_rate=0.05),
    run("e", "a", "dropout", 0.9666, dropout=0.5),
    run("d", "b", "wide", 0.9767, l2=0.0001, hidden="256,128", batch_size=64, epochs=10),
    run("c", "b", "stronger", 0.975, l2=0.001),
    run("b", "a", "l2", 0.9765, l2=0.0001),
    run("a", "", "deep", 0.974),
    run("z", "", "stranger"),
]


def test_a_family_shows_what_each_changed_and_what_came_of_it() -> None:
    """You should see the tree, the run marked, accuracies in one column, and the settings that differ."""
    assert drawn(FAMILY, "d", 70) == [
        "Family  7 runs",
        "  deep             97.40 %",
        "  ├─ l2            97.65 %  l2 0 → 0.0001",
        "  │  ├─ stronger   97.50 %  l2 0.0001 → 0.001",
        "› │  └─ wide       97.67 %  width 128,64 → 256,128, batch 32 → 64, …",
        "  └─ dropout       96.66 %  dropout 0 → 0.5",
        "     ├─ slower   ● running  lr 0.1 → 0.05",
        "     └─ again      97.00 %  same settings",
    ]


def test_what_tells_children_apart_stands_before_what_all_of_them_changed() -> None:
    seeds = [run(f"b{seed}", "a", "wide", hidden="256,128", epochs=2, seed=seed) for seed in (1, 2, 3)]
    lines = drawn([run("a", "", "deep"), *seeds], "b2", 46)
    assert [line.split("%  ")[1] for line in lines[2:]] == [
        "width 128,64 → 256,128, …",
        "seed 1 → 2, …",
        "seed 1 → 3, …",
    ]


def test_a_family_is_drawn_in_plain_symbols() -> None:
    assert ASCII.shown(drawn(FAMILY, "d", 46)[4]) == "> |  +- wide       97.67 %  width > 256,128, ~"


def test_a_run_that_is_alone_has_no_family() -> None:
    assert drawn(FAMILY, "z") == []
    assert drawn(FAMILY, "unknown") == []


def test_a_large_family_is_cut_around_the_run_and_keeps_its_parent() -> None:
    """You should see the parent, the children next to the run, and how many there are besides."""
    children = [run(f"b{number:03}", "a", seed=number) for number in range(100)]
    lines = drawn([run("a", seed=500), *children], "b050")
    assert lines[0] == "Family  101 runs"
    assert lines[1].startswith("  deep")
    assert (lines[2], lines[-1]) == ("  … 46 more", "  … 45 more")
    assert [line for line in lines if line.startswith("›")] == [lines[2 + 1 + MOST_KIN // 2]]
    assert len(lines) == MOST_KIN + 4


def test_deep_in_a_family_generations_are_counted() -> None:
    ids = [f"a{number:03}" for number in range(300)]
    runs = [run(id, parent, l2=number / 1000) for number, (id, parent) in enumerate(zip(ids, ["", *ids], strict=False))]
    lines = drawn(runs, "a150")
    assert "› …149 └─ deep   97.00 %  l2 0.149 → 0.15" in lines
    assert lines[1] == "  … 146 more"


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (60, "width 128,64 → 9, lr 0.1 → 0.05, …"),
        (30, "width 128,64 → 9, …"),
        (14, "width → 9, …"),
        (6, "width…"),
    ],
)
def test_changes_take_the_room_there_is(cells: int, text: str) -> None:
    config = RunConfig(hidden=(9,), learning_rate=0.05, epochs=9)
    assert changes_text(RunConfig(), config, cells) == text


def test_what_was_set_in_training_is_told_though_the_settings_are_the_same() -> None:
    assert changes_text(RunConfig(), RunConfig(), 60, ("lr → 0.05",)) == "lr → 0.05"


@given(configs(), configs(), st.integers(1, 90))
def test_changes_of_any_settings_fit(parent: RunConfig, own: RunConfig, cells: int) -> None:
    text = changes_text(parent, own, cells)
    assert 0 < len(text) <= cells
    assert text.startswith("same"[:cells]) == (parent == own) or cells < 5


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.tuples(st.sampled_from("abcdefghijklmnop."), NAMES)),
    st.sampled_from("abcdefghijklmnop"),
    st.integers(20, 120),
)
def test_any_family_keeps_within_its_pane(claims: dict[str, tuple[str, str]], wanted: str, cells: int) -> None:
    runs = [run(id, parent, name) for id, (parent, name) in claims.items()]
    lines = family_lines(family(runs, wanted), wanted, cells)
    assert all(width(line) <= cells for line in lines)
    assert sum(plain(line).startswith("›") for line in lines) == (1 if lines else 0)
    assert len(lines) <= MOST_KIN + 5
