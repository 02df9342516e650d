"""The command that makes the README's pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import ASSETS
from tests.builders.engines import LONG, engine_home
from tui.tools import screenshots as pictures


def test_pictures_are_taken_of_real_runs(tmp_path: Path, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a paused run that has trained two epochs, as a drawing and as text."""
    monkeypatch.setattr(pictures, "BEFORE", ())
    monkeypatch.setattr(pictures, "SEEN", LONG)
    monkeypatch.setattr(pictures, "SEEN_AT_EPOCH", 2)
    with engine_home(tmp_path / "home", drawn_digits) as home:
        written = pictures.export(home, tmp_path, pictures.PICTURES[:1])
    drawing, text = (path.read_text(encoding="utf-8") for path in written)
    assert drawing.startswith("<svg")
    assert "paused  " in text and "│deep · " in text and "synthetic" in text


@pytest.mark.parametrize("picture", pictures.PICTURES, ids=lambda picture: picture.name)
def test_the_pictures_of_the_readme_are_there(picture: pictures.Picture) -> None:
    """You should find each picture in the assets, as wide and as high as it says."""
    assert (ASSETS / "pictures" / f"{picture.name}.svg").stat().st_size > 10_000
    lines = (ASSETS / "pictures" / f"{picture.name}.txt").read_text(encoding="utf-8").splitlines()
    assert (max(map(len, lines)), len(lines)) <= picture.size
    assert len(lines) == picture.size[1]
