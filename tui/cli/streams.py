"""Standard output and standard error that lose nothing: what is written arrives as a whole, or the program is told."""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

INPUT, OUTPUT, ERRORS = 0, 1, 2
FALLBACK = "mnist-tui.fallback"


class PatientFile(io.RawIOBase):
    """The descriptor of a standard stream. A full pipe or terminal is waited for, though it be non-blocking.

    `failure` is why a write failed; what is written later goes nowhere. Standard error does not raise: who would be
    told of it?"""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.failure: OSError | None = None

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, content: ReadableBuffer, /) -> int:
        """Write at least a byte of `content`; how many. Raises OSError, which names the stream."""
        while True:
            try:
                return os.write(self._descriptor, content)
            except BlockingIOError:
                room = select.poll()
                room.register(self._descriptor, select.POLLOUT)
                room.poll()
            except OSError as error:
                self.give_up()
                self.failure = OSError(error.errno, error.strerror, "standard output")
                if self._descriptor == ERRORS:
                    return memoryview(content).nbytes
                raise self.failure from None

    def give_up(self) -> None:
        """Let what is still to be written go nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._descriptor)
        os.close(nowhere)


def take_over() -> None:
    """Make `sys.stdout` and `sys.stderr` patient, unless somebody has put others in their place."""
    for descriptor in (INPUT, OUTPUT, ERRORS):
        _occupy(descriptor)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(OUTPUT, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(ERRORS, sys.stderr)


def give_up() -> None:
    """Wait no longer for whoever reads standard output and standard error."""
    for file in _patient_files():
        file.give_up()


def lost() -> bool:
    """Whether something that was written did not arrive, other than for want of a reader."""
    return any(file.failure and file.failure.errno != errno.EPIPE for file in _patient_files())


def _patient_files() -> Iterator[PatientFile]:
    for stream in (sys.stdout, sys.stderr):
        raw = getattr(getattr(stream, "buffer", None), "raw", None)
        if isinstance(raw, PatientFile):
            yield raw


def _text(descriptor: int, before: TextIO | None) -> TextIO:
    codecs.register_error(FALLBACK, _fallback)
    return io.TextIOWrapper(
        io.BufferedWriter(PatientFile(descriptor)),
        encoding=before.encoding if before else "utf-8",
        errors=FALLBACK,
        line_buffering=descriptor == ERRORS or os.isatty(descriptor),
    )


def _fallback(error: UnicodeError) -> tuple[str, int]:
    """What stands for symbols that an encoding lacks; a space behind them belongs to what takes two cells."""
    from tui.drawing.glyphs import ASCII

    if not isinstance(error, UnicodeEncodeError):
        raise error
    end = error.end + error.object[error.end :].startswith(" ")
    return ASCII.shown(error.object[error.start : end]), end


def _occupy(descriptor: int) -> None:
    """See that nothing the program opens gets the number of a standard stream that is closed.

    Writing to standard output then fails as writing to a closed descriptor does; standard error goes nowhere."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDONLY if descriptor == OUTPUT else os.O_WRONLY)
