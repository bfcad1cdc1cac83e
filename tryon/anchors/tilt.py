"""How far the phalanges that wear rings lean along the line of sight.

A phalanx that leans much is seen short: its length decides. One that lies nearly square to the
line of sight looks as long whichever way it leans; there the detector's depths are all there is,
and they flatten and bend every hand in the same way. What lies before and beyond a phalanx tells
of it too. `LONG_FINGERS` and `THUMB` weigh these three: a linear fit on rendered hands of known
poses and varied proportions (`benchmarks/fit_tilt.py`), few enough numbers to be true of other
hands. Angles are mirrored with the hand and do not change with its size.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from tryon.anchors.skeleton import CHAINS, PROXIMAL, WRIST
from tryon.types import Finger

# Of 1 and of the tilts of the lifted phalanx, of the one beyond it and of what is before it.
LONG_FINGERS = (0.10, 0.38, 0.11, 0.47)
THUMB = (-0.03, 0.46, 0.0, 0.43)
FLAT, STEEP = np.radians(25.0), np.radians(50.0)  # between: from the weights to the length
_STARTS = np.array([PROXIMAL[finger][0] for finger in Finger])
_ENDS = np.array([PROXIMAL[finger][1] for finger in Finger])
_BEYOND = np.array([chain[chain.index(PROXIMAL[f][1]) + 1] for f, chain in CHAINS.items()])
_BEFORE = np.array([CHAINS[f][0] if f is Finger.THUMB else WRIST for f in Finger])
_FROM = np.concatenate([_STARTS, _ENDS, _BEFORE])
_TO = np.concatenate([_ENDS, _BEYOND, _STARTS])
_WEIGHTS = np.array([THUMB, *[LONG_FINGERS] * 4])


def tilts(joints: Array, view: Array) -> Array:
    """(5,) radians along `view`, thumb first.

    Args:
        joints: (21, 3) lifted, camera frame.
        view: (3,) unit, from the camera to the palm.
    """
    found = witnesses(joints, view)
    weighed = (_WEIGHTS * found).sum(axis=1)
    own = found[:, 1]
    steep = np.minimum(np.maximum((np.abs(own) - FLAT) / (STEEP - FLAT), 0.0), 1.0)
    trust = steep * steep * (3.0 - 2.0 * steep)
    return np.asarray(weighed + trust * (own - weighed), np.float64)


def witnesses(joints: Array, view: Array) -> Array:
    """(5, 4) what speaks of each finger's tilt, in the order of the weights.

    Args:
        joints, view: as for `tilts`.
    """
    spans = joints[_TO] - joints[_FROM]
    lengths = np.sqrt((spans * spans).sum(axis=1))
    slopes = spans @ view / np.maximum(lengths, 1e-12)
    leans = np.arcsin(np.minimum(np.maximum(slopes, -1.0), 1.0))
    return np.column_stack((np.ones(5), leans.reshape(3, 5).T))
