"""Training on CUDA with many steps a launch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from engine.errors import is_out_of_memory
from engine.training.autograd import Gradients
from engine.training.batch_buffers import Batch
from engine.training.closed_form import Interrupted
from engine.training.proof import ProofFailed, Snapshot, compare

# A process can capture one graph at a time.
CAPTURING = threading.Lock()


@cache
def side_stream(device: torch.device) -> torch.cuda.Stream:
    """The one stream of a device to warm up and capture on: the libraries keep a workspace for each they have seen."""
    return torch.cuda.Stream(device)


class Graphed:
    """Steps on CUDA, many a launch: the batches of a chunk are captured once and replayed.

    Everything a step reads lies in buffers that `BatchBuffers.draw` refills, so a replay needs nothing but the launch.
    Batches that do not begin a chunk, after a resume, are trained one by one. A graph is used when its first replay
    does what the same steps did one by one; otherwise they go on one by one, and `notify` is told why.
    """

    inference = True

    def __init__(self, steps: Gradients, state: list[Tensor], tolerance: float, notify: Callable[[str], None]) -> None:
        self._steps, self._kept, self._tolerance, self._notify = steps, state, tolerance, notify
        self._graphs: dict[tuple[int, int], torch.cuda.CUDAGraph | None] = {}
        self._pool: Any = None

    @property
    def name(self) -> str:
        """How it trains, as far as its graphs proved themselves."""
        works = None not in self._graphs.values()
        return f"captured graph of {self._steps.name}" if works else f"{self._steps.name}, step by step"

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        graph = None if batches[0].place else self.graph(batches)
        if graph is None:
            return self._steps.run(batches, interrupted)
        graph.replay()
        interrupted()
        return len(batches)

    def forget(self) -> None:
        self._graphs.clear()
        self._steps.forget()

    def graph(self, batches: list[Batch]) -> torch.cuda.CUDAGraph | None:
        """The graph of a chunk, captured and proved if it is the first of its form; None where that failed.

        Raises what says that memory was short: that is no fault of a graph."""
        key = (len(batches), batches[-1].size)
        if key not in self._graphs:
            before = Snapshot(self._kept)
            try:
                self._graphs[key] = self._captured(batches, before)
            except Exception as error:
                if is_out_of_memory(error):
                    raise
                self._graphs[key] = None
                self._notify(f"captured graph of {self._steps.name} not used: {str(error).strip()}")
            finally:
                before.put_back()
        return self._graphs[key]

    def _captured(self, batches: list[Batch], before: Snapshot) -> torch.cuda.CUDAGraph:
        """Train on the chunk on the side stream, which warms up what capture must not meet for the first time, then
        capture the same and compare its replay. Raises ProofFailed, and what PyTorch raises."""
        current = torch.cuda.current_stream()
        side = side_stream(self._kept[0].device)
        with CAPTURING:
            side.wait_stream(current)
            with torch.cuda.stream(side):
                self._steps.run(batches, lambda: False)
            current.wait_stream(side)
            stepped = Snapshot(self._kept)
            before.put_back()
            graph = torch.cuda.CUDAGraph()
            self._pool = self._pool or torch.cuda.graph_pool_handle()
            try:
                with torch.cuda.graph(graph, pool=self._pool, stream=side, capture_error_mode="thread_local"):
                    self._steps.run(batches, lambda: False)
            finally:
                torch.cuda.set_stream(current)  # A capture that fails leaves its own behind.
        graph.replay()
        if error := compare(self._kept, stepped.tensors, before.tensors, self._tolerance):
            raise ProofFailed(error)
        return graph
