"""Crown and pushers, turned about their own stem. Millimetres.

Stem frame: +Z out of the case, z = 0 where the stem leaves the flank.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models3d.frames import Array
from models3d.watches.fluting import fluted
from models3d.watches.outlines import Corner, circle, rounded
from models3d.watches.shells import KEPT, Shell, extruded
from models3d.watches.sizes import figure

STEM_GAP = 0.28
STEM_SHARE = 0.55  # of the crown's radius
SAMPLES = 4  # of a flute
INSIDE = 1.2  # by which stems and collars reach into the case


@lru_cache(maxsize=KEPT)
def crown(radius: float, length: float) -> Shell:
    """A fluted crown with a domed face, on the tube that carries it.

    Args:
        length: from the stem gap to the top of the dome.
    """
    foot, top = STEM_GAP, STEM_GAP + length
    stem = STEM_SHARE * radius
    face = 0.80 * radius
    profile = rounded(
        [
            Corner(0.0, -INSIDE),
            Corner(stem, -INSIDE),
            Corner(stem, foot),
            Corner(radius - 0.22, foot, 0.06),
            Corner(radius, foot + 0.22, 0.10),
            Corner(radius, top - 0.62, 0.10),
            Corner(face + 0.06, top - 0.34, 0.08),
            Corner(face, top - 0.34, 0.05),
            Corner(0.94 * face, top - 0.12, 0.12),
            Corner(0.45 * face, top, 3.0),
            Corner(0.0, top),
        ],
        closed=False,
    )
    height = profile.points[:, 1]
    ridge = 0.052 * radius + 0.03
    ends = np.clip((height - foot - 0.04) / 0.18, 0.0, 1.0)
    ends *= np.clip((top - 0.48 - height) / 0.14, 0.0, 1.0)
    depth = np.where(profile.points[:, 0] > face, ridge * ends, 0.0)
    return fluted(profile, depth, int(figure("crown", "any", "flutes")), SAMPLES, sharpness=1.6)


@lru_cache(maxsize=KEPT)
def pusher(radius: float, length: float) -> Shell:
    """A round pusher: a collar screwed into the case, a piston, and its head."""
    collar, piston = 0.80 * radius, 0.55 * radius
    head = 0.46 * length
    shoulder = 0.76 * (length - head)  # of the collar: the piston shows a little
    profile = rounded(
        [
            Corner(0.0, -INSIDE),
            Corner(collar, -INSIDE),
            Corner(collar, shoulder, 0.10),
            Corner(piston, shoulder),
            Corner(piston, length - head),
            Corner(radius, length - head, 0.12),
            Corner(radius, length, 0.22),
            Corner(0.55 * radius, length + 0.06, 0.5),
            Corner(0.0, length + 0.06),
        ],
        closed=False,
    )
    return extruded(circle(0.0, 36), profile)


@lru_cache(maxsize=KEPT)
def on_flank(shell: Shell, angle: float, distance: float, height: float) -> Shell:
    """Put a stem's body on a case.

    Args:
        angle: radians from 3 o'clock towards 12.
        distance: from the case's axis to where the stem leaves.
        height: z of the stem's axis.
    """
    return shell.turned(_case_from_stem(angle)).moved(
        distance * np.cos(angle), distance * np.sin(angle), height
    )


def _case_from_stem(angle: float) -> Array:
    """(3, 3) rotation that lays +Z into the dial's plane."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[0.0, -s, c], [0.0, c, s], [-1.0, 0.0, 0.0]])
