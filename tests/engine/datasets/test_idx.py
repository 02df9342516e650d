"""IDX files are read exactly as they should be, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.datasets import idx


@given(arrays.arrays(np.uint8, st.one_of(st.tuples(st.integers(0, 9)), st.tuples(*[st.integers(1, 5)] * 3))))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(idx.encode(array))
    assert path.stat().st_size == idx.size(array.shape)
    assert np.array_equal(idx.read(path, array.shape), array)
    mapped = idx.mapped(path, array.shape)
    assert np.array_equal(mapped, array)
    mapped[...] = 7
    assert np.array_equal(idx.read(path, array.shape), array), "what is written to a map must not reach the file"


def test_the_header_is_that_of_mnist() -> None:
    assert idx.header((60_000, 28, 28)).hex() == "000008030000ea600000001c0000001c"
    assert idx.header((10_000,)).hex() == "0000080100002710"


@given(st.binary(max_size=64))
def test_garbage_is_refused_with_its_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(garbage)
    if not garbage.startswith(idx.header((5,))) or len(garbage) != idx.size((5,)):
        for look in (idx.read, idx.mapped, idx.check):
            with pytest.raises(idx.IdxError, match="bytes"):
                look(path, (5,))


def test_another_length_or_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    whole = idx.encode(np.zeros((4, 28, 28), np.uint8))
    path.write_bytes(whole)
    with pytest.raises(idx.IdxError, match="does not begin as an IDX file of 2×56×28 bytes"):
        idx.read(path, (2, 56, 28))
    path.write_bytes(whole[:-1])
    with pytest.raises(idx.IdxError, match="3,151 bytes long instead of 3,152"):
        idx.read(path, (4, 28, 28))


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        idx.read(tmp_path / "pipe", (5,))
