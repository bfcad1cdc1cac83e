"""What hides a ring: the finger that wears it, its own tip when it is bent, fingers across it.

Depth between fingers is too uncertain to let one eat into the ring of another beside it. So a
neighbour hides the front of a ring only as far as it lies across it in the image, and only when it
is nearer. Fingers that lie side by side hide the far half of each other's rings: the band goes
round the finger between them and is not seen to come out on the other side. Flesh swells beside a
ring and takes in the shank where it turns to the far side, so a shield behind the finger, a little
broader than it, cuts the far half off at the silhouette: no hook stands out beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt

import numpy as np

from models3d.frames import Array
from tryon.anchors.evidence import smoothstep
from tryon.anchors.finger import WIDTH_SHARE, FingerAnchor
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
SHIELD = 1.30  # radius of the shield, radii of the ring: beyond the shank
SHIELD_BEHIND = 0.04  # radii that it stays behind the ring's middle at the silhouette
SHIELD_ASIDE = 0.45  # radii that it gives way where a stone looks out beside the finger
SET_BACK = 0.35  # radii that a neighbour beside the ring is set behind the ring's middle
NEARER = 0.35  # widths by which a finger across must be nearer to the camera


@dataclass(frozen=True, slots=True)
class _Bone:
    """One phalanx of a mean hand."""

    start: int  # joints
    end: int
    start_radius: float  # metres
    end_radius: float
    flanks: bool  # lies beside other fingers; the thumb stands apart


def _bones(finger: Finger) -> tuple[_Bone, ...]:
    chain = [joint for joint in CHAINS[finger] if joint >= PROXIMAL[finger][0]]
    radii = 0.5 * WIDTH_SHARE[finger] * PALM_LENGTH * np.array(TAPER[-len(chain) :])
    pairs = pairwise(zip(chain, radii, strict=True))
    return tuple(
        _Bone(start, end, float(thick), float(thin), finger is not Finger.THUMB)
        for (start, thick), (end, thin) in pairs
    )


_BONES = {finger: _bones(finger) for finger in Finger}


def _others(wearer: Finger) -> tuple[tuple[_Bone, ...], list[int], list[int]]:
    """The other fingers' phalanges, where they start and where they end."""
    bones = tuple(bone for finger in Finger if finger is not wearer for bone in _BONES[finger])
    return bones, [bone.start for bone in bones], [bone.end for bone in bones]


_OTHERS = {finger: _others(finger) for finger in Finger}
_FRONT = np.radians([-60.0, -30.0, 0.0, 30.0, 60.0])[:, None]  # where a ring's front is looked at
_FRONT_COSINES, _FRONT_SINES = np.cos(_FRONT), np.sin(_FRONT)
_ALONG_CONE = np.linspace(0.0, 1.0, 9)[:, None]


def finger_occluders(anchor: FingerAnchor, pose: HandPose, at: float) -> tuple[Occluder, ...]:
    """Cones for one worn ring; the first is the phalanx that wears it, the second its shield.

    Args:
        anchor: the ring's place; its depth says how large the hand is.
        at: share of the way along the bone where the ring sits.
    """
    start, end = PROXIMAL[anchor.finger]
    center = anchor.camera_from_anchor.translation
    axis = anchor.camera_from_anchor.rotation[:, 1]
    lifted = pose.joints[start] + at * (pose.joints[end] - pose.joints[start])
    joints = pose.joints * (center[2] / lifted[2])  # grows from the camera: pixels stay
    length = hypot(*(joints[end] - joints[start]).tolist())
    radius = 0.5 * anchor.width
    knuckle, middle = center - at * length * axis, center + (1.0 - at) * length * axis
    under_ring = TAPER[0] + at * (TAPER[1] - TAPER[0])
    radii = SWELLING * radius * np.array(TAPER) / under_ring
    wearing = _cone(knuckle, middle, radii[0], radii[1])
    outer = joints[list(CHAINS[anchor.finger])]
    outer = outer[[i for i, joint in enumerate(CHAINS[anchor.finger]) if joint >= end]]
    outer = outer + (middle - outer[0])
    cones = [wearing, _shield(wearing, anchor, unit(center))]
    for k in range(len(outer) - 1):
        cones.append(_cone(outer[k], outer[k + 1], radii[k + 1], radii[k + 2]))
    inner = CHAINS[Finger.THUMB][0] if anchor.finger is Finger.THUMB else 0
    beneath = knuckle + METACARPAL_SHARE * (joints[inner] - joints[start])
    cones.append(_cone(beneath, knuckle, 1.1 * radii[0], radii[0]))
    cones.extend(_neighbours(anchor.finger, joints, center, radius, center[2] / lifted[2]))
    return tuple(cones)


def hidden_share(anchor: FingerAnchor, cones: Sequence[Occluder]) -> float:
    """How much of the ring's front lies behind `cones`, 0..1."""
    if not cones:
        return 0.0
    rotation, center = anchor.camera_from_anchor.rotation, anchor.camera_from_anchor.translation
    front = unit(perpendicular(-center, rotation[:, 1]))
    beside = cross(rotation[:, 1], front)
    radius = 0.5 * anchor.width
    points = center + radius * (_FRONT_COSINES * front + _FRONT_SINES * beside)
    starts, ends = np.array([c.start for c in cones]), np.array([c.end for c in cones])
    thick = np.array([(c.start_radius, c.end_radius) for c in cones])
    balls = (starts[:, None] + _ALONG_CONE * (ends - starts)[:, None]).reshape(-1, 3)
    radii = (thick[:, :1] + _ALONG_CONE[:, 0] * (thick[:, 1:] - thick[:, :1])).ravel()
    reach = np.sqrt(np.add.reduce(points * points, axis=1))[:, None]
    rays = points / reach
    along = rays @ balls.T  # (points, balls): how far out each ball passes the ray
    squared = np.add.reduce(balls * balls, axis=1) - along * along
    hides = (squared < radii * radii) & (along < reach - 0.5 * radius)
    return float(hides.any(axis=1).sum()) / len(points)


def _cone(start: Array, end: Array, start_radius: float, end_radius: float) -> Occluder:
    return Occluder(start, end, float(start_radius), float(end_radius), SOFTNESS)


def _shield(wearing: Occluder, anchor: FingerAnchor, view: Array) -> Occluder:
    """What hides the far half of a ring beside the finger that wears it."""
    axis, dorsal = anchor.camera_from_anchor.rotation[:, 1:].T
    away = float(dorsal @ view)  # -1: the stone looks at the camera
    aside = SHIELD_ASIDE * smoothstep(-0.35, -0.05, away) * (1.0 - smoothstep(0.75, 0.95, away))
    across = unit(cross(axis, view))
    across = across if across @ dorsal < 0.0 else -across
    behind = SHIELD_BEHIND + sqrt(SHIELD**2 - (SWELLING - aside) ** 2)  # it passes the silhouette
    radius = 0.5 * anchor.width
    moved = radius * (behind * view + aside * across)
    return _cone(wearing.start + moved, wearing.end + moved, SHIELD * radius, SHIELD * radius)


def _neighbours(
    wearer: Finger, joints: Array, center: Array, radius: float, scale: float
) -> list[Occluder]:
    """The cones of other fingers that lie across the ring and before it, or close beside it."""
    bones, starts_at, ends_at = _OTHERS[wearer]
    starts, ends = joints.take(starts_at, axis=0), joints.take(ends_at, axis=0)
    view = unit(center)
    spans = ends - starts
    # the nearest point of each bone to the line of sight through the ring
    flat_starts, flat_spans = _flat(starts - center, view), _flat(spans, view)
    lengths = np.maximum(np.add.reduce(flat_spans * flat_spans, axis=1), 1e-12)
    along = -np.add.reduce(flat_starts * flat_spans, axis=1) / lengths
    nearest = starts + np.minimum(np.maximum(along, 0.0), 1.0)[:, None] * spans - center
    flat = _flat(nearest, view)
    asides = np.sqrt(np.add.reduce(flat * flat, axis=1)).tolist()
    before, shares = (-(nearest @ view)).tolist(), along.tolist()
    cones = []
    for k, bone in enumerate(bones):
        apart = asides[k] / (2.0 * radius)
        if apart > TOUCHING:
            continue
        nearer = before[k] / (2.0 * radius)
        weight = smoothstep(-BESIDE, -ACROSS, -apart) * smoothstep(NEARER, 2 * NEARER, nearer)
        start_radius, end_radius = bone.start_radius * scale, bone.end_radius * scale
        if weight > 0.05:
            cones.append(_cone(starts[k], ends[k], weight * start_radius, weight * end_radius))
        elif apart > BESIDE and 0.0 < shares[k] < 1.0 and bone.flanks:
            thick = min(start_radius, asides[k] - radius)
            back = (before[k] + SET_BACK * thick) * view
            cones.append(_cone(starts[k] + back, ends[k] + back, thick, thick))
    return cones


def _flat(vectors: Array, view: Array) -> Array:
    """`vectors` (n, 3) as seen along `view` (3,)."""
    seen: Array = vectors - (vectors @ view)[:, None] * view
    return seen
