"""Where everything is kept: run directories, data, and the engine's socket, lock and log."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.errors import UserError


class HomeError(UserError):
    """The home cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Home:
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
        """Make the folders, readable by their owner alone. Raises HomeError."""
        try:
            for folder in (self.path, self.runs, self.data):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise HomeError(
                f"cannot write to {self.path}: {error.strerror}.\nSet MNIST_TUI_HOME to a folder you may write to."
            ) from None
        return self

    def data_folders(self) -> list[Path]:
        """Where data sets are looked for, in order."""
        named = os.environ.get("MNIST_TUI_DATA")
        return ([Path(named).expanduser()] if named else []) + [self.data]
