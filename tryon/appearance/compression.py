"""The JPEG compression of a photo, found in its pixels, and the same for what is laid over it.

A picture that was compressed changes least when it is compressed again with the same quality
(JPEG ghosts: Farid, 2009). Photos only: video frames are not JPEG, and it takes milliseconds.
"""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Image, PixelRegion

QUALITIES = tuple(range(30, 97, 3))
GHOST = 0.72  # of its neighbours' change: so deep a dip is no chance
LEAST_CHANGE = 0.3  # grey levels: less is rounding
LEAST_VARIETY = 4.0  # grey levels: a plain surface tells nothing
BLOCK = 16  # pixels: a colour block, two by two of eight
LEAST_SIDE_PX = 48
PLAIN_QUALITY = 96  # from which nobody sees it


def find_quality(crop: Image) -> int | None:
    """The JPEG quality of a picture whose corner lies on its blocks; None: not seen.

    Args:
        crop: (h, w, 3) RGB, cut at a multiple of `BLOCK`.
    """
    height, width = (side // BLOCK * BLOCK for side in crop.shape[:2])
    if min(height, width) < LEAST_SIDE_PX:
        return None
    whole = np.ascontiguousarray(crop[:height, :width])
    if whole[::2, ::2].std() < LEAST_VARIETY:
        return None
    change = np.array([_change(whole, quality) for quality in QUALITIES])
    around = np.sqrt(change[:-2] * change[2:])
    dips = change[1:-1] / np.maximum(around, LEAST_CHANGE)
    deepest = int(np.argmin(dips))
    told = around[deepest] > LEAST_CHANGE and dips[deepest] < GHOST
    return QUALITIES[deepest + 1] if told else None


def _change(crop: Image, quality: int) -> float:
    return float(cv2.absdiff(crop, compressed(crop, quality)).mean())


def compressed(crop: Image, quality: int) -> Image:
    """A picture through JPEG and back."""
    encoded = cv2.imencode(".jpg", crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    return decoded[..., ::-1]


def on_blocks(region: PixelRegion, width: int, height: int) -> PixelRegion:
    """The region grown to whole blocks of an image, where they end inside it.

    Args:
        width, height: of the image.
    """
    x, y = region.x // BLOCK * BLOCK, region.y // BLOCK * BLOCK
    right = min(-(-(region.x + region.width) // BLOCK) * BLOCK, width)
    bottom = min(-(-(region.y + region.height) // BLOCK) * BLOCK, height)
    return PixelRegion(x, y, right - x, bottom - y)
