"""Which nodes may train, and how many runs."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from engine.cluster import nodes
from engine.cluster.node_versions import Versions
from engine.cluster.nodes import Nodes, ResourceRequest, refusal
from engine.config.run_config import RunConfig

OURS = Versions("0.4.0", "2.14.1+cpu")


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (Versions("0.4.0", "2.14.1+cu130"), ""),
        (Versions("", ""), "mnist-tui is not installed there"),
        (Versions("0.3.0", "2.14.1"), "it has mnist-tui 0.3.0, this process 0.4.0"),
        (Versions("0.4.0", "2.13.0"), "it has PyTorch 2.13.0, this process 2.14.1"),
        (Versions("0.3.0", ""), "it has mnist-tui 0.3.0, this process 0.4.0; PyTorch none, this process 2.14.1"),
    ],
)
def test_a_node_of_other_versions_is_refused_in_one_line(theirs: Versions, said: str) -> None:
    assert refusal(OURS, theirs) == said


def test_a_node_has_room_for_as_many_runs_as_it_has_of_what_they_ask_for() -> None:
    resources = {"CPU": 16.0, "GPU": 3.0, "memory": 1e9}
    assert [ResourceRequest(gpus).fits(resources) for gpus in (0.0, 1.0, 0.5, 0.3)] == [16, 3, 6, 9]
    assert ResourceRequest(0.25).fits({"CPU": 16.0}) == 0


def test_runs_ask_for_a_gpu_though_the_node_that_had_some_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [{"NodeID": id, "Alive": True, "Resources": {id: 4.0}} for id in ("CPU", "GPU")]
    ray = SimpleNamespace(
        nodes=lambda: infos,
        cloudpickle=SimpleNamespace(register_pickle_by_value=id, unregister_pickle_by_value=id),
        remote=lambda probe: SimpleNamespace(options=lambda **_: SimpleNamespace(remote=lambda: probe)),
        wait=lambda asked, timeout: (asked, []),
        get=lambda probe: probe(),
    )
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(nodes, "LOOK_EVERY", 0.0)
    known = Nodes()
    known.await_answers()
    infos[1]["Alive"] = False
    known.look()
    assert [node.id for node in known.accepted] == ["CPU"]
    assert [known.need(RunConfig(device=device), 0.5).gpus for device in ("auto", "cuda", "cpu")] == [0.5, 0.5, 0.0]
