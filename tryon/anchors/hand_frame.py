"""The hand in the camera's frame: depth for every joint, dorsal direction, each finger's frame.

Landmarks in the image are good to a few degrees in the plane; the detector's own 3D skeleton is
worse and shortens the proximal phalanges. So each joint stays on its pixel's ray and only its
depth is sought: bones as long as hands' bones are, tilted as the detector's skeleton says.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin, sqrt

import cv2
import numpy as np

from models3d.frames import Array, Intrinsics
from tryon.anchors.skeleton import CHAINS as CHAINS
from tryon.anchors.skeleton import KNUCKLES as KNUCKLES
from tryon.anchors.skeleton import PALM as PALM
from tryon.anchors.skeleton import PROXIMAL as PROXIMAL
from tryon.anchors.skeleton import WRIST as WRIST
from tryon.anchors.tilt import tilts
from tryon.types import Finger, Hand, HandLandmarks

# Lengths between landmarks as they are seen on real hands, in units of the palm length (the
# geometric mean of wrist to the four knuckles): medians over 36 hands in photographs of the
# lengths in pixels, each undone by its tilt where that is under 41 degrees. The last eight keep
# the palm rigid.
_SPANS = (
    (0, 1, 0.459), (1, 2, 0.432), (2, 3, 0.353), (3, 4, 0.275),
    (0, 5, 1.080), (5, 6, 0.485), (6, 7, 0.275), (7, 8, 0.271),
    (0, 9, 1.025), (9, 10, 0.532), (10, 11, 0.329), (11, 12, 0.252),
    (0, 13, 0.971), (13, 14, 0.493), (14, 15, 0.314), (15, 16, 0.246),
    (0, 17, 0.930), (17, 18, 0.376), (18, 19, 0.244), (19, 20, 0.204),
    (5, 9, 0.269), (9, 13, 0.247), (13, 17, 0.246), (5, 17, 0.718),
    (0, 2, 0.860), (1, 5, 0.756), (5, 13, 0.510), (9, 17, 0.485),
)  # fmt: skip
# Of the phalanges that wear rings.
BONE_SHARE = {
    finger: next(span[2] for span in _SPANS if span[:2] == joints)
    for finger, joints in PROXIMAL.items()
}
_FROM = np.array([span[0] for span in _SPANS])
_TO = np.array([span[1] for span in _SPANS])
# 187 mm from the wrist crease to the tip of the middle finger (mean of women's 181 and men's
# 193 mm, ANSUR II) make 2.14 palm lengths.
PALM_LENGTH = 0.0875
_LENGTHS = np.array([span[2] for span in _SPANS]) * PALM_LENGTH
_PALM_SPANS = np.array([4, 8, 12, 16])
_LENGTH_TOLERANCE = 0.10  # share of a span
_TILT_TOLERANCE = 0.30  # of depth along a span, share of its length
_NEAREST = 0.04  # metres from the camera to a hand
_STEPS = 4  # of Gauss-Newton: more change the figures by less than a tenth of a degree
# What the depths in the image and those of the skeleton count, of the net's that has both: each
# makes the hand flatter than it is.
_SEEN_SHARE, _TOLD_SHARE = 0.6, 0.5
_FINGER_ORDER = {finger: order for order, finger in enumerate(Finger)}
_ROWS = np.arange(len(_LENGTHS))
_LENGTH_WEIGHT = 1.0 / (_LENGTHS * _LENGTH_TOLERANCE)
_BY_RISE = np.zeros((len(_LENGTHS), 21))  # what the depths' differences weigh
_BY_RISE[_ROWS, _TO] = 1.0 / (_LENGTHS * _TILT_TOLERANCE)
_BY_RISE[_ROWS, _FROM] = -_BY_RISE[_ROWS, _TO]
_FROM_RISE = _BY_RISE.T @ _BY_RISE + 1e-6 * np.eye(21)


@dataclass(frozen=True, slots=True, eq=False)
class HandPose:
    """One hand lifted into the camera's frame, as large as a mean hand."""

    landmarks: HandLandmarks
    joints: Array  # (21, 3) metres, camera frame, on the rays of the landmarks' pixels
    dorsal: Array  # (3,) out of the back of the hand, unit length
    hinge: Array  # (3,) from the little finger's knuckle to the index's, unit length
    palm_px: float  # palm length in the image as if it lay parallel to it
    view: Array  # (3,) unit, from the camera to the palm
    tilts: Array | None = None  # (5,) radians of ring-wearing phalanges along `view`; None: unknown

    def phalanx(self, finger: Finger) -> Array:
        """(3,) unit, along the phalanx that wears a ring, to the tip."""
        start, end = PROXIMAL[finger]
        bone = unit(self.joints[end] - self.joints[start])
        if self.tilts is None:
            return bone
        across = perpendicular(bone, self.view)
        if across @ across < 1e-4:  # it points at the camera: no direction to lean in
            return bone
        tilt = float(self.tilts[_FINGER_ORDER[finger]])
        axis: Array = cos(tilt) * unit(across) + sin(tilt) * self.view
        return axis


def unit(vector: Array) -> Array:
    """The vector (3,) or (2,) at length 1; a zero vector stays."""
    scaled: Array = vector / max(sqrt(float(vector @ vector)), 1e-12)
    return scaled


def cross(a: Array, b: Array) -> Array:
    """The cross product of two vectors (3,); numpy's own takes ten times as long for one pair."""
    return np.array(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )


def perpendicular(vector: Array, axis: Array) -> Array:
    """What is left of `vector` (3,) without its part along the unit `axis` (3,)."""
    left: Array = vector - (vector @ axis) * axis
    return left


def turn_between(start: Array, end: Array) -> Array:
    """(3, 3): the smallest rotation that takes the unit vector `start` to `end`."""
    axis = cross(start, end)
    k = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    turned: Array = np.eye(3) + k + k @ k / (1.0 + start @ end)
    return turned


def lift(landmarks: HandLandmarks, intrinsics: Intrinsics) -> HandPose:
    """Give every landmark its depth.

    Gauss-Newton over the 21 depths. The detector looks at a crop as if it lay in the middle of
    the picture, so its skeleton is turned to the ray through the palm first.
    """
    rays = intrinsics.unproject(landmarks.points_px)
    view = unit(rays[list(PALM)].mean(axis=0))
    ahead = _as_large_as_a_palm(landmarks.world)
    if landmarks.depths_px is not None:
        seen = np.column_stack((landmarks.points_px, landmarks.depths_px))
        depths = _SEEN_SHARE * _as_large_as_a_palm(seen)[:, 2] + _TOLD_SHARE * ahead[:, 2]
        ahead = _as_large_as_a_palm(np.column_stack((ahead[:, :2], depths)))
    world = ahead @ turn_between(np.array([0.0, 0.0, 1.0]), view).T
    depths = _depths(rays, world)
    joints = rays * depths[:, None]
    hinge = unit(joints[5] - joints[17])
    sign = 1.0 if landmarks.hand is Hand.RIGHT else -1.0
    dorsal = -sign * unit(cross(joints[5] - joints[0], joints[17] - joints[0]))
    palm_depth = float(joints[list(PALM), 2].mean())
    focal = np.sqrt(intrinsics.fx * intrinsics.fy)
    palm_px = focal * PALM_LENGTH / palm_depth
    facing = -float(dorsal @ view)
    lean = None if landmarks.depths_px is None else tilts(joints, view, facing)
    return HandPose(landmarks, joints, dorsal, hinge, palm_px, view, lean)


def _as_large_as_a_palm(joints: Array) -> Array:
    """(21, 3) scaled so that the spans from the wrist to the knuckles are a mean hand's."""
    spans = joints[_TO[_PALM_SPANS]] - joints[_FROM[_PALM_SPANS]]
    lengths = np.sqrt((spans * spans).sum(axis=1))
    scaled: Array = joints * np.exp(np.log(_LENGTHS[_PALM_SPANS] / lengths).mean())
    return scaled


def _depths(rays: Array, world: Array) -> Array:
    """(21,) z in metres for points on `rays` (21, 3) shaped like `world` (21, 3)."""
    away = max(float(_translation(rays, world)[2]), _NEAREST)
    depths = np.asarray(np.maximum(world[:, 2] + away, 0.2 * away), np.float64)
    spans = world[_TO] - world[_FROM]
    wanted = spans[:, 2] / np.sqrt((spans * spans).sum(axis=1)) / _TILT_TOLERANCE
    by_length = np.zeros_like(_BY_RISE)
    towards, from_ = rays[_TO], rays[_FROM]
    for _ in range(_STEPS):
        span = towards * depths[_TO, None] - from_ * depths[_FROM, None]
        length = np.sqrt((span * span).sum(axis=1))
        error = (length - _LENGTHS) * _LENGTH_WEIGHT
        # Cauchy: a wild span yields
        weight = _LENGTH_WEIGHT / np.sqrt(1.0 + 0.25 * error * error)
        span *= (weight / np.maximum(length, 1e-9))[:, None]
        by_length[_ROWS, _TO] = (span * towards).sum(axis=1)
        by_length[_ROWS, _FROM] = -(span * from_).sum(axis=1)
        gradient = ((length - _LENGTHS) * weight) @ by_length
        gradient += (_BY_RISE @ depths - wanted) @ _BY_RISE
        system = by_length.T @ by_length + _FROM_RISE
        step = cv2.solve(system, gradient[:, None], flags=cv2.DECOMP_CHOLESKY)[1][:, 0]
        depths -= np.minimum(np.maximum(step, -0.03), 0.03)
        if max(step.max(), -step.min()) < 2e-4:
            break
    return np.maximum(depths, 0.2 * away)  # what is no hand at all stays before the camera


def _translation(rays: Array, world: Array) -> Array:
    """(3,) metres: where `world` (21, 3) must stand to be seen along `rays` (21, 3), z = 1."""
    n = len(rays)
    system = np.zeros((2 * n, 3))
    system[:n, 0] = system[n:, 1] = 1.0
    system[:, 2] = -rays[:, :2].T.ravel()
    right = (rays[:, :2] * world[:, 2:] - world[:, :2]).T.ravel()
    solution = np.linalg.solve(system.T @ system, system.T @ right)
    return np.asarray(solution, np.float64)
