"""How far the phalanges that wear rings lean along the line of sight.

A phalanx that leans much is seen short: its length decides. One that lies nearly square to the
line of sight looks as long whichever way it leans; there the detector's depths are all there is,
and they flatten and bend every hand in the same way. What lies before and beyond a phalanx tells
of it too, and so do the other fingers: most of the error is the whole hand's. From the palm the
knuckles' landmarks lie on the crease, from the back on the bone, so which side is seen counts.
`LONG_FINGERS` and `THUMB` weigh these: a linear fit on rendered hands of known poses and varied
proportions (`benchmarks/fit_tilt.py`), few enough numbers to be true of other hands. Angles are
mirrored with the hand and do not change with its size.
"""

from __future__ import annotations

from math import asin, radians

import numpy as np

from models3d.frames import Array
from tryon.anchors.skeleton import CHAINS, PROXIMAL, WRIST
from tryon.types import Finger

# Of 1, of how much the hand's back faces the camera, and of the tilts of the lifted phalanx, of the
# one beyond it, of what is before it, and of the four long fingers' phalanges together.
LONG_FINGERS = (0.04, 0.0, 0.17, 0.07, 0.35, 0.48)
THUMB = (-0.03, 0.18, 0.34, 0.09, 0.27, 0.16)
FLAT, STEEP = radians(45.0), radians(70.0)  # between: from the weights to the length


def _bones() -> Array:
    """(15, 21) takes joints to the phalanges, to what is beyond each and to what is before it."""
    bones = np.zeros((3, len(CHAINS), 21))
    for number, (finger, chain) in enumerate(CHAINS.items()):
        start, end = PROXIMAL[finger]
        before = chain[0] if finger is Finger.THUMB else WRIST
        beyond = chain[chain.index(end) + 1]
        for row, (from_, to) in enumerate(((start, end), (end, beyond), (before, start))):
            bones[row, number, from_], bones[row, number, to] = -1.0, 1.0
    return bones.reshape(-1, 21)


_BONES = _bones()


def tilts(joints: Array, view: Array, facing: float) -> Array:
    """(5,) radians along `view`, thumb first.

    Args:
        joints: (21, 3) lifted, camera frame.
        view: (3,) unit, from the camera to the palm.
        facing: cosine of the angle between the back's direction and that to the camera.
    """
    found = []
    for finger, told in zip(Finger, witnesses(joints, view, facing), strict=True):
        weights = THUMB if finger is Finger.THUMB else LONG_FINGERS
        weighed = sum(weight * witness for weight, witness in zip(weights, told, strict=True))
        own = told[2]
        steep = min(max((abs(own) - FLAT) / (STEEP - FLAT), 0.0), 1.0)
        found.append(weighed + steep * steep * (3.0 - 2.0 * steep) * (own - weighed))
    return np.array(found)


def witnesses(joints: Array, view: Array, facing: float) -> list[tuple[float, ...]]:
    """For each finger what speaks of its tilt, in the order of the weights.

    Args:
        joints, view, facing: as for `tilts`.
    """
    spans = _BONES @ joints
    lengths = np.sqrt(np.add.reduce(spans * spans, axis=1))
    slopes = (spans @ view / np.maximum(lengths, 1e-12)).tolist()
    leans = [asin(min(max(slope, -1.0), 1.0)) for slope in slopes]
    own, beyond, before = leans[:5], leans[5:10], leans[10:]
    together = sum(own[1:]) / 4.0
    return [(1.0, facing, own[k], beyond[k], before[k], together) for k in range(5)]
