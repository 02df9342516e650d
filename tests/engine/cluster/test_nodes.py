"""Which nodes may train, and how many runs."""

from __future__ import annotations

import pytest

from engine.cluster.node_versions import Versions
from engine.cluster.nodes import ResourceRequest, refusal

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
