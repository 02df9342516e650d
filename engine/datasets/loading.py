"""A data set by its name: from where it lies, else fetched or drawn; and what `auto` stands for.

Viewers take the test images alone, from where they lie.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass

from engine.datasets import idx, inventory, synthetic
from engine.datasets.catalogue import AUTO, MNIST, SPECS, SYNTHETIC, Spec
from engine.datasets.dataset import Bytes, Dataset, DatasetError, ProgressReporter, Report
from engine.datasets.fetch import TIMEOUT, fetch
from engine.datasets.inventory import CLOSED, DAMAGED, PRESENT, DatasetStatus
from engine.datasets.mirrors import is_offline, mirror_named
from engine.errors import UserError
from engine.files import clear_leftovers, write_whole
from engine.home import Home
from engine.runs.events import Notice

SHORT_TIMEOUT = 5.0
TRY_AGAIN_AFTER = 3600.0


def load(name: str, home: Home, report: Report = lambda event: None) -> Dataset:
    """The data set that `name`, one of RunConfig's, means.

    `report` is given what takes time (Progress) and what the user should know (Notice); it may raise to end the wait.
    `auto` is MNIST where it is or can be had, else synthetic digits, with a notice. Raises DatasetError or HomeError.
    """
    if name == AUTO:
        return _load_auto(home, report)
    if name == SYNTHETIC:
        return _load_synthetic(SPECS[name], home, report)
    return _load(SPECS[name], home, report)


@dataclass(frozen=True, eq=False)
class TestImages:
    """Images (N, 28, 28) and labels (N,), both uint8; `title` is what the data set is called in a sentence."""

    __test__ = False

    name: str
    title: str
    images: Bytes
    labels: Bytes
    class_names: tuple[str, ...]


def load_test_images(name: str, home: Home) -> TestImages | None:
    """The test images of the data set of that name; None where it is not, or not whole."""
    if name not in SPECS:
        return None
    spec = SPECS[name]
    holding = inventory.find(spec, home)[-1]
    if holding.state != PRESENT:
        return None
    try:
        images, labels = (idx.read(holding.raw / file.name, file.shape) for file in spec.files[2:])
    except (OSError, idx.IdxError):
        return None
    return TestImages(name, spec.title, images, labels, spec.class_names)


def _load_auto(home: Home, report: Report) -> Dataset:
    failure = _Failure(home)
    try:
        return _load(SPECS[MNIST], home, report, SHORT_TIMEOUT, failure.remembered())
    except UserError as error:
        failure.remember()
        reason = str(error).splitlines()[0].rstrip(".")
    report(Notice(message=f"{reason}, so synthetic digits stand in for it. To get MNIST: mnist-tui data fetch mnist"))
    return load(SYNTHETIC, home, report)


class _Failure:
    """Remembers that MNIST was not to be had, so that not every run waits for a network that is not there."""

    def __init__(self, home: Home) -> None:
        self._path = home.data / ".mnist-unreachable"

    def remembered(self) -> str:
        """Why not to try again yet, if it was tried in the last hour from the same place."""
        with suppress(OSError):
            age = time.time() - self._path.stat().st_mtime
            if 0 <= age < TRY_AGAIN_AFTER and self._path.read_bytes()[:99] == self._place():
                return f"an attempt {age / 60:.0f} min ago failed, and the next is made an hour after it"
        return ""

    def remember(self) -> None:
        """Note that it was tried now, unless it was not."""
        if not self.remembered() and not is_offline():
            with suppress(OSError):
                write_whole(self._path, self._place())

    @staticmethod
    def _place() -> bytes:
        """Stands for the mirror that is named, whose address may have a password in it."""
        return hashlib.sha256(mirror_named().encode()).hexdigest().encode()


def _load(spec: Spec, home: Home, report: Report, timeout: float = TIMEOUT, offline_reason: str = "") -> Dataset:
    statuses = inventory.find(spec, home)
    if statuses[-1].state != PRESENT:
        damage = [fault for holding in statuses if holding.state in (DAMAGED, CLOSED) for fault in holding.faults]
        try:
            fetch(spec, home, report, timeout=timeout, offline_reason=offline_reason)
        except DatasetError as error:
            raise DatasetError(", and ".join([*damage[:1], str(error)])) from None
        if damage:
            report(Notice(message=f"{damage[0]}; {spec.title} was fetched again"))
        statuses = inventory.find(spec, home)
    return _read(statuses[-1])


def _read(holding: DatasetStatus) -> Dataset:
    spec = holding.spec
    if holding.state != PRESENT:
        raise DatasetError(f"{spec.title} cannot be used: {holding.faults[0] if holding.faults else 'it is gone'}.")
    try:
        arrays = [idx.mapped(holding.raw / file.name, file.shape) for file in spec.files]
    except (OSError, ValueError) as error:  # The last where the file shrinks meanwhile, or is none.
        raise DatasetError(f"{spec.title} in {holding.raw} cannot be read: {error}.") from None
    return _dataset(spec, arrays, holding.fingerprint)


def _load_synthetic(spec: Spec, home: Home, report: Report) -> Dataset:
    holding = inventory.find(spec, home)[-1]
    if holding.state == PRESENT:
        return _read(holding)
    arrays = _draw(spec, ProgressReporter(report, "drawing synthetic digits"))
    files = [idx.encode(array) for array in arrays]
    with suppress(OSError):  # They are only kept to be quicker next time.
        holding.raw.mkdir(parents=True, exist_ok=True)
        clear_leftovers(holding.raw)
        for file, content in zip(spec.files, files, strict=True):
            write_whole(holding.raw / file.name, content)
        inventory.find(spec, home)
    return _dataset(spec, arrays, inventory.fingerprint(hashlib.sha256(content).hexdigest() for content in files))


def _draw(spec: Spec, meter: ProgressReporter) -> list[Bytes]:
    count, train = spec.train_size + spec.test_size, spec.train_size
    images, labels = synthetic.draw(count, drawn=lambda done: meter(done, count))
    return [images[:train], labels[:train], images[train:], labels[train:]]


def _dataset(spec: Spec, arrays: list[Bytes], fingerprint: str) -> Dataset:
    train_images, train_labels, test_images, test_labels = arrays
    return Dataset(
        name=spec.name,
        train_images=train_images,
        train_labels=train_labels,
        test_images=test_images,
        test_labels=test_labels,
        class_names=spec.class_names,
        fingerprint=fingerprint,
        mean=spec.mean,
        std=spec.std,
    )
