"""What a form with several values to try asks for, and what that will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from engine.config.fields import ConfigError, Problem
from engine.home import Home
from engine.interval import Interval
from tui.panes.model.draft import Draft

if TYPE_CHECKING:
    from engine.config.run_config import RunConfig
    from engine.service.epoch_times import EpochTimes
    from engine.service.protocol import Device
    from engine.sweeps.plan import Plan, SweepRequest

# Seconds for which what runs tell of the time of an epoch is not read again.
LEARN_EVERY = 30.0


@dataclass
class SweepPlanned(Message):
    """What the sweep of a `draft` takes, or every fault that it has: `seconds` on so many `slots`, None where that is
    not known, and bytes of `disk`."""

    draft: Draft
    seconds: float | None = None
    slots: int = 0
    disk: int = 0
    faults: tuple[Problem, ...] = ()


def sweep_request(draft: Draft) -> SweepRequest:
    """What the draft asks for."""
    from engine.sweeps.plan import SweepRequest

    return SweepRequest(draft.base, draft.settings, seeds=draft.seeds, group=draft.group, preset=draft.preset)


class SweepPlanner:
    """Plans sweeps of a home, by what its runs tell of the time of an epoch. Not for several threads at once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._times: EpochTimes | None = None
        self._learnt = Interval.ended()
        self._made: tuple[Draft, Plan] | None = None

    def plan(self, draft: Draft, slots: Sequence[Device]) -> SweepPlanned:
        """What the sweep of a draft takes on these slots, or what is wrong with it."""
        from engine.sweeps.estimate import estimate

        try:
            made = self._plan_of(draft)
        except ConfigError as error:
            return SweepPlanned(draft, faults=error.problems)
        times, device = self._known_times(), slots[0].description if slots else ""

        def epoch_seconds(config: RunConfig) -> float | None:
            return times.epoch_seconds(config, device)

        costs = estimate(made, epoch_seconds, len(slots))
        return SweepPlanned(draft, costs.seconds, len(slots), costs.disk)

    def _plan_of(self, draft: Draft) -> Plan:
        """The cells of a draft, which are asked for again whenever the engine tells how its devices are."""
        from engine.sweeps.plan import plan

        if self._made is None or self._made[0] != draft:
            self._made = draft, plan(sweep_request(draft))
        return self._made[1]

    def _known_times(self) -> EpochTimes:
        from engine.service.epoch_times import EpochTimes

        if self._times is None or self._learnt.is_over():
            self._times = EpochTimes()
            self._times.learn_from(self._home)
            self._learnt.begin(LEARN_EVERY)
        return self._times
