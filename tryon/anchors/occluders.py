"""What hides a ring: the finger that wears it, its own tip when it is bent, fingers across it.

Depth between fingers is too uncertain to let one eat into the ring of another beside it. So a
neighbour hides the front of a ring only as far as it lies across it in the image, and only when it
is nearer. Fingers that lie side by side hide the far half of each other's rings: the band goes
round the finger between them and is not seen to come out on the other side.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from models3d.frames import Array
from tryon.anchors.finger import WIDTH_SHARE, FingerAnchor, smoothstep
from tryon.anchors.hand_frame import (
    CHAINS,
    PALM_LENGTH,
    PROXIMAL,
    HandPose,
    cross,
    perpendicular,
    unit,
)
from tryon.types import Finger
from viewer.render.types import Occluder

# Radius at each joint of a finger against its radius under the ring: knuckle, middle joint,
# outer joint, tip (where the landmark lies a little short of the end).
TAPER = (1.05, 0.97, 0.85, 0.70)
SWELLING = 1.10  # flesh beside a ring stands out from the ring's inner side
SOFTNESS = 0.10  # share of a cone's radius over which its silhouette fades
METACARPAL_SHARE = 0.55  # of the way to the wrist that the hand goes on beneath the knuckle
ACROSS, BESIDE = 0.55, 0.85  # distance between two fingers' axes, widths: it hides, it does not
TOUCHING = 1.35  # distance between the axes of neighbours side by side, widths
SET_BACK = 0.35  # radii that a neighbour beside the ring is set behind the ring's middle
NEARER = 0.35  # widths by which a finger across must be nearer to the camera


def finger_occluders(anchor: FingerAnchor, pose: HandPose, at: float) -> tuple[Occluder, ...]:
    """Cones for one worn ring; the first is the phalanx that wears it.

    Args:
        anchor: the ring's place; its depth says how large the hand is.
        at: share of the way along the bone where the ring sits.
    """
    start, end = PROXIMAL[anchor.finger]
    center = anchor.camera_from_anchor.translation
    axis = anchor.camera_from_anchor.rotation[:, 1]
    lifted = pose.joints[start] + at * (pose.joints[end] - pose.joints[start])
    joints = pose.joints * (center[2] / lifted[2])  # grows from the camera: pixels stay
    length = float(np.linalg.norm(joints[end] - joints[start]))
    radius = 0.5 * anchor.width
    knuckle, middle = center - at * length * axis, center + (1.0 - at) * length * axis
    under_ring = TAPER[0] + at * (TAPER[1] - TAPER[0])
    radii = SWELLING * radius * np.array(TAPER) / under_ring
    wearing = _cone(knuckle, middle, radii[0], radii[1])
    outer = joints[list(CHAINS[anchor.finger])]
    outer = outer[[i for i, joint in enumerate(CHAINS[anchor.finger]) if joint >= end]]
    outer = outer + (middle - outer[0])
    cones = [wearing]
    for k in range(len(outer) - 1):
        cones.append(_cone(outer[k], outer[k + 1], radii[k + 1], radii[k + 2]))
    inner = CHAINS[Finger.THUMB][0] if anchor.finger is Finger.THUMB else 0
    beneath = knuckle + METACARPAL_SHARE * (joints[inner] - joints[start])
    cones.append(_cone(beneath, knuckle, 1.1 * radii[0], radii[0]))
    for finger in Finger:
        if finger is not anchor.finger:
            cones.extend(_across(finger, joints, center, radius, center[2] / lifted[2]))
    return tuple(cones)


def hidden_share(anchor: FingerAnchor, cones: Sequence[Occluder]) -> float:
    """How much of the ring's front lies behind `cones`, 0..1."""
    if not cones:
        return 0.0
    rotation, center = anchor.camera_from_anchor.rotation, anchor.camera_from_anchor.translation
    front = unit(perpendicular(-center, rotation[:, 1]))
    beside = cross(rotation[:, 1], front)
    angles = np.radians([-60.0, -30.0, 0.0, 30.0, 60.0])[:, None]
    radius = 0.5 * anchor.width
    points = center + radius * (np.cos(angles) * front + np.sin(angles) * beside)
    share = np.linspace(0.0, 1.0, 9)[:, None]
    balls = np.concatenate([c.start + share * (c.end - c.start) for c in cones])
    radii = np.concatenate(
        [(c.start_radius + share * (c.end_radius - c.start_radius))[:, 0] for c in cones]
    )
    reach = np.linalg.norm(points, axis=1, keepdims=True)
    rays = points / reach
    along = rays @ balls.T  # (points, balls): how far out each ball passes the ray
    aside = np.sqrt(np.maximum((balls * balls).sum(axis=1) - along**2, 0.0))
    hides = (aside < radii) & (along < reach - 0.5 * radius)
    return float(hides.any(axis=1).mean())


def _cone(start: Array, end: Array, start_radius: float, end_radius: float) -> Occluder:
    return Occluder(start, end, float(start_radius), float(end_radius), SOFTNESS)


def _across(
    finger: Finger, joints: Array, center: Array, radius: float, scale: float
) -> list[Occluder]:
    """The cones of another finger that lie across the ring and before it, or close beside it."""
    chain = joints[[i for i in CHAINS[finger] if i >= PROXIMAL[finger][0]]]
    view = unit(center)
    widest = 0.5 * WIDTH_SHARE[finger] * PALM_LENGTH * scale
    radii = widest * np.array(TAPER[-len(chain) :])
    cones = []
    for k, (start, end) in enumerate(pairwise(chain)):
        # the nearest point of the bone to the line of sight through the ring
        flat_start, flat_bone = _flat(start - center, view), _flat(end - start, view)
        share = -(flat_start @ flat_bone) / max(float(flat_bone @ flat_bone), 1e-12)
        nearest = start + np.clip(share, 0.0, 1.0) * (end - start)
        aside = float(np.linalg.norm(_flat(nearest - center, view)))
        apart = aside / (2.0 * radius)
        nearer = float((center - nearest) @ view) / (2.0 * radius)
        weight = smoothstep(-BESIDE, -ACROSS, -apart) * smoothstep(NEARER, 2 * NEARER, nearer)
        if weight > 0.05:
            cones.append(_cone(start, end, weight * radii[k], weight * radii[k + 1]))
        elif BESIDE < apart < TOUCHING and 0.0 < share < 1.0 and finger is not Finger.THUMB:
            thick = min(radii[k], aside - radius)
            back = ((center - nearest) @ view + SET_BACK * thick) * view
            cones.append(_cone(start + back, end + back, thick, thick))
    return cones


def _flat(vector: Array, view: Array) -> Array:
    """`vector` (3,) as seen along `view` (3,)."""
    seen: Array = vector - (vector @ view) * view
    return seen
