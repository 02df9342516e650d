"""Asking for the learning rate that a run in training is to go on with."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.config.fields import ConfigError
from engine.runs.record import RunRecord
from engine.runs.steering import RATE, rate_request
from tui.dialogs.base import Dialog, Entry

LONGEST = 24
HINT = "It counts from the next step on, and the run says so from then on."
SCHEDULED = "Its {schedule} schedule goes on from it."


class LearningRate(Dialog[str]):
    """Asks for another learning rate, and returns the request for it."""

    KEYS = "{open} sets it   {leave} leaves"

    def __init__(self, record: RunRecord) -> None:
        super().__init__(f"The learning rate of {record.title}")
        self._record = record

    def asked(self) -> Iterable[Widget]:
        yield Entry("rate", "Rate", f"{self._record.base_rate:g}", longest=LONGEST, replaced=True)
        yield Static(id="trouble", classes="trouble")
        schedule = self._record.config.schedule
        follows = [SCHEDULED.format(schedule=schedule)] if schedule != "constant" else []
        yield Static(Content("\n".join([HINT, *follows])), classes="hint")

    def on_input_changed(self) -> None:
        self.complain("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(rate_request(f"{RATE}={event.value}"))
        except ConfigError as error:
            self.complain(f"expected {error.problems[0].accepts}")
