"""The forearm's direction by a sleeve's own edges, where its cuff lies near the hand.

What is seen between the hand and a cuff is a little skin of the wrist, which may be bent; its edges
and the cloth's make no straight lines together, and sleeves are broader than the arms they are
looked for as. The direction that a watch is worn in is the sleeve's. Where the wrist lies and how
broad it is, the skin before the cuff goes on to tell.
"""

from __future__ import annotations

from dataclasses import replace
from math import atan

import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.arm_guess import AT
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import Forearm, arm_edges
from tryon.anchors.hand_frame import unit
from tryon.anchors.sleeve import Sleeve

LEAST_SKIN = 0.1  # palms before the cuff: without, the outline was the cloth's already
ROUNDS = 3  # of measuring along the direction found last
CLEAR = 0.5, 0.9  # confidences of the less clear edge between which it is believed
TURNED = np.radians(20.0), np.radians(30.0)  # from the outline: more is another thing's edge


def along_its_cuff(
    image: Image, forearm: Forearm, sleeve: Sleeve | None, wrist_px: Array
) -> Forearm:
    """The forearm, turned about the place of a watch to where its sleeve goes.

    Args:
        image: (h, w, 3) RGB.
        sleeve: that was found on this forearm.
        wrist_px: (2,) the hand's wrist landmark.
    Returns:
        The same where no cuff lies near the hand, or where its sleeve's edges are not clear.
    """
    if sleeve is None or not LEAST_SKIN < sleeve.from_palms <= AT:
        return forearm
    palm, away = forearm.palm_px, -forearm.towards_hand
    at = forearm.start_px + AT * palm * away
    middle, width = at + sleeve.from_palms * palm * away, forearm.breadth_palms * palm
    clear = 0.0
    for _ in range(ROUNDS):
        far, near = middle + 0.65 * palm * away, middle - AT * palm * away
        left, right = arm_edges(image, far, near, width)
        aside = np.array([away[1], -away[0]])
        middle = middle + 0.5 * (right.offset_px - left.offset_px) * aside
        away = unit(away - 0.5 * (atan(right.slope) - atan(left.slope)) * aside)
        width = max(left.offset_px + right.offset_px, 0.1 * width)  # of two gaps of light
        clear = min(left.confidence, right.confidence)
    turn = float(np.arccos(np.clip(-(away @ forearm.towards_hand), -1.0, 1.0)))
    share = sleeve.confidence * smoothstep(*CLEAR, clear) * (1.0 - smoothstep(*TURNED, turn))
    if share == 0.0:
        return forearm
    towards = unit((1.0 - share) * forearm.towards_hand - share * away)
    right_of_arm = np.array([-towards[1], towards[0]])
    apart = float((at - wrist_px) @ right_of_arm)
    return replace(
        forearm,
        start_px=wrist_px + apart * right_of_arm,
        towards_hand=towards,
        aside_palms=apart / palm,
    )
