"""A Ray cluster in this machine, in a process of its own: `python -m tests.builders.ray_cluster FOLDER`.

It tells its address, does what each line says that it is given, answers each with a line, and ends with its input.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NODE = {
    "num_cpus": 1,
    "object_store_memory": 80 << 20,
    "include_dashboard": False,
    "include_log_monitor": False,
    "no_monitor": True,
    "dashboard_agent_listen_port": 0,
}
# A token would be written to the user's home.
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
# What a trainer is called while it is asked for what its runs have gained.
TRAINING = "ray::RemoteTrainer.take"
FREEZE, LOSE = "freeze", "lose"
# Where others keep the cores busy, each of its dozen processes takes seconds to start.
START_SECONDS = 300


class ClusterMissing(Exception):
    """No cluster starts on this machine, or it has ended; the message is Ray's."""


def processes(words: str) -> list[list[str]]:
    """Id, parent and command line of the processes that have to do with something."""
    found = subprocess.run(["ps", "-ewwo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    return [line.split(maxsplit=2) for line in found.splitlines() if words in line]


class RayCluster:
    """A cluster of two nodes with a CPU each. Nothing is left of it once it is closed, or this process is gone."""

    def __init__(self) -> None:
        """Raises ClusterMissing."""
        # The paths of its sockets must be short.
        self._folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
        self._printed = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115  Until it is closed.
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._printed, text=True,
        )  # fmt: skip
        starting = threading.Timer(START_SECONDS, self._process.terminate)
        starting.start()
        try:
            self.address = self._answer()
        finally:
            starting.cancel()

    def freeze_trainer(self) -> bool:
        """Halt what trains on the second node; whether anything does."""
        return self._do(FREEZE) != "0"

    def lose_node(self) -> None:
        """Kill all processes of the second node."""
        self._do(LOSE)

    def close(self) -> None:
        """End it and wait until it has."""
        self._process.communicate()
        self._printed.close()

    def _do(self, word: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout
        if answer := self._process.stdout.readline():
            return answer.strip()
        self._process.communicate()
        self._printed.seek(0)
        raise ClusterMissing(next(iter(self._printed.read().splitlines()[-1:]), "it has ended"))


def serve(folder: Path) -> None:
    """Have a cluster whose files are in a folder, until there is nobody left to ask for anything."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # Ray prints what it likes.
    # Ray writes there where its last cluster is, into a folder it does not make.
    (folder / "ray").mkdir()
    os.environ |= {**QUIET, "RAY_TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    os.environ |= {"RAY_health_check_period_ms": "1000"}  # A lost node is missed in 5 s.
    from ray.cluster_utils import Cluster

    made = Cluster()
    try:
        made.add_node(wait=False, **NODE, temp_dir=str(folder))
        made.add_node(wait=False, **NODE)
        made.wait_for_nodes(START_SECONDS)
        answers.write(f"{made.address}\n")
        for line in sys.stdin:
            answers.write(f"{_done(made, line.strip())}\n")
    finally:
        made.shutdown()
        while left := [int(pid) for pid, _, _ in processes(str(folder)) if int(pid) != os.getpid()]:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)
        shutil.rmtree(folder)


def _done(cluster: Any, word: str) -> int:
    """To how many trainers of the second node it was done."""
    (node,) = cluster.worker_nodes
    raylets = {pid for pid, _, words in processes(node.raylet_socket_name) if "raylet/raylet" in words.split()[0]}
    trainers = [int(pid) for pid, parent, _ in processes(TRAINING) if parent in raylets]
    if word == LOSE:
        cluster.remove_node(node, allow_graceful=False)
    for pid in trainers:
        os.kill(pid, signal.SIGSTOP if word == FREEZE else signal.SIGKILL)
    return len(trainers)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
