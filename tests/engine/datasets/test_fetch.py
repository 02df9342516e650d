"""A data set is fetched whole and checked, resumed after anything, and every failure names file and remedy."""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.datasets import fetch as fetching
from engine.datasets import inventory, mirrors
from engine.datasets.dataset import DatasetError
from engine.datasets.fetch import fetch
from engine.datasets.mirrors import Source
from engine.home import Home, HomeError
from engine.runs.events import Event, Progress
from tests.builders.mirror import FILES, Answer, Mirror, Toy

IMAGES = FILES[0]


def get(toy: Toy, home: Home, **how: Any) -> list[Event]:
    events: list[Event] = []
    fetch(toy.spec, home, events.append, **how)
    return events


def raw(home: Home) -> Path:
    return home.data / "MNIST" / "raw"


def whole(toy: Toy, home: Home) -> bool:
    return all((raw(home) / name).read_bytes() == content for name, content in toy.raw.items())


def test_every_file_comes_in_torchvisions_layout(toy: Toy, mirror: Mirror, home: Home) -> None:
    events = get(toy, home)
    assert whole(toy, home)
    assert sorted(path.name for path in raw(home).iterdir()) == sorted([*toy.raw, *toy.archives])
    done = {event.task: (event.done, event.total) for event in events if isinstance(event, Progress) and event.total}
    assert done == {f"MNIST: {name}": (len(packed), len(packed)) for name, packed in toy.archives.items()}


def test_what_is_right_is_not_fetched_again(toy: Toy, mirror: Mirror, home: Home) -> None:
    get(toy, home)
    (raw(home) / IMAGES).write_bytes(b"damaged")
    mirror.requests.clear()
    get(toy, home)
    assert whole(toy, home) and not mirror.requests
    (raw(home) / IMAGES).unlink()
    (raw(home) / f"{IMAGES}.gz").write_bytes(b"damaged too")
    get(toy, home)
    assert whole(toy, home) and [path for path, _ in mirror.requests] == [f"/{IMAGES}.gz"]


def test_content_without_known_digest_is_trusted_once_fetched(
    mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = Toy.make(digests=False)
    get(toy, home)
    assert inventory.find(toy.spec, home)[-1].state == inventory.PRESENT
    content = (raw(home) / IMAGES).read_bytes()
    (raw(home) / IMAGES).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert inventory.find(toy.spec, home)[-1].state == inventory.DAMAGED


def test_an_interrupted_fetch_goes_on(toy: Toy, mirror: Mirror, home: Home) -> None:
    mirror.answers = [Answer(send=500, hang=True)]

    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(toy.spec, home, interrupt)
    assert (raw(home) / f"{IMAGES}.gz.part").stat().st_size == 500
    get(toy, home)
    assert whole(toy, home) and mirror.requests[1] == (f"/{IMAGES}.gz", "bytes=500-")
    assert not list(raw(home).glob("*.part"))


def test_a_part_that_is_needed_no_more_is_taken_away(toy: Toy, mirror: Mirror, home: Home) -> None:
    raw(home).mkdir(parents=True)
    (raw(home) / f"{IMAGES}.gz.part").write_bytes(b"x" * 500)
    (home.data / IMAGES).write_bytes(toy.raw[IMAGES])
    get(toy, home)
    assert whole(toy, home) and not list(raw(home).glob("*.part"))


def test_a_part_of_something_else_is_thrown_away(toy: Toy, mirror: Mirror, home: Home) -> None:
    raw(home).mkdir(parents=True)
    (raw(home) / f"{IMAGES}.gz.part").write_bytes(b"x" * 500)
    get(toy, home)
    assert whole(toy, home)
    assert [wanted for _, wanted in mirror.requests[:2]] == ["bytes=500-", None]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(status=404), "HTTP status 404"),
        (Answer(body=b"<!DOCTYPE html><h1>Log in</h1>"), "perhaps a web page"),
        (Answer(body=gzip.compress(b"another")), "it sent another file"),
        (Answer(body=b""), "it sent nothing"),
        (Answer(send=0, hang=True), "no answer within 1 s"),
        (Answer(send=10, hang=True), "no answer within 1 s"),
    ],
)
def test_a_failure_names_file_host_reason_and_remedy(
    toy: Toy, mirror: Mirror, home: Home, answer: Answer, fault: str
) -> None:
    mirror.answers = [answer, *[Answer(send=0, hang=True)] * 9]
    with pytest.raises(DatasetError) as failed:
        get(toy, home, timeout=1)
    message = str(failed.value)
    assert f"{IMAGES}.gz" in message and "127.0.0.1" in message and fault in message
    assert "mnist-tui data fetch mnist" in message and len(message.splitlines()) == 2


def test_the_next_mirror_is_tried_and_then_preferred(
    toy: Toy, mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mirror({}) as empty:
        monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source(empty.url, mirror.url))
        get(toy, home)
    assert whole(toy, home)
    assert len(empty.requests) == 1 and len(mirror.requests) == 4


@pytest.mark.parametrize("folder", ["", "MNIST/raw/"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_mirror_of_ones_own_replaces_the_others(
    toy: Toy, mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch, folder: str, by: str
) -> None:
    with Mirror({f"data/{folder}{name}": packed for name, packed in toy.archives.items()}) as own:
        if by == "environment":
            monkeypatch.setenv("MNIST_TUI_MIRROR", f"{own.url}data")
        get(toy, home, mirror=f"{own.url}data/" if by == "argument" else "")
    assert whole(toy, home) and not mirror.requests


def test_a_mirror_that_is_no_address_is_refused(toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_MIRROR", "/mnt/data")
    with pytest.raises(DatasetError, match="/mnt/data is not the address of a mirror"):
        get(toy, home)


def test_without_network_archives_that_are_here_are_enough(
    toy: Toy, mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    with pytest.raises(DatasetError, match="switched off by MNIST_TUI_OFFLINE"):
        get(toy, home)
    for name, packed in toy.archives.items():
        (raw(home) / name).write_bytes(packed)
    (raw(home) / f"{IMAGES}.gz").write_bytes(b"damaged")
    with pytest.raises(DatasetError, match=rf"{IMAGES}.gz is damaged"):
        get(toy, home)
    (raw(home) / f"{IMAGES}.gz").write_bytes(toy.archives[f"{IMAGES}.gz"])
    get(toy, home)
    assert whole(toy, home) and not mirror.requests


def test_archives_with_the_right_checksum_and_wrong_content_are_refused(
    toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(bytes(10 << 20))
    garbled = gzip.compress(toy.raw[IMAGES][:-1] + b"\x00")
    for packed, fault in ((bomb, "more than"), (garbled, "SHA-256")):
        archives = {**toy.archives, f"{IMAGES}.gz": packed}
        md5 = {name: hashlib.md5(content).hexdigest() for name, content in archives.items()}
        with Mirror(archives) as evil:
            source = Source((evil.url,), md5)
            monkeypatch.setattr(mirrors, "source_of", lambda spec, source=source: source)
            with pytest.raises(DatasetError, match=fault) as refused:
                get(toy, home)
        assert IMAGES in str(refused.value)


def test_a_disk_that_is_full_is_told(toy: Toy, mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "write_whole", full)
    with pytest.raises(DatasetError, match="No space left on device") as failed:
        get(toy, home)
    assert "Make room" in str(failed.value)


def test_a_file_in_the_way_is_told(toy: Toy, mirror: Mirror, home: Home) -> None:
    (home.data / "MNIST").write_text("in the way")
    with pytest.raises(DatasetError, match="cannot be written"):
        get(toy, home)


def test_a_home_that_is_none_is_told(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeError):
        get(toy, Home(tmp_path / "file"))


def test_two_fetches_do_not_mix(toy: Toy, mirror: Mirror, home: Home) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            get(toy, home)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and whole(toy, home)
    assert len(mirror.requests) == 4


def test_who_waits_for_another_process_may_give_in(toy: Toy, home: Home) -> None:
    def give_in(event: Event) -> None:
        assert isinstance(event, Progress) and "waiting for another process" in event.task
        raise InterruptedError

    with (home.data / ".MNIST.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InterruptedError):
            fetch(toy.spec, home, give_in)


def test_a_mirror_of_the_right_data_compressed_anew_is_as_good(
    toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = {name: gzip.compress(toy.raw[name.removesuffix(".gz")], 1) for name in toy.archives}
    with Mirror(anew) as other:
        monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source(other.url))
        get(toy, home)
    assert whole(toy, home)


def test_content_that_nobody_knows_is_believed_of_a_mirror_that_was_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = Toy.make(digests=False)
    anew = {name: gzip.compress(toy.raw[name.removesuffix(".gz")], 1) for name in toy.archives}
    with Mirror(anew) as other:
        monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source(other.url))
        with pytest.raises(
            DatasetError, match=r"it sent another file \(its MD5 is not the one that torchvision knows\)"
        ):
            get(toy, home)
        get(toy, home, mirror=other.url)
    assert whole(toy, home)


def test_who_waits_is_told_of_whom_and_how_long_still(
    toy: Toy, mirror: Mirror, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "SILENCE", 0.0)
    mirror.answers = [Answer(body=b"x", send=0, hang=True)] * 9
    events: list[Event] = []
    with pytest.raises(DatasetError, match=r"127.0.0.1: no answer within 1 s"):
        fetch(toy.spec, home, events.append, mirror=mirror.url, timeout=1)
    assert "waiting for 127.0.0.1, 5 s at most" in {event.task for event in events if isinstance(event, Progress)}
    assert len(mirror.requests) == 1, "a host that does not answer is not asked in another folder"


def test_a_password_is_sent_and_is_neither_told_nor_kept(toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with Mirror({f"MNIST/raw/{name}": packed for name, packed in toy.archives.items()}) as own:
        address = own.url.replace("//", "//me:s3cret@")
        monkeypatch.setenv("MNIST_TUI_MIRROR", address)
        own.answers = [Answer(status=401), Answer(status=401)]
        with pytest.raises(DatasetError, match=r"127\.0\.0\.1: HTTP status 401") as failed:
            get(toy, home)
        assert "s3cret" not in str(failed.value)
        events = get(toy, home)
        assert {given["Authorization"] for given in own.headers} == {"Basic " + base64.b64encode(b"me:s3cret").decode()}
    assert whole(toy, home)
    assert "s3cret" not in repr(events)
    assert not [path for path in home.path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    with pytest.raises(DatasetError) as refused:
        get(toy, home, mirror="ftp://me:s3cret@host/")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(("mask", "modes"), [(0o022, (0o755, 0o644)), (0o077, (0o700, 0o600)), (0o002, (0o775, 0o664))])
def test_files_and_folders_follow_the_umask(
    toy: Toy, mirror: Mirror, home: Home, mask: int, modes: tuple[int, int]
) -> None:
    before = os.umask(mask)
    try:
        get(toy, home)
    finally:
        os.umask(before)
    laid = [raw(home), *(raw(home) / name for name in (*toy.raw, *toy.archives))]
    assert [stat.S_IMODE(path.stat().st_mode) for path in laid] == [modes[0], *[modes[1]] * 8]
