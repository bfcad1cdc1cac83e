"""The pinhole of a photo: from its EXIF focal length, or assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import SupportsFloat

from models3d.frames import Intrinsics

# Diagonal of the 36 x 24 mm frame, by which CIPA DCG-001 defines the 35 mm equivalent.
DIAGONAL_35MM = math.hypot(36.0, 24.0)

# Main cameras of phones are 24..28 mm equivalent, front cameras 23..30 after their crop, webcams
# of 78 degrees 27. On an upright 3:4 photo 28 mm is MediaPipe's vertical 63 degrees; measured on
# the diagonal it also holds for wide and for lying pictures, where 63 degrees would be a fisheye.
ASSUMED_FOCAL_35MM = 28.0

PLAUSIBLE_FOCAL_35MM = (8.0, 1200.0)

# EXIF 2.32, tags of the Exif IFD.
FOCAL_LENGTH = 0x920A
FOCAL_PLANE_X_RESOLUTION = 0xA20E
FOCAL_PLANE_Y_RESOLUTION = 0xA20F
FOCAL_PLANE_RESOLUTION_UNIT = 0xA210
FOCAL_LENGTH_IN_35MM_FILM = 0xA405
PIXEL_X_DIMENSION = 0xA002
PIXEL_Y_DIMENSION = 0xA003

MM_PER_UNIT = {2: 25.4, 3: 10.0, 4: 1.0, 5: 0.001}  # inch, centimetre, millimetre, micrometre


def intrinsics_of_focal(width: int, height: int, focal_35mm: float) -> Intrinsics:
    """Square pixels and the principal point in the middle; `focal_35mm` in millimetres."""
    focal_px = focal_35mm * math.hypot(width, height) / DIAGONAL_35MM
    return Intrinsics(focal_px, focal_px, width / 2.0, height / 2.0)


def assumed_intrinsics(width: int, height: int) -> Intrinsics:
    """The camera of a picture that says nothing about it: 28 mm equivalent."""
    return intrinsics_of_focal(width, height, ASSUMED_FOCAL_35MM)


def intrinsics_from_exif(width: int, height: int, exif: Mapping[int, object]) -> Intrinsics:
    """The camera of a photo by its Exif IFD; the assumed one where that is silent or absurd.

    The 35 mm equivalent is believed first: phones write it and it includes the digital zoom.

    Args:
        width, height: pixels of the decoded photo, upright or not (only the diagonal counts).
    """
    for focal_35mm in (_stated_equivalent(exif), _focal_over_sensor(exif)):
        if PLAUSIBLE_FOCAL_35MM[0] <= focal_35mm <= PLAUSIBLE_FOCAL_35MM[1]:
            return intrinsics_of_focal(width, height, focal_35mm)
    return assumed_intrinsics(width, height)


def scaled(intrinsics: Intrinsics, factor: float) -> Intrinsics:
    """The same camera seen in the picture resized by `factor`."""
    return Intrinsics(
        intrinsics.fx * factor,
        intrinsics.fy * factor,
        intrinsics.cx * factor,
        intrinsics.cy * factor,
    )


def _number(exif: Mapping[int, object], tag: int) -> float:
    """An EXIF number, 0 where it is absent or is none: 0 is EXIF's own "unknown"."""
    value = exif.get(tag)
    if not isinstance(value, SupportsFloat):
        return 0.0
    try:
        number = float(value)
    except ZeroDivisionError:  # a rational with denominator 0
        return 0.0
    return number if math.isfinite(number) else 0.0


def _stated_equivalent(exif: Mapping[int, object]) -> float:
    return _number(exif, FOCAL_LENGTH_IN_35MM_FILM)


def _focal_over_sensor(exif: Mapping[int, object]) -> float:
    """Focal length over the sensor's diagonal, as a 35 mm equivalent; 0 if anything is missing."""
    unit_mm = MM_PER_UNIT.get(int(_number(exif, FOCAL_PLANE_RESOLUTION_UNIT)) or 2, 0.0)
    resolutions = [
        _number(exif, tag) for tag in (FOCAL_PLANE_X_RESOLUTION, FOCAL_PLANE_Y_RESOLUTION)
    ]
    pixels = [_number(exif, tag) for tag in (PIXEL_X_DIMENSION, PIXEL_Y_DIMENSION)]
    if min(*resolutions, *pixels) <= 0.0 or unit_mm == 0.0:
        return 0.0
    sensor_mm = [count / each * unit_mm for count, each in zip(pixels, resolutions, strict=True)]
    return _number(exif, FOCAL_LENGTH) * DIAGONAL_35MM / math.hypot(*sensor_mm)
