"""`gradients.c`, which this machine's own C compiler turns into code for its processor when a run is to use it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("gradients.c")
FLAGS = ["-O2", "-march=native", "-fopenmp-simd", "-shared", "-fPIC"]
# Many times what compiling takes; a compiler that hangs must not keep a run from training without it.
COMPILE_SECONDS = 60
# The activations the source knows, in its order.
ACTIVATIONS = ("relu", "tanh", "sigmoid", "leaky-relu")


class Layer(ctypes.Structure):
    """A layer as the source describes it."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("inputs", "outputs", "activation")),
        *((name, ctypes.c_void_p) for name in ("weights", "biases", "weight_gradients", "bias_gradients")),
        *((name, ctypes.c_void_p) for name in ("values", "slopes", "deltas", "mask")),
    )


class NativeBatch(ctypes.Structure):
    """A batch as the source describes it."""

    _fields_ = (
        ("layers", ctypes.POINTER(Layer)),
        *((name, ctypes.c_int64) for name in ("count", "images")),
        *((name, ctypes.c_void_p) for name in ("pixels", "labels", "logits")),
        ("stride", ctypes.c_int64),
        *((name, ctypes.c_float) for name in ("input_scale", "gradient_scale")),
    )


class Compiled(NamedTuple):
    """The source's function, which takes a batch by reference; none where it cannot be had, for a `reason`."""

    add_gradients: Callable[[object], None] | None
    reason: str


@cache
def compiled() -> Compiled:
    """The function, compiled once a process; what was built lies in a folder that nobody else may write to."""
    compiler = shutil.which(os.environ.get("CC") or "cc")
    if not compiler:
        return Compiled(None, "there is no C compiler")
    try:
        with tempfile.TemporaryDirectory(prefix="mnist-tui-") as folder:
            library = Path(folder) / "gradients.so"
            command = [compiler, *FLAGS, str(SOURCE), "-o", str(library), "-lm"]
            subprocess.run(command, check=True, capture_output=True, timeout=COMPILE_SECONDS, stdin=subprocess.DEVNULL)
            function = ctypes.CDLL(str(library)).add_gradients
    except (OSError, subprocess.SubprocessError, AttributeError) as error:
        return Compiled(None, f"{compiler} does not build it here ({type(error).__name__})")
    function.argtypes, function.restype = [ctypes.POINTER(NativeBatch)], None
    return Compiled(function, f"by {compiler}")
