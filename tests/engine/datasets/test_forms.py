"""Files in any form in circulation are judged by what they hold, and bounded by what they should hold."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import DatasetError, forms, idx, inventory, load
from engine.datasets.forms import FileFault
from engine.datasets.inventory import ABSENT, CONVERTIBLE, PRESENT
from engine.home import Home
from engine.runs.events import Event, Notice
from tests.builders.mirror import FILES, Toy

IMAGES = FILES[0]
Lay = Callable[[Toy, Path], None]


def arrays_of(toy: Toy) -> dict[str, np.ndarray]:
    """The arrays of a data set, as Keras calls them."""
    arrays = {}
    for name, file in zip(("x_train", "y_train", "x_test", "y_test"), toy.spec.files, strict=True):
        start = len(idx.header(file.shape))
        arrays[name] = np.frombuffer(toy.raw[file.name], np.uint8, offset=start).reshape(file.shape)
    return arrays


def lay_files(place: str, name: Callable[[str], str], change: Callable[[bytes], bytes] = bytes) -> Lay:
    def lay(toy: Toy, folder: Path) -> None:
        for file, content in toy.raw.items():
            path = folder / place / name(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(change(content))

    return lay


def lay_arrays(toy: Toy, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "mnist.npz", **arrays_of(toy))  # type: ignore[arg-type]


FORMS: dict[str, Lay] = {
    "archives alone": lay_files("MNIST/raw", lambda name: f"{name}.gz", gzip.compress),
    "archives compressed anew": lay_files("MNIST/raw", lambda name: f"{name}.gz", lambda raw: gzip.compress(raw, 1)),
    "names with a dot": lay_files("MNIST/raw", lambda name: name.replace("-idx", ".idx")),
    "archives with a dot": lay_files("", lambda name: name.replace("-idx", ".idx") + ".gz", gzip.compress),
    "a folder for each file": lay_files("", lambda name: f"{name}/{name}"),
    "files in the folder": lay_files("", str),
    "a folder called as the data set": lay_files("mnist", str),
    "unpacked on the way": lay_files("MNIST/raw", lambda name: f"{name}.gz"),
    "packed in secret": lay_files("MNIST/raw", lambda name: name.replace("-idx", ".idx"), gzip.compress),
    "arrays": lay_arrays,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", ["folder of the user", "home"])
def test_files_in_any_form_are_used_without_a_network(
    toy: Toy, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, place: str
) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    folder = home.data
    if place != "home":
        folder = tmp_path / "theirs"
        monkeypatch.setenv("MNIST_TUI_DATA", str(folder))
    FORMS[form](toy, folder)
    (held,) = [held for held in inventory.find(toy.spec, home) if held.raw.is_relative_to(folder)]
    assert held.state == CONVERTIBLE
    assert held.faults[0].startswith(f"{folder} has ") and "mnist-tui data fetch mnist" in held.faults[0]
    events: list[Event] = []
    data = load("mnist", home, events.append)
    assert data.fingerprint == inventory.fingerprint(toy.spec.sha256)
    assert inventory.find(toy.spec, home)[-1].state == PRESENT
    assert {held.state for held in inventory.survey(home)} == {PRESENT, ABSENT}
    if place != "home":
        (notice,) = [event.message for event in events if isinstance(event, Notice)]
        assert notice.startswith(f"MNIST was copied from {folder}")


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(f"{name}.npy", member)
    return content.getvalue()


def saved(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


CLAIM = saved(np.zeros((20, 28, 28), np.uint8)).replace(b"(20, 28, 28), }      ", b"(10000000000, 28, 28)")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (gzip.compress(bytes(50_000_000), 1), "more than 15,696 bytes"),
        (gzip.compress(bytes(99)), "99 instead of 15,696 bytes"),
        (gzip.compress(bytes(range(100)))[:60], "cannot be unpacked"),
        (gzip.compress(bytes(100))[:-8] + bytes(8), "cannot be unpacked"),
        (b"<!DOCTYPE html>" + bytes(100), "115 instead of"),
        (b"", "0 instead of"),
        (b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 40, "cannot be unpacked"),
        (b"PK\x03\x04" + bytes(99), "cannot be unpacked"),
        (zipped(y_train=b""), "no item named 'x_train.npy'"),
        (zipped(x_train=b"x" * 99), "not an array as NumPy writes it"),
        (zipped(x_train=CLAIM), "not an array as NumPy writes it"),
        (zipped(x_train=saved(np.zeros((20, 28, 27), np.uint8))), r"\(20, 28, 27\) instead of \|u1 \(20, 28, 28\)"),
        (zipped(x_train=saved(np.array([{}], object))), "Python objects, which could run code"),
        (zipped(x_train=saved(np.zeros((20, 28, 28), np.float32))), r"f4 \(20, 28, 28\) instead of \|u1"),
        (zipped(x_train=saved(np.zeros((20, 28, 28), np.uint8)) + bytes(50_000_000)), "more than 15,696 bytes"),
    ],
    ids=range(15),
)
def test_anything_else_is_a_fault_and_is_not_unpacked_beyond_its_size(
    toy: Toy, tmp_path: Path, content: bytes, fault: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(FileFault, match=fault):
            forms.read(toy.spec, toy.spec.files[0], tmp_path / "file")
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1f\x8b\x08\x00", b"PK\x03\x04", zipped(x_train=b"")[:70]]))
def test_garbage_is_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes, start: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(start + garbage)
    with pytest.raises(FileFault):
        forms.read(SPEC, SPEC.files[0], path)


SPEC = Toy.make().spec


def test_a_form_that_cannot_be_used_is_named(toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", "1")
    (home.data / "mnist.npz").write_bytes(zipped(x_train=saved(np.array([{}], object))))
    with pytest.raises(DatasetError) as refused:
        load("mnist", home)
    message = str(refused.value)
    assert f"{home.data / 'mnist.npz'} is damaged: its x_train.npy holds Python objects" in message
    assert "mnist.npz" in message.splitlines()[1] and len(message.splitlines()) == 2


def test_files_that_may_be_another_data_sets_are_not_taken_for_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Toy.make(digests=False, name="kmnist", folder="KMNIST")
    for file in toy.spec.files:
        (home.data / file.name).write_bytes(toy.raw[file.name])
    assert not list(forms.candidates(toy.spec, toy.spec.files[0], home.data))
    (home.data / "kmnist").mkdir()
    (home.data / "kmnist" / IMAGES).write_bytes(b"")
    assert list(forms.candidates(toy.spec, toy.spec.files[0], home.data)) == [home.data / "kmnist" / IMAGES]
