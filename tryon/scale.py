"""How large a hand is drawn where nothing of known size lies beside it: a mean hand."""

from __future__ import annotations

from math import exp, hypot

from tryon.anchors.hand_frame import PALM, PALM_LENGTH, HandPose
from tryon.types import Interval, Scale

# ANSUR II (Natick/TR-15/007): hand length 181.1 mm (SD 10.1) of women and 193.3 mm (SD 9.9) of men;
# both together spread by 6.3 % about their mean.
PEOPLE_SPREAD = 0.063
SEEN_SPREAD = 0.05  # of a palm's length in the picture, by its tilt
NORMAL = 1.96  # standard deviations on either side hold 95 of 100


def hand_scale(pose: HandPose, depth: float) -> Scale:
    """Millimetres per pixel at a place on a hand, by the length of its palm.

    Args:
        depth: metres, of the place in the frame of `pose`.
    """
    palm_depth = float(pose.joints[list(PALM), 2].sum()) / len(PALM)
    mm_per_px = 1e3 * PALM_LENGTH / pose.palm_px * depth / palm_depth
    reach = exp(NORMAL * hypot(PEOPLE_SPREAD, SEEN_SPREAD))
    return Scale("mean hand", Interval(mm_per_px, mm_per_px / reach, mm_per_px * reach))
