"""Where everything is kept: run directories, data, and the engine's socket, lock and log."""

from __future__ import annotations

import errno
import logging
import os
import stat
from pathlib import Path
from typing import NamedTuple

import platformdirs

from engine.errors import UserError

log = logging.getLogger(__name__)


class HomeError(UserError):
    """The home cannot be used; the message says what to do."""


class Home(NamedTuple):
    """The folder `$MNIST_TUI_HOME` names, else the platform's data folder for mnist-tui."""

    path: Path

    @classmethod
    def find(cls) -> Home:
        """The home of this user."""
        named = os.environ.get("MNIST_TUI_HOME")
        return cls(Path(named).expanduser() if named else platformdirs.user_data_path("mnist-tui"))

    @property
    def runs(self) -> Path:
        """Holds a directory for each run."""
        return self.path / "runs"

    @property
    def trash(self) -> Path:
        """Holds the directories of deleted runs."""
        return self.path / "trash"

    @property
    def data(self) -> Path:
        """Holds data sets, in torchvision's layout."""
        return self.path / "data"

    def prepare(self) -> Home:
        """Make the folders: `data` can be reached by others, where the umask allows it, and the runs cannot.

        Raises HomeError where they cannot be written, and where they belong to somebody else."""
        try:
            self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
            self.runs.mkdir(mode=0o700, exist_ok=True)
            self.data.mkdir(exist_ok=True)
            for folder in (self.path, self.runs):
                _own(folder)
        except OSError as error:
            raise HomeError(
                f"cannot write to {self.path}: {error.strerror}.\nSet MNIST_TUI_HOME to a folder you may write to."
            ) from None
        return self

    def data_folders(self) -> list[Path]:
        """Where data sets are looked for, in order."""
        named = os.environ.get("MNIST_TUI_DATA")
        return ([Path(named).expanduser()] if named else []) + [self.data]


def _own(folder: Path) -> None:
    """Let nobody else write to a folder of this user's. Raises HomeError for one of somebody else, or OSError."""
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise HomeError(f"{folder} belongs to {_user(status.st_uid)}.\nSet MNIST_TUI_HOME to a folder of your own.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if status.st_mode & 0o022:
        folder.chmod(stat.S_IMODE(status.st_mode) & ~0o022)
        log.warning("%s could be written to by others; that has been taken away", folder)


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
