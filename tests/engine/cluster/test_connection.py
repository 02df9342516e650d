"""Where a cluster is looked for."""

from __future__ import annotations

import socket
import sys
from types import SimpleNamespace
from typing import Any, NoReturn

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


def test_what_ray_says_of_a_cluster_that_does_not_start_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(address: str, **options: Any) -> NoReturn:
        if address == "auto":
            raise ConnectionError("none is running")
        raise Exception("The current node timed out during startup.\nSee its log.")

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace(init=start))
    with pytest.raises(ClusterError, match=r"at ray: The current node timed out during startup\.\n"), connected("ray"):
        pass
