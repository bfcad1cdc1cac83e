"""Hands and forearms held before a jewel on the chest: a veil in their shape."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, PixelRegion
from tryon.tracks import palm_length_px
from tryon.types import BodyLandmarks, HandLandmarks, Share

Mask = NDArray[np.uint8]

FINGERS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
PALM = (0, 1, 2, 5, 9, 13, 17)
FINGER_WIDTH = 0.21  # palm lengths
TIP_BEYOND = 0.35  # of the last phalanx: the landmark lies within the pulp
WRIST_WIDTH = 0.58
ARM_BEYOND = 1.1  # palm lengths that the arm goes on straight from the wrist
FOREARM_WIDTH = 0.25  # of its length in the picture
ARM_SEEN = 0.6  # visibility
BEFORE_CHEST = 0.12  # metres from the shoulders' depth to that of a wrist before the chest
FEATHER = 0.02  # palm lengths
SHIFT, UNIT = 3, 8  # of OpenCV's fixed point


def hands_over(
    region: PixelRegion,
    hands: Sequence[HandLandmarks],
    body: BodyLandmarks | None,
    forearms: Sequence[Array | None] = (),
) -> Share | None:
    """(height, width) how far hands hide each pixel of a region; None where none reaches it.

    Args:
        body: of the wearer, whose forearms hide as well, where it was found.
        forearms: (n, 2) pixels round that of each hand; None where it was not found, and then it
            goes on from the hand a little.
    """
    mask = np.zeros((region.height, region.width), np.uint8)
    corner = np.array([region.x, region.y], np.float64)
    feather = 0.0
    found = [*forearms, *[None] * (len(hands) - len(forearms))]
    for hand, forearm in zip(hands, found, strict=True):
        points = hand.points_px - corner
        palm = palm_length_px(hand.points_px)
        _draw(mask, points, palm)
        if forearm is None:
            back = points[0] + ARM_BEYOND * (points[0] - points[9])
            _line(mask, np.stack([points[0], back]), WRIST_WIDTH * palm)
        else:
            corners = np.rint((forearm - corner) * UNIT).astype(np.int32)
            cv2.fillConvexPoly(mask, corners, 255, cv2.LINE_AA, SHIFT)
        feather = max(feather, FEATHER * palm)
    for arm in () if body is None else _forearms(body):
        width = FOREARM_WIDTH * float(np.linalg.norm(arm[1] - arm[0]))
        _line(mask, arm - corner, width)
        feather = max(feather, 0.1 * width)
    if not mask.any():
        return None
    soft = cv2.GaussianBlur(mask, (0, 0), max(feather, 0.7))
    return np.asarray(soft.astype(np.float32) / 255.0, np.float32)


def _draw(mask: Mask, points: Array, palm: float) -> None:
    hull = cv2.convexHull(np.rint(points[list(PALM)] * UNIT).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 255, cv2.LINE_AA, SHIFT)
    _line(mask, np.concatenate([points[list(PALM)], points[:1]]), FINGER_WIDTH * palm)
    for finger in FINGERS:
        joints = points[list(finger)]
        tip = joints[-1] + TIP_BEYOND * (joints[-1] - joints[-2])
        _line(mask, np.concatenate([joints, tip[None]]), FINGER_WIDTH * palm)


def _line(mask: Mask, points: Array, width: float) -> None:
    line = np.rint(points * UNIT).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], False, 255, max(round(width), 1), cv2.LINE_AA, SHIFT)


def _forearms(body: BodyLandmarks) -> list[Array]:
    """(2, 2) wrist and elbow in the picture, of each forearm that is held before the chest."""
    arms = []
    chest = float(body.world[[11, 12], 2].mean())
    for elbow, wrist in ((13, 15), (14, 16)):
        seen = float(body.visibility[[elbow, wrist]].min()) > ARM_SEEN
        if seen and float(body.world[wrist, 2]) < chest - BEFORE_CHEST:
            arms.append(body.points_px[[wrist, elbow]])
    return arms
