"""The way to a Ray cluster: one that is running, here or elsewhere, or one of this machine that is started for a while.

Names are those of Ray 2.49 to 2.60.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.errors import MissingExtra, UserError
from engine.files import temporary_folder
from engine.sweeps.place import FOUND, HERE, PORT
from engine.training.cores import usable_cores

INSTALL = "pip install 'mnist-tui[ray]'"
TOKEN = "A cluster that wants a token is reached with RAY_AUTH_MODE=token, and its token where Ray looks for one."
LONGEST_CONNECT = 10.0
# Two data sets and the checkpoints that are on their way.
STORE_BYTES = 256 << 20
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class ClusterError(UserError):
    """There is no cluster, or none that can train; the message says what to do."""


def require_ray() -> None:
    """Raises MissingExtra where the extra is not installed."""
    if find_spec("ray") is None:
        raise MissingExtra(f"--on needs Ray, which is not installed: {INSTALL}")


@contextmanager
def connected(place: str) -> Iterator[None]:
    """While this process is connected to the cluster at a place; what was started for it has ended afterwards.

    Raises ClusterError."""
    _see_port(os.environ.get("RAY_ADDRESS", "") if place in (HERE, FOUND) else place)
    os.environ.update(QUIET)
    import ray

    with ExitStack() as cleared:
        try:
            _join(ray, place, cleared)
        except ClusterError:
            raise
        except Exception as error:  # Of its own node that does not come up Ray says so in one without a type.
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise ClusterError(f"no Ray cluster can be reached at {place}: {reason}\n{TOKEN}") from None
        cleared.callback(ray.shutdown)
        yield


def _join(ray: Any, place: str, cleared: ExitStack) -> None:
    if place not in (HERE, FOUND):
        ray.init(address=place, logging_level=logging.ERROR, log_to_driver=False)
        return
    try:
        ray.init(address="auto", logging_level=logging.ERROR, log_to_driver=False)
    except ConnectionError:
        if place == FOUND:
            raise ClusterError(
                "Ray finds no cluster: RAY_ADDRESS is not set and none is running on this machine.\n"
                "Start one with: ray start --head, or for this sweep alone with: --on ray"
            ) from None
        _start(ray, cleared)


def _see_port(address: str) -> None:
    """Raises ClusterError where an address names a port that nobody listens at, which Ray would wait for a minute."""
    match = PORT.fullmatch(address)
    if not match:
        return
    try:
        socket.create_connection((match[1], int(match[2])), LONGEST_CONNECT).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(f"no Ray cluster can be reached at {address}: {error}") from None


def _start(ray: Any, cleared: ExitStack) -> None:
    """Start a cluster of this machine alone, which ends with this process."""
    # Ray's sockets lie in it, whose paths must be short.
    folder = cleared.enter_context(temporary_folder(Path("/tmp")))
    ray.init(
        address="local",
        num_cpus=usable_cores().count,
        object_store_memory=STORE_BYTES,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=str(folder),
    )
