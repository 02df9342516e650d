"""Training on CUDA with many steps a launch."""

from __future__ import annotations

import torch

from engine.training.batch_buffers import Batch
from engine.training.closed_form import ClosedForm, Interrupted
from engine.training.network import Network
from engine.training.optimisers import Optimiser


class Graphed:
    """The closed form on CUDA, several steps a launch: the batches of a chunk are captured once and replayed.

    Everything a step reads lies in buffers that `BatchBuffers.draw` refills, so a replay needs nothing but the launch.
    Batches that do not begin a chunk, after a resume, are trained one by one.
    """

    inference = True

    def __init__(self, closed_form: ClosedForm, network: Network, optimiser: Optimiser) -> None:
        self._closed_form = closed_form
        self._kept = [network.vector, *optimiser.state.values()]
        self._graphs: dict[tuple[int, int], torch.cuda.CUDAGraph] = {}

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        if batches[0].place:
            return self._closed_form.run(batches, interrupted)
        key = (len(batches), batches[-1].size)
        if key not in self._graphs:
            self._graphs[key] = self._capture(batches)
        self._graphs[key].replay()
        interrupted()
        return len(batches)

    def _capture(self, batches: list[Batch]) -> torch.cuda.CUDAGraph:
        """Warm up on a side stream, as capture demands, put back what that changed, and record the steps."""
        before = [tensor.clone() for tensor in self._kept]
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            self._closed_form.run([batches[0], batches[-1]], lambda: False)
        torch.cuda.current_stream().wait_stream(side)
        for tensor, old in zip(self._kept, before, strict=True):
            tensor.copy_(old)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            self._closed_form.run(batches, lambda: False)
        return graph
