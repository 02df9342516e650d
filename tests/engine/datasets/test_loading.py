"""A data set by its name: where it is, else fetched, else refused; and what stands in for MNIST."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import DatasetError, idx, inventory, load, loading, synthetic
from engine.datasets.catalogue import SPECS, Spec
from engine.datasets.loading import load_test_images
from engine.home import Home
from engine.runs.events import Event, Notice, Progress
from tests.builders.mirror import FILES, Answer, Mirror, Toy

IMAGES, LABELS = FILES[:2]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Spec:
    """The synthetic digits, far fewer of them, whose digests are known as the real ones' are."""
    images, labels = synthetic.draw(30)
    parts = (images[:20], labels[:20], images[20:], labels[20:])
    digests = tuple(hashlib.sha256(idx.encode(part)).hexdigest() for part in parts)
    spec = Spec("synthetic", "Synthetic digits", "synthetic", tuple("0123456789"), 0.1, 0.3, digests, 20, 10)
    monkeypatch.setitem(SPECS, "synthetic", spec)
    return spec


def notices(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice)]


def test_a_data_set_that_is_there_is_read(toy: Toy, home: Home) -> None:
    toy.put(home.data)
    events: list[Event] = []
    data = load("mnist", home, events.append)
    assert not events
    assert (data.name, data.class_names, data.mean, data.std) == ("mnist", tuple("0123456789"), 0.5, 0.25)
    assert data.train_images.shape == (20, 28, 28) and data.test_images.shape == (10, 28, 28)
    assert data.train_images.dtype == data.train_labels.dtype == np.uint8
    assert data.train_images.tobytes() == toy.raw[IMAGES][16:]
    assert data.train_labels.tobytes() == toy.raw[LABELS][8:]
    assert data.fingerprint == inventory.fingerprint(toy.spec.sha256)


def test_one_that_is_not_there_is_fetched(toy: Toy, mirror: Mirror, home: Home) -> None:
    events: list[Event] = []
    data = load("mnist", home, events.append)
    assert data.train_labels.tobytes() == toy.raw[LABELS][8:]
    assert any(isinstance(event, Progress) for event in events) and not notices(events)
    assert load("auto", home).fingerprint == data.fingerprint


def test_test_images_are_read_without_fetching_or_drawing(toy: Toy, mirror: Mirror, home: Home) -> None:
    for name in ("mnist", "synthetic", "auto", "../../etc"):
        assert load_test_images(name, home) is None
    raw = toy.put(home.data)
    test = load_test_images("mnist", home)
    assert test is not None and test.labels.tobytes() == toy.raw[FILES[3]][8:]
    (raw / IMAGES).write_bytes(b"torn")
    assert load_test_images("mnist", home) is None
    assert not mirror.requests and not (home.data / "synthetic").exists()


def test_damage_is_repaired_with_a_notice(toy: Toy, mirror: Mirror, home: Home) -> None:
    raw = toy.put(home.data)
    (raw / IMAGES).write_bytes(b"torn")
    events: list[Event] = []
    load("mnist", home, events.append)
    assert (raw / IMAGES).read_bytes() == toy.raw[IMAGES]
    assert len(notices(events)) == 1 and f"{raw / IMAGES} is damaged: it is 4 bytes long" in notices(events)[0]


def test_mnist_by_name_never_falls_back(toy: Toy, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    raw = toy.put(home.data)
    (raw / IMAGES).write_bytes(b"torn")
    with pytest.raises(DatasetError) as refused:
        load("mnist", home)
    message = str(refused.value)
    assert f"{raw / IMAGES} is damaged" in message and "mnist-tui data fetch mnist" in message
    assert len(message.splitlines()) == 2


def test_auto_falls_back_with_a_plain_notice(toy: Toy, home: Home, small: Spec) -> None:
    events: list[Event] = []
    data = load("auto", home, events.append)
    assert data.name == "synthetic" and len(data.train_labels) == 20
    (notice,) = notices(events)
    assert "Connection refused" in notice and "synthetic digits stand in" in notice
    assert "mnist-tui data fetch mnist" in notice and "\n" not in notice


def test_auto_does_not_wait_for_a_network_that_was_not_there_a_moment_ago(
    toy: Toy, mirror: Mirror, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.answers = [Answer(status=503)]
    assert load("auto", home).name == "synthetic"
    mirror.requests.clear()
    events: list[Event] = []
    assert load("auto", home, events.append).name == "synthetic"
    assert not mirror.requests and len(notices(events)) == 1
    for failed in home.data.glob(".mnist-unreachable"):
        os.utime(failed, (0, 0))
    assert load("auto", home).name == "mnist"


@pytest.mark.parametrize("how", ["another mirror", "asked for by name"])
def test_what_failed_a_moment_ago_is_tried_when_something_changed(
    toy: Toy, mirror: Mirror, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    mirror.answers = [Answer(status=503)]
    assert load("auto", home).name == "synthetic"
    if how == "another mirror":
        monkeypatch.setenv("MNIST_TUI_MIRROR", mirror.url)
    assert load("auto" if how == "another mirror" else "mnist", home).name == "mnist"


def test_a_mirror_with_a_password_is_not_kept(
    toy: Toy, mirror: Mirror, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_MIRROR", mirror.url.replace("//", "//me:s3cret@"))
    mirror.answers = [Answer(status=401), Answer(status=401)]
    events: list[Event] = []
    assert load("auto", home, events.append).name == "synthetic"
    assert load("auto", home, events.append).name == "synthetic" and len(mirror.requests) == 2
    assert "s3cret" not in repr(events)
    assert not [path for path in home.path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]


def test_a_network_that_is_switched_off_is_not_remembered_as_gone(
    toy: Toy, mirror: Mirror, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    assert load("auto", home).name == "synthetic"
    monkeypatch.delenv("MNIST_TUI_OFFLINE")
    assert load("auto", home).name == "mnist"


def test_auto_waits_only_for_a_short_while(
    toy: Toy, mirror: Mirror, home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SHORT_TIMEOUT", 0.3)
    mirror.answers = [Answer(send=0, hang=True)]
    events: list[Event] = []
    assert load("auto", home, events.append).name == "synthetic"
    assert any("no answer within 0.3 s" in event.message for event in events if isinstance(event, Notice))


def test_a_stop_ends_a_download_that_hangs(toy: Toy, mirror: Mirror, home: Home) -> None:
    mirror.answers = [Answer(send=100, hang=True)]

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load("mnist", home, stop)


def test_synthetic_digits_are_drawn_once_and_kept(home: Home, small: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = []
    first = load("synthetic", home, events.append)
    assert [(event.done, event.total) for event in events if isinstance(event, Progress)] == [(30, 30)]
    monkeypatch.setattr(synthetic, "draw", None)
    second = load("synthetic", home)
    assert np.array_equal(first.test_images, second.test_images) and first.fingerprint == second.fingerprint


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_a_torn_cache_is_drawn_again(home: Home, small: Spec, damage: bytes | None) -> None:
    first = load("synthetic", home)
    path = home.data / "synthetic" / "raw" / IMAGES
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)) if damage is None else damage)
    again = load("synthetic", home)
    assert path.read_bytes() == whole and again.fingerprint == first.fingerprint


def test_synthetic_digits_need_no_disk(home: Home, small: Spec) -> None:
    (home.data / "synthetic").write_text("in the way")
    data = load("synthetic", home)
    assert data.train_images.shape == (20, 28, 28)
    assert data.fingerprint == inventory.fingerprint(small.sha256)


def test_verified_data_are_read_without_torch(toy: Toy, home: Home) -> None:
    toy.put(home.data)
    code = (
        "import sys; from pathlib import Path; from engine.home import Home; from engine.datasets import load\n"
        "from engine.datasets.catalogue import SPECS, Spec\n"
        f"SPECS['mnist'] = Spec('mnist', 'M', 'MNIST', tuple('0123456789'), 0.5, 0.5, {toy.spec.sha256!r}, 20, 10)\n"
        "assert len(load('mnist', Home.find()).test_labels) == 10\n"
        "heavy = {'torch', 'torchvision', 'textual', 'rich', 'tui', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    root = Path(loading.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=60)


def test_real_mnist_is_known_and_checked_once(mnist_folder: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA", str(mnist_folder))
    load("mnist", home)
    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", None)  # What was checked once is not checked again.
        data = load("mnist", home)
    assert data.train_images.shape == (60_000, 28, 28) and data.test_images.shape == (10_000, 28, 28)
    assert data.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    scaled = data.train_images / np.float32(255)
    assert round(float(scaled.mean(dtype=np.float64)), 4) == data.mean
    assert round(float(scaled.std(dtype=np.float64)), 4) == data.std
