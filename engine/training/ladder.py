"""The ways to train on a device, from the fastest to the plainest, of which the first is taken that proves itself."""

from __future__ import annotations

from collections.abc import Callable

import torch

from engine.errors import is_out_of_memory
from engine.training import compiled_steps
from engine.training.autograd import Autograd, Gradients, Parts
from engine.training.closed_form import ClosedForm
from engine.training.compiled_steps import CompiledSteps
from engine.training.cuda_graph import Graphed
from engine.training.network import Network
from engine.training.optimisers import make_optimiser
from engine.training.proof import ProofFailed, prove, tolerance_of
from engine.training.stack import Seat


class Ladder:
    """The ways to train a configuration. On the processor recorded operations, which tests compare with autograd, need
    no proof; what a machine's own compiler made does."""

    def __init__(self, parts: Parts, seat: Seat | None = None) -> None:
        self.parts, self._seat = parts, seat
        self._config, self._network, self._buffers, self._penalty, self._optimiser = parts
        self._device = self._network.vector.device

    def climb(self, epoch: int, notify: Callable[[str], None]) -> Gradients:
        """The fastest way that proves itself on batches of an epoch, together with others where there is a seat for it;
        `notify` is told what was wrong with others.

        Raises what says that memory is short: that speaks against the run, not against the way."""
        if self._seat:
            return self._seat.join(self.parts, epoch, lambda epoch: self._climb_alone(epoch, notify), notify)
        return self._climb_alone(epoch, notify)

    def _climb_alone(self, epoch: int, notify: Callable[[str], None]) -> Gradients:
        if self._config.gradients == "autograd":
            return self._autograd()
        if self._device.type == "cpu":
            return self._compiled(notify) or ClosedForm(*self.parts)
        try:
            steps = ClosedForm(*self.parts)
            prove(steps, self.parts, self._buffers.draw_last(epoch))
            return self._graphed(steps, epoch, notify)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            notify(f"{ClosedForm.name} not used: {error if isinstance(error, ProofFailed) else _line(error)}")
        return self._autograd()

    def _compiled(self, notify: Callable[[str], None]) -> Gradients | None:
        """Compiled steps, where they suit and prove themselves as the run would begin: a verdict that is the same
        wherever a run goes on."""
        if not compiled_steps.suit(self._config, self._buffers.size):
            return None
        network = Network(self._config, self._device)
        optimiser = make_optimiser(self._config, self._penalty.decay, network.vector)
        try:
            begun = self.parts._replace(network=network, optimiser=optimiser)
            prove(CompiledSteps(*begun), begun, self._buffers.draw_last(epoch=1))
        except ProofFailed as error:
            notify(f"{CompiledSteps.name} not used: {error}")
            return None
        self._buffers.fills_images = False
        return CompiledSteps(*self.parts)

    def _graphed(self, steps: Gradients, epoch: int, notify: Callable[[str], None]) -> Gradients:
        """The steps in a graph, of which one is tried, on CUDA; elsewhere the steps. A graph has one learning rate."""
        if self._device.type != "cuda" or self._optimiser.varies:
            return steps
        state = [*self._network.state, *self._optimiser.state.values()]
        graphed = Graphed(steps, state, tolerance_of(self._config), notify)
        with torch.inference_mode():
            graphed.graph(self._buffers.draw(epoch, 0))
        return graphed

    def _autograd(self) -> Gradients:
        return Autograd(*self.parts[1:])


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__
