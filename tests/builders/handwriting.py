"""Pictures of strokes, and image files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Points = Sequence[tuple[int, int]]
# A seven in a field of 100 by 100.
SEVEN: Points = ((25, 20), (75, 20), (45, 82))


def picture(points: Points = SEVEN, size: int = 100, width: int = 8, ink: int = 0, paper: int = 255) -> Image.Image:
    """Strokes through these points, (x, y) in a field of 100 by 100, in a picture of `size` by `size`."""
    drawn = Image.new("L", (size, size), paper)
    scaled = [(x * size / 100, y * size / 100) for x, y in points]
    ImageDraw.Draw(drawn).line(scaled, fill=ink, width=max(1, width * size // 100), joint="curve")
    return drawn


def brightness(points: Points = SEVEN, **more: int) -> npt.NDArray[np.uint8]:
    """The same as an array (size, size)."""
    return np.asarray(picture(points, **more))


def write_picture(path: Path, image: Image.Image | None = None, **more: Any) -> Path:
    """Write a picture, of a seven unless another is given, as the ending of `path` says."""
    (image or picture()).save(path, **more)
    return path
