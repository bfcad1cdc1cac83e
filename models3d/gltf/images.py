"""Pictures in glTF files: bounded before they are decoded, whole before anyone draws them."""

from __future__ import annotations

import io
import struct
from typing import Final

from PIL import Image, UnidentifiedImageError

from models3d.errors import ModelError

LARGEST_SIDE: Final = 8192  # pixels
LARGEST_TOTAL: Final = 4 * LARGEST_SIDE**2  # pixels of all pictures of a model
FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def sniff(data: bytes) -> str | None:
    """The MIME type that the first bytes tell; None for anything but PNG, JPEG and WebP."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def check_picture(data: bytes, declared: str | None, where: str) -> tuple[str, int]:
    """Make sure that a picture can be decoded and is what it says.

    Args:
        declared: the MIME type the document gives, if any.
    Returns:
        its MIME type and its number of pixels.
    Raises:
        ModelError: another format than declared, too large, or broken.
    """
    mime_type = sniff(data)
    if mime_type is None:
        raise ModelError(f"{where} is not a PNG, JPEG or WebP picture")
    if declared is not None and declared != mime_type:
        raise ModelError(f"{where} is declared {declared[:60]!r} but is {mime_type}")
    if mime_type == "image/png" and len(data) >= 24:
        width, height = struct.unpack_from(">II", data, 16)
        _check_size(width, height, where)
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[mime_type]]) as picture:
            _check_size(*picture.size, where)
            picture.load()
            return mime_type, picture.size[0] * picture.size[1]
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
    ) as error:
        raise ModelError(f"{where} is a broken picture: {error}") from error


def _check_size(width: int, height: int, where: str) -> None:
    if not 1 <= width <= LARGEST_SIDE or not 1 <= height <= LARGEST_SIDE:
        raise ModelError(f"{where} has {width} x {height} pixels; at most {LARGEST_SIDE} a side")
