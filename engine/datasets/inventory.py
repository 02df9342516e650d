"""What of each data set lies where, and in what condition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.datasets import idx
from engine.datasets.access import closed_advice
from engine.datasets.catalogue import SPECS, SYNTHETIC, RawFile, Spec
from engine.datasets.checksum_cache import ChecksumCache
from engine.datasets.forms import FileFault, candidates, check_labels
from engine.home import Home

PRESENT, PARTIAL, DAMAGED, CLOSED, CONVERTIBLE, ABSENT = (
    "present", "partial", "damaged", "closed", "convertible", "absent",
)  # fmt: skip


@dataclass(frozen=True)
class DatasetStatus:
    """A data set in one folder: `raw` is where its files lie, `size` what they take in bytes.

    `state` is present, partial (files are missing), damaged, closed (files may not be read), convertible (files lie in
    other places or forms, from which `fetch` takes them) or absent; `faults` name each file that is at fault, and what
    to do; `digests` are the SHA-256 of the files when all are as they should be.
    """

    spec: Spec
    raw: Path
    state: str
    size: int
    faults: tuple[str, ...]
    digests: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A short digest of the content."""
        return fingerprint(self.digests)


class ClosedError(Exception):
    """A file may not be read by this user."""


def fingerprint(digests: Iterable[str]) -> str:
    """One short digest for several."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:12]


def raw_folder(spec: Spec, folder: Path) -> Path:
    """Where the files of a data set lie below a data folder, as torchvision has it."""
    return folder / spec.folder / "raw"


def stamps_of(home: Home) -> ChecksumCache:
    """What is remembered of files that were checked."""
    return ChecksumCache(home.data / "verified.json")


def folders_for(spec: Spec, home: Home) -> list[Path]:
    """The data folders a data set is looked for in; synthetic digits are a cache, kept in the home alone."""
    return [home.data] if spec.name == SYNTHETIC else home.data_folders()


def find(spec: Spec, home: Home) -> list[DatasetStatus]:
    """The data set in each folder it is looked for in, the folders in order, up to the first that has all of it."""
    stamps = stamps_of(home)
    statuses = []
    for folder in folders_for(spec, home):
        statuses.append(inspect(spec, folder, stamps))
        if statuses[-1].state == PRESENT:
            break
    stamps.save()
    return statuses


def survey(home: Home) -> list[DatasetStatus]:
    """Every data set in every folder it is looked for in; once it is there, other forms of it count for nothing."""
    stamps = stamps_of(home)
    statuses = []
    for spec in SPECS.values():
        held = [inspect(spec, folder, stamps) for folder in folders_for(spec, home)]
        is_there = any(one.state == PRESENT for one in held)
        statuses += [replace(o, state=ABSENT, faults=()) if is_there and o.state == CONVERTIBLE else o for o in held]
    stamps.save()
    return statuses


def inspect(spec: Spec, folder: Path, stamps: ChecksumCache) -> DatasetStatus:
    """Look at the files of a data set in a data folder."""
    raw = raw_folder(spec, folder)
    missing, damaged, closed, digests = [], [], [], []
    wanting = []
    for file in spec.files:
        try:
            digests.append(check(spec, file, raw / file.name, stamps))
        except FileNotFoundError:
            wanting.append(file)
            missing.append(_missing(file, raw))
        except ClosedError:
            closed.append(closed_advice(raw / file.name, folder))
        except FileFault as fault:
            damaged.append(f"{raw / file.name} is damaged: {fault}")
    size = sum(_length(raw / name) for file in spec.files for name in (file.name, file.archive, f"{file.archive}.part"))
    others = _other_forms(spec, wanting, folder)
    if closed:
        state = CLOSED
    elif not (missing or damaged):
        state = PRESENT
    elif damaged:
        state = DAMAGED
    elif others:
        state = CONVERTIBLE
    else:
        state = PARTIAL if size else ABSENT
    faults = (*closed[:1], *damaged, *others, *(missing if state in (PARTIAL, DAMAGED) else ()))
    return DatasetStatus(spec, raw, state, size, faults, tuple(digests) if state == PRESENT else ())


def check(spec: Spec, file: RawFile, path: Path, stamps: ChecksumCache) -> str:
    """The digest of a file that is right, as far as can be told.

    Raises FileFault, ClosedError or FileNotFoundError."""
    try:
        if len(file.shape) == 1:
            check_labels(idx.read(path, file.shape))
        else:
            idx.check(path, file.shape)
        digest = stamps.sha256(path)
    except idx.IdxError as error:
        raise FileFault(str(error)) from None
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except PermissionError:
        raise ClosedError from None
    except OSError as error:
        raise FileFault(f"it cannot be read ({error.strerror or error})") from None
    check_digest(spec, file, digest, stamps)
    return digest


def check_digest(spec: Spec, file: RawFile, digest: str, stamps: ChecksumCache) -> bool:
    """Whether it is known what SHA-256 a file must have. Raises FileFault when `digest` is another."""
    right = file.sha256 or stamps.right(f"{spec.name}/{file.name}")
    if right and digest != right:
        raise FileFault("its content is not what it should be (SHA-256)")
    return bool(right)


def _other_forms(spec: Spec, files: Sequence[RawFile], folder: Path) -> list[str]:
    """That files can be taken from other forms, if each lies below the folder in one; else nothing."""
    chosen = [next(candidates(spec, file, folder), None) for file in files]
    if spec.name == SYNTHETIC or not chosen or None in chosen:
        return []
    names = ", ".join(dict.fromkeys(str(path.relative_to(folder)) for path in chosen if path))
    return [f"{folder} has {names}, to be used at the next run, or now: mnist-tui data fetch {spec.name}"]


def _missing(file: RawFile, raw: Path) -> str:
    part = _length(raw / f"{file.archive}.part")
    return f"{raw / file.name} is missing" + (f"; {part:,} bytes of {file.archive} were downloaded" if part else "")


def _length(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
