"""Data sets brought into the home: from other forms that lie here, else from where torchvision says."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.datasets import forms, inventory
from engine.datasets.access import closed_advice
from engine.datasets.catalogue import RawFile, Spec
from engine.datasets.checksum_cache import ChecksumCache
from engine.datasets.dataset import DatasetError, ProgressReporter, Report
from engine.datasets.download import DownloadError
from engine.datasets.forms import FileFault
from engine.datasets.mirrors import Downloader, is_offline, mirror_named, places_at
from engine.files import write_whole
from engine.home import Home
from engine.runs.events import Event, Notice

TIMEOUT = 20.0
SWITCHED_OFF = "downloads are switched off by MNIST_TUI_OFFLINE"


def fetch(
    spec: Spec,
    home: Home,
    report: Report,
    *,
    mirror: str = "",
    timeout: float = TIMEOUT,
    offline_reason: str = "",
) -> None:
    """Bring every file of a data set into the home, in torchvision's layout.

    Files that are right are left alone, those that lie in a data folder in another form are used, and downloads go on
    where they ended. `mirror` (else $MNIST_TUI_MIRROR) replaces the addresses that torchvision knows; `timeout` is how
    many seconds a server may stay silent; `offline_reason` says why nothing is to be downloaded, if so. Raises
    DatasetError, and HomeError for a home that is none.
    """
    mirror = mirror or mirror_named()
    places = places_at(mirror, spec) if mirror else ()
    raw = inventory.raw_folder(spec, home.prepare().data)
    offline_reason = offline_reason or (SWITCHED_OFF if is_offline() else "")
    try:
        raw.mkdir(parents=True, exist_ok=True)
        reporting = _telling(report)
        with _alone(home.data / f".{spec.folder}.lock", reporting):
            stamps = inventory.stamps_of(home)
            downloader = Downloader(spec, reporting, places, timeout, offline_reason)
            used = _Fetch(spec, raw, home.data_folders(), stamps, downloader).fill()
            stamps.save()
        if used and used[0].parent != raw:
            reporting(Notice(message=f"{spec.title} was copied from {used[0].parent} to {raw}"))
    except _ReportFailed as error:
        raise error.cause from None
    except OSError as error:
        raise DatasetError(
            f"{spec.title} cannot be written to {raw} ({error.strerror or error}).\n"
            "Make room there or make it writable, or name another folder with MNIST_TUI_HOME."
        ) from None


class _ReportFailed(Exception):
    """A report raised an error of the system, which is none of the download's."""

    def __init__(self, cause: OSError) -> None:
        super().__init__()
        self.cause = cause


def _telling(report: Report) -> Report:
    def told(event: Event) -> None:
        try:
            report(event)
        except OSError as error:
            raise _ReportFailed(error) from error

    return told


class _Fetch:
    """Makes every file of a data set right that is not."""

    def __init__(
        self, spec: Spec, raw: Path, folders: Sequence[Path], stamps: ChecksumCache, downloader: Downloader
    ) -> None:
        self._spec, self._raw, self._folders, self._stamps = spec, raw, folders, stamps
        self._downloader = downloader
        self._refused: list[str] = []

    def fill(self) -> list[Path]:
        """Bring what is missing; the files of other forms that were used. Raises DatasetError or OSError."""
        used = []
        for file in self._spec.files:
            if self._is_right(file):
                continue
            if other := self._other_form(file):
                used.append(other[0])
            write_whole(self._raw / file.name, other[1] if other else self._downloaded(file))
            (self._raw / f"{file.archive}.part").unlink(missing_ok=True)
        return used

    def _is_right(self, file: RawFile) -> bool:
        try:
            inventory.check(self._spec, file, self._raw / file.name, self._stamps)
        except (FileFault, inventory.ClosedError, FileNotFoundError):
            return False
        return True

    def _other_form(self, file: RawFile) -> tuple[Path, bytes] | None:
        """Where the right content of a file lies in any form, and the content."""
        for folder in self._folders:
            for path in forms.candidates(self._spec, file, folder):
                try:
                    content = forms.read(self._spec, file, path)
                    self._is_known(file, content)
                    return path, content
                except PermissionError:
                    self._refused.append(closed_advice(path, folder))
                except (FileFault, OSError) as fault:
                    self._refused.append(f"{path} is damaged: {getattr(fault, 'strerror', None) or fault}")
        return None

    def _downloaded(self, file: RawFile) -> bytes:
        try:
            content, is_known = self._downloader.bring(file, self._raw / file.archive, self._is_known)
        except DownloadError as error:
            raise self._failure("; ".join([str(error), *self._refused[:1]])) from None
        if is_known:
            self._stamps.trust(f"{self._spec.name}/{file.name}", _sha256(content))
        return content

    def _is_known(self, file: RawFile, content: bytes) -> bool:
        """Whether content is known for certain to be right. Raises FileFault when it is known to be wrong."""
        return inventory.check_digest(self._spec, file, _sha256(content), self._stamps)

    def _failure(self, reason: str) -> DatasetError:
        name, folder = self._spec.name, self._spec.folder
        return DatasetError(
            f"{self._spec.title} could not be fetched: {reason}.\n"
            f"Where there is a network: mnist-tui data fetch {name}, with --mirror URL for another source; or name a "
            f"folder in MNIST_TUI_DATA that has its four files, packed or not, in {folder}/raw, or {name}.npz."
        )


@contextmanager
def _alone(lock: Path, report: Report) -> Iterator[None]:
    """Hold `lock`, once no other process is fetching the same data set."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    reporter = ProgressReporter(report, "waiting for another process that fetches this data set")
    try:
        while not _try_lock(descriptor):
            reporter(0, 0)
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
