"""What goes between console and engine: messages that come back as they were sent, and lines that are none."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.service.protocol import (
    LONGEST_LINE,
    Accepted,
    Continue,
    Device,
    DeviceList,
    Devices,
    Drop,
    Job,
    Move,
    Ping,
    ProtocolError,
    Quit,
    Refused,
    Reply,
    Request,
    Start,
    Status,
    User,
    decode_reply,
    decode_request,
    encode,
)
from tests.builders.strategies import FIGURES, JSON, TEXTS, configs

ID = "20250101-120000-123abcd"
RUNS = st.from_regex(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{7}", fullmatch=True)
WHOLES = st.integers(-(2**53) + 1, 2**53 - 1)
JOBS = st.lists(st.builds(Job, run=RUNS, device=TEXTS, reason=TEXTS), max_size=3).map(tuple)
USERS = st.lists(st.builds(User, pid=WHOLES, owner=TEXTS, program=TEXTS), max_size=3).map(tuple)
OPTIONAL = st.none() | st.integers(0, 2**50)

REQUESTS: st.SearchStrategy[Request[Any]] = st.one_of(
    st.just(Ping()),
    st.just(Quit()),
    st.builds(
        Start, config=configs(), run_name=TEXTS, tags=st.lists(TEXTS, max_size=3).map(tuple), note=TEXTS,
        preset=TEXTS, group=TEXTS, parent=TEXTS,
    ),
    st.builds(Continue, run=RUNS),
    st.builds(Move, run=RUNS, by=WHOLES),
    st.builds(Drop, run=RUNS),
    st.builds(Devices, config=st.none() | configs()),
)  # fmt: skip
REPLIES: st.SearchStrategy[Reply] = st.one_of(
    st.builds(Refused, message=TEXTS),
    st.builds(Accepted, run=RUNS),
    st.builds(
        Status, pid=WHOLES, version=TEXTS, since=st.integers(0, 2**31).map(float), attached=WHOLES,
        torch_loaded=st.booleans(), trouble=TEXTS, training=JOBS, waiting=JOBS,
    ),
    st.builds(
        DeviceList,
        torch_loaded=st.booleans(),
        devices=st.lists(
            st.builds(
                Device, name=TEXTS, description=TEXTS, memory_total=OPTIONAL, memory_free=OPTIONAL,
                utilisation=st.none() | st.sampled_from((0.0, 0.25, 1.0)), run=TEXTS,
                epoch_seconds=st.none() | st.sampled_from((0.5, 1e9)), slot=TEXTS, worker=WHOLES, users=USERS,
            ),
            max_size=3,
        ).map(tuple),
        reason=TEXTS,
        faults=st.lists(TEXTS, max_size=3).map(tuple),
    ),
)  # fmt: skip


@given(REQUESTS)
def test_a_request_comes_back_as_it_was_sent(request: Request[Any]) -> None:
    line = encode(request)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode_request(line) == request


@given(REPLIES)
def test_a_reply_comes_back_as_it_was_sent(reply: Reply) -> None:
    assert decode_reply(encode(reply)) == reply


@given(FIGURES)
def test_figures_come_back_to_twelve_digits_and_what_is_not_finite_as_nan(figure: float) -> None:
    status = Status(
        pid=1, version="1", since=figure, attached=1, torch_loaded=True, trouble="", training=(), waiting=()
    )  # fmt: skip
    line = encode(status)
    json.loads(line, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    received = decode_reply(line)
    assert isinstance(received, Status)
    whole = abs(figure) < 1e300
    assert math.isclose(figure, received.since, rel_tol=1e-11) if whole else math.isnan(received.since)


@given(st.binary(max_size=300) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_that_are_no_message_are_refused(line: bytes) -> None:
    for decode in (decode_request, decode_reply):
        with pytest.raises(ProtocolError):
            decode(line)


@given(st.sampled_from(("ping", "start", "continue", "move", "drop", "devices", "quit")), JSON)
def test_any_content_is_a_request_or_refused(word: str, content: Any) -> None:
    values = content if isinstance(content, dict) else {"run": ID, "config": content, "by": content}
    line = json.dumps({**values, "request": word}).encode()
    try:
        assert decode_request(line).name == word
    except ProtocolError as error:
        assert str(error)


@given(REQUESTS, st.data())
def test_a_request_with_one_value_exchanged_is_a_request_or_refused(request: Request[Any], data: st.DataObject) -> None:
    values = json.loads(encode(request))
    values[data.draw(st.sampled_from(sorted(values)))] = data.draw(JSON)
    try:
        decode_request(json.dumps(values).encode())
    except ProtocolError as error:
        assert str(error)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'{"request":"ping"',
        b'{"request":["ping"]}',
        b'{"request":"ping","more":1}',
        b'{"request":"start"}',
        b'{"request":"start","config":{"epochs":true}}',
        b'{"request":"start","config":{"learning_rate":NaN}}',
        b'{"request":"start","config":{"learning_rate":1e999}}',
        b'{"request":"start","config":{},"tags":"ab"}',
        b'{"request":"start","config":{},"tags":[1]}',
        b'{"request":"move","run":"20250101-120000-123abcd","by":1.5}',
        b'{"request":"move","run":"20250101-120000-123abcd","by":true}',
        b'{"request":"move","run":"20250101-120000-123abcd","by":99999999999999999999}',
        b'{"request":"drop","run":"../../etc"}',
        b'{"request":"drop","run":"20250101-120000-123abcd\\n"}',
        b'{"request":"predict","run":"20250101-120000-123abcd","indices":[1]}',
        b"[" * 100_000,
        b'{"request":"move","run":"20250101-120000-123abcd","by":' + b"9" * 5000 + b"}",
    ],
)
def test_a_line_that_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_request(line)


def test_a_line_that_is_too_long_is_neither_sent_nor_read() -> None:
    with pytest.raises(ProtocolError, match="too long"):
        decode_request(b'{"request":"ping"}' + b" " * LONGEST_LINE)
    with pytest.raises(ProtocolError, match="too long"):
        encode(Start(config=RunConfig(), note="n" * LONGEST_LINE))
