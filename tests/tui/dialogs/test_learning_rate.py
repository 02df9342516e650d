"""The dialog that asks for another learning rate."""

from __future__ import annotations

from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.runs.record import RateChange
from tests.builders.dialogs import Asking, answer_to, ask
from tests.builders.summaries import record
from tui.dialogs.learning_rate import LearningRate


def test_the_rate_that_is_typed_is_asked_for() -> None:
    changed = record(rate_changes=(RateChange(9, 0.25),))
    for keys in (["0", ".", "5"], ["end", "backspace", "backspace", "5"]):
        assert answer_to(LearningRate(changed), *keys, "enter") == ["learning_rate=0.5"], (
            "typed in its place, or edited"
        )
    assert answer_to(LearningRate(changed), "escape") == [None]


def test_what_is_no_rate_is_refused_in_words() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        app.fill(rate="-1")
        await pilot.press("enter")
        assert "expected a number, 0 < x" in app.text and not app.answers
        assert "Its cosine schedule goes on from it." in app.text

    ask(LearningRate(record(config=RunConfig(schedule="cosine"))), scene)
