"""Runs as JSON documents: everything that is known of them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from engine.export.run_snapshot import Subject
from engine.runs.events import Event, encode
from engine.runs.record import LONGEST_NOTE
from engine.text import clean


def json_text(subjects: Sequence[Subject]) -> str:
    """One run as an object, several as an array of objects; a figure that is not finite is `null`."""
    values = [as_json(subject) for subject in subjects]
    return json.dumps(values[0] if len(values) == 1 else values, indent=2, allow_nan=False) + "\n"


def as_json(subject: Subject) -> dict[str, Any]:
    """A run as JSON values: what `runs show --json` says, and the `steps` events."""
    record, state = subject.record, subject.state
    return {
        **record.to_json(),
        "status": subject.status,
        "notices": [clean(notice, LONGEST_NOTE) for notice in state.notices],
        "epochs": [_event(epoch) for epoch in state.epochs],
        "steps": [{name: _figure(value) for name, value in values.items()} for values in subject.steps()],
        "ending": _event(state.ending) if state.ending else None,
        "step": state.step,
        "total_steps": state.total_steps,
        "parameters": record.config.parameters(),
    }


def _event(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(encode(event))
    return values


def _figure(value: float) -> float | None:
    return value if math.isfinite(value) else None
