"""How a dial lies on the wrist: the one place that says where 12 o'clock is.

Dial frame: +Z out of the dial, 12 o'clock at +Y, 3 o'clock at +X. Wrist frame: +Y towards the
hand, +Z dorsal. On a left wrist the crown, at 3, points to the hand (+Y). A dial is never
mirrored, so 12 o'clock = Z x (3 o'clock) = Z x Y = -X: away from the wearer, who sees the hand
on the right.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import RigidTransform

WRIST_FROM_DIAL_ROTATION = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def model_from_dial(height: float) -> RigidTransform:
    """The dial frame in the wrist frame.

    Args:
        height: metres of the dial frame's origin over the wrist's centre.
    """
    return RigidTransform(WRIST_FROM_DIAL_ROTATION, np.array([0.0, 0.0, height]))
