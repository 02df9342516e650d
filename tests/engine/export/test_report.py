"""A run as a report in Markdown."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engine.export.report import report
from engine.runs.events import Event, Notice, RateChanged, RunFinished, RunStopped
from engine.tables import escaped
from engine.text import clean
from tests.builders.snapshots import epoch, snapshot, started, steps
from tests.builders.strategies import TEXTS, events

END: dict[str, Any] = {"epoch": 2, "step": 20, "test_loss": 0.3, "test_accuracy": 0.95, "seconds": 3.0}


def test_a_report_reads_well() -> None:
    """You should see the changed settings, figures by epoch with the best named, the ending, machine and data."""
    made = snapshot(
        started(dropout=0.5, epochs=2),
        steps(4),
        epoch(1, penalty=0.0123),
        epoch(2, test_accuracy=0.95),
        RunFinished(time=130.0, **END),
        preset="dropout",
        tags=("a", "b"),
        device="cpu (a processor)",
        versions={"torch": "2.6"},
        data={"name": "mnist", "fingerprint": "abc"},
    )
    assert report(made) == (
        "# deep\n\n"
        "- **Run**: 20260101-120000-0001abc\n- **Preset**: dropout\n- **Tags**: a, b\n\n"
        "## Settings\n\n"
        "784-128-64-10, 109,386 parameters. All settings not listed have their defaults.\n\n"
        "| Setting | Value | Default |\n| :-- | :-- | :-- |\n"
        "| Data set | mnist | auto |\n| Dropout | 0.5 | 0 |\n| Epochs | 2 | 5 |\n| Device | cpu | auto |\n\n"
        "## Figures\n\n"
        "| Epoch | Training accuracy | Training loss | Test accuracy | Test loss | L2 term | Seconds |\n"
        "| --: | --: | --: | --: | --: | --: | --: |\n"
        "| 1 | 87.50 % | 0.4000 | 90.00 % | 0.3500 | 0.0123 | 1.50 |\n"
        "| 2 | 87.50 % | 0.4000 | 95.00 % | 0.3500 | – | 1.50 |\n\n"
        "The best test accuracy is 95.00 %, of epoch 2.\n\n"
        "The run finished after epoch 2, step 20, with 3.0 s of training.\n\n"
        "## Machine and data\n\n"
        "- **Created**: 1970-01-01 00:00:01 UTC\n- **Device**: cpu (a processor)\n- **Versions**: torch 2.6\n"
        "- **Data**: mnist, content abc\n- **Images**: 320 to train on, 100 to test on\n"
    )


def test_a_run_that_has_not_ended_says_where_it_is() -> None:
    assert "The run is running: step 4 of 50." in report(snapshot(started(), steps(4)))
    assert "The run is queued: step 0 of 0." in report(snapshot())
    changed = RateChanged(step=1234, epoch=1, learning_rate=0.05)
    assert "was in training: 0.05 after step 1,234." in report(snapshot(started(), changed))
    stopped = report(snapshot(started(), RunStopped(time=2.0, reason="by <b>me</b>", **END)))
    assert r"The run stopped after epoch 2, step 20, with 3.0 s of training: by \<b\>me\</b\>." in stopped


@given(st.text(min_size=1))
def test_escaped_text_is_nothing_but_text(text: str) -> None:
    html = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(f"x {escaped(text)} y")
    inline = html[1]
    assert [token.type for token in html] == ["paragraph_open", "inline", "paragraph_close"]
    read = "".join(child.content for child in inline.children or [])
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert read.split() == ["x", *clean(text, 2000).split(), "y"]


@given(TEXTS, st.lists(events(), max_size=12))
def test_any_run_makes_a_report_of_the_same_shape(name: str, happened: list[Event]) -> None:
    made = snapshot(*happened, Notice(time=1.0, message=name), name=name, note=name, tags=(name,))
    tokens = MarkdownIt("commonmark").enable("table").parse(report(made))
    headings = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[-3:] == ["Settings", "Figures", "Machine and data"]
    assert len(headings) <= 4
    assert {token.level for token in tokens if token.type == "bullet_list_open"} <= {0}
    assert "ordered_list_open" not in {token.type for token in tokens}
    assert not {"html_block", "fence", "code_block", "blockquote_open"} & {token.type for token in tokens}
