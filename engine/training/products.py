"""The matrix products of the recorded operations: PyTorch's, or numpy's on the same memory where its library is faster.

On AMD processors with 512-bit instructions the library that PyTorch is built with (MKL) is the slower one; without them
it is not. The choice follows from the processor and the configuration, never from a timing,
so that figures repeat bit for bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

Call = Callable[[], object]
CPUINFO = Path("/proc/cpuinfo")
AMD, INTEL = "AuthenticAMD", "GenuineIntel"
LIBRARY = "openblas"
# numpy has no product that adds to what is there; below this many images that costs more than the product.
LEAST_BATCH = 32


class Products(Protocol):
    """The calls that do a product, on tensors of two dimensions whose memory they share. `name` is for a run's record,
    empty for the ordinary ones."""

    name: str

    def affine(self, left: Tensor, right: Tensor, bias: Tensor, scale: float, out: Tensor) -> Iterator[Call]:
        """out ← bias + scale · left · right"""

    def plain(self, left: Tensor, right: Tensor, out: Tensor) -> Iterator[Call]:
        """out ← left · right"""

    def accumulate(self, left: Tensor, right: Tensor, keep: float, scale: float, out: Tensor) -> Iterator[Call]:
        """out ← keep · out + scale · left · right"""


class TorchProducts:
    """A product is one call, on any device."""

    name = ""

    def affine(self, left: Tensor, right: Tensor, bias: Tensor, scale: float, out: Tensor) -> Iterator[Call]:
        yield partial(torch.addmm, bias, left, right, alpha=scale, out=out)

    def plain(self, left: Tensor, right: Tensor, out: Tensor) -> Iterator[Call]:
        yield partial(torch.mm, left, right, out=out)

    def accumulate(self, left: Tensor, right: Tensor, keep: float, scale: float, out: Tensor) -> Iterator[Call]:
        yield partial(out.addmm_, left, right, beta=keep, alpha=scale)


class NumpyProducts:
    """A product and the cheap calls around it, on the processor's memory."""

    name = "numpy's products"

    def affine(self, left: Tensor, right: Tensor, bias: Tensor, scale: float, out: Tensor) -> Iterator[Call]:
        yield from self.plain(left, right, out)
        if scale != 1:
            yield partial(np.multiply, out.numpy(), np.float32(scale), out=out.numpy())
        yield partial(np.add, out.numpy(), bias.numpy(), out=out.numpy())

    def plain(self, left: Tensor, right: Tensor, out: Tensor) -> Iterator[Call]:
        yield partial(np.matmul, left.numpy(), right.numpy(), out=out.numpy())

    def accumulate(self, left: Tensor, right: Tensor, keep: float, scale: float, out: Tensor) -> Iterator[Call]:
        scaled, target = torch.empty_like(left), out.numpy()
        yield partial(np.multiply, left.numpy(), np.float32(scale), out=scaled.numpy())
        if keep == 0:
            yield from self.plain(scaled, right, out)
            return
        if keep != 1:
            yield partial(np.multiply, target, np.float32(keep), out=target)
        product = torch.empty_like(out)
        yield from self.plain(scaled, right, product)
        yield partial(np.add, target, product.numpy(), out=target)


def choose(device: torch.device, batch_size: int, threads: int) -> Products:
    """The products to train with, on so many images at once and so many threads."""
    suits = device.type == "cpu" and threads == 1 and batch_size >= LEAST_BATCH
    return NumpyProducts() if suits and numpy_is_faster() else TorchProducts()


@cache
def numpy_is_faster() -> bool:
    """Whether this machine's processor, numpy's library and its one thread are those it was found faster with."""
    return has_wide(AMD, CPUINFO) and LIBRARY in numpy_library() and os.environ.get("OPENBLAS_NUM_THREADS") == "1"


def has_wide(vendor: str, cpuinfo: Path) -> bool:
    """Whether Linux's description of the processors is of a vendor's with 512-bit instructions."""
    try:
        words = cpuinfo.read_text(errors="replace").split()
    except OSError:
        return False
    return vendor in words and "avx512f" in words


def numpy_library() -> str:
    """What numpy was built to multiply matrices with, such as `scipy-openblas`."""
    parts: object = np.show_config(mode="dicts")
    for key in ("Build Dependencies", "blas", "name"):
        parts = parts.get(key) if isinstance(parts, dict) else None
    return str(parts)


def describe() -> str:
    """Which products this machine trains with, in words."""
    if numpy_is_faster():
        return f"numpy's ({numpy_library()}) from batch size {LEAST_BATCH} on, PyTorch's below"
    return "PyTorch's at every batch size"
