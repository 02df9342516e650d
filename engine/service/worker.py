"""A worker: `python -m engine.service.worker --home PATH --orders FD` trains the runs the engine hands it, one by one
or many together in a stack.

Its main thread takes orders, another trains each run. It has a process of its own so that whatever ends it costs what
is in its hands alone, and it steps back for whoever works at the machine. SIGTERM makes it stop its runs at a step and
leave.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from engine import datasets
from engine.datasets.memory_cache import DatasetCache
from engine.errors import UserError
from engine.home import Home
from engine.interval import Interval
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import Epoch, Event, RunFailed
from engine.service.log_file import start_logging
from engine.service.priority import give_way
from engine.service.protocol import LONGEST_LINE
from engine.service.subprocesses import exit_at_once
from engine.service.worker_messages import (
    Ended,
    EpochDone,
    HandedRun,
    Loaded,
    Order,
    Report,
    StopRuns,
    Train,
    Trouble,
    decode_order,
    encode,
)
from engine.training.control import Control
from engine.training.stack_shape import seats_for
from engine.training.trainer_thread import Load, TrainerThread, uses_card

if TYPE_CHECKING:
    from engine.training.stack import Seat

MOST_DESCRIPTORS = 253  # The kernel passes no more at once.
# Seconds between epochs that are reported: the engine learns from them how long one takes, no more.
EPOCH_EVERY = 0.5
# Longer than a step and a checkpoint take, which end a run whose engine has gone.
FAREWELL_SECONDS = 5.0
ENGINE_GONE, ASKED_TO_END = "the engine has gone", "its worker was asked to end"

log = logging.getLogger("engine.service.worker")


class Training(TrainerThread):
    """Trains a run that was handed over, and says when it no longer does."""

    def __init__(
        self, run: Run, paused: bool, device: str, lock: int, load: Load, on_event: Callable[[Event], None],
        done: Callable[[Training], None], seat: Seat | None,
    ) -> None:  # fmt: skip
        control = Control()
        if paused:
            control.pause()
        self._done = done
        super().__init__(run, control, on_event, load, device, lock, seat=seat)

    def run(self) -> None:
        try:
            super().run()
        finally:
            self.trained.lock.release()  # A trainer that dies of its own error still has it.
            self._done(self)


class Worker:
    """Takes orders until the engine hangs up. Orders come in the thread of `serve`, which also runs the signals."""

    def __init__(self, orders: socket.socket, home: Home, load: Load = datasets.load) -> None:
        self._socket, self._home, self._load = orders, home, load
        self._sending = threading.Lock()
        self._ending = threading.Lock()
        self._trainings: dict[str, Training] = {}
        self._leaving = self._is_spent = False
        self._pause = Interval.ended()
        self._untold: dict[str, Epoch] = {}

    def serve(self) -> None:
        """Carry out orders; returns once the engine has hung up and no run is in training."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        for order, descriptors in self._orders():
            match order:
                case Train():
                    self._train(order, descriptors)
                case StopRuns():
                    for training in list(self._trainings.values()):
                        training.control.stop(order.reason)
        left = list(self._trainings.values())
        for training in left:
            training.control.break_off(ENGINE_GONE)
        farewell = Interval(FAREWELL_SECONDS)
        for training in left:
            training.join(max(0.0, farewell.left))

    def leave(self) -> None:
        """Stop what is in training, if anything, and leave."""
        self._leaving = True
        for training in list(self._trainings.values()):
            training.control.stop(ASKED_TO_END)
        if not self._trainings:
            self._hang_up()

    def _orders(self) -> Iterator[tuple[Order, list[int]]]:
        """The orders, each with the descriptors that came with it."""
        heard, descriptors = b"", list[int]()
        while True:
            with suppress(ConnectionError):
                block, received, _, _ = socket.recv_fds(self._socket, LONGEST_LINE, MOST_DESCRIPTORS)
                for descriptor in received:
                    os.set_inheritable(descriptor, False)
                descriptors += received
                *lines, heard = (heard + block).split(b"\n")
                for line in lines:
                    order = decode_order(line)
                    count = len(order.runs) if isinstance(order, Train) else 0
                    yield order, descriptors[:count]
                    del descriptors[:count]
                if block:
                    continue
            return

    def _train(self, order: Train, descriptors: list[int]) -> None:
        seats = seats_for(len(order.runs))
        begun = [self._claimed(order.device, *each) for each in zip(order.runs, descriptors, seats, strict=True)]
        for training in filter(None, begun):
            try:
                training.start()
            except RuntimeError as error:  # No thread can be started.
                training.leave_seat()
                del self._trainings[training.trained.id]
                self._refuse(training.trained, str(error))

    def _claimed(self, device: str, handed: HandedRun, descriptor: int, seat: Seat | None) -> Training | None:
        """What is to train a run; None where it cannot be taken over."""
        run = Run(self._home.runs / handed.run)
        take = partial(self._take, run.id)
        try:
            training = Training(run, handed.paused, device, descriptor, self._load, take, self._done, seat)
        except (UserError, OSError) as error:
            if seat:
                seat.leave()
            self._refuse(run, str(error))
            return None
        self._trainings[run.id] = training
        return training

    def _refuse(self, run: Run, reason: str) -> None:
        run.lock.release()
        self._report(Ended(run=run.id, refused=reason))

    def _take(self, run_id: str, event: Event) -> None:
        """Tell the engine of an epoch, which learns how long they take; not of each where they are short."""
        if isinstance(event, Epoch):
            self._untold[run_id] = event
            if self._pause.is_over():
                self._pause.begin(EPOCH_EVERY)
                self._tell_epoch(run_id)

    def _tell_epoch(self, run_id: str) -> None:
        if untold := self._untold.pop(run_id, None):
            self._report(EpochDone(run=run_id, line=events.encode(untold)))

    def _done(self, training: Training) -> None:
        """Report that a run has ended. After a failure on a card its context may be broken, and goes with the last."""
        run_id = training.trained.id
        failed = training.ending is None or isinstance(training.ending, RunFailed)
        self._tell_epoch(run_id)
        with self._ending:
            del self._trainings[run_id]
            self._is_spent |= failed and uses_card()
            spent = not self._trainings and (self._leaving or self._is_spent)
            self._pause = Interval.ended()
        self._report(Ended(run=run_id, unrecorded=training.unrecorded, spent=spent))
        if spent:
            self._hang_up()

    def _report(self, report: Report) -> None:
        with suppress(OSError), self._sending:  # The engine may have gone.
            self._socket.sendall(encode(report))

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _warm_up(self) -> None:
        try:
            import engine.training.trainer  # noqa: F401  What a run needs.
        except Exception as error:
            log.exception("PyTorch cannot be loaded")
            self._report(Trouble(message=f"PyTorch cannot be loaded: {error}"))
        else:
            self._report(Loaded())


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the engine that started this process."""
    parser = argparse.ArgumentParser(prog="engine.service.worker", description="Train what the engine orders.")
    parser.add_argument("--home", type=Path, required=True, help="the folder with the runs")
    parser.add_argument("--orders", type=int, required=True, help="the descriptor of the socket that orders come by")
    given = parser.parse_args(arguments)
    start_logging()
    give_way()
    worker = Worker(socket.socket(fileno=given.orders), Home(given.home), DatasetCache().load)

    def answer(number: int, frame: FrameType | None) -> None:
        worker.leave()

    signal.signal(signal.SIGTERM, answer)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    worker.serve()
    return 0


if __name__ == "__main__":
    exit_at_once(main())
