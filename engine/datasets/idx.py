"""IDX files, the form MNIST comes in: a magic number, the sizes in big-endian order, then one byte a value."""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.datasets.dataset import Bytes
from engine.files import open_regular

UNSIGNED_BYTE = 0x08


class IdxError(ValueError):
    """A file is not the IDX file it should be; the message says in what way."""


def header(shape: tuple[int, ...]) -> bytes:
    """The first bytes of a file that holds unsigned bytes in this shape."""
    return struct.pack(f">HBB{len(shape)}I", 0, UNSIGNED_BYTE, len(shape), *shape)


def size(shape: tuple[int, ...]) -> int:
    """Length in bytes of such a file."""
    return len(header(shape)) + math.prod(shape)


def encode(array: Bytes) -> bytes:
    """The file that holds `array`."""
    return header(array.shape) + array.tobytes()


def check(path: Path, shape: tuple[int, ...]) -> None:
    """See that a file has exactly this shape. Raises IdxError or OSError."""
    with open_regular(path) as file:
        _begin(file, shape)


def read(path: Path, shape: tuple[int, ...]) -> Bytes:
    """The array of a file that must have exactly this shape. Raises IdxError or OSError."""
    with open_regular(path) as file:
        _begin(file, shape)
        array = np.fromfile(file, np.uint8, math.prod(shape))
    if array.size != math.prod(shape):
        raise IdxError("it changed while it was read")
    return array.reshape(shape)


def mapped(path: Path, shape: tuple[int, ...]) -> Bytes:
    """As `read`, but of the file's pages, which all processes share that train on it; what is written to the array
    stays in this process. Raises IdxError or OSError."""
    with open_regular(path) as file:
        _begin(file, shape)
        return np.asarray(np.memmap(file, np.uint8, "c", len(header(shape)), shape))


def _begin(file: BinaryIO, shape: tuple[int, ...]) -> None:
    """Read past the header, which must fit `shape` as the length must."""
    length = file.seek(0, os.SEEK_END)
    if length != size(shape):
        raise IdxError(f"it is {length:,} bytes long instead of {size(shape):,}")
    file.seek(0)
    start = header(shape)
    if file.read(len(start)) != start:
        raise IdxError(f"it does not begin as an IDX file of {'×'.join(map(str, shape))} bytes")
