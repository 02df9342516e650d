"""Trainers that Ray is asked for while nodes come and go, and others cannot be started."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from engine.cluster.nodes import Node, Nodes, ResourceRequest
from engine.cluster.remote_trainer import TrainerHost
from engine.cluster.trainer_pool import MOST_FAILURES, TrainerLink, TrainerLost, TrainerPool


class RayError(Exception):
    """What Ray raises."""


class RayTaskError(RayError):
    """What a call has raised on a node."""


class FakeRay:
    """Places no trainer before it is told to; `asked` are the nodes that each was asked for on."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ended: list[str] = []
        self.answer: TrainerHost | RayError | None = None

    def remote(self, made: type) -> Any:
        def ask(**options: Any) -> Any:
            nodes = options["label_selector"]["ray.io/node-id"]
            self.asked.append(nodes)
            return SimpleNamespace(remote=lambda: SimpleNamespace(nodes=nodes, host=host))

        host = SimpleNamespace(remote=lambda device: "placed")
        return SimpleNamespace(options=ask)

    def wait(self, placed: list[str], timeout: float) -> tuple[list[str], list[str]]:
        return (placed, []) if self.answer else ([], placed)

    def get(self, placed: str) -> TrainerHost:
        if isinstance(self.answer, RayError):
            raise self.answer
        assert self.answer
        return self.answer

    def kill(self, actor: Any) -> None:
        self.ended.append(actor.nodes)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    fake = FakeRay()
    monkeypatch.setitem(sys.modules, "ray", fake)
    return fake


def nodes(*ids: str) -> Any:
    return SimpleNamespace(accepted=tuple(Node(id, id, {"CPU": 1.0}) for id in ids))


def test_a_trainer_that_a_node_was_to_have_which_has_gone_is_asked_for_on_those_there_are(ray: FakeRay) -> None:
    known = nodes("a")
    pool = TrainerPool(ResourceRequest(0.0), cast(Nodes, known))
    pool.look(1)
    known.accepted = nodes("b", "c").accepted
    pool.look(1)
    pool.look(1)
    assert (ray.asked, ray.ended) == (["in(a)", "in(b,c)"], ["in(a)"])


def test_why_trainers_cannot_be_started_is_said_after_some_and_until_one_is(ray: FakeRay) -> None:
    pool = TrainerPool(ResourceRequest(0.0), cast(Nodes, nodes("a")))
    ray.answer = RayError("the card is broken\nsee the log")
    for _ in range(MOST_FAILURES + 1):
        assert pool.trouble == ""
        pool.look(1)
    pool.look(1)
    assert pool.trouble == "no trainer can be started: the card is broken" and pool.take() is None
    ray.answer = TrainerHost("a", None)
    pool.look(1)
    assert pool.trouble == "" and pool.take()


def test_a_trainer_is_lost_with_the_link_to_its_cluster(ray: FakeRay) -> None:
    def ask(*arguments: object) -> NoReturn:
        raise Exception("Ray Client is not connected.")

    gone = SimpleNamespace(remote=ask)
    link = TrainerLink(
        SimpleNamespace(host=SimpleNamespace(remote=lambda device: "placed"), take=gone), ResourceRequest(0.0)
    )
    with pytest.raises(TrainerLost, match="not connected"):
        link.take(1.0)
