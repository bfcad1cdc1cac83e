"""What somebody already wears on a wrist: a watch or a band between skin and skin.

A new piece is laid over it where it is broad enough to cover it, and otherwise beside it: two
pieces that half cover each other look pasted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.forearm import Forearm
from tryon.covers.tones import SkinTone, apart, features

FIRST, LAST, STEP = -0.2, 1.25, 0.025  # palms from the wrist joint, up the arm
ACROSS, INNER = 11, 0.36  # samples within the arm's middle, and half of what they span, breadths
STRANGE, BARE = 2.2, 2.0  # spreads from skin: beyond it is none, within it is
SHARE = 0.6
NARROWEST, BROADEST = 0.07, 0.55  # palms
SKIN_BESIDE = 3  # rows of it on either side, of the four there
LEAST_TRUST = 0.3
COVERED_MORE = 0.09  # palms that a band found may be broader than what covers it: it blurs
REACHED = 0.12, 0.95  # palms from the wrist joint between which a piece may sit


@dataclass(frozen=True, slots=True)
class OwnBand:
    """From where to where along the arm something is worn, palms from the wrist joint."""

    start: float
    end: float


def clear_of(
    home: float, extent: tuple[float, float], half_band: float, own: Sequence[OwnBand]
) -> float:
    """Where a piece goes among what is worn already; all in palms from the wrist joint.

    Args:
        home: where its middle would sit.
        extent: how far it reaches to the hand and up the arm.
        half_band: half as broad as what it covers all round.
    """
    for band in own:
        start, end = home - extent[0], home + extent[1]
        if end <= band.start or start >= band.end:
            continue
        if band.end - band.start <= 2.0 * half_band + COVERED_MORE:
            return 0.5 * (band.start + band.end)
        beside = [band.start - extent[1], band.end + extent[0]]
        free = [place for place in beside if REACHED[0] <= place <= REACHED[1]]
        return min(free, key=lambda place: abs(place - home), default=home)
    return home


def find_own_bands(
    image: Image,
    forearm: Forearm,
    palm_px: float,
    tone: SkinTone,
    faces: Sequence[SkinTone] = (),
) -> tuple[OwnBand, ...]:
    """What is worn on a bare arm, from the hand up.

    Args:
        image: (h, w, 3) RGB.
        palm_px: palm length in the image as if parallel to it.
        tone: of the hand.
        faces: tones of the faces seen: an arm lit otherwise than its hand is often like them.
    """
    if tone.trust < LEAST_TRUST:
        return ()
    along = np.arange(FIRST, LAST, STEP)
    away = -forearm.towards_hand
    right = np.array([away[1], -away[0]])
    across = np.linspace(-INNER, INNER, ACROSS) * forearm.breadth_palms * palm_px
    points = forearm.start_px + palm_px * along[:, None, None] * away
    points = (points + across[:, None] * right).astype(np.float32)
    seen = cv2.remap(
        image, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    colours = features(np.asarray(seen, np.uint8))
    for skin in (tone, *faces):  # the hand's, unless the arm is lit otherwise
        far = np.sqrt(apart(colours, skin))
        if skin.trust >= LEAST_TRUST and float(np.median(far)) < BARE:
            other = (far > STRANGE).mean(axis=1) >= SHARE
            bare = (far < BARE).mean(axis=1) >= SHARE
            return tuple(
                OwnBand(float(along[first]) - STEP, float(along[last]) + STEP)
                for first, last in _runs(other, bare)
            )
    return ()


def _runs(other: Array, bare: Array) -> list[tuple[int, int]]:
    """First and last rows of what is no skin, with skin on both sides."""
    found = []
    k, rows = 4, len(other)
    while k < rows - 4:
        if not other[k]:
            k += 1
            continue
        last = k
        while last + 1 < rows and not bare[last + 1 : last + 4].all():
            last += 1
        while last > k and not other[last]:
            last -= 1
        before, after = bare[max(k - 6, 0) : k], bare[last + 1 : last + 7]
        broad = NARROWEST <= (last - k + 1) * STEP <= BROADEST
        if broad and before.sum() >= SKIN_BESIDE and after.sum() >= SKIN_BESIDE:
            found.append((k, last))
        k = last + 1
    return found
