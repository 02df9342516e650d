"""Drawings are kept as image files whose names have the label, and come back whatever else lies there."""

from __future__ import annotations

import stat

import numpy as np
import pytest

from engine.files import StoreError
from engine.handwriting.drawings import FOLDER, delete_drawing, keep_drawing, list_drawings, put, relabel_drawing
from engine.handwriting.image_file import read_brightness
from engine.home import Home

INK = (np.arange(784) % 256).astype(np.uint8).reshape(28, 28)


def test_a_drawing_comes_back_with_its_label(home: Home) -> None:
    assert list_drawings(home) == []
    kept = keep_drawing(home, INK, 7)
    (found,) = list_drawings(home)
    assert (found.id, found.label) == (kept.id, 7) and np.array_equal(found.ink, INK)
    path = home.path / FOLDER / kept.file_name
    assert np.array_equal(read_brightness(path), INK)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_drawing_is_relabelled_deleted_and_brought_back(home: Home) -> None:
    changed = relabel_drawing(home, keep_drawing(home, INK, 7), 1)
    assert [drawing.label for drawing in list_drawings(home)] == [1]
    delete_drawing(home, changed)
    assert list_drawings(home) == []
    with pytest.raises(StoreError, match="not there any more"):
        delete_drawing(home, changed)
    with pytest.raises(StoreError, match="not there any more"):
        relabel_drawing(home, changed, 2)
    put(home, changed)
    assert [drawing.label for drawing in list_drawings(home)] == [1]


def test_what_is_no_drawing_is_passed_over(home: Home) -> None:
    keep_drawing(home, INK, 7)
    folder = home.path / FOLDER
    (folder / "20991231-235959-abcdef-3.png").write_bytes(b"\x89PNG\r\n\x1a\n garbage")
    (folder / "20991231-235959-abcdee-4.png").mkdir()
    (folder / "seven.png").write_bytes(next(folder.glob("*-7.png")).read_bytes())
    (folder / "..-7.png").write_text("")
    assert [drawing.label for drawing in list_drawings(home)] == [7]


def test_where_nothing_can_be_written_that_is_said(home: Home) -> None:
    (home.path / FOLDER).write_text("")
    with pytest.raises(StoreError, match="the drawing cannot be kept"):
        keep_drawing(home, INK, 7)
    with pytest.raises(StoreError, match="cannot be read"):
        list_drawings(home)
