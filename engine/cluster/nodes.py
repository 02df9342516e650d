"""The nodes of a cluster: which of them may train, and how many runs at once.

A node may whose program and PyTorch are those of this process; any other is refused, and why is said in a line.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from engine.cluster import node_versions
from engine.cluster.connection import ClusterError
from engine.cluster.node_versions import Versions
from engine.config.run_config import RunConfig
from engine.interval import Interval
from engine.text import LONGEST_NOTE, clean

LOOK_EVERY = 2.0
LONGEST_ANSWER = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResourceRequest:
    """What a run asks Ray for: so much of a GPU, or one CPU where that is nothing."""

    gpus: float

    @property
    def device(self) -> str:
        """What the run trains on there; a GPU that Ray gives is the only one its process sees."""
        return "cuda:0" if self.gpus else "cpu"

    @property
    def options(self) -> dict[str, float]:
        """In Ray's words."""
        return {"num_gpus": self.gpus, "num_cpus": 0} if self.gpus else {"num_cpus": 1}

    def fits(self, resources: dict[str, float]) -> int:
        """How many such runs a node with these resources trains at once."""
        if self.gpus:
            return int(resources.get("GPU", 0)) * int(1 / self.gpus)
        return int(resources.get("CPU", 0))


@dataclass(frozen=True)
class Node:
    """A node that may train, and what it has in all."""

    id: str
    name: str
    resources: dict[str, float]


class Nodes:
    """The nodes as they come and go. Not for several threads at once; the properties may be asked from any."""

    def __init__(self) -> None:
        self._ours = Versions(*node_versions.versions())
        self._asked: dict[str, Any] = {}
        self._all: dict[str, Node] = {}
        self._refused: set[str] = set()
        self._pause = Interval.ended()
        self.accepted: tuple[Node, ...] = ()
        self._has_gpus = False
        self._refusals: list[str] = []

    def await_answers(self) -> None:
        """Look until every node there is has answered. Raises ClusterError where none may train."""
        import ray

        deadline = Interval(LONGEST_ANSWER)
        self.look()
        while self._asked and not deadline.is_over():
            ray.wait(list(self._asked.values()), timeout=min(1.0, deadline.left))
            self.look()
        if not self.accepted:
            raise ClusterError("\n".join(self._refusals) or "no node of the Ray cluster answers")

    def look(self) -> None:
        """See which nodes there are, and ask those that are new."""
        import ray

        if self._pause.is_over():
            self._pause.begin(LOOK_EVERY)
            alive = {info["NodeID"]: info for info in ray.nodes() if info["Alive"]}
            self._all = {id: _node(info) for id, info in alive.items()}
            known = {*self._asked, *self._refused, *(node.id for node in self.accepted)}
            self._asked |= {id: self._ask(id) for id in alive if id not in known}
        for id, answer in list(self._asked.items()):
            if id not in self._all:
                del self._asked[id]
            elif ray.wait([answer], timeout=0)[0]:
                del self._asked[id]
                self._judge(self._all[id], answer)
        self.accepted = tuple(node for node in self.accepted if node.id in self._all)

    def take_refusals(self) -> list[str]:
        """Why nodes may not train that were refused since the last call, a line each."""
        taken, self._refusals = self._refusals, []
        return taken

    def capacity(self, need: ResourceRequest) -> int:
        """How many runs of a need the nodes train at once."""
        return sum(need.fits(node.resources) for node in self.accepted)

    def need(self, config: RunConfig, share: float) -> ResourceRequest:
        """What a run asks for, which takes such a `share` of a GPU; none is asked for where `auto` has found none,
        while a node that had some may come back."""
        is_on_gpu = config.device.startswith("cuda") or (config.device == "auto" and self._has_gpus)
        return ResourceRequest(share if is_on_gpu else 0.0)

    def _ask(self, id: str) -> Any:
        import ray

        ray.cloudpickle.register_pickle_by_value(node_versions)  # The program may be missing there.
        try:
            probe = ray.remote(node_versions.versions)
            return probe.options(num_cpus=0, max_retries=0, label_selector={"ray.io/node-id": id}).remote()
        finally:
            ray.cloudpickle.unregister_pickle_by_value(node_versions)

    def _judge(self, node: Node, answer: Any) -> None:
        import ray

        try:
            reason = refusal(self._ours, Versions(*ray.get(answer)))
        except ray.exceptions.RayError as error:
            reason = f"it cannot be asked for its versions ({type(error).__name__})"
        if reason:
            self._refused.add(node.id)
            self._refusals.append(clean(f"{node.name} is refused: {reason}", LONGEST_NOTE))
            log.warning("%s", self._refusals[-1])
        else:
            self.accepted += (node,)
            self._has_gpus = self._has_gpus or bool(node.resources.get("GPU"))


def refusal(ours: Versions, theirs: Versions) -> str:
    """What speaks against a node with such versions; nothing as a rule. Builds of one PyTorch may differ: a process
    without a card can ask nodes that have some."""
    if not theirs.program:
        return "mnist-tui is not installed there"
    differing = [
        f"{name} {its or 'none'}, this process {own}"
        for name, own, its in (
            ("mnist-tui", ours.program, theirs.program),
            ("PyTorch", ours.torch.partition("+")[0], theirs.torch.partition("+")[0]),
        )
        if own != its
    ]
    return f"it has {'; '.join(differing)}" if differing else ""


def _node(info: dict[str, Any]) -> Node:
    name = str(info.get("NodeManagerHostname") or info.get("NodeName") or "a node")
    return Node(info["NodeID"], name, info.get("Resources") or {})
