"""Both edges of a finger or a wrist in a photo, measured without help from anatomy.

Where rings sit the outline of `tryon.anchors.finger` weighs what it sees against what fingers
usually measure; that is right for a jewel that must look well and wrong for a ruler. It only tells
here where to look.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.contour import Phalanx, find_contour
from tryon.anchors.finger import find_outline, outline_in_image
from tryon.anchors.forearm import AT as WRIST_AT
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import HandPose
from tryon.errors import TakeAgain
from tryon.sizing.outline import edges_beside
from tryon.types import Finger

LEAST_CLEAR = 0.45
FIRST, LAST = 0.12, 0.5  # widths from the seat to the hand and to the tip that are looked at
SAMPLES = 40  # along each edge
REACH = 0.09  # widths to either side of an edge as the contour has it
STRAIGHT = 0.02  # widths by which an edge's samples may lie off its line
LEAST_EDGES = 0.5  # of the samples, on one line


@dataclass(frozen=True, slots=True, eq=False)
class Limb:
    """Two edges in the picture."""

    ends_px: Array  # (2, 2) across the limb
    error_px: float  # standard error of its width


def finger_edges(image: Image, pose: HandPose, finger: Finger) -> Limb:
    """Both edges of a finger where a ring sits.

    Raises:
        TakeAgain: they are not clear.
    """
    outline = find_outline(image, pose, finger)
    name = f"the {finger} finger"
    unclear = TakeAgain(
        f"the edges of {name} are not clear: spread the fingers a little, take rings off, and use "
        "a plain table of another colour."
    )
    if outline.confidence < LEAST_CLEAR:
        raise unclear
    points = pose.landmarks.points_px
    center, axis = outline_in_image(points, finger, outline)
    width = outline.width_px
    length = (FIRST + LAST) * width
    seat = Phalanx(
        center - FIRST * width * axis,
        center + LAST * width * axis,
        at=FIRST * width / length,
        first=0.0,
        last=1.0,
        width_px=width,
    )
    return _between(image, seat, unclear, name)


def wrist_edges(image: Image, pose: HandPose) -> Limb:
    """Both edges of the wrist where a watch sits.

    Raises:
        TakeAgain: they are not clear.
    """
    forearm = find_forearm(image, pose)
    unclear = TakeAgain(
        "the edges of the wrist are not clear: push the sleeve back, take watches off, and use a "
        "plain table of another colour."
    )
    if forearm.outlined < LEAST_CLEAR:
        raise unclear
    towards, palm = forearm.towards_hand, forearm.palm_px
    seat = forearm.start_px - WRIST_AT * palm * towards
    away, near = seat - 0.25 * palm * towards, seat + 0.15 * palm * towards
    width = forearm.breadth_palms * palm
    return _between(image, Phalanx(away, near, 0.625, 0.0, 1.0, width), unclear, "the wrist")


def _between(image: Image, limb: Phalanx, unclear: TakeAgain, name: str) -> Limb:
    """The edges beside a short stretch of a limb.

    Raises:
        TakeAgain: `unclear`, where they are; or the limb leaves the picture there.
    """
    contour = find_contour(image, limb)
    left, right = contour.left, contour.right
    if min(left.confidence, right.confidence) < LEAST_CLEAR:
        raise unclear
    bone = limb.end_px - limb.start_px
    along = bone / np.linalg.norm(bone)
    across = np.array([-along[1], along[0]])
    middle = limb.start_px + limb.at * bone
    turn = 0.5 * (right.slope - left.slope)  # of the limb's own middle line against the bone
    axis = (along + turn * across) / np.hypot(1.0, turn)
    aside = np.array([-axis[1], axis[0]])
    center = middle + 0.5 * (right.offset_px - left.offset_px) * across
    half = 0.5 * (left.offset_px + right.offset_px) / np.hypot(1.0, turn)
    run = np.linspace(-limb.at, 1.0 - limb.at, SAMPLES)[:, None] * np.linalg.norm(bone)
    ends, errors = [], []
    for side, slope in ((-1.0, left.slope + turn), (1.0, right.slope - turn)):
        line = center + run * axis + side * (half + slope * run) * aside
        edges = edges_beside(
            image, line, np.tile(side * aside, (SAMPLES, 1)), REACH * 2.0 * half, innermost=True
        )
        offsets = (edges.points_px - center) @ (side * aside)
        kept = edges.found.copy()
        rest = offsets
        for _ in range(4):  # of the points that agree about a line
            if kept.sum() < LEAST_EDGES * SAMPLES:
                raise unclear
            growth, offset = np.polyfit(run[kept, 0], offsets[kept], 1)
            rest = offsets - growth * run[:, 0] - offset
            off = max(1.0, STRAIGHT * 2.0 * half, 2.0 * float(np.median(np.abs(rest[kept]))))
            kept = edges.found & (np.abs(rest) < off)
        # neighbouring samples err together: about every fourth counts
        errors.append(float(rest[kept].std()) / np.sqrt(max(kept.sum() / 4.0, 1.0)))
        ends.append(center + side * float(offset) * aside)
    height, width = image.shape[:2]
    if not all(0.0 < x < width and 0.0 < y < height for x, y in ends):
        raise TakeAgain(f"{name} leaves the picture: hold the camera higher.")
    return Limb(np.stack(ends), float(np.hypot(*errors)))
