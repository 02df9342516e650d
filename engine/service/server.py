"""The engine process: `python -m engine.service.server --home PATH` has workers train the runs it is asked to.

It loads no PyTorch itself. One serves a home, whoever started it first. It leaves by itself when nobody is attached and
nothing is in training or in the queue. SIGTERM and SIGINT make it stop its runs at a step, keep their checkpoints and
leave; a second, at once.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import select
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from engine.errors import UserError
from engine.home import Home
from engine.interval import Interval
from engine.runs.lock import LockHeld
from engine.service.address import Address
from engine.service.device_choice import ACCEPTED, VARIABLE, DeviceChoice
from engine.service.handler import ASKED_TO_LEAVE, Service
from engine.service.log_file import redirect_stdio, trim
from engine.service.protocol import LONGEST_LINE, Refused, encode
from engine.service.subprocesses import exit_at_once

# Seconds without clients and runs after which an engine leaves: a console that is opened anew finds it still warm.
IDLE_SECONDS = 30.0
TICK = 1.0
FAREWELL_SECONDS = 2.0
MOST_CONNECTIONS = 64
# Consoles ask every few seconds; one that is silent for so long gives way to another client when all places are taken.
SILENT_SECONDS = 60.0
# Longer than a look at the lock takes, shorter than an engine that has just been started lives.
LOCK_TIMEOUT = 0.05

log = logging.getLogger("engine.service.server")


class Connection(threading.Thread):
    """Answers one client, line by line, until either hangs up."""

    def __init__(self, connected: socket.socket, service: Service) -> None:
        super().__init__(name="connection", daemon=True)
        self._socket, self._service = connected, service
        self._asked_at = -math.inf

    @property
    def silence(self) -> float:
        """The seconds since the client has asked for something; without end before it has."""
        return time.monotonic() - self._asked_at

    def run(self) -> None:
        with suppress(OSError), self._socket, self._socket.makefile("rb") as lines:  # The client may go at any time.
            while (line := lines.readline(LONGEST_LINE)).endswith(b"\n"):
                self._asked_at = time.monotonic()
                self._socket.sendall(encode(self._service.answer(line)))
            if line:
                self._socket.sendall(encode(Refused(message="the line is too long, or not whole")))

    def hang_up(self) -> None:
        """End the connection, from another thread: after the reply that is being made, if it can be sent."""
        for way in (socket.SHUT_RD, socket.SHUT_RDWR):
            with suppress(OSError):
                self._socket.shutdown(way)
            self.join(FAREWELL_SECONDS)


class Server:
    """Takes in clients until nobody has needed it for `idle_seconds`, or it is asked to leave.

    For the holder of the home's lock. Raises AddressError."""

    def __init__(self, address: Address, idle_seconds: float, choice: DeviceChoice | None = None) -> None:
        self._address, self._idle_seconds = address, idle_seconds
        self._connections: list[Connection] = []
        self._reason, self._signals = "", 0
        self._service = Service(address.home, self._attached, self.leave, choice)
        self._woken, self._wake = socket.socketpair()
        self._listener = address.listen()
        for end in (self._listener, self._woken, self._wake):
            end.setblocking(False)

    def serve(self) -> None:
        """Take in clients until it is time to leave; then stop the runs, and return once they have ended."""
        self._answer_signals()
        self._service.start()
        log.info("the engine serves %s", self._address.home.path)
        idle = Interval(self._idle_seconds)
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._reason:
                ready = selector.select(min(TICK, self._idle_seconds / 4))
                if any(key.fileobj is self._listener for key, _ in ready):
                    self._take_in()
                trim(self._address.log)
                if self._attached() or not self._service.idle:
                    idle.begin(self._idle_seconds)
                elif idle.is_over():
                    self._reason = "nobody needs the engine"
        self._end()

    def leave(self, reason: str) -> None:
        """Ask the engine to leave. May be called from any thread."""
        self._reason = self._reason or reason
        self._wake.send(b"\0")

    def _attached(self) -> int:
        return sum(connection.is_alive() for connection in self._connections)

    def _take_in(self) -> None:
        self._connections = [connection for connection in self._connections if connection.is_alive()]
        try:
            connected, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            log.warning("no client can be taken in: %s", error.strerror)
            # The client is still there, so that asking again at once would keep the processor busy.
            select.select([self._woken], [], [], TICK)
            return
        connected.setblocking(True)
        reason = "" if self._has_room() else f"{MOST_CONNECTIONS} clients are attached; close one first"
        if not reason:
            connection = Connection(connected, self._service)
            self._connections.append(connection)  # First, so that it counts itself in its first reply.
            try:
                connection.start()
            except RuntimeError:
                self._connections.remove(connection)
                reason = "the system allows the engine no more threads; close other programs"
        if reason:
            with suppress(OSError), connected:
                connected.sendall(encode(Refused(message=reason)))

    def _has_room(self) -> bool:
        """Whether one more client can be taken in, if need be in the place of one that is silent."""
        if len(self._connections) < MOST_CONNECTIONS:
            return True
        silent = max(self._connections, key=lambda connection: connection.silence)
        if silent.silence < SILENT_SECONDS:
            return False
        silent.hang_up()
        self._connections.remove(silent)
        return True

    def _answer_signals(self) -> None:
        def answer(number: int, frame: FrameType | None) -> None:
            self._signals += 1
            self._reason = self._reason or ASKED_TO_LEAVE

        signal.set_wakeup_fd(self._wake.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, answer)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _end(self) -> None:
        log.info("the engine leaves: %s", self._reason)
        self._listener.close()
        self._address.forget()
        self._service.leave(self._reason)
        while not self._service.has_left and self._signals < 2:
            time.sleep(0.02)
        for connection in self._connections:
            connection.hang_up()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a home until it is time to leave; at once, and well, where another engine does."""
    parser = argparse.ArgumentParser(prog="engine.service.server", description="Train the runs of a home, as asked.")
    parser.add_argument("--home", type=Path, required=True, help="the folder with the runs")
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS, help="how long to wait for clients")
    parser.add_argument("--devices", default=os.environ.get(VARIABLE, ""), help=f"which devices to use: {ACCEPTED}")
    given = parser.parse_args(arguments)
    try:
        choice = DeviceChoice.parse(given.devices)
        address = Address(Home(given.home.absolute()).prepare())
        try:
            address.lock.acquire(LOCK_TIMEOUT)
        except LockHeld:
            return 0
        redirect_stdio(address.log)
        Server(address, given.idle_seconds, choice).serve()
    except (UserError, OSError, RuntimeError) as error:  # The last where no thread can be started.
        print(f"the engine cannot serve {given.home}:", *str(error).splitlines(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    exit_at_once(main())
