"""An image of a digit as text."""

from __future__ import annotations

import numpy as np
import pytest

from tui.drawing.glyphs import ASCII, LINUX, TRUECOLOUR, UNICODE
from tui.drawing.styled_lines import plain, width
from tui.panes.digits.image import (
    BRAILLE,
    HALF_BLOCKS,
    PLAIN,
    SHADES,
    braille,
    draw,
    enlarge,
    half_blocks,
    ramped,
    styles,
)


def stroke() -> np.ndarray:
    """A seven of two straight strokes."""
    image = np.zeros((28, 28), np.uint8)
    image[6:8, 8:20] = 255
    image[8:22, 16:19] = 255
    image[8:22, 15] = 90
    return image


def text(style: str, small: bool = False) -> list[str]:
    return [plain(line).rstrip() for line in draw(stroke(), style, small)]


def test_ascii() -> None:
    assert text(PLAIN) == [
        "", "", "",
        "        @@@@@@@@@@@@",
        *["               =@@@"] * 7,
        "", "", "",
    ]  # fmt: skip


def test_shades() -> None:
    assert text(SHADES)[3:5] == ["        ████████████", "               ▒███"]


def test_small_ones_are_half_as_wide_and_high() -> None:
    assert text(PLAIN, small=True) == ["", "    ++++++", "       :@+", "       :@+", "       :@+", "       .+-", ""]
    assert text(BRAILLE, small=True) == ["", "    ⣤⣤⣤⣤⣤⣤", *["        ⣿⡇"] * 3, "        ⠛⠃", ""]


def test_braille() -> None:
    corner = np.zeros((4, 4), np.uint8)
    corner[0, 0] = corner[3, 1] = corner[1, 2] = 255
    assert braille(corner) == ["⢁⠂"]
    assert braille(np.zeros((4, 4), np.uint8)) == ["  "]


def test_half_blocks_join_what_is_alike() -> None:
    image = np.array([[0, 0, 255, 255], [0, 0, 0, 255]], np.uint8)
    assert half_blocks(image) == [(("  ", (0, 0)), ("▀", (15, 0)), (" ", (15, 15)))]


def test_greys_are_lifted_by_the_gamma() -> None:
    image = np.array([[128], [128]], np.uint8)
    assert half_blocks(image) == [((" ", (9, 9)),)]
    assert ramped(image, " .:-=+*#%@") == ["+"]


@pytest.mark.parametrize("style", [HALF_BLOCKS, SHADES, PLAIN, BRAILLE])
def test_sizes(style: str) -> None:
    assert [width(line) for line in draw(stroke(), style)] == [28] * 14
    assert [width(line) for line in draw(stroke(), style, small=True)] == [14] * 7


def test_enlarged_images_are_smooth() -> None:
    assert enlarge(np.array([[0, 200]], np.uint8)).tolist() == [[0, 50, 150, 200]] * 2


def test_the_terminal_limits_the_styles() -> None:
    assert styles(UNICODE, TRUECOLOUR) == (HALF_BLOCKS, BRAILLE, SHADES, PLAIN)
    assert styles(UNICODE, 16) == styles(UNICODE, 0) == (SHADES, BRAILLE, PLAIN)
    assert styles(LINUX, 16) == (SHADES, PLAIN)
    assert styles(ASCII, TRUECOLOUR) == (PLAIN,)
