"""Archives are unpacked as a whole or not at all."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from engine.datasets import archive
from engine.datasets.dataset import DatasetError


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (gzip.compress(bytes(5_000_000), mtime=0), "more than 100 bytes"),
        (gzip.compress(bytes(99), mtime=0), "99 instead of 100 bytes"),
        (gzip.compress(bytes(range(100)), mtime=0)[:60], "end-of-stream"),
        (gzip.compress(bytes(100), mtime=0)[:-8] + bytes(8), "CRC"),
        (b"<!DOCTYPE html>" + bytes(100), "Not a gzipped file"),
        (b"", "0 instead of"),
        (b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 40, "is damaged"),
    ],
    ids=["too long", "too short", "cut", "checksum", "a web page", "empty", "header only"],
)
def test_a_damaged_archive_is_named_and_leaves_nothing(tmp_path: Path, content: bytes, fault: str):
    packed, target = tmp_path / "images.gz", tmp_path / "images"
    packed.write_bytes(content)
    with pytest.raises(DatasetError, match=fault) as refused:
        archive.unpack(packed, target, 100)
    assert str(packed) in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["images.gz"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(200 << 20), 1))
    written = []
    real = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda path, **how: (written.append(path.stat().st_size), real(path, **how)))
    with pytest.raises(DatasetError):
        archive.unpack(tmp_path / "bomb.gz", tmp_path / "bomb", 1000)
    assert written and written[0] <= archive.CHUNK


def test_a_good_one_is_unpacked_and_kept(tmp_path: Path):
    content = os.urandom(100)
    (tmp_path / "images.gz").write_bytes(gzip.compress(content))
    (tmp_path / "images").write_bytes(b"old and damaged")
    archive.unpack(tmp_path / "images.gz", tmp_path / "images", 100)
    assert (tmp_path / "images").read_bytes() == content
    assert (tmp_path / "images.gz").exists()
