"""Where a cluster is looked for."""

from __future__ import annotations

import socket

import pytest

from engine.cluster.connection import ClusterError, connected
from engine.config.fields import ConfigError
from engine.sweeps.place import check_place


@pytest.mark.parametrize("text", ["ray", "auto", "ray://head:10001", "ray://192.0.2.1:1"])
def test_a_place_is_this_machine_a_cluster_that_ray_finds_or_one_with_an_address(text: str) -> None:
    assert check_place(text) == text


@pytest.mark.parametrize("text", ["", "slurm", "head:10001", "ray://head", "ray://:1", "ray://a b:1", "ray://head:1/x"])
def test_any_other_place_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="ray://HOST:PORT"):
        check_place(text)


def test_an_address_that_nobody_listens_at_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        for place in ("auto", f"ray://{address}"):
            with pytest.raises(ClusterError, match=f"{address}: .*refused"), connected(place):
                pass
