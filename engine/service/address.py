"""Where the engine of a home is to be reached: its lock, its log, and the Unix socket it listens on."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from engine.errors import UserError
from engine.files import is_private, own_folder
from engine.home import Home
from engine.json_text import read_file, write_file
from engine.runs.lock import RunLock

# The path of a Unix socket has 104 bytes on some systems, 108 on others, its closing zero included.
LONGEST_PATH = 103
LARGEST = 4096


class AddressError(UserError):
    """No socket can be made for the home; the message says what to do."""


class Address:
    """The engine's files in a home: its lock says which process serves it, `engine.address` where its socket is."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.lock = RunLock(home.path / "engine.lock")
        self.log = home.path / "engine.log"
        self._card = home.path / "engine.address"
        self._made: tuple[Path, os.stat_result] | None = None

    def listen(self) -> socket.socket:
        """A socket that listens where clients look for it. For the holder of the lock alone. Raises AddressError."""
        problem = "no place for a socket"
        for path in (self.home.path / "engine.sock", *self._short_paths()):
            try:
                listener = _listen(path)
                self._made = path, path.lstat()
                self._write(path)
            except OSError as error:
                problem = f"{path}: {error.strerror or error}"
                continue
            return listener
        raise AddressError(f"the engine cannot make a socket ({problem}).\nSet MNIST_TUI_HOME to a shorter path.")

    def forget(self) -> None:
        """Remove the socket that was made here: in a home that was made anew meanwhile there may be another's."""
        with suppress(OSError):
            if self._made and os.path.samestat(self._made[1], self._made[0].lstat()):
                self._made[0].unlink()

    def socket_path(self) -> Path:
        """Where the socket is, if there is one."""
        named = self._read().get("socket")
        usual = self.home.path / "engine.sock"
        return Path(named) if isinstance(named, str) and Path(named).is_absolute() else usual

    def holder(self) -> str:
        """The process that serves the home, such as `process 1234 on gpu1`."""
        return str(self.lock.holder())

    def is_elsewhere(self) -> bool:
        """Whether a process on another machine serves the home."""
        return self.lock.holder().is_elsewhere and self.lock.held()

    def connect(self, timeout: float) -> socket.socket:
        """A connection to the engine. Raises OSError when nobody listens."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        try:
            connection.connect(os.fspath(self.socket_path()))
        except BaseException:
            connection.close()
            raise
        return connection

    def _short_paths(self) -> list[Path]:
        """Where the socket goes when the path of the home is too long, or its file system has no sockets."""
        name = hashlib.sha256(os.fsencode(self.home.path.absolute())).hexdigest()[:16] + ".sock"
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        folders = [Path(runtime) / "mnist-tui"] if runtime else []
        folders.append(own_folder(Path(tempfile.gettempdir())))
        return [folder / name for folder in folders if is_private(folder)]

    def _write(self, path: Path) -> None:
        write_file(self._card, {"socket": str(path.absolute())}, 0o600)

    def _read(self) -> dict[str, object]:
        with suppress(OSError, ValueError):
            card = read_file(self._card, LARGEST)
            return card if isinstance(card, dict) else {}
        return {}


def _listen(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise OSError("its path is too long")
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(mask)
    return listener
