"""A worker: `python -m engine.service.worker --home PATH --orders FD` trains the runs the engine hands it, one by one.

Its main thread takes orders, another trains. It has a process of its own so that whatever ends it costs one run, and
it steps back for whoever works at the machine. SIGTERM makes it stop its run at a step and leave.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from engine import datasets
from engine.datasets.memory_cache import DatasetCache
from engine.errors import UserError
from engine.home import Home
from engine.interval import Interval
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import Epoch, Event, RunFailed
from engine.service.log_file import start_logging
from engine.service.protocol import LONGEST_LINE
from engine.service.worker_messages import (
    Ended,
    EpochDone,
    Loaded,
    Order,
    Report,
    StopRun,
    Train,
    Trouble,
    decode_order,
    encode,
)
from engine.training.control import Control
from engine.training.trainer_thread import Load, TrainerThread

NICE = 5
EPOCH_EVERY = 0.5
FAREWELL_SECONDS = 5.0
ENGINE_GONE, ASKED_TO_END = "the engine has gone", "its worker was asked to end"

log = logging.getLogger("engine.service.worker")


class Training(TrainerThread):
    """Trains a run that was handed over, and says when it no longer does."""

    def __init__(
        self, run: Run, order: Train, lock: int, load: Load, on_event: Callable[[Event], None],
        done: Callable[[TrainerThread], None],
    ) -> None:  # fmt: skip
        control = Control()
        if order.paused:
            control.pause()
        self._done = done
        super().__init__(run, control, on_event, load, order.device, lock)

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
        self._training: Training | None = None
        self._leaving = False
        self._pause = Interval.ended()
        self._untold: Epoch | None = None

    def serve(self) -> None:
        """Carry out orders; returns once the engine has hung up and no run is in training."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        for order, descriptor in self._orders():
            match order:
                case Train():
                    self._train(order, descriptor)
                case StopRun() if training := self._training:
                    training.control.stop(order.reason)
        if training := self._training:
            training.control.break_off(ENGINE_GONE)
            training.join(FAREWELL_SECONDS)

    def leave(self) -> None:
        """Stop the run in training, if any, and leave."""
        self._leaving = True
        if training := self._training:
            training.control.stop(ASKED_TO_END)
        else:
            self._hang_up()

    def _orders(self) -> Iterator[tuple[Order, int]]:
        """The orders, each with the descriptor that came with it; -1 for none."""
        heard, descriptors = b"", list[int]()
        while True:
            with suppress(ConnectionError):
                block, received, _, _ = socket.recv_fds(self._socket, LONGEST_LINE, 1)
                for descriptor in received:
                    os.set_inheritable(descriptor, False)
                descriptors += received
                *lines, heard = (heard + block).split(b"\n")
                for line in lines:
                    order = decode_order(line)
                    yield order, descriptors.pop(0) if isinstance(order, Train) and descriptors else -1
                if block:
                    continue
            return

    def _train(self, order: Train, descriptor: int) -> None:
        run = Run(self._home.runs / order.run)
        try:
            training = Training(run, order, descriptor, self._load, self._take, self._done)
            self._training = training
            training.start()
        except (UserError, OSError, RuntimeError) as error:  # The last where no thread can be started.
            self._training = None
            run.lock.release()
            self._report(Ended(refused=str(error)))

    def _take(self, event: Event) -> None:
        """Tell the engine of an epoch, which learns how long they take; not of each where they are short."""
        if isinstance(event, Epoch):
            self._untold = event
            if self._pause.is_over():
                self._pause.begin(EPOCH_EVERY)
                self._tell_epoch()

    def _tell_epoch(self) -> None:
        if self._untold:
            self._report(EpochDone(line=events.encode(self._untold)))
            self._untold = None

    def _done(self, training: TrainerThread) -> None:
        """Report that the run has ended. After a failure on a card its context may be broken, and goes with this."""
        failed = training.ending is None or isinstance(training.ending, RunFailed)
        spent = self._leaving or (failed and _uses_card())
        self._training = None
        self._tell_epoch()
        self._pause = Interval.ended()
        self._report(Ended(unrecorded=training.unrecorded, spent=spent))
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


def _uses_card() -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_initialized())


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the engine that started this process."""
    parser = argparse.ArgumentParser(prog="engine.service.worker", description="Train what the engine orders.")
    parser.add_argument("--home", type=Path, required=True, help="the folder with the runs")
    parser.add_argument("--orders", type=int, required=True, help="the descriptor of the socket that orders come by")
    given = parser.parse_args(arguments)
    start_logging()
    os.nice(NICE)
    worker = Worker(socket.socket(fileno=given.orders), Home(given.home), DatasetCache().load)

    def answer(number: int, frame: FrameType | None) -> None:
        worker.leave()

    signal.signal(signal.SIGTERM, answer)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    worker.serve()
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # The ordinary way out waits for PyTorch, which may still be on its way in.
