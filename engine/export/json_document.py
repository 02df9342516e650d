"""Runs as JSON documents: everything that is known of them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from engine.runs.events import Event, encode
from engine.runs.snapshot import RunSnapshot
from engine.text import LONGEST_NOTE, clean


def json_text(snapshots: Sequence[RunSnapshot]) -> str:
    """One run as an object, several as an array of objects; a figure that is not finite is `null`."""
    values = [as_json(snapshot) for snapshot in snapshots]
    return json.dumps(values[0] if len(values) == 1 else values, indent=2, allow_nan=False) + "\n"


def as_json(snapshot: RunSnapshot, whole: bool = True) -> dict[str, Any]:
    """A run as JSON values; what is long, its `steps` and `layers`, only where it is to be `whole`."""
    record, state = snapshot.record, snapshot.state
    return {
        **record.to_json(),
        "status": snapshot.status,
        "notices": [clean(notice, LONGEST_NOTE) for notice in snapshot.notices],
        "epochs": [_event(epoch) for epoch in state.epochs],
        **(_series(snapshot) if whole else {}),
        "ending": _event(state.ending) if state.ending else None,
        "step": state.step,
        "total_steps": state.total_steps,
        "parameters": record.config.parameters(),
    }


def _series(snapshot: RunSnapshot) -> dict[str, Any]:
    steps = [{name: _figure(value) for name, value in values.items()} for values in snapshot.steps()]
    return {"steps": steps, "layers": [_event(layers) for layers in snapshot.state.layers]}


def _event(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(encode(event))
    return values


def _figure(value: float) -> float | None:
    return value if math.isfinite(value) else None
