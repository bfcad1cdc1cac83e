"""Whether a finger's colour is its hand's colour: landmarks may lie on a sleeve or a table."""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.hand_frame import PALM, PROXIMAL
from tryon.types import Finger

# Points inside the palm as shares of the wrist and the four knuckles.
_INSIDE_PALM = np.array(
    [
        [0.2, 0.2, 0.2, 0.2, 0.2],
        [0.1, 0.6, 0.1, 0.1, 0.1],
        [0.1, 0.1, 0.6, 0.1, 0.1],
        [0.1, 0.1, 0.1, 0.6, 0.1],
        [0.1, 0.1, 0.1, 0.1, 0.6],
        [0.4, 0.3, 0.1, 0.1, 0.1],
        [0.4, 0.1, 0.1, 0.1, 0.3],
    ]
)
_ALONG_BONE = np.linspace(0.4, 0.95, 8)[:, None]


def foreign_colour(image: Image, points_px: Array, finger: Finger) -> float:
    """How far the finger's hue lies from the palm's: distance in the a*b* plane of CIE Lab.

    Half of the fingers in photographs are below 4, nine of ten below 14; a finger's shadow side
    beside an overexposed palm can reach 20.

    Args:
        image: (h, w, 3) RGB.
        points_px: (21, 2) landmarks.
    """
    start, end = (points_px[i] for i in PROXIMAL[finger])
    spots = np.concatenate(
        [_INSIDE_PALM @ points_px[list(PALM)], start + _ALONG_BONE * (end - start)]
    )
    limits = [image.shape[1] - 1, image.shape[0] - 1]
    x, y = np.clip(spots.astype(np.intp), 0, limits).T
    colours = image[y, x][None].astype(np.float32) / 255.0
    lab = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2Lab))[0, :, 1:]
    palm = np.median(lab[: len(_INSIDE_PALM)], axis=0)
    return float(np.hypot(*(np.median(lab[len(_INSIDE_PALM) :], axis=0) - palm)))
