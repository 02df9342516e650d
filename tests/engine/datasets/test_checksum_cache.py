"""Digests are remembered as long as a file has not changed, and never believed from a torn or foreign file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import checksum_cache
from engine.datasets.checksum_cache import ChecksumCache
from engine.files import open_regular

DIGEST = hashlib.sha256(b"content").hexdigest()


@pytest.fixture
def digested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose content was read."""
    names: list[str] = []

    def opened(path: Path) -> BinaryIO:
        names.append(path.name)
        return open_regular(path)

    monkeypatch.setattr(checksum_cache, "open_regular", opened)
    return names


def test_a_file_is_digested_once_and_again_after_it_changed(tmp_path: Path, digested: list[str]) -> None:
    file, kept = tmp_path / "file", tmp_path / "verified.json"
    file.write_bytes(b"content")
    for _ in range(2):
        known = ChecksumCache(kept)
        assert known.sha256(file) == DIGEST
        known.save()
    assert digested.count("file") == 1
    file.write_bytes(b"CONTENT")
    os.utime(file, ns=(0, 5))
    assert ChecksumCache(kept).sha256(file) == hashlib.sha256(b"CONTENT").hexdigest()


def test_what_is_trusted_is_kept(tmp_path: Path) -> None:
    known = ChecksumCache(tmp_path / "verified.json")
    assert known.right("mnist/file") == ""
    known.trust("mnist/file", DIGEST)
    known.save()
    assert ChecksumCache(tmp_path / "verified.json").right("mnist/file") == DIGEST


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    known = ChecksumCache(tmp_path / "missing" / "verified.json")
    assert known.sha256(tmp_path / "file") == DIGEST
    known.save()
    assert not (tmp_path / "missing").exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(DIGEST),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("files", "right", "a")), inner),
)


@given(st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_counts_as_nothing(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("stamps")
    (folder / "file").write_bytes(b"content")
    (folder / "verified.json").write_bytes(content)
    known = ChecksumCache(folder / "verified.json")
    assert known.sha256(folder / "file") == DIGEST
    assert known.right("a") in ("", DIGEST)
    known.save()


def test_a_stamp_that_is_no_digest_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    status = file.stat()
    forged = {"files": {str(file): [status.st_size, status.st_mtime_ns, "../../x"]}, "right": {"a": 3}}
    (tmp_path / "verified.json").write_text(json.dumps(forged))
    assert ChecksumCache(tmp_path / "verified.json").sha256(file) == DIGEST
