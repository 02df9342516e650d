"""One file over HTTP: resumed where it can be, and given up with a reason where it cannot be had."""

from __future__ import annotations

import base64
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.datasets.download import DownloadError, DownloadObserver, NoAnswer, download, is_address, without_user
from tests.builders.mirror import Answer, Mirror

CONTENT = os.urandom(300_000)


@pytest.fixture
def server() -> Iterator[Mirror]:
    with Mirror({"file": CONTENT}) as mirror:
        yield mirror


class Told(DownloadObserver):
    """Keeps what is told; `on_silence` is called when nothing comes."""

    def __init__(self, on_silence: Callable[[int], object] = lambda done: None) -> None:
        self.come: list[tuple[int, int]] = []
        self.left: list[float] = []
        self._on_silence = on_silence

    def progress(self, done: int, total: int) -> None:
        self.come.append((done, total))

    def silence(self, done: int, total: int, left: float) -> None:
        self.left.append(left)
        self._on_silence(done)


def get(
    server: Mirror, part: Path, *, limit: int = 1_000_000, timeout: float = 5.0, told: DownloadObserver | None = None
) -> None:
    download(f"{server.url}file", part, limit, timeout, told or DownloadObserver())


def test_a_file_comes_whole_and_its_progress_is_told(server: Mirror, tmp_path: Path) -> None:
    told = Told()
    get(server, tmp_path / "part", told=told)
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert told.come == sorted(told.come) and told.come[-1] == (len(CONTENT), len(CONTENT))


def test_an_earlier_part_is_gone_on_with(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(CONTENT[:1000])
    get(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert server.requests == [("/file", "bytes=1000-")]


def test_a_server_without_ranges_begins_again(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"x" * 1000)
    server.answers = [Answer(ranges=False)]
    get(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_a_connection_that_breaks_is_taken_up_again(server: Mirror, tmp_path: Path) -> None:
    server.answers = [Answer(send=100_000), Answer(send=50_000)]
    get(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.requests] == [None, "bytes=100000-", "bytes=150000-"]


def test_a_server_that_always_breaks_is_given_up_and_what_came_is_kept(server: Mirror, tmp_path: Path) -> None:
    server.answers = [Answer(send=10) for _ in range(20)]
    with pytest.raises(DownloadError, match="closed after 50 of 300,000 bytes"):
        get(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT[:50]


def test_a_file_that_has_all_already_is_left_alone(server: Mirror, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(CONTENT)
    get(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT


@pytest.mark.parametrize("send", [0, 2_000])
def test_a_server_that_stalls_is_given_up_soon(server: Mirror, tmp_path: Path, send: int) -> None:
    server.answers = [Answer(send=send, hang=True) for _ in range(20)]
    server.answers[1:] = [Answer(send=0, hang=True) for _ in range(20)]
    told = Told()
    with pytest.raises(NoAnswer, match=r"no answer within 1 s"):
        get(server, tmp_path / "part", timeout=1, told=told)
    assert len(server.requests) < 8
    assert told.left and all(0 <= left < 1 for left in told.left), "who waits is told how long still"
    assert (tmp_path / "part").exists() == (send > 0)


def test_a_server_that_drips_is_given_up(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        while not over.is_set():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                while not over.wait(0.02):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        break

    threading.Thread(target=drip, daemon=True).start()
    try:
        with pytest.raises(DownloadError, match="less than 1,024 bytes a second"):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            download(url, tmp_path / "part", 10**6, 0.6, DownloadObserver())
    finally:
        over.set()
        listener.close()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(status=404), "HTTP status 404"),
        (Answer(status=503), "HTTP status 503"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "redirects to no address of the web"),
        (Answer(status=401), "HTTP status 401, it wants another user and password"),
        (Answer(status=302, headers={"Location": "http://[/"}), "Invalid IPv6 URL"),
        (Answer(status=206, ranges=False, headers={"Content-Range": "bytes 7-9/10"}), "another part"),
        (Answer(headers={"Content-Length": "9" * 15}, announce=False), "larger than 1,000,000 bytes"),
        (Answer(body=bytes(1_200_000), announce=False), "larger than 1,000,000 bytes"),
    ],
)
def test_an_answer_that_is_not_the_file_is_a_reason(server: Mirror, tmp_path: Path, answer: Answer, fault: str) -> None:
    server.answers = [answer]
    with pytest.raises(DownloadError, match=fault):
        get(server, tmp_path / "part")
    assert not (tmp_path / "part").exists()


def test_a_redirection_in_a_circle_is_told_as_such(server: Mirror, tmp_path: Path) -> None:
    server.answers = [Answer(status=302, headers={"Location": "/file"}) for _ in range(20)]
    with pytest.raises(DownloadError, match="HTTP status 302, it redirects in a circle"):
        get(server, tmp_path / "part")


def with_user(url: str) -> str:
    return url.replace("//", "//me%40home:p%2Fw@")


def test_a_user_and_password_are_sent_to_their_host_and_to_no_other(server: Mirror, tmp_path: Path) -> None:
    basic = "Basic " + base64.b64encode(b"me@home:p/w").decode()
    with Mirror({"file": CONTENT}) as other:
        server.answers = [
            Answer(status=302, body=b"", headers={"Location": "/again"}),
            Answer(status=302, body=b"", headers={"Location": f"{other.url}file"}),
        ]
        download(f"{with_user(server.url)}file", tmp_path / "part", 10**6, 5, DownloadObserver())
        assert (tmp_path / "part").read_bytes() == CONTENT
        assert [given["Authorization"] for given in server.headers] == [basic, basic]
        assert [given["Authorization"] for given in other.headers] == [None]
    assert without_user(f"{with_user(server.url)}file") == f"{server.url}file"


def test_no_server_and_no_such_host_are_reasons(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/", "http://127.0.0.1:99999/"):
        with pytest.raises(DownloadError, match=r"."):
            download(url, tmp_path / "part", 1000, 5, DownloadObserver())


def test_whoever_waits_may_give_in(server: Mirror, tmp_path: Path) -> None:
    server.answers = [Answer(send=5_000, hang=True)]

    def give_in(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(server, tmp_path / "part", timeout=30, told=Told(give_in))
    assert (tmp_path / "part").read_bytes() == CONTENT[:5_000]


def test_addresses() -> None:
    assert is_address("http://localhost:8000/x") and is_address("https://example.org")
    for text in ("", "ftp://x", "file:///etc/passwd", "http://", "http://a b", "http://x:y/", "http://[", "http://x\n"):
        assert not is_address(text)
