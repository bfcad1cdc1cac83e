"""Cloth of the skin's own colours, told by its threads or ribs: skin is smooth."""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.forearm import Forearm
from tryon.covers.tones import features

WOVEN, ROUGHER = 0.030, 3.0  # unevenness of cloth, natural logarithm of light; times the skin's
SMOOTH = 0.6  # of the cloth's unevenness, that skin just before it has at most
COLOUR = 1.0  # spreads of colour between three rows at the cloth's edge
ROUGH_SHARE = 15  # percentile of the cloth's rows that is uneven already
BEFORE, BESIDE, AFTER = 8, 4, 5  # rows before the edge, just before it, and at least after it
FINE_ROWS, FINE = 4, 0.0125  # samples between two rows; palms between two samples across the arm
THREAD = 3  # such samples between a thread and its neighbours


def woven_from(rows: Array, uneven: Array, first: int) -> int:
    """The first row of such cloth, and all after it are; the number of rows without any.

    Args:
        rows: (n, 3) spreads of colour of each row, from the hand up the arm.
        uneven: (n,) from `row_unevenness`.
        first: row at which it may begin.
    """
    count = len(rows)
    best, most = count, 0.0
    for at in range(first, count - AFTER):
        skin, cloth = uneven[max(at - BEFORE, 0) : at - 1], uneven[at + 1 :]
        least = max(WOVEN, ROUGHER * float(np.median(skin)))
        fits = float(np.percentile(cloth, ROUGH_SHARE)) > least
        fits &= float(skin[-BESIDE:].max()) < SMOOTH * float(np.median(cloth))
        fits &= float(np.linalg.norm(rows[at + 1] - rows[at - 2])) > COLOUR
        rise = float(uneven[at + 1] - uneven[at - 2])
        if fits and rise > most:
            best, most = at, rise
    return best


def row_unevenness(
    image: Image, forearm: Forearm, palm_px: float, along: Array, inner: float
) -> Array:
    """(n,) how far the light usually differs from that beside it, natural logarithm.

    Args:
        image: (h, w, 3) RGB.
        palm_px: palm length in the image as if parallel to it.
        along: (n,) palms from the wrist joint up the arm, evenly.
        inner: half of what is looked at across the arm, breadths.
    """
    fine = np.linspace(along[0], along[-1], FINE_ROWS * (len(along) - 1) + 1)
    reach = max(int(inner * forearm.breadth_palms / FINE), THREAD + 1)
    away = -forearm.towards_hand
    right = np.array([away[1], -away[0]])
    aside = FINE * palm_px * np.arange(-reach, reach + 1)
    points = forearm.start_px + palm_px * fine[:, None, None] * away + aside[:, None] * right
    local = points.astype(np.float32)
    seen = cv2.remap(
        image, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    light = features(np.asarray(seen, np.uint8))[..., 0].astype(np.float64)
    wide, n = np.pad(light, THREAD, mode="edge"), 2 * THREAD
    beside = wide[n:, THREAD:-THREAD] + wide[:-n, THREAD:-THREAD]
    beside = beside + wide[THREAD:-THREAD, n:] + wide[THREAD:-THREAD, :-n]
    each = np.median(np.abs(light - 0.25 * beside), axis=1)
    total = np.cumsum(np.pad(each, (1, 0)))
    middle = FINE_ROWS * np.arange(len(along))
    low = np.maximum(middle - FINE_ROWS // 2, 0)
    high = np.minimum(middle + FINE_ROWS // 2 + 1, len(each))
    return np.asarray((total[high] - total[low]) / (high - low))
