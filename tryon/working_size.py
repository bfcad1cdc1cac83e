"""The size at which trackers look at an image: large ones are reduced first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.types import HandLandmarks

STREAM_SIDE_PX, PHOTO_SIDE_PX = 1280, 1920  # of the long side, at most


def reduced(image: Image, long_side_px: int) -> Image:
    """The image with its long side at most `long_side_px`; itself when it is small enough."""
    factor = long_side_px / max(image.shape[:2])
    if factor >= 1.0:
        return image
    size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def hands_at_working_size(
    image: Image, long_side_px: int, look: Callable[[Image], Sequence[HandLandmarks]]
) -> list[HandLandmarks]:
    """What `look` finds in the reduced image, in pixels of the image itself."""
    small = reduced(image, long_side_px)
    scale = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
    return [_scaled(hand, scale) for hand in look(small)]


def _scaled(hand: HandLandmarks, scale: Array) -> HandLandmarks:
    depths = None if hand.depths_px is None else hand.depths_px * float(scale.mean())
    return replace(hand, points_px=hand.points_px * scale, depths_px=depths)


def checked(image: Image) -> Image:
    """The image, contiguous.

    Raises:
        ValueError: it is not (h, w, 3) uint8 RGB.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"expected (h, w, 3) uint8 RGB, got {image.shape} {image.dtype}")
    return np.ascontiguousarray(image)
