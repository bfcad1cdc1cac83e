"""What hides a piece at the wrist: the arm that wears it, and the hand bent over it."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from tryon.anchors.finger import WIDTH_SHARE
from tryon.anchors.hand_frame import CHAINS, PALM_LENGTH, WRIST, HandPose, perpendicular, unit
from tryon.anchors.wrist import WristAnchor
from tryon.types import Finger
from viewer.render.types import Occluder

ARM_PALMS = 2.0  # of forearm beyond the wrist joint
SOFTNESS = 0.06  # share of a cone's radius over which its silhouette fades
PALM_RADII = 0.34, 0.43  # palms, at the wrist's side and at the knuckles
PALM_FLATNESS = 0.42
PALM_FROM = 0.22  # of the way from the wrist to the knuckles
TIP = 0.75  # radius of a finger's end against its root


def arm_occluders(wrist: WristAnchor, pose: HandPose) -> tuple[Occluder, ...]:
    """Cones for one wrist; the first is the forearm, which wears the pieces.

    Args:
        wrist: of the arm.
    """
    rotation = wrist.camera_from_anchor.rotation
    axis, dorsal = rotation[:, 1], rotation[:, 2]
    middle = wrist.camera_from_anchor.translation
    palm = wrist.metres_per_palm
    joint = middle + wrist.from_joint * axis
    elbow = joint - ARM_PALMS * palm * axis
    grows = 0.5 * wrist.taper
    radius = wrist.section.half_breadth
    at_joint = max(radius - grows * wrist.from_joint, 0.8 * radius)
    at_elbow = radius + grows * (ARM_PALMS * palm - wrist.from_joint)
    flatness = wrist.section.half_depth / radius
    arm = Occluder(elbow, joint, at_elbow, at_joint, SOFTNESS, dorsal, flatness)
    return (arm, *_hand(pose, joint))


def _hand(pose: HandPose, joint: Array) -> list[Occluder]:
    """The palm and the fingers, with the wrist joint where the arm has it."""
    scale = float(joint[2] / pose.joints[WRIST, 2])
    joints = pose.joints * scale
    palm = PALM_LENGTH * scale
    knuckles = 0.5 * (joints[9] + joints[13])
    root = joints[WRIST] + PALM_FROM * (knuckles - joints[WRIST])
    flat = unit(perpendicular(pose.dorsal, unit(knuckles - root)))
    near, far = (share * palm for share in PALM_RADII)
    cones = [Occluder(root, knuckles, near, far, SOFTNESS, flat, PALM_FLATNESS)]
    for finger, chain in CHAINS.items():
        first = 1 if finger is Finger.THUMB else 0
        radii = 0.5 * WIDTH_SHARE[finger] * palm * np.linspace(1.0, TIP, 4)
        for k in range(first, 3):
            start, end = joints[chain[k]], joints[chain[k + 1]]
            cones.append(Occluder(start, end, float(radii[k]), float(radii[k + 1]), SOFTNESS))
    return cones
