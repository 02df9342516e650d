"""The console's way to the engine process: found where it runs, started where it does not.

    client = EngineClient(home)
    status = client.connect()                                   # finds or starts the engine; EngineGone when it cannot
    run = client.request(Start(config=RunConfig())).run         # the id; Run(home.runs / run) is its directory
    client.request(Drop(run=run))                               # takes it out of the queue
    client.connected                                            # False once the engine has gone; costs no message
    client.close()                                              # the engine goes on; it leaves when nobody needs it

What can be asked is in `engine.service.protocol`; the kind of request decides the type of the reply. All calls block
(each up to its timeout): a console makes them in a thread. One object may be used
from several threads; they take turns, so use a second object where a long request must not hold up a short one.

Errors, all UserError: `EngineRefused` when the engine declines (the connection stays good); `EngineGone` when there is
no engine any more or it does not answer (the connection is closed; `connect` again to find or start one); `HomeError`
when the home cannot be written. An attached connection keeps the engine alive.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from io import BufferedReader
from typing import Any, TypeVar, cast

from engine.errors import UserError
from engine.home import Home
from engine.interval import Interval
from engine.service.address import Address
from engine.service.log_file import last_line, open_log
from engine.service.protocol import (
    LONGEST_LINE,
    Ping,
    ProtocolError,
    Refused,
    Reply,
    Request,
    Status,
    decode_reply,
    encode,
)
from engine.service.subprocesses import environment, module

# Seconds between looks for an engine that is starting, which takes many times as long.
LOOK_EVERY = 0.03
# One that ends at once may have met another that was leaving, or starting; when three do, something is wrong.
MOST_STARTS = 3
ELSEWHERE = "Start runs there, or set MNIST_TUI_HOME to another folder to start them here."

R = TypeVar("R", bound=Reply)


class EngineGone(UserError):
    """There is no engine, or it does not answer; the message says what to do."""


class EngineRefused(UserError):
    """The engine declined a request; the message says why."""


class EngineClient:
    """A connection to the engine of a home. Making this object does nothing.

    An engine it starts waits `idle_seconds` for clients before it leaves; None for the engine's own default."""

    def __init__(self, home: Home, idle_seconds: float | None = None) -> None:
        self._home = Home(home.path.absolute())
        self._address = Address(self._home)
        self._idle_seconds = idle_seconds
        self._turn = threading.Lock()
        self._socket: socket.socket | None = None
        self._lines: BufferedReader | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def connect(self, start: bool = True, timeout: float = 30.0) -> Status:
        """Attach to the engine of the home and say what it has in hand; `start` one when there is none.

        Raises EngineGone after `timeout` seconds, or at once when there is none and it is not to be started,
        EngineRefused when it has too many clients, and HomeError."""
        self.close()
        self._home.prepare()
        deadline = Interval(timeout)
        starts = 0
        while True:
            if reply := self._attach(max(0.1, deadline.left)):
                return cast(Status, self._accepted(reply))
            if not self._address.lock.held() and not self._is_starting():
                if not start:
                    raise EngineGone("no engine is running")
                if starts == MOST_STARTS:
                    raise EngineGone(f"the engine does not start: {last_line(self._address.log)}\n{self._see_log()}")
                self._child = self._start_engine()
                starts += 1
            if self._address.is_elsewhere():
                raise EngineGone(f"the engine of this home is {self._address.holder()}.\n{ELSEWHERE}")
            if deadline.is_over():
                raise EngineGone(f"the engine does not answer.\n{self._end_it()}")
            time.sleep(LOOK_EVERY)

    def request(self, request: Request[R], timeout: float = 30.0) -> R:
        """Ask, and wait for the reply. Raises EngineRefused and EngineGone."""
        with self._turn:
            try:
                reply = self._exchange(request, timeout)
            except TimeoutError:
                self._hang_up()
                raise EngineGone(f"the engine has not answered within {timeout:g} s.\n{self._end_it()}") from None
            except OSError:
                self._hang_up()
                raise EngineGone(f"the engine has gone; start another.\n{self._see_log()}") from None
            except ProtocolError as error:
                self._hang_up()
                raise EngineGone(f"the engine is of another version ({error}).\n{self._end_it()}") from None
        return cast(R, self._accepted(reply))

    @property
    def connected(self) -> bool:
        """Whether the engine is there, as far as can be told without asking it."""
        if not self._turn.acquire(blocking=False):
            return True  # It is being asked.
        try:
            if self._socket is None:
                return False
            self._socket.setblocking(False)
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self._turn.release()

    def close(self) -> None:
        with self._turn:
            self._hang_up()

    def _attach(self, timeout: float) -> Reply | None:
        """The engine's answer to a first request; None while there is no engine, or one that leaves."""
        with self._turn:
            try:
                self._socket = self._address.connect(timeout)
                self._lines = self._socket.makefile("rb")
                return self._exchange(Ping(), timeout)
            except OSError:
                self._hang_up()
                return None
            except ProtocolError as error:
                self._hang_up()
                raise EngineGone(f"the engine is of another version ({error}).\n{self._end_it()}") from None

    def _exchange(self, request: Request[Any], timeout: float) -> Reply:
        if self._socket is None or self._lines is None:
            raise ConnectionError("not connected")
        self._socket.settimeout(timeout)
        self._socket.sendall(encode(request))
        answer = self._lines.readline(LONGEST_LINE)
        if not answer:
            raise ConnectionError("hung up")
        return decode_reply(answer)

    @staticmethod
    def _accepted(reply: Reply) -> Reply:
        if isinstance(reply, Refused):
            raise EngineRefused(reply.message)
        return reply

    def _hang_up(self) -> None:
        for end in (self._lines, self._socket):
            if end is not None:
                end.close()
        self._lines = self._socket = None

    def _is_starting(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _start_engine(self) -> subprocess.Popen[bytes]:
        """A new engine, in a session of its own: it outlives this process and knows no terminal."""
        command = [*module("engine.service.server"), "--home", str(self._home.path)]
        if self._idle_seconds is not None:
            command += ["--idle-seconds", str(self._idle_seconds)]
        try:
            with open_log(self._address.log) as log:
                # A full disk would take no word of the engine's about it.
                os.write(log.fileno(), b"\n")
                return subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment(),
                    start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            why = error.strerror or str(error)
            raise EngineGone(f"the engine cannot be started: {error.filename or self._address.log}: {why}") from None

    def _see_log(self) -> str:
        return f"Its runs have ended and can be continued; its last words are in {self._address.log}."

    def _end_it(self) -> str:
        return f"End it ({self._address.holder()}) and start another; its runs can be continued."
