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

import numpy as np

from models3d.frames import Array
from tryon.anchors.skeleton import CHAINS, PROXIMAL, WRIST
from tryon.types import Finger

# Of 1, of how much the hand's back faces the camera, and of the tilts of the lifted phalanx, of the
# one beyond it, of what is before it, and of the four long fingers' phalanges together.
LONG_FINGERS = (0.04, 0.0, 0.17, 0.07, 0.35, 0.48)
THUMB = (-0.03, 0.18, 0.34, 0.09, 0.27, 0.16)
FLAT, STEEP = np.radians(45.0), np.radians(70.0)  # between: from the weights to the length
_STARTS = np.array([PROXIMAL[finger][0] for finger in Finger])
_ENDS = np.array([PROXIMAL[finger][1] for finger in Finger])
_BEYOND = np.array([chain[chain.index(PROXIMAL[f][1]) + 1] for f, chain in CHAINS.items()])
_BEFORE = np.array([CHAINS[f][0] if f is Finger.THUMB else WRIST for f in Finger])
_FROM = np.concatenate([_STARTS, _ENDS, _BEFORE])
_TO = np.concatenate([_ENDS, _BEYOND, _STARTS])
_WEIGHTS = np.array([THUMB, *[LONG_FINGERS] * 4])


def tilts(joints: Array, view: Array, facing: float) -> Array:
    """(5,) radians along `view`, thumb first.

    Args:
        joints: (21, 3) lifted, camera frame.
        view: (3,) unit, from the camera to the palm.
        facing: cosine of the angle between the back's direction and that to the camera.
    """
    found = witnesses(joints, view, facing)
    weighed = (_WEIGHTS * found).sum(axis=1)
    own = found[:, 2]
    steep = np.minimum(np.maximum((np.abs(own) - FLAT) / (STEEP - FLAT), 0.0), 1.0)
    trust = steep * steep * (3.0 - 2.0 * steep)
    return np.asarray(weighed + trust * (own - weighed), np.float64)


def witnesses(joints: Array, view: Array, facing: float) -> Array:
    """(5, 6) what speaks of each finger's tilt, in the order of the weights.

    Args:
        joints, view, facing: as for `tilts`.
    """
    spans = joints[_TO] - joints[_FROM]
    lengths = np.sqrt((spans * spans).sum(axis=1))
    slopes = spans @ view / np.maximum(lengths, 1e-12)
    leans = np.arcsin(np.minimum(np.maximum(slopes, -1.0), 1.0)).reshape(3, 5)
    found = np.ones((5, 6))
    found[:, 1] = facing
    found[:, 2:5] = leans.T
    found[:, 5] = leans[0, 1:].mean()
    return found
