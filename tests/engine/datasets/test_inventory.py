"""What is there is told file by file: whole, partial, damaged or absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.datasets import inventory
from engine.datasets.checksum_cache import ChecksumCache
from engine.datasets.forms import FileFault
from engine.datasets.inventory import ABSENT, DAMAGED, PARTIAL, PRESENT
from engine.home import Home
from tests.builders.mirror import FILES, Toy

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = FILES


def look(toy: Toy, home: Home) -> inventory.DatasetStatus:
    return inventory.find(toy.spec, home)[-1]


def test_nothing_there_is_absent(toy: Toy, home: Home) -> None:
    held = look(toy, home)
    assert (held.state, held.size, held.faults) == (ABSENT, 0, ())


def test_a_whole_data_set_has_the_fingerprint_of_its_content(toy: Toy, home: Home) -> None:
    toy.put(home.data)
    held = look(toy, home)
    assert (held.state, held.faults, held.size) == (PRESENT, (), sum(map(len, toy.raw.values())))
    other = Toy.make(seed=2)
    assert held.fingerprint != inventory.fingerprint(other.spec.sha256)
    assert held.fingerprint == inventory.fingerprint(toy.spec.sha256)


def test_missing_files_are_named(toy: Toy, home: Home) -> None:
    raw = toy.put(home.data)
    (raw / LABELS).unlink()
    (raw / f"{LABELS}.gz.part").write_bytes(b"1234")
    held = look(toy, home)
    assert held.state == PARTIAL
    assert held.faults == (f"{raw / LABELS} is missing; 4 bytes of {LABELS}.gz were downloaded",)


def garble(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        (IMAGES, lambda content: content[:1000], "1,000 bytes long instead of"),
        (IMAGES, lambda content: content + b"x", "bytes long instead of"),
        (IMAGES, lambda content: b"", "0 bytes long"),
        (TEST_IMAGES, lambda content: bytes(len(content)), "does not begin as an IDX file"),
        (TEST_IMAGES, garble, r"not what it should be \(SHA-256\)"),
        (TEST_LABELS, lambda content: content[:-1] + b"\x0a", "a label 10, and 9 is the highest"),
    ],
)
def test_a_damaged_file_is_named_with_its_damage(
    toy: Toy, home: Home, name: str, change: Callable[[bytes], bytes], fault: str
) -> None:
    raw = toy.put(home.data)
    (raw / name).write_bytes(change(toy.raw[name]))
    held = look(toy, home)
    assert held.state == DAMAGED
    assert len(held.faults) == 1 and held.faults[0].startswith(f"{raw / name} is damaged: ")
    with pytest.raises(FileFault, match=fault):
        file = next(file for file in toy.spec.files if file.name == name)
        inventory.check(toy.spec, file, raw / name, ChecksumCache(home.path / "none"))


def test_a_file_that_was_verified_and_then_changed_is_found_out(toy: Toy, home: Home) -> None:
    raw = toy.put(home.data)
    assert look(toy, home).state == PRESENT
    (raw / IMAGES).write_bytes(garble(toy.raw[IMAGES]))
    os.utime(raw / IMAGES, ns=(7, 7))
    assert look(toy, home).state == DAMAGED


def test_content_that_was_fetched_is_known_where_no_digest_was(home: Home) -> None:
    toy = Toy.make(digests=False)
    raw = toy.put(home.data)
    (raw / IMAGES).write_bytes(garble(toy.raw[IMAGES]))
    assert look(toy, home).state == PRESENT
    stamps = inventory.stamps_of(home)
    stamps.trust(f"mnist/{IMAGES}", Toy.make().spec.sha256[0])
    stamps.save()
    assert look(toy, home).state == DAMAGED


def test_things_that_are_no_files_are_damage(toy: Toy, home: Home) -> None:
    raw = toy.put(home.data)
    (raw / IMAGES).unlink()
    os.mkfifo(raw / IMAGES)
    (raw / LABELS).unlink()
    (raw / LABELS).mkdir()
    held = look(toy, home)
    assert held.state == DAMAGED and len(held.faults) == 2


def test_a_file_in_the_place_of_a_folder_is_absence(toy: Toy, home: Home) -> None:
    (home.data / "MNIST").write_text("no folder")
    assert look(toy, home).state == ABSENT


def test_the_users_folder_comes_first_and_the_home_stands_in(
    toy: Toy, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA", str(tmp_path / "data"))
    theirs = toy.put(tmp_path / "data")
    ours = toy.put(home.data)
    assert [held.raw for held in inventory.find(toy.spec, home)] == [theirs]
    (theirs / IMAGES).write_bytes(b"torn")
    assert [(held.raw, held.state) for held in inventory.find(toy.spec, home)] == [(theirs, DAMAGED), (ours, PRESENT)]


def test_a_survey_tells_every_data_set_in_every_folder(
    toy: Toy, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA", str(tmp_path / "data"))
    toy.put(tmp_path / "data")
    states = {(held.spec.name, held.raw.is_relative_to(home.data)): held.state for held in inventory.survey(home)}
    assert len(states) == 7
    assert {key for key, state in states.items() if state == PRESENT} == {("mnist", False)}


def test_a_home_that_cannot_be_written_is_looked_at_all_the_same(
    toy: Toy, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.put(home.data)
    monkeypatch.setattr("engine.datasets.checksum_cache.write_file", deny)
    assert look(toy, home).state == PRESENT
    assert not (home.data / "verified.json").exists()


def deny(*_: object) -> None:
    raise PermissionError(13, "Permission denied")
