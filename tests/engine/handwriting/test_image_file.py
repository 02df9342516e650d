"""Pictures from files: what is read of good ones, and that bad ones are refused in a line."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.handwriting import image_file
from engine.handwriting.image_file import ImageError, read_brightness
from tests.builders.handwriting import brightness, picture, write_picture


def png(width: int, height: int, content: bytes = b"") -> bytes:
    """A PNG whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")


def test_png_is_read_as_it_is_and_jpeg_almost(tmp_path: Path) -> None:
    assert np.array_equal(read_brightness(write_picture(tmp_path / "a.png")), brightness())
    photo = read_brightness(write_picture(tmp_path / "a.jpg", quality=95))
    assert np.abs(photo.astype(float) - brightness()).mean() < 3


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_colours_and_depths_become_brightness(tmp_path: Path, mode: str) -> None:
    image = picture(ink=0, paper=255)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    image = image if image.mode == mode else image.convert(mode)
    path = write_picture(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), image)
    assert np.abs(read_brightness(path).astype(float) - brightness()).mean() < 6


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (60, 255)])
def test_behind_what_is_transparent_lies_what_sets_it_off(tmp_path: Path, ink: int, paper: int) -> None:
    image = Image.new("LA", (100, 100), (ink, 0))
    image.putalpha(Image.fromarray(255 - brightness()))
    light = read_brightness(write_picture(tmp_path / "a.png", image))
    assert np.abs(light.astype(float) - brightness(ink=ink, paper=paper)).max() <= 1


def test_a_photograph_is_turned_as_its_camera_was(tmp_path: Path) -> None:
    lying = picture().transpose(Image.Transpose.ROTATE_90)
    turned = Image.Exif()
    turned[0x0112] = 6
    light = read_brightness(write_picture(tmp_path / "a.jpg", lying, exif=turned, quality=95))
    assert np.abs(light.astype(float) - brightness()).mean() < 3


def test_a_large_picture_is_made_smaller(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg"):
        light = read_brightness(write_picture(tmp_path / name, picture(size=3000)))
        assert 700 <= light.shape[0] == light.shape[1] < 2048


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("gone.png", None, "there is no such file"),
        ("a.png", b"", "neither PNG nor JPEG"),
        ("a.png", b"GIF89a" + bytes(90), "neither PNG nor JPEG"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "it is damaged"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(60), "it is damaged"),
        ("a.png", png(100, 100, bytes(50)), "it is damaged"),
        ("a.png", png(50_000, 50_000), "50,000×50,000 pixels; make it smaller"),
        ("a\x1b[31m.png", png(1 << 30, 1 << 30), "make it smaller"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_line(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImageError, match=reason) as refused:
        read_brightness(path)
    assert str(refused.value).isprintable()


def test_a_folder_a_pipe_and_a_huge_file_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    monkeypatch.setattr(image_file, "MOST_BYTES", 1 << 20)
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate((1 << 20) + 1)
    for name, reason in (("pipe.png", "not a file"), ("huge.png", "larger than 1 MiB"), (".", "not a file")):
        with pytest.raises(ImageError, match=reason):
            read_brightness(tmp_path / name)


def test_a_link_leads_to_a_picture(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png")
    (tmp_path / "b.png").symlink_to("a.png")
    assert read_brightness(tmp_path / "b.png").shape == (100, 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(["a.png", "a.jpg"]), st.data())
def test_whatever_becomes_of_a_file_it_is_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(write_picture(tmp_path / name, picture(size=40)).read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"garbled-{name}"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        assert read_brightness(path).ndim == 2
    except ImageError as error:
        assert "\n" not in str(error)
