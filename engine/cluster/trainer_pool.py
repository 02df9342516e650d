"""The trainers of a cluster: placed by Ray on the nodes that may train, kept while there are runs for them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from engine.cluster.connection import ClusterError
from engine.cluster.nodes import Node, Nodes, ResourceRequest
from engine.cluster.remote_trainer import RemoteTrainer, TrainerHost
from engine.cluster.run_mirror import RunContent, RunDelta
from engine.interval import Interval

IDLE_SECONDS = 3.0
# One that fails may be killed for want of memory, or by its node's end; more have a cause that stays.
MOST_FAILURES = 3

log = logging.getLogger(__name__)


class TrainerLost(Exception):
    """A trainer has gone, with its process or its node."""


class TrainerLink:
    """A trainer on a node. Every call raises TrainerLost once it has gone, and what the call raises there."""

    def __init__(self, actor: Any, need: ResourceRequest) -> None:
        self._actor = actor
        self.placed = actor.host.remote(need.device)
        self.host = TrainerHost("", None)
        self.idle = Interval.ended()

    def begin(self, contents: Sequence[tuple[RunContent, bool]], data: Any, device: str) -> None:
        """Train runs on data in the cluster's object store, each with whether it is paused at first."""
        self._call("begin", contents, data, device)

    def ask(self, id: str, word: str) -> None:
        """Do what a request to a run says."""
        self._call("ask", id, word)

    def take(self, seconds: float) -> dict[str, RunDelta]:
        """What each run has gained."""
        deltas: dict[str, RunDelta] = self._call("take", seconds)
        return deltas

    def dismiss(self) -> None:
        """End it."""
        import ray

        with suppress(Exception):  # It may have gone, or the way to it.
            ray.kill(self._actor)

    def _call(self, name: str, *arguments: Any) -> Any:
        import ray

        try:
            return ray.get(getattr(self._actor, name).remote(*arguments))
        except ray.exceptions.RayTaskError as error:
            raise ClusterError(f"{self.host.node}: {error.cause}") from None
        except Exception as error:  # Of a link that has gone Ray says so in exceptions of any type.
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            log.warning("%s: %s", self.host.node, reason)
            raise TrainerLost(reason) from None


class TrainerPool:
    """Trainers of one need, some on their way. Not for several threads at once."""

    def __init__(self, need: ResourceRequest, nodes: Nodes) -> None:
        self._need, self._nodes = need, nodes
        self._nodes_asked: tuple[Node, ...] = ()
        self._starting: list[TrainerLink] = []
        self._idle: list[TrainerLink] = []
        self._failures: list[str] = []

    @property
    def trouble(self) -> str:
        """Why no trainer can be started, once so many could not one after the other."""
        return f"no trainer can be started: {self._failures[-1]}" if len(self._failures) > MOST_FAILURES else ""

    def look(self, waiting: int) -> None:
        """Have a trainer, or ask Ray for one, for each of so many tasks that wait; let go of those in excess."""
        import ray

        for link in list(self._starting):
            if ray.wait([link.placed], timeout=0)[0]:
                self._starting.remove(link)
                try:
                    link.host = ray.get(link.placed)
                except ray.exceptions.RayError as error:
                    log.warning("a trainer could not be started: %s", error)
                    self._failures.append(next(iter(str(error).splitlines()), type(error).__name__))
                    continue
                self._failures.clear()
                self.give_back(link)
        if self._nodes_asked != self._nodes.accepted:
            # Ray would wait for ever for a node that has gone, and not look at one that is new.
            self._nodes_asked = self._nodes.accepted
            for link in self._starting:
                link.dismiss()
            self._starting = []
            self._failures.clear()
        missing = waiting - len(self._idle) - len(self._starting)
        if self._nodes_asked:
            self._starting += [self._started() for _ in range(missing)]
        for _ in range(min(-missing, len(self._starting))):
            self._starting.pop().dismiss()
        for link in [link for link in self._idle if not waiting and link.idle.passed >= IDLE_SECONDS]:
            self._idle.remove(link)
            link.dismiss()

    def take(self) -> TrainerLink | None:
        """A trainer that has nothing to do; None while there is none."""
        return self._idle.pop() if self._idle else None

    def give_back(self, link: TrainerLink) -> None:
        """A trainer has nothing to do any more."""
        link.idle.begin(0)
        self._idle.append(link)

    def close(self) -> None:
        """Let go of all that have nothing to do."""
        for link in [*self._starting, *self._idle]:
            link.dismiss()
        self._starting, self._idle = [], []

    def _started(self) -> TrainerLink:
        import ray

        ids = ",".join(node.id for node in self._nodes_asked)
        options = {**self._need.options, "label_selector": {"ray.io/node-id": f"in({ids})"}, "max_restarts": 0}
        return TrainerLink(ray.remote(RemoteTrainer).options(**options).remote(), self._need)
