"""Talks nonsense to an engine that is training."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from engine.home import Home
from engine.service.address import Address
from engine.service.protocol import Continue, Ping, Start, encode
from tests.campaign.case import Case, require
from tests.campaign.checks import require_right
from tests.campaign.edits import ID
from tests.campaign.engine_process import CONFIG, engine_of, require_trained, started_run
from tests.campaign.stock import Stock

REQUESTS = (Start(config=CONFIG), Ping(), Continue(run=ID))
TEXTS = (
    b"", b"\0", b"\x1b[2J", b"{}", b"[]", b"null", b'{"request":', b'"ping"', b"[" * 5000, b"1" * 5000, b"\xff\xfe",
    b'{"request":"start","config":{"epochs":' + b"9" * 350 + b"}}", b"GET / HTTP/1.1\r", b"x" * (1 << 17),
)  # fmt: skip
VALUES: tuple[Any, ...] = (None, -1, 10**400, "\x1b[2J", [], {}, [[1]] * 100, "x" * 4000, True, "../../../etc")
TIMEOUT = 30.0


def talk_nonsense(case: Case, stock: Stock, folder: Path) -> str:
    """You should get an answer or be hung up on, and the run in training should end as if nothing had been said."""
    random = case.random
    home = stock.home_in(folder)
    with engine_of(home, folder) as client:
        run = started_run(client, home)
        answers = sum(_say(home, random) for _ in range(random.randint(5, 40)))
        client.request(Ping())
        require_trained([run], client, stock)
    require_right(home, stock)
    return "answered" if answers else "not waited for"


def _say(home: Home, random: Random) -> bool:
    """Connect, say something that means nothing, in pieces; whether there was an answer, if it was waited for."""
    heard = b""
    with suppress(OSError), Address(home).connect(TIMEOUT) as connection:
        for _ in range(random.randint(1, 5)):
            connection.sendall(_nonsense(random) + random.choice((b"\n", b"\n", b"\n\n", b"")))
        if random.random() < 0.5:
            connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(1 << 16):
                heard += block
    require(b"Traceback" not in heard and b"\x1b" not in heard, f"the engine answers with {heard[-600:]!r}")
    return bool(heard)


def _nonsense(random: Random) -> bytes:
    if random.random() < 0.4:
        return random.choice(TEXTS)
    request = json.loads(encode(random.choice(REQUESTS)))
    key = random.choice(list(request))
    request[key] = random.choice(VALUES)
    if random.random() < 0.2:
        del request[key]
    line = json.dumps(request).encode()
    return line[: random.randrange(len(line))] if random.random() < 0.2 else line
