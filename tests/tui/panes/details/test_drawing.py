"""What is known of a run, in text."""

from __future__ import annotations

from dataclasses import replace

from engine.config.run_config import FIELDS, RunConfig
from engine.runs.lineage import family
from tests.builders.summaries import summary
from tui.drawing.styled_lines import plain
from tui.panes.details.drawing import details_lines

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
