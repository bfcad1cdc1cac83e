"""Hair that comes down from a head, told from cloth of its colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Share

Pixels = NDArray[np.float32]
Mask = NDArray[np.uint8]

ROOTED = 0.35  # share of hair over which it is followed
USUAL_SHARE = 0.65  # of what the head's own hair looks like hair
STRANDY = 0.35, 0.60  # of the unevenness of the head's own hair, below which cloth is no hair
LEAST_UNEVEN = 0.09  # natural logarithm of lightness: black cloth is as uneven by its noise alone
STRANDS_SIDE = 5  # of the reduced picture
SQUARE = np.ones((3, 3), np.uint8)
CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def own_hair(log_light: Pixels, like: Share, chin_row: int) -> Share:
    """1 where what looks like hair hangs together with the head's, else 0.

    A black dress is as black as hair, but bare shoulders lie between the two, or it is plainer.

    Args:
        log_light: (h, w) of a reduced picture of head and chest.
        like: how far each pixel looks like hair.
        chin_row: what lies above it is the head's own.
    """
    like = like * strandy(log_light, like, chin_row)
    above = like[:chin_row]
    sure = above[above > ROOTED]
    least = max(ROOTED, USUAL_SHARE * float(np.median(sure))) if sure.size else ROOTED
    seen = cv2.morphologyEx((like > least).astype(np.uint8), cv2.MORPH_CLOSE, SQUARE)
    seen[chin_row:] = cv2.morphologyEx(seen, cv2.MORPH_OPEN, SQUARE)[chin_row:]  # a wisp hides none
    _, labels = cv2.connectedComponents(seen, connectivity=4)
    held = np.isin(labels, np.setdiff1d(np.unique(labels[:chin_row]), [0]))
    own = _hanging(held.astype(np.uint8), chin_row)
    grown = cv2.dilate(own, CROSS).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grown, (0, 0), 0.8), np.float32)


def _hanging(held: Mask, chin_row: int) -> Mask:
    """Of hair below the chin what comes down, by at most as far sideways: cloth is no such thing.

    A black top below a bare chest touches a lock beside it and yet is none.
    """
    own = held.copy()
    for row in range(max(chin_row, 1), len(own)):
        above = own[row - 1]
        near = above.copy()
        near[1:] |= above[:-1]
        near[:-1] |= above[1:]
        own[row] &= near
    return own


def strandy(light: Pixels, like: Share, chin_row: int) -> Share:
    """How far each pixel is as uneven as the hair above the chin; strands are, plain cloth is not.

    Args:
        light: (h, w) logarithm of the lightness.
        like: how far each looks like hair.
    """
    side = (STRANDS_SIDE, STRANDS_SIDE)
    alike = (like > ROOTED).astype(np.float32)  # skin and collar beside it make it not uneven
    own = cv2.erode(alike, np.ones((2, 2), np.uint8))
    weight = cv2.blur(own, side) + np.float32(1e-4)
    mean = cv2.blur(light * own, side) / weight
    square = cv2.blur(light * light * own, side) / weight
    uneven = np.sqrt(np.maximum(square - mean * mean, 0.0))
    surely = cv2.erode((like[:chin_row] > ROOTED).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if np.count_nonzero(surely) < STRANDS_SIDE**2:
        return np.ones_like(like)
    usual = max(float(np.median(uneven[:chin_row][surely])), LEAST_UNEVEN)
    low, high = STRANDY[0] * usual, STRANDY[1] * usual
    return np.asarray(np.clip((uneven - low) / max(high - low, 1e-6), 0.0, 1.0), np.float32)
