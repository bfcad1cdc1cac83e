"""Faces for tests: photographs that a dependency ships, and a clip of one that moves."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from hands import demo_photo

from models3d.frames import Image


def two_faces() -> Image:
    """A photograph whose two largest faces are found in any look, 1024 px wide."""
    return np.asarray(
        cv2.resize(demo_photo("sample3"), (1024, 720), interpolation=cv2.INTER_AREA), np.uint8
    )


def moving(photo: Image, frames: int) -> Iterator[Image]:
    """The photograph turning, growing and shifting a little: a clip of the camera's movement."""
    height, width = photo.shape[:2]
    for phase in 2.0 * np.pi * np.arange(frames) / 40.0:
        turn = cv2.getRotationMatrix2D(
            (width / 2.0, height / 2.0), 6.0 * np.sin(phase), 1.0 + 0.06 * np.sin(2.0 * phase)
        )
        turn[:, 2] += (25.0 * np.sin(phase), 12.0 * np.cos(phase))
        frame = cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(frame, np.uint8)
