"""Where the files of a data set come from: what torchvision knows, or a mirror of the user's."""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.datasets.catalogue import Spec
from engine.datasets.dataset import DatasetError
from engine.datasets.download import is_address
from engine.text import clean


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
        raise DatasetError(f"{clean(mirror)} is not the address of a mirror.\nIt has to begin with http:// or https://")
    base = mirror.rstrip("/")
    return f"{base}/{spec.folder}/raw/", f"{base}/"
