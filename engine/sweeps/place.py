"""Where a sweep is trained, as its file tells it."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.text import LONGEST_NOTE, clean


class Place(NamedTuple):
    """The Ray cluster that `on` names, where each run has such a share of a GPU, or the engine of a home."""

    on: str = ""
    gpu_share: float = 1.0

    @classmethod
    def from_json(cls, values: dict[Any, Any]) -> Place:
        """The place that some values tell of, which may be none that there is."""
        match values.get("gpu_share"):
            case int() | float() as share if 0 < share <= 1:
                gpu_share = float(share)
            case _:
                gpu_share = 1.0
        return cls(clean(values.get("on"), LONGEST_NOTE), gpu_share)


ENGINE = Place()
