"""Where the files of a data set are downloaded from: what torchvision knows, or a mirror of the user's."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine.datasets import forms
from engine.datasets.catalogue import RawFile, Spec
from engine.datasets.dataset import DatasetError, ProgressReporter, Report
from engine.datasets.download import DownloadError, DownloadObserver, NoAnswer, download, is_address, without_user
from engine.datasets.forms import FileFault
from engine.files import open_regular
from engine.runs.events import Progress
from engine.text import clean

# Silence that is worth a word, and how often the word changes, in seconds.
SILENCE, COUNTDOWN = 1.0, 5
SPARE = 1 << 20


@dataclass(frozen=True)
class Source:
    """Addresses that file names are added to, in the order to try them, and the MD5 of each file."""

    mirrors: tuple[str, ...]
    md5: dict[str, str]


def source_of(spec: Spec) -> Source:
    """What torchvision knows of a data set. Imports torchvision; raises DatasetError when that cannot be."""
    try:
        from torchvision import datasets
    except Exception as error:  # A torchvision that does not fit its torch fails in many ways.
        raise DatasetError(
            f"{spec.title} could not be fetched: torchvision cannot be imported ({clean(str(error))}).\n"
            "Install the torchvision that belongs to this torch: see mnist-tui doctor."
        ) from None
    known = getattr(datasets, spec.folder)
    return Source(tuple(known.mirrors), dict(known.resources))


def mirror_named() -> str:
    """The mirror that $MNIST_TUI_MIRROR names, or nothing."""
    return os.environ.get("MNIST_TUI_MIRROR", "")


def is_offline() -> bool:
    """Whether $MNIST_TUI_OFFLINE says that no network is to be used."""
    return os.environ.get("MNIST_TUI_OFFLINE", "0") not in ("", "0")


def places_at(mirror: str, spec: Spec) -> tuple[str, ...]:
    """The addresses a mirror may have the files at: in torchvision's layout, or all in one place."""
    if not is_address(mirror):
        named = clean(without_user(mirror))
        raise DatasetError(f"{named} is not the address of a mirror.\nIt has to begin with http:// or https://")
    base = mirror.rstrip("/")
    return f"{base}/{spec.folder}/raw/", f"{base}/"


IsKnown = Callable[[RawFile, bytes], bool]


class Downloader:
    """Brings the archives of one data set from the first place that has them.

    What comes is judged by what it holds. Where that is not known for certain beforehand, the archive must be the one
    that torchvision knows, or come from a mirror that the user named."""

    def __init__(
        self, spec: Spec, report: Report, places: tuple[str, ...], timeout: float, offline_reason: str
    ) -> None:
        self._spec, self._report, self._timeout, self._offline_reason = spec, report, timeout, offline_reason
        self._places = list(places)
        self._is_named = bool(places)
        self._silent: set[str] = set()
        self._source: Source | None = None

    def bring(self, file: RawFile, packed: Path, is_known: IsKnown) -> tuple[bytes, bool]:
        """The content of a file, whose archive then lies at `packed`, and whether it is certain to be the right one.

        Raises DownloadError or OSError."""
        if self._offline_reason:
            raise DownloadError(self._offline_reason)
        reasons = []
        self._places = self._places or list(self._known().mirrors)
        for address in self._places:
            if _host(address) in self._silent:
                continue
            try:
                content = self._brought(address, file, packed, is_known)
            except DownloadError as error:
                reasons.append(f"{_host(address)}: {error}")
                if isinstance(error, NoAnswer):
                    self._silent.add(_host(address))
            else:
                # The files to come are asked for first where this one was to be had.
                self._places.sort(key=lambda other: other != address)
                return content
        raise DownloadError(f"{packed.name} did not come ({'; '.join(dict.fromkeys(reasons))})")

    def _brought(self, address: str, file: RawFile, packed: Path, is_known: IsKnown) -> tuple[bytes, bool]:
        """What has come by an error is kept, unless it is known to be wrong."""
        part = packed.with_name(f"{packed.name}.part")
        waiting = _ReportingObserver(self._report, f"{self._spec.title}: {packed.name}", _host(address), self._timeout)
        begun = part.exists()
        download(address + packed.name, part, file.size + SPARE, self._timeout, waiting)
        if not part.exists():
            raise DownloadError("it sent nothing")
        try:
            content = self._judged(file, part, is_known)
        except FileFault as fault:
            what = f"another file ({fault})" if forms.is_packed(part) else "something else, perhaps a web page"
            part.unlink()
            if not begun:
                raise DownloadError(f"it sent {what}") from None
            # What an earlier attempt left may be what is wrong.
            return self._brought(address, file, packed, is_known)
        part.replace(packed)
        return content

    def _judged(self, file: RawFile, part: Path, is_known: IsKnown) -> tuple[bytes, bool]:
        content = forms.read(self._spec, file, part)
        if is_known(file, content) or _md5(part) == self._known().md5[file.archive]:
            return content, True
        if not self._is_named:
            raise FileFault("its MD5 is not the one that torchvision knows")
        return content, False

    def _known(self) -> Source:
        if self._source is None:
            self._report(Progress(task=f"looking for {self._spec.title}", done=0, total=0))
            self._source = source_of(self._spec)
        return self._source


class _ReportingObserver(DownloadObserver):
    """Reports how far a download is and, while nothing comes, who is waited for and how long still."""

    def __init__(self, report: Report, task: str, host: str, timeout: float) -> None:
        self._reporter = ProgressReporter(report, task)
        self._host, self._timeout = host, timeout

    def progress(self, done: int, total: int) -> None:
        self._reporter(done, total)

    def silence(self, done: int, total: int, left: float) -> None:
        seconds = math.ceil(left / COUNTDOWN) * COUNTDOWN
        is_long = self._timeout - left >= SILENCE
        self._reporter(done, total, f"waiting for {self._host}, {seconds} s at most" if is_long else "")


def _host(url: str) -> str:
    return clean(urlsplit(url).hostname or without_user(url))


def _md5(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
