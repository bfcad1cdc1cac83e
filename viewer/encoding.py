"""Pictures as files: WebP, AVIF, PNG and JPEG, with a description where one is due."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from PIL import Image as Pillow

from models3d.frames import Image

IMAGE_DESCRIPTION: Final = 270  # tag of Exif


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """One way to write a picture."""

    media_type: str
    pillow: str
    settings: Mapping[str, Any]
    transparent: bool  # whether it can show nothing


# AVIF as good as the WebP by PSNR, at three quarters of its size; colour at full resolution, since
# a stone's fire is a matter of single pixels. One thread: the same bytes on any machine.
FORMATS: Mapping[str, PictureFormat] = MappingProxyType(
    {
        "avif": PictureFormat(
            "image/avif", "AVIF",
            {"quality": 66, "speed": 8, "subsampling": "4:4:4", "max_threads": 1}, True,
        ),
        "webp": PictureFormat("image/webp", "WEBP", {"quality": 86, "method": 4}, True),
        "png": PictureFormat("image/png", "PNG", {"compress_level": 6}, True),
        "jpg": PictureFormat(
            "image/jpeg", "JPEG", {"quality": 88, "progressive": True, "subsampling": 0}, False
        ),
    }
)  # fmt: skip


def encoded(image: Image, picture_format: str, description: str | None = None) -> bytes:
    """A picture as a file.

    Args:
        image: (h, w, 3) sRGB, or (h, w, 4) with straight alpha.
        picture_format: one of FORMATS.
        description: written into the file, for whoever meets it without its page.
    Raises:
        ValueError: the format cannot be transparent, and the picture is.
    """
    form = FORMATS[picture_format]
    if image.shape[2] == 4 and not form.transparent:
        raise ValueError(f"{picture_format} cannot hold an alpha channel")
    out = io.BytesIO()
    about = {}
    if description is not None:
        exif = Pillow.Exif()
        exif[IMAGE_DESCRIPTION] = description
        about["exif"] = exif.tobytes()
    Pillow.fromarray(image).save(out, form.pillow, **form.settings, **about)
    return out.getvalue()
