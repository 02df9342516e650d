"""Runs that take their steps together: each has a trainer of its own, and they meet for every call of `run`.

All but the steps stays each run's own: batches, masks, figures, events, checkpoint, and what is wanted of it. One that
leaves, for a pause or because it has ended, costs the others nothing, and trains alone if it goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from engine.errors import is_out_of_memory
from engine.training.autograd import Gradients, Parts
from engine.training.batch_buffers import Batch
from engine.training.closed_form import Interrupted
from engine.training.cuda_graph import Graphed
from engine.training.proof import faults, tolerance_of
from engine.training.stacked_steps import StackedSteps

Notify = Callable[[str], None]
Alone = Callable[[int], Gradients]


class StepBarrier:
    """Where threads wait for each other: once all who are expected have brought something, one does the work of all."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._expected: set[Any] = set()
        self._brought: dict[Any, Any] = {}
        self._results: dict[Any, Any] = {}

    def expect(self, member: Any) -> None:
        """Begin no work without this member."""
        with self._changed:
            self._expected.add(member)

    def leave(self, member: Any) -> None:
        """Wait for this member no longer; harmless where it is not expected."""
        with self._changed:
            self._expected.discard(member)
            self._changed.notify_all()

    def meet(self, member: Any, brought: Any, work: Callable[[dict[Any, Any]], dict[Any, Any]]) -> Any:
        """The member's part of what `work` makes of what each has brought. All who meet must name the same work.

        Raises what it raises, in every thread."""
        with self._changed:
            self._brought[member] = brought
            self._changed.notify_all()
            while member not in self._results:
                if self._brought.keys() == self._expected:
                    # Who was sent away by the work before may not have looked at its part yet.
                    self._results |= self._done(work)
                    self._changed.notify_all()
                else:
                    self._changed.wait()
            result = self._results.pop(member)
        if isinstance(result, Exception):
            raise result
        return result

    def _done(self, work: Callable[[dict[Any, Any]], dict[Any, Any]]) -> dict[Any, Any]:
        brought, self._brought = self._brought, {}
        try:
            return work(brought)
        except Exception as error:
            return dict.fromkeys(brought, error)


class Offer(NamedTuple):
    """What a run brings to train on."""

    batches: list[Batch]
    interrupted: Interrupted


class Seat:
    """A run's place in a stack, and the way it trains: together while it keeps the place, alone after.

    `size` is how many networks took their first steps together; 1 where it trained alone from the beginning."""

    inference = True

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._own: Gradients | None = None
        self.is_taken = True
        self.size = 1

    @property
    def name(self) -> str:
        return self._own.name if self._own else StackedSteps.name

    def join(self, parts: Parts, epoch: int, alone: Alone, notify: Notify) -> Gradients:
        """The way to train from an epoch on, once all runs of the stack are here: this, or that of a run alone."""
        self.parts, self.epoch, self.notify, self._alone = parts, epoch, notify, alone
        self.size = self._stack.form(self)
        return self if self.is_taken else alone(epoch)

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        if self.is_taken and (done := self._stack.train(self, Offer(batches, interrupted))):
            return done
        own = self._own or self._on_its_own()
        with torch.inference_mode(own.inference):
            return own.run(batches, interrupted)

    def forget(self) -> None:
        if self._own:
            self._own.forget()

    def leave(self) -> None:
        """Take no more steps together; harmless where that is so."""
        self.is_taken = False
        self._stack.leave(self)

    def _on_its_own(self) -> Gradients:
        """The way a run alone would train, with the chunk in its buffers again that it is at."""
        epoch, chunk = self.parts.buffers.drawn
        with torch.inference_mode(False):
            self._own = self._alone(epoch)
        self.parts.buffers.draw(epoch, chunk)
        return self._own


class Stack:
    """As many seats as there are runs of one shape, which `shape_of` says; each run's thread takes one."""

    def __init__(self, size: int) -> None:
        self._meeting = StepBarrier()
        self.seats = [Seat(self) for _ in range(size)]
        for seat in self.seats:
            self._meeting.expect(seat)
        self._together: list[Seat] = []
        self._rates: list[float] = []
        self._way: Gradients

    def leave(self, seat: Seat) -> None:
        """Wait for a seat no longer."""
        self._meeting.leave(seat)

    def form(self, seat: Seat) -> int:
        """With how many others and itself a run trains, as far as their steps prove themselves; called by each."""
        return int(self._meeting.meet(seat, None, lambda brought: self._formed(list(brought))))

    def train(self, seat: Seat, offer: Offer) -> int:
        """Train on the batches of an offer as those of the others allow; how many were, 0 where it has to alone."""
        return int(self._meeting.meet(seat, offer, self._trained))

    def _formed(self, seats: list[Seat]) -> dict[Seat, int]:
        """Those whose steps do what autograd does for each, on the last batches of an epoch, stay together."""
        try:
            problems = self._proved(seats) if len(seats) > 1 else [""]
        except Exception as error:
            if is_out_of_memory(error):
                raise
            problems = [f"{type(error).__name__}: {error}"] * len(seats)
        stay = [seat for seat, fault in zip(seats, problems, strict=True) if not fault]
        for seat, fault in zip(seats, problems, strict=True):
            if fault:
                seat.notify(f"{StackedSteps.name} not used: {fault}")
            if fault or len(stay) < 2:
                seat.is_taken = False
                self._meeting.leave(seat)
        return {seat: len(stay) if seat.is_taken else 1 for seat in seats}

    def _proved(self, seats: list[Seat]) -> list[str]:
        parts = [seat.parts for seat in seats]
        batches = [own.buffers.draw_last(seat.epoch) for seat, own in zip(seats, parts, strict=True)]
        return faults(StackedSteps(parts), parts, batches[0])

    def _trained(self, offers: dict[Seat, Offer]) -> dict[Seat, int]:
        """Train those that are at the place where most are; who is elsewhere goes on alone."""
        places = [offer.batches[0].place for offer in offers.values()]
        most = max(places, key=places.count)
        together = {seat: offer for seat, offer in offers.items() if offer.batches[0].place == most}
        if len(together) == 1:
            together.clear()
        for seat in offers.keys() - together.keys():
            seat.leave()
        if not together:
            return dict.fromkeys(offers, 0)
        done = self._steps(list(together)).run(
            min((offer.batches for offer in together.values()), key=len),
            lambda: any(offer.interrupted() for offer in together.values()),
        )
        return {seat: done if seat in together else 0 for seat in offers}

    def _steps(self, seats: list[Seat]) -> Gradients:
        """The steps of some runs, with the learning rates they have now."""
        if seats != self._together:
            self._together, parts = seats, [seat.parts for seat in seats]
            self._way = self._stacked = StackedSteps(parts)
            if parts[0].buffers.images.device.type == "cuda":
                self._way = Graphed(self._stacked, self._stacked.state, tolerance_of(parts[0].config), seats[0].notify)
        elif self._rates != (rates := [seat.parts.optimiser.learning_rate for seat in seats]):
            self._rates = rates
            self._stacked.forget()
        return self._way
