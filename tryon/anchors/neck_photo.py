"""The chest in a photo whose lens is not known.

A portrait without a word about its camera was seldom taken at 28 mm from an arm's length: more
often from farther away, with a longer lens. What lies below a head then looks less foreshortened.
So the chest is found as a usual portrait lens would show it, and put before the assumed camera such
that it looks the same: at the same pixel, as large, turned alike against the line of sight.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tryon.anchors.hand_frame import turn_between, unit
from tryon.anchors.head import HeadPose, head_pose
from tryon.anchors.neck import ChestPose, ChestTurn, NeckEdges, beside, chest_pose, neck_edges
from tryon.media.lens import ASSUMED_FOCAL_35MM, assumed_intrinsics
from tryon.types import BodyLandmarks

# Of 28, 36, 45 and 56 mm that by which the notches of benchmarks/neck_labels.json come nearest.
PORTRAIT_FOCAL_35MM = 45.0
ALONG_SHARE = 0.20  # how high shoulders stand below a head depends on the lens as well


def photo_chest(
    image: Image, head: HeadPose, body: BodyLandmarks | None, intrinsics: Intrinsics
) -> tuple[ChestPose, NeckEdges]:
    """The chest below a head, moved to where its neck is seen, and the neck's edges.

    Args:
        image: (h, w, 3) RGB.
        body: of the same person, where it was found.
        intrinsics: under which the head was posed.
    """
    height, width = image.shape[:2]
    chest = chest_pose(head, body, intrinsics)
    edges = neck_edges(image, chest, head, intrinsics)
    if intrinsics == assumed_intrinsics(width, height):
        longer = PORTRAIT_FOCAL_35MM / ASSUMED_FOCAL_35MM
        lens = replace(intrinsics, fx=longer * intrinsics.fx, fy=longer * intrinsics.fy)
        chest = chest_pose(head_pose(head.face, lens, head.size), body, lens, ALONG_SHARE)
        return before_lens(beside(chest, edges), lens, intrinsics), edges
    return beside(chest, edges), edges


def before_lens(chest: ChestPose, lens: Intrinsics, other: Intrinsics) -> ChestPose:
    """Where a chest stands that looks through another lens as this one does through its own."""
    depth = float(chest.notch[2]) * np.sqrt(other.fx * other.fy / (lens.fx * lens.fy))
    notch = other.unproject(lens.project(chest.notch), float(depth))
    turned = turn_between(unit(chest.notch), unit(notch)) @ chest.turn.rotation
    return replace(chest, notch=notch, turn=turn_of(turned))


def turn_of(rotation: Array) -> ChestTurn:
    """The angles of a chest by its (3, 3) camera from chest."""
    up, out = rotation[:, 1], rotation[:, 2]
    level = up * out[2] - out * up[2]  # in the picture's plane, with up and out in one
    level = -level if level @ up < 0.0 else level
    return ChestTurn(
        yaw=float(np.arctan2(out[0], -out[2])),
        pitch=float(np.arcsin(np.clip(-out[1], -1.0, 1.0))),
        roll=float(np.arctan2(level[0], -level[1])),
    )
