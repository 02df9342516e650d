"""The brightness of a picture in a file that anybody may have written."""

from __future__ import annotations

import errno
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from engine.errors import UserError
from engine.files import read_bounded
from engine.handwriting.size_normalisation import image_of
from engine.text import clean

# How each kind of file begins.
KINDS: dict[bytes, type[ImageFile]] = {b"\x89PNG\r\n\x1a\n": PngImageFile, b"\xff\xd8\xff": JpegImageFile}
MOST_BYTES = 32 << 20
MOST_PIXELS = 40_000_000
# Larger pictures are made smaller, down to about so many pixels a side, before anything else is done with them.
SIDE = 1024
WHITE, BLACK = 255, 0


class ImageError(UserError):
    """A picture cannot be used; the message names the file and says what to do."""


def read_brightness(path: Path) -> npt.NDArray[np.uint8]:
    """The brightness of a PNG or JPEG, (height, width), upright and at most about 2,048 pixels a side.

    What is transparent is white or, where what is seen is light itself, black. How large the picture is, its header
    says before anything is decoded. Raises ImageError."""
    try:
        content = read_bounded(path.resolve(), MOST_BYTES)
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(path, _why_unread(error)) from None
    kind = next((kind for magic, kind in KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        raise _refused(path, "it is neither PNG nor JPEG; save it as one of these")
    return _decoded(path, content, kind)


def read_image(path: Path) -> npt.NDArray[np.uint8]:
    """The digit in a PNG or JPEG as an image (28, 28) like MNIST's. Raises ImageError."""
    image = image_of(read_brightness(path))
    if image is None:
        raise _refused(path, "nothing is drawn in it that differs from its border")
    return image


def _decoded(path: Path, content: bytes, kind: type[ImageFile]) -> npt.NDArray[np.uint8]:
    try:
        with kind(BytesIO(content)) as image:
            width, height = image.size
            if width * height <= MOST_PIXELS:
                image.draft("L", (SIDE, SIDE))
                return _brightness(image)
    except Exception as error:  # A decoder meets whatever somebody has written with whatever it happens to raise.
        raise _refused(path, f"it is damaged ({clean(str(error), 80) or type(error).__name__}); save it anew") from None
    raise _refused(path, f"it has {width:,}×{height:,} pixels; make it smaller than {MOST_PIXELS:,} in all")


def _brightness(image: Image.Image) -> npt.NDArray[np.uint8]:
    image.load()
    with suppress(Exception), warnings.catch_warnings():
        # What is said about a picture may be damaged where the picture is not.
        warnings.simplefilter("ignore")
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):
        # Sixteen bits a pixel, of which converting would keep those above 255 as 255.
        image = Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if not image.has_transparency_data:
        return np.asarray(_smaller(image.convert("L")))
    both = _smaller(image.convert("RGBA").convert("LA"))
    light, alpha = (np.asarray(channel, np.float32) for channel in both.split())
    seen = float((light * alpha).sum()) / max(1.0, float(alpha.sum()))
    paper = BLACK if seen > (WHITE + BLACK) / 2 else WHITE
    shown: npt.NDArray[np.uint8] = np.rint(paper + (light - paper) * alpha / 255).astype(np.uint8)
    return shown


def _smaller(image: Image.Image) -> Image.Image:
    """The picture with means of so many pixels that it has about `SIDE` a side, where it has more."""
    factor = max(image.size) // SIDE
    return image.reduce(factor) if factor > 1 else image


def _why_unread(error: Exception) -> str:
    match error:
        case OSError(errno=errno.EFBIG):
            return f"it is larger than {MOST_BYTES >> 20} MiB; save it smaller"
        case OSError(errno=errno.ENOENT):
            return "there is no such file"
        case OSError(errno=errno.EINVAL):
            return "it is not a file"
        case OSError():
            return f"it cannot be read: {error.strerror or error}"
    return f"it cannot be read: {error}"


def _refused(path: Path, reason: str) -> ImageError:
    return ImageError(f"{clean(str(path), 200)}: {reason}")
