"""What can be done with a run, given its status."""

from __future__ import annotations

from dataclasses import dataclass

from engine.runs.state import FAILED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED

# Actions that share a key stand in one group; the first stands for the group where none applies.
GROUPS = (
    {"pause": {PREPARING, RUNNING}, "resume": {PAUSED}, "continue": {STOPPED, FAILED, INTERRUPTED}},
    {"stop": {PREPARING, RUNNING, PAUSED}, "drop": {QUEUED}},
    {"move": {QUEUED}},
)


@dataclass(frozen=True)
class Target:
    """The run that keys act on."""

    id: str
    name: str
    status: str


def applies(action: str, target: Target | None) -> bool | None:
    """Whether something can be done with a run; None when its key does nothing now but says what it is for."""
    group = next((group for group in GROUPS if action in group), None)
    if group is None:
        return True
    status = target.status if target else ""
    if status in group[action]:
        return True
    nothing = not any(status in statuses for statuses in group.values())
    return None if nothing and action == next(iter(group)) and len(group) > 1 else False
