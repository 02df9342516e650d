"""The forms in which files of a data set are in circulation: under several names, in several places, packed, as .npz.

What is read is judged by what it holds, whatever it is called and however it was packed.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.config.run_config import CLASSES
from engine.datasets import idx
from engine.datasets.catalogue import RawFile, Spec
from engine.datasets.dataset import Bytes
from engine.files import open_regular
from engine.text import clean

GZIP, ZIP = b"\x1f\x8b", b"PK"
# How an array begins that NumPy has written: the magic number with the version, and a line of Python.
NPY = b"\x93NUMPY\x01\x00"
HEADER = re.compile(rb"\{'descr': '([^']*)', 'fortran_order': (\w+), 'shape': \(([0-9, ]*)\), \} *\n")
# What the libraries raise for archives that are damaged, encrypted or packed in a way they do not know.
BROKEN = (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, ValueError, KeyError, RuntimeError)
ARRAYS = ("x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy")


class FileFault(Exception):
    """A file is not what it should be; the message says in what way."""


def candidates(spec: Spec, file: RawFile, folder: Path) -> Iterator[Path]:
    """Where below a data folder a file lies under any of its names, torchvision's place first.

    Several data sets have files of the same names, so one whose content cannot be told from another's counts only in a
    folder that is called as its data set is."""
    dotted = file.name.replace("-idx", ".idx")
    names = [name for plain in (file.name, dotted) for name in (plain, f"{plain}.gz", f"{plain}/{plain}")]
    for place in (f"{spec.folder}/raw", spec.folder, spec.name, "raw", "."):
        for path in (folder / place / name for name in (*names, f"{spec.name}.npz")):
            if (file.sha256 or {spec.folder, spec.name} & {*path.parts}) and _is_there(path):
                yield path


def read(spec: Spec, file: RawFile, path: Path) -> bytes:
    """The content of `file` from any of its forms, as IDX of the right shape. Raises FileFault or OSError."""
    try:
        with open_regular(path) as opened:
            start = opened.read(2)
            opened.seek(0)
            content = _unpacked(spec, file, opened, start)
    except BROKEN as error:
        raise FileFault(f"it cannot be unpacked ({clean(str(error))})") from None
    check_content(file, content)
    return content


def is_packed(path: Path) -> bool:
    """Whether a file begins as an archive does. Raises OSError."""
    with open_regular(path) as opened:
        return opened.read(2) in (GZIP, ZIP)


def check_content(file: RawFile, content: bytes) -> None:
    """See that `content` is IDX of the right shape with labels that there are. Raises FileFault."""
    if len(content) != file.size:
        amount = "more than" if len(content) > file.size else f"{len(content):,} instead of"
        raise FileFault(f"it has {amount} {file.size:,} bytes")
    header = idx.header(file.shape)
    if not content.startswith(header):
        raise FileFault(f"it does not begin as an IDX file of {'×'.join(map(str, file.shape))} bytes")
    if len(file.shape) == 1:
        check_labels(np.frombuffer(content, np.uint8, offset=len(header)))


def check_labels(labels: Bytes) -> None:
    """See that labels (N,) are of classes that there are. Raises FileFault."""
    highest = int(labels.max(initial=0))
    if highest >= CLASSES:
        raise FileFault(f"it has a label {highest}, and {CLASSES - 1} is the highest there is")


def _unpacked(spec: Spec, file: RawFile, opened: BinaryIO, start: bytes) -> bytes:
    """At most a byte more than the file should have, however much was packed."""
    if start == GZIP:
        with gzip.open(opened) as packed:
            return packed.read(file.size + 1)
    if start == ZIP:
        return _from_arrays(opened, ARRAYS[spec.files.index(file)], file)
    return opened.read(file.size + 1)


def _from_arrays(opened: BinaryIO, name: str, file: RawFile) -> bytes:
    """A member of an .npz as IDX, read without NumPy's loader, which believes what a header claims."""
    with zipfile.ZipFile(opened) as arrays, arrays.open(name) as array:
        start = array.read(len(NPY) + 2)
        header = HEADER.fullmatch(array.read(int.from_bytes(start[len(NPY) :], "little")))
        if not start.startswith(NPY) or header is None:
            raise FileFault(f"its {name} is not an array as NumPy writes it")
        kind, order, shape = (part.decode(errors="replace") for part in header.groups())
        if "O" in kind:
            raise FileFault(f"its {name} holds Python objects, which could run code; save it as bytes (uint8)")
        expected = ", ".join(map(str, file.shape)) + ("," if len(file.shape) == 1 else "")
        if (kind, order, shape) != ("|u1", "False", expected):
            raise FileFault(f"its {name} is {clean(kind)} ({clean(shape)}) instead of |u1 ({expected})")
        return idx.header(file.shape) + array.read(file.size + 1)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
