"""What a run's status can be, and what its events and its lock say it is."""

from __future__ import annotations

QUEUED, PREPARING, RUNNING, PAUSED = "queued", "preparing", "running", "paused"
FINISHED, STOPPED, FAILED, INTERRUPTED = "finished", "stopped", "failed", "interrupted"
# Stopped before its turn came.
UNQUEUED = "unqueued"
# Ended early by a sweep, whose other cells do better.
PRUNED = "pruned"
LIVE = frozenset({QUEUED, PREPARING, RUNNING, PAUSED})
ENDED = frozenset({FINISHED, STOPPED, FAILED, UNQUEUED, PRUNED})


def status(phase: str, locked: bool) -> str:
    """A run's status: what its events say, unless they say it lives and nobody holds its lock."""
    return INTERRUPTED if phase in LIVE and not locked else phase
