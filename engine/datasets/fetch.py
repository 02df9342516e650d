"""Data sets fetched into the home: torchvision says from where and with which checksums, and how the files lie."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from engine.datasets import archive, inventory
from engine.datasets.catalogue import RawFile, Spec
from engine.datasets.checksum_cache import ChecksumCache
from engine.datasets.dataset import DatasetError, Report
from engine.datasets.download import DownloadError, download
from engine.datasets.mirrors import Source, is_offline, mirror_named, places_at, source_of
from engine.datasets.progress import ProgressReporter
from engine.home import Home
from engine.runs.events import Event, Progress
from engine.text import clean

PATIENCE = 20.0
SWITCHED_OFF = "downloads are switched off by MNIST_TUI_OFFLINE"


def fetch(
    spec: Spec,
    home: Home,
    report: Report,
    *,
    mirror: str = "",
    patience: float = PATIENCE,
    offline_reason: str = "",
) -> None:
    """Bring every file of a data set into the home, in torchvision's layout.

    Files that are right are left alone, archives that are here already are used, downloads go on where they ended.
    `mirror` (else $MNIST_TUI_MIRROR) replaces the addresses that torchvision knows; `patience` is in seconds;
    `barred` says why nothing is to be downloaded, if so. Raises DatasetError, and HomeError for a home that is none.
    """
    mirror = mirror or mirror_named()
    places = places_at(mirror, spec) if mirror else ()
    raw = inventory.raw_folder(spec, home.prepare().data)
    offline_reason = offline_reason or (SWITCHED_OFF if is_offline() else "")
    try:
        raw.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = _telling(report)
        with _alone(home.data / f".{spec.folder}.lock", told):
            _fill(spec, home, raw, _Bringer(spec, told, places, patience, offline_reason))
    except _NotTold as error:
        raise error.cause from None
    except OSError as error:
        raise DatasetError(
            f"{spec.title} cannot be written to {raw} ({error.strerror or error}).\n"
            "Make room there or make it writable, or name another folder with MNIST_TUI_HOME."
        ) from None


class _NotTold(Exception):
    """A report raised an error of the system, which is none of the download's."""

    def __init__(self, cause: OSError) -> None:
        super().__init__()
        self.cause = cause


def _telling(report: Report) -> Report:
    def told(event: Event) -> None:
        try:
            report(event)
        except OSError as error:
            raise _NotTold(error) from error

    return told


def _fill(spec: Spec, home: Home, raw: Path, bringer: _Bringer) -> None:
    """Make every file right that is not."""
    stamps = inventory.stamps_of(home)
    for file in spec.files:
        if _is_right(spec, file, raw, stamps):
            continue
        packed = bringer.bring(raw / file.archive)
        archive.unpack(packed, raw / file.name, file.size)
        try:
            digest = inventory.check(spec, file, raw / file.name, stamps)
        except inventory.FileFault as fault:
            raise DatasetError(f"{raw / file.name}, unpacked from {packed.name}, is damaged: {fault}.") from None
        stamps.trust(f"{spec.name}/{file.name}", digest)
    stamps.save()


def _is_right(spec: Spec, file: RawFile, raw: Path, stamps: ChecksumCache) -> bool:
    try:
        inventory.check(spec, file, raw / file.name, stamps)
    except (inventory.FileFault, FileNotFoundError):
        return False
    return True


class _Bringer:
    """Brings the archives of one data set from the first place that has them."""

    def __init__(
        self, spec: Spec, report: Report, places: tuple[str, ...], patience: float, offline_reason: str
    ) -> None:
        self._spec, self._report, self._patience, self._barred = spec, report, patience, offline_reason
        self._places = list(places)
        self._limit = max(file.size for file in spec.files) + archive.CHUNK
        self._source: Source | None = None

    def bring(self, packed: Path) -> Path:
        """See that the archive `packed` is there and right. Raises DatasetError."""
        if self._barred and not packed.exists():
            raise self._failure(self._barred)
        md5 = self._known().md5[packed.name]
        if archive.md5(packed) == md5:
            return packed
        if self._barred:
            raise self._failure(f"{packed} is damaged (its MD5 is wrong), and {self._barred}")
        reasons = []
        for place in self._places:
            try:
                self._download(place + packed.name, packed, md5)
            except DownloadError as error:
                reasons.append(f"{_host(place)}: {error}")
            else:
                # The files to come are asked for first where this one was to be had.
                self._places.sort(key=lambda other: other != place)
                return packed
        raise self._failure(f"{packed.name} did not come ({'; '.join(dict.fromkeys(reasons))})")

    def _known(self) -> Source:
        if self._source is None:
            self._report(Progress(task=f"looking for {self._spec.title}", done=0, total=0))
            self._source = source_of(self._spec)
            self._places = self._places or list(self._source.mirrors)
        return self._source

    def _download(self, url: str, packed: Path, md5: str) -> None:
        """Raises DownloadError; what has come by then is kept, unless it is known to be wrong."""
        part = packed.with_name(f"{packed.name}.part")
        meter = ProgressReporter(self._report, f"{self._spec.title}: {packed.name}")
        begun = part.exists()
        download(url, part, self._limit, self._patience, meter)
        if begun and archive.md5(part) != md5:
            # What an earlier attempt left may be what is wrong.
            part.unlink(missing_ok=True)
            download(url, part, self._limit, self._patience, meter)
        if archive.md5(part) == md5:
            part.replace(packed)
            return
        what = "another file" if archive.is_archive(part) else "something else, perhaps a web page"
        part.unlink(missing_ok=True)
        raise DownloadError(f"it sent {what} (the MD5 is wrong)")

    def _failure(self, reason: str) -> DatasetError:
        return DatasetError(
            f"{self._spec.title} could not be fetched: {reason}.\n"
            f"Where there is a network: mnist-tui data fetch {self._spec.name}, with --mirror URL for another source; "
            f"or name a folder that has {self._spec.folder}/raw in MNIST_TUI_DATA."
        )


@contextmanager
def _alone(lock: Path, report: Report) -> Iterator[None]:
    """Hold `lock`, once no other process is fetching the same data set."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    meter = ProgressReporter(report, "waiting for another process that fetches this data set")
    try:
        while not _try_lock(descriptor):
            meter(0, 0)
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


def _host(url: str) -> str:
    return clean(urlsplit(url).hostname or url)
