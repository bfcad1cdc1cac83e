"""Photos in and out: any common picture file to upright sRGB pixels with their camera, and back.

Everything that a file can say about its pixels is settled here: orientation, colour profile, CMYK,
16 bits, palette, transparency, animation. Nothing behind this module meets any of it.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageCms, UnidentifiedImageError

from models3d.frames import Image, Intrinsics
from tryon.errors import UnusablePhoto
from tryon.media.lens import intrinsics_from_exif

# Phones take 108 megapixels, medium format 102. A larger JPEG is decoded at half its size, which
# costs no more memory; any other larger file is a mistake or a decompression bomb.
LARGEST_PX = 128_000_000
LARGEST_JPEG_PX = 2 * LARGEST_PX

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "JPEG2000", "BMP", "GIF")
READABLE = "JPEG, PNG, WebP, TIFF, AVIF, JPEG 2000, BMP or GIF"

READ_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".tif", ".tiff", ".avif", ".jp2"}
    | {".bmp", ".gif", ".heic", ".heif"}  # HEIC is listed to be told about, not to be skipped
)
ENCODINGS: dict[str, tuple[str, dict[str, int | bool]]] = {
    # No chroma subsampling: a diamond's fire is a few coloured pixels.
    ".jpg": ("JPEG", {"quality": 92, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
    ".png": ("PNG", {"compress_level": 4}),
    ".webp": ("WEBP", {"quality": 92, "method": 4}),
    ".tif": ("TIFF", {}),
    ".tiff": ("TIFF", {}),
    ".bmp": ("BMP", {}),
    ".avif": ("AVIF", {"quality": 90}),
}
WRITE_SUFFIXES = frozenset(ENCODINGS)

ORIENTATION, EXIF_IFD = 0x0112, 0x8769
# EXIF 2.32, tag 0x0112: what turns the stored pixels upright
UPRIGHT = {
    2: PillowImage.Transpose.FLIP_LEFT_RIGHT,
    3: PillowImage.Transpose.ROTATE_180,
    4: PillowImage.Transpose.FLIP_TOP_BOTTOM,
    5: PillowImage.Transpose.TRANSPOSE,
    6: PillowImage.Transpose.ROTATE_270,
    7: PillowImage.Transpose.TRANSVERSE,
    8: PillowImage.Transpose.ROTATE_90,
}
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

# What Pillow's decoders raise on broken bytes, found by breaking them at random.
DAMAGED = (OSError, EOFError, RuntimeError, LookupError, TypeError, ValueError, struct.error)

STRIP_ROWS = 1024  # copied at a time: Pillow's own way to an array holds the pixels twice more

# Pillow raises at twice this and warns from here on, where our own limit already refuses.
PillowImage.MAX_IMAGE_PIXELS = LARGEST_JPEG_PX
# What it logs about a damaged file is said again by the error.
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A decoded photo, upright, with the camera that took it."""

    image: Image  # (h, w, 3) RGB, sRGB
    intrinsics: Intrinsics
    scale: float = 1.0  # decoded size over the file's own: 0.5 for a JPEG above LARGEST_PX


def read_photo(source: Path | bytes) -> Photo:
    """Decode a photo from a file or from its bytes.

    Raises:
        UnusablePhoto: empty, not a picture, cut off, HEIC, or too large; the message is one
            sentence that a shopper understands.
    """
    try:
        with _opened(source) as file, warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="PIL")  # odd tags that the pixels survive
            return _decode(file)
    except (UnidentifiedImageError, SyntaxError) as error:
        raise UnusablePhoto(f"This is not a picture that can be read ({READABLE}).") from error
    except PillowImage.DecompressionBombError as error:
        raise UnusablePhoto(_too_large(None)) from error
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise UnusablePhoto(f"The file cannot be read: {error.strerror}.") from error
        raise UnusablePhoto("The picture is damaged or cut off.") from error


def encode_photo(image: Image, suffix: str) -> bytes:
    """The bytes of a picture file: JPEG at quality 92, PNG, WebP … by `suffix` (".jpg").

    No metadata goes along: the orientation is already in the pixels, and where and when a
    photo was taken is nobody's business.

    Raises:
        UnusablePhoto: no such picture format can be written, or it cannot hold this size.
    """
    if suffix.lower() not in ENCODINGS:
        known = ", ".join(sorted(WRITE_SUFFIXES))
        raise UnusablePhoto(f'A picture cannot be written as "{suffix}"; use one of {known}.')
    name, options = ENCODINGS[suffix.lower()]
    buffer = io.BytesIO()
    try:
        PillowImage.fromarray(image).save(buffer, name, **options)
    except (OSError, ValueError) as error:
        height, width = image.shape[:2]
        raise UnusablePhoto(f"{width} x {height} pixels do not fit into a {name} file.") from error
    return buffer.getvalue()


def _opened(source: Path | bytes) -> IO[bytes]:
    """The file, after the checks that need no decoder."""
    file: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    head = file.read(32)
    file.seek(0)
    message = None
    if not head:
        message = "The file is empty."
    elif head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS and b"avif" not in head:
        message = "HEIC photos cannot be read here: export it as JPEG."
    if message:
        file.close()
        raise UnusablePhoto(message)
    return file


def _too_large(size: tuple[int, int] | None) -> str:
    pixels = f"{size[0]} x {size[1]} pixels are" if size else "The picture is"
    limit = LARGEST_PX // 1_000_000
    return f"{pixels} too large: at most {limit} megapixels can be read, or {2 * limit} as JPEG."


def _decode(file: IO[bytes]) -> Photo:
    with PillowImage.open(file, formats=FORMATS) as picture:
        full_width, full_height = picture.size
        if full_width * full_height > LARGEST_PX:
            if picture.format not in ("JPEG", "MPO") or full_width * full_height > LARGEST_JPEG_PX:
                raise UnusablePhoto(_too_large(picture.size))
            picture.draft(None, (full_width // 2, full_height // 2))
        scale = picture.size[0] / full_width
        picture.load()
        exif = picture.getexif()  # after loading: that turns a TIFF upright by itself
        orientation = exif.get(ORIENTATION)
        upright = _to_srgb(picture)
        if orientation in UPRIGHT:
            upright = upright.transpose(UPRIGHT[orientation])
        camera = intrinsics_from_exif(*upright.size, exif.get_ifd(EXIF_IFD))
        return Photo(_pixels(upright), camera, scale)


def _pixels(picture: PillowImage.Image) -> Image:
    width, height = picture.size
    image = np.zeros((height, width, 3), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, height)
        image[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    return image


def _to_srgb(picture: PillowImage.Image) -> PillowImage.Image:
    """Eight bits of sRGB a channel; transparency laid over white."""
    if picture.mode in ("I", "I;16", "I;16B", "I;16L", "I;16N"):
        # 65535 / 257 = 255: white stays white
        grey = np.clip(np.asarray(picture).astype(np.int64) // 257, 0, 255).astype(np.uint8)
        return PillowImage.fromarray(grey).convert("RGB")
    if picture.mode == "F":
        raise UnusablePhoto("Floating-point pictures cannot be read here: export it as JPEG.")
    if picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        alpha = coloured.getchannel("A")
        white = PillowImage.new("RGB", picture.size, "white")
        white.paste(_profiled(picture, coloured.convert("RGB")), mask=alpha)
        return white
    plain = picture.convert("RGB") if picture.mode in ("P", "1", "YCbCr", "HSV") else picture
    pixels = _profiled(picture, plain)
    return pixels if pixels.mode == "RGB" else pixels.convert("RGB")


def _profiled(original: PillowImage.Image, pixels: PillowImage.Image) -> PillowImage.Image:
    """Colours through the embedded profile; as they are where it is absent, broken or unfit."""
    profile = original.info.get("icc_profile")
    if not profile and pixels.mode != "LAB":
        return pixels
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else _lab_profile()
        converted = ImageCms.profileToProfile(
            pixels,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return pixels
    return pixels if converted is None else converted


def _lab_profile() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
