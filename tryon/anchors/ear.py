"""Where an ear's lobe is pierced: on the head by what heads are, then by the face's own points.

The mesh of the face has no ears. The lobe stands behind its edge, at a place of the mean head that
moves with the points about the ear as this face shows them. The face of the lobe looks outwards
and forwards: auricles stand 20 to 30 degrees off the head, and their lobes turn a little more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from models3d.frames import Array, IntArray, Intrinsics, RigidTransform
from tryon.anchors.canonical import FACE_POINTS, canonical_face
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import cross, unit
from tryon.anchors.head import CHIN, FACE_TOP, HeadPose
from tryon.types import Ear
from viewer.render.types import BodyMesh

# Of the mean head, metres: outwards, up, forwards in the head frame. Fitted to 52 lobes of
# benchmarks/ear_labels.json.
LOBE = np.array([0.0806, -0.0220, -0.0343])
BESIDE = {  # points of the face beside each ear, whose common shift from the mean head moves it
    Ear.RIGHT: np.array([127, 234, 93, 132, 58]),
    Ear.LEFT: np.array([356, 454, 323, 361, 288]),
}
CHEEK = {  # points of the face on the cheek beside each ear
    Ear.RIGHT: np.array([123, 147, 187, 213]),
    Ear.LEFT: np.array([352, 376, 411, 433]),
}
OUTWARDS = {Ear.RIGHT: -1.0, Ear.LEFT: 1.0}  # along the head's x
FORWARD = np.radians(40.0)  # by which the lobe's face turns from outwards to the front
EAR_HEIGHT = 0.0618  # metres: ANSUR II, mean of women's 59.4 and men's 64.2 mm
LOBE_THICKNESS = 4.3e-3  # a little less than findings leave room for
BEHIND_SKIN = 0.12e-3  # so that what lies on the lobe is not cut by it

# The lobe and the ear above it in the anchor's plane, metres, x forwards, about the piercing.
_OUTLINE = 1e-3 * np.array(
    [
        [7.5, 4.0], [6.6, -0.8], [4.2, -4.2], [0.8, -5.6], [-2.8, -5.3], [-6.0, -3.2],
        [-8.6, 1.0], [-11.5, 8.0], [-15.0, 18.0], [-18.0, 30.0], [-16.0, 41.0], [-7.0, 49.0],
        [3.0, 49.0], [9.0, 40.0], [9.0, 22.0], [8.0, 10.0],
    ]
)  # fmt: skip
_AT_CHEEK = (13, 14, 0, 1)  # of the outline: what is beside the first of the face's points


@dataclass(frozen=True, slots=True, eq=False)
class EarAnchor:
    """One pierced lobe before the camera."""

    ear: Ear
    camera_from_anchor: RigidTransform  # +Y up along the ear, +Z out of the lobe's face
    lobe_px: Array  # (2,)
    height_px: float  # of the whole ear
    turn: float  # radians by which the head shows this ear; negative: turned away


def place_ear(head: HeadPose, ear: Ear, intrinsics: Intrinsics) -> EarAnchor:
    """The piercing of one ear by the head alone."""
    size, sign = head.size.value, OUTWARDS[ear]
    mean = canonical_face().points
    beside = BESIDE[ear]
    shift = (head.points[beside] - head.camera_from_head.apply(mean[beside] * size)).mean(axis=0)
    lobe = head.camera_from_head.apply(LOBE * (sign, 1.0, 1.0) * size) + shift
    rotation = _rotation(head, sign)
    away = float(lobe[2])
    return EarAnchor(
        ear=ear,
        camera_from_anchor=RigidTransform(rotation, lobe),
        lobe_px=intrinsics.project(lobe),
        height_px=EAR_HEIGHT * size * intrinsics.fy / away,
        turn=-sign * head.yaw,
    )


def _rotation(head: HeadPose, sign: float) -> Array:
    """(3, 3) camera from anchor: y the head's up, z outwards and a little forwards."""
    across, up, front = head.camera_from_head.rotation.T
    out = unit(np.cos(FORWARD) * sign * across + np.sin(FORWARD) * front)
    return np.column_stack([cross(up, out), up, out])


def moved_to(anchor: EarAnchor, lobe_px: Array, intrinsics: Intrinsics) -> EarAnchor:
    """The same ear with its piercing on another pixel, at the same depth."""
    rotation, before = anchor.camera_from_anchor.rotation, anchor.camera_from_anchor.translation
    lobe = intrinsics.unproject(lobe_px, float(before[2]))
    return EarAnchor(
        anchor.ear, RigidTransform(rotation, lobe), lobe_px, anchor.height_px, anchor.turn
    )


def lobe_body(anchor: EarAnchor, head: HeadPose) -> BodyMesh:
    """The lobe and the ear above it as a thin plate, and the skin between it and the cheek.

    It hides posts, clasps and the ends of hooks behind it.
    """
    flat = _OUTLINE * head.size.value
    if anchor.ear is Ear.LEFT:
        flat = flat * (-1.0, 1.0)
    n = len(flat)
    front = np.column_stack([flat, np.full(n, -BEHIND_SKIN)])
    back = np.column_stack([flat, np.full(n, -LOBE_THICKNESS)])
    cheek = BESIDE[anchor.ear][: len(_AT_CHEEK)]
    plate = anchor.camera_from_anchor.apply(np.concatenate([front, back]))
    return BodyMesh(np.concatenate([plate, head.points[cheek]]), _plate_triangles())


@cache
def _plate_triangles() -> IntArray:
    """(m, 3) over the outline's points in front, those behind, and the face's beside the ear."""
    n = len(_OUTLINE)
    i = np.arange(n)
    j = (i + 1) % n
    fan = np.column_stack([np.zeros(n - 2, int), i[1:-1], i[2:]])
    face = 2 * n + np.arange(len(_AT_CHEEK))
    edge = n + np.array(_AT_CHEEK)
    skin = np.column_stack([edge[:-1], edge[1:], face[1:], face[:-1]])
    return np.concatenate(
        [
            fan,
            fan + n,
            np.column_stack([i, j, j + n]),
            np.column_stack([i, j + n, i + n]),
            skin[:, [0, 1, 2]],
            skin[:, [0, 2, 3]],
        ]
    ).astype(np.int32)


HIDDEN_TURN, SHOWN_TURN = np.radians(-8.0), np.radians(-4.0)


def shown_by_turn(turn: float, *, grace: float = 0.0) -> float:
    """How far an ear shows, 0..1: behind the cheek of a head turned away it does not.

    Args:
        turn: radians, from `EarAnchor.turn`.
        grace: radians by which an ear that is shown may turn further before it goes.
    """
    return smoothstep(HIDDEN_TURN - grace, SHOWN_TURN - grace, turn)


AT_THE_FACE, OFF_THE_FACE = -0.004, 0.004  # face heights from its outline to a lobe's piercing


def off_the_face(anchor: EarAnchor, head: HeadPose) -> float:
    """That a lobe found stands beside the face's own outline, 0..1; on it a cheek's edge was found.

    In benchmarks/ear_labels.json lobes that show stand 0.010 and more off it.
    """
    points = head.face.points_px
    outline = cv2.convexHull(points[:FACE_POINTS].astype(np.float32))
    x, y = (float(each) for each in anchor.lobe_px)
    away = -cv2.pointPolygonTest(outline, (x, y), True)
    height = float(np.linalg.norm(points[FACE_TOP] - points[CHIN]))
    return smoothstep(AT_THE_FACE, OFF_THE_FACE, away / max(height, 1.0))
