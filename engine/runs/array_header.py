"""The head of an array that numpy has written, read without trust in what it claims."""

from __future__ import annotations

from io import BufferedIOBase
from typing import Any

import numpy as np
from numpy.lib import format as npy

LONGEST_HEADER = 256


def read_header(file: BufferedIOBase) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """The shape and type that an array claims, whose content follows in the file. Raises OSError for anything else."""
    try:
        npy.read_magic(file)
        shape, by_columns, dtype = npy.read_array_header_1_0(file, LONGEST_HEADER)
    except Exception:  # numpy evaluates the text of a header, which may be any.
        raise OSError("not an array") from None
    if by_columns:
        raise OSError("an array by columns")
    return shape, dtype
