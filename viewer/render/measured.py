"""Light measured in a room: a panorama of high dynamic range as an environment.

The panorama is equirectangular, twice as wide as high; its middle column is what the jewel faces,
where the camera stands, and its right half is to the right as seen from the camera.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from viewer.errors import UnusablePanorama
from viewer.render.environment import (
    SIZE,
    Environment,
    environment_of,
    kept,
    octahedral_directions,
    prefiltered,
    solid_angles,
)
from viewer.render.studio import TENT, FloatArray

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
BRIGHTEST = 200.0  # against the mean: a bare sun would sparkle from pixel to pixel
LEAST_HEIGHT_PX = 16


def load_hdri(path: Path) -> Environment:
    """A panorama (Radiance .hdr) prefiltered for shading, as bright on the whole as the studio.

    Built once, about a second, and kept in the user's cache by what the file holds.

    Raises:
        UnusablePanorama: the file is missing or is no panorama of high dynamic range.
    """
    try:
        encoded = path.read_bytes()
    except OSError as error:
        raise UnusablePanorama(f"{path.name} cannot be read: {error.strerror}.") from error
    return _environment(encoded, path.name)


@lru_cache(maxsize=4)
def _environment(encoded: bytes, name: str) -> Environment:
    panorama = _decoded(encoded, name)
    digest = hashlib.sha256(encoded).hexdigest()[:16]
    return kept(f"measured-{SIZE}-{digest}.npz", lambda: prefiltered(_balanced(panorama)))


def _decoded(encoded: bytes, name: str) -> FloatArray:
    """(h, w, 3) linear RGB."""
    if not encoded.startswith((b"#?RADIANCE", b"#?RGBE")):
        raise UnusablePanorama(f"{name} is not a Radiance picture (.hdr).")
    try:
        picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise UnusablePanorama(f"{name} is damaged: {error.err}.") from error
    if picture is None or picture.ndim != 3:
        raise UnusablePanorama(f"{name} is damaged: it cannot be decoded.")
    height, width = picture.shape[:2]
    if width != 2 * height or height < LEAST_HEIGHT_PX:
        raise UnusablePanorama(
            f"{name} is {width} x {height} pixels; a panorama is twice as wide as it is high."
        )
    linear = np.ascontiguousarray(picture[..., ::-1], np.float32)
    if not np.isfinite(linear).all() or float(linear.max()) <= 0.0:
        raise UnusablePanorama(f"{name} holds no light.")
    return np.asarray(np.maximum(linear, 0.0), np.float32)


def _balanced(panorama: FloatArray) -> FloatArray:
    """The octahedral map (SIZE, SIZE, 3), its mean as bright as the studio's."""
    height, width = panorama.shape[:2]
    while height > 2 * SIZE:  # larger ones would alias
        height, width = height // 2, width // 2
        panorama = np.asarray(
            cv2.resize(panorama, (width, height), interpolation=cv2.INTER_AREA), np.float32
        )
    x, y, z = np.moveaxis(octahedral_directions(SIZE), -1, 0)
    column = (np.arctan2(x, z) / (2.0 * np.pi) + 0.5) * width - 0.5
    row = (np.arccos(np.clip(y, -1.0, 1.0)) / np.pi) * height - 0.5
    wrapped = np.concatenate([panorama[:, -1:], panorama, panorama[:, :1]], axis=1)
    base = cv2.remap(
        wrapped, (column + 1.0).astype(np.float32), row.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)  # fmt: skip
    weight = solid_angles(SIZE) / np.float32(4.0 * np.pi)
    mean = float((weight * (base @ LUMINANCE)).sum())
    base = np.minimum(base, np.float32(BRIGHTEST * mean))
    mean = float((weight * (base @ LUMINANCE)).sum())
    return np.asarray(base * (environment_of(TENT).mean @ LUMINANCE / mean), np.float32)
