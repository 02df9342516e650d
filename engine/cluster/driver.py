"""The driver of a sweep: `python -m engine.cluster.driver --home PATH --group GROUP --on PLACE` has a Ray cluster train
what is missing of it, and writes the directories of its runs.

It tells on standard output, an object a line, of which nodes it refuses, and whether it has begun or why it cannot;
after that it needs nobody. SIGTERM and SIGINT stop the sweep's runs at a step, with checkpoints; a second, at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from engine.cluster.connection import ClusterError, connected
from engine.cluster.nodes import Nodes
from engine.cluster.run_queue import ClusterQueue
from engine.errors import UserError
from engine.home import Home
from engine.json_text import write_line
from engine.service.device_choice import DeviceChoice
from engine.service.log_file import redirect_stdio, start_logging, trim
from engine.service.subprocesses import exit_at_once
from engine.service.sweep_feeder import SweepFeeder
from engine.sweeps.place import Place
from engine.sweeps.sweep_file import ask_to_stop, read_sweep

LOOK_EVERY = 0.2
LOG = "ray.log"

log = logging.getLogger("engine.cluster.driver")


class Driver:
    """Feeds one sweep to the cluster at a place."""

    def __init__(self, home: Home, group: str, failed: bool, place: Place) -> None:
        self._home, self._group, self._failed, self._place = home, group, failed, place
        self._signals = 0

    def drive(self) -> None:
        """Have the sweep trained to its end, by the cluster that this process is connected to. Raises UserError or
        OSError where it cannot begin."""
        nodes = Nodes()
        try:
            nodes.await_answers()
        finally:
            for line in nodes.take_refusals():
                tell(refused=line)
        base = read_sweep(self._home, self._group).record.base
        need = nodes.need(base, self._place.gpu_share)
        if not nodes.capacity(need):
            raise ClusterError(f"no node of the Ray cluster has a {'GPU' if need.gpus else 'CPU'} to train on")
        stack = DeviceChoice.of_environment().stack
        queue = ClusterQueue(self._home, nodes, base, self._place.gpu_share, stack)
        feeder = SweepFeeder(self._home, queue, self._place)
        feeder.feed(self._group, self._failed)
        tell(begun=nodes.capacity(need))
        redirect_stdio(self._home.path / LOG)
        self._answer_signals()
        log.info("%s is trained on %s", self._group, ", ".join(node.name for node in nodes.accepted))
        queue.start()
        feeder.start()
        wait = threading.Event()
        while feeder.groups:
            wait.wait(LOOK_EVERY)
            trim(self._home.path / LOG)
            if queue.trouble:
                log.error("%s", queue.trouble)
                feeder.abandon(queue.trouble)
                self._leave_at_once()
        feeder.leave("")
        queue.leave()
        queue.join()
        log.info("%s has ended", self._group)

    def _answer_signals(self) -> None:
        def answer(number: int, frame: FrameType | None) -> None:
            self._signals += 1
            if self._signals > 1:
                self._leave_at_once()
            threading.Thread(target=ask_to_stop, args=(self._home, self._group), daemon=True).start()

        # Ray answers SIGTERM by ending the process.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, answer)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    @staticmethod
    def _leave_at_once() -> None:
        """What it has begun reads as interrupted; what it has started of Ray ends with it."""
        os._exit(1)


def tell(**values: object) -> None:
    """Say something to who has started this process; they may have gone."""
    try:
        sys.stdout.write(write_line(values) + "\n")
        sys.stdout.flush()
    except OSError:
        log.warning("nobody hears %s", values)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="engine.cluster.driver", description="Have a Ray cluster train a sweep.")
    parser.add_argument("--home", type=Path, required=True, help="the folder with the runs")
    parser.add_argument("--group", required=True, help="the sweep")
    parser.add_argument("--on", required=True, help="the cluster")
    parser.add_argument("--share", type=float, default=1.0, help="how much of a GPU a run takes")
    parser.add_argument("--failed", action="store_true", help="train what has failed alone")
    given = parser.parse_args(arguments)
    start_logging()
    try:
        with connected(given.on):
            Driver(Home(given.home.absolute()), given.group, given.failed, Place(given.on, given.share)).drive()
    except (UserError, OSError, RuntimeError) as error:  # The last where no thread can be started.
        tell(error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    exit_at_once(main())
