"""Drawings with the digit that each is meant to be, kept in the home as images that any program opens.

`drawings/20261128-061500-1a2b3c-7.png` is a seven: 28 by 28 pixels of grey, black where there is no ink. The label is
in the name, so that giving another is to rename the file.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.errors import UserError
from engine.files import StoreError, clear_leftovers, sync_folder, write_whole
from engine.handwriting.image_file import read_brightness
from engine.handwriting.size_normalisation import SIDE
from engine.home import Home

FOLDER = "drawings"
NAME = re.compile(r"([0-9]{8}-[0-9]{6}-[0-9a-f]{6})-([0-9])\.png")
# The newest are listed; to go through more is not what a list is for.
MOST_LISTED = 500


@dataclass(frozen=True, eq=False)
class Drawing:
    """An image (28, 28) of ink, uint8, and the digit it is meant to be; ids sort by time."""

    id: str
    label: int
    ink: npt.NDArray[np.uint8]

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return f"{self.id}-{self.label}.png"


def list_drawings(home: Home) -> list[Drawing]:
    """The drawings of a home, the newest first; what is none is passed over. Raises StoreError where they cannot be
    listed."""
    folder = home.path / FOLDER
    clear_leftovers(folder)
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.name for entry in entries if NAME.fullmatch(entry.name)), reverse=True)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {error.strerror or error}") from None
    drawings = (_read(folder / name) for name in names[:MOST_LISTED])
    return [drawing for drawing in drawings if drawing]


def keep_drawing(home: Home, ink: npt.NDArray[np.uint8], label: int) -> Drawing:
    """Keep a new drawing. Raises StoreError."""
    id = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + f"-{secrets.token_hex(3)}"
    drawing = Drawing(id, label, ink.copy())
    put(home, drawing)
    return drawing


def put(home: Home, drawing: Drawing) -> None:
    """Write a drawing's file, once more where it was deleted. Raises StoreError."""
    content, folder = io.BytesIO(), home.path / FOLDER
    Image.fromarray(drawing.ink).save(content, "PNG")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(folder / drawing.file_name, content.getvalue(), 0o600)
    except OSError as error:
        raise StoreError(f"the drawing cannot be kept in {folder}: {error.strerror or error}") from None


def relabel_drawing(home: Home, drawing: Drawing, label: int) -> Drawing:
    """Say that a drawing is meant to be another digit. Raises StoreError."""
    changed = replace(drawing, label=label)
    _do(lambda folder: (folder / drawing.file_name).rename(folder / changed.file_name), home, drawing)
    return changed


def delete_drawing(home: Home, drawing: Drawing) -> None:
    """Remove a drawing's file; `put` brings it back. Raises StoreError."""
    _do(lambda folder: (folder / drawing.file_name).unlink(), home, drawing)


def _do(change: Callable[[Path], object], home: Home, drawing: Drawing) -> None:
    folder = home.path / FOLDER
    try:
        change(folder)
    except FileNotFoundError:
        raise StoreError(f"{drawing.file_name} is not there any more") from None
    except OSError as error:
        raise StoreError(f"{folder / drawing.file_name}: {error.strerror or error}") from None
    sync_folder(folder)


def _read(path: Path) -> Drawing | None:
    """The drawing in a file; None where it holds none."""
    named = NAME.fullmatch(path.name)
    try:
        ink = read_brightness(path)
    except UserError:
        return None
    return Drawing(named[1], int(named[2]), ink) if named and ink.shape == (SIDE, SIDE) else None
