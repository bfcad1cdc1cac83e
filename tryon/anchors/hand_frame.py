"""The hand in the camera's frame: depth for every joint, dorsal direction, each finger's frame.

Landmarks in the image are good to a few degrees in the plane; the detector's own 3D skeleton is
worse and shortens the proximal phalanges. So each joint stays on its pixel's ray and only its
depth is sought: bones as long as hands' bones are, tilted as the detector's skeleton says.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, log, sin, sqrt

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
_BETWEEN = np.zeros((len(_SPANS), 21))  # takes what belongs to joints to its differences
for _row, (_from, _to, _) in enumerate(_SPANS):
    _BETWEEN[_row, _from], _BETWEEN[_row, _to] = -1.0, 1.0
# 187 mm from the wrist crease to the tip of the middle finger (mean of women's 181 and men's
# 193 mm, ANSUR II) make 2.14 palm lengths.
PALM_LENGTH = 0.0875
_LENGTHS = np.array([span[2] for span in _SPANS]) * PALM_LENGTH
_PALM_SPANS = [row for row, span in enumerate(_SPANS) if span[:2] in {(0, k) for k in KNUCKLES}]
_TO_KNUCKLES = _BETWEEN[_PALM_SPANS]
_PALM_LOGARITHM = float(np.log(_LENGTHS[_PALM_SPANS]).sum())
_PALM_MEAN = np.isin(np.arange(21), PALM) / len(PALM)
_LENGTH_TOLERANCE = 0.10  # share of a span
_TILT_TOLERANCE = 0.30  # of depth along a span, share of its length
_AHEAD = np.array([0.0, 0.0, 1.0])
_NEAREST = 0.04  # metres from the camera to a hand
_STEPS = 4  # of Gauss-Newton: more change the figures by less than a tenth of a degree
# What the depths in the image and those of the skeleton count, of the net's that has both: each
# makes the hand flatter than it is.
_SEEN_SHARE, _TOLD_SHARE = 0.6, 0.5
_FINGER_ORDER = {finger: order for order, finger in enumerate(Finger)}
_LENGTH_WEIGHT = 1.0 / (_LENGTHS * _LENGTH_TOLERANCE)
# What the depths' differences weigh.
_BY_RISE = _BETWEEN / (_LENGTHS * _TILT_TOLERANCE)[:, None]
_RISE = _BY_RISE.T @ _BY_RISE
_FROM_RISE = _RISE + 1e-6 * np.eye(21)


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
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


def perpendicular(vector: Array, axis: Array) -> Array:
    """What is left of `vector` (3,) without its part along the unit `axis` (3,)."""
    left: Array = vector - (vector @ axis) * axis
    return left


def turn_between(start: Array, end: Array) -> Array:
    """(3, 3): the smallest rotation that takes the unit vector `start` to `end`."""
    (x, y, z), share = cross(start, end).tolist(), 1.0 / (1.0 + float(start @ end))
    return _turned(x, y, z, 1.0, share)


def turn_about(axis: Array, angle: float) -> Array:
    """(3, 3): the rotation by `angle` radians about the unit `axis` (3,)."""
    x, y, z = axis.tolist()
    return _turned(x, y, z, sin(angle), 1.0 - cos(angle))


def _turned(x: float, y: float, z: float, sine: float, rest: float) -> Array:
    """The identity, `sine` times the matrix of the cross product and `rest` times its square."""
    return np.array(
        [
            [1.0 - rest * (y * y + z * z), rest * x * y - sine * z, rest * x * z + sine * y],
            [rest * x * y + sine * z, 1.0 - rest * (x * x + z * z), rest * y * z - sine * x],
            [rest * x * z - sine * y, rest * y * z + sine * x, 1.0 - rest * (x * x + y * y)],
        ]
    )


def lift(landmarks: HandLandmarks, intrinsics: Intrinsics) -> HandPose:
    """Give every landmark its depth.

    Gauss-Newton over the 21 depths. The detector looks at a crop as if it lay in the middle of
    the picture, so its skeleton is turned to the ray through the palm first.
    """
    rays = intrinsics.unproject(landmarks.points_px)
    view = unit(_PALM_MEAN @ rays)
    ahead = landmarks.world * _to_a_palm(landmarks.world)
    if landmarks.depths_px is not None:
        seen = np.zeros((21, 3))
        seen[:, :2], seen[:, 2] = landmarks.points_px, landmarks.depths_px
        ahead[:, 2] *= _TOLD_SHARE
        ahead[:, 2] += _SEEN_SHARE * _to_a_palm(seen) * landmarks.depths_px
        ahead *= _to_a_palm(ahead)
    world = ahead @ turn_between(_AHEAD, view).T
    depths = _depths(rays, world)
    joints = rays * depths[:, None]
    hinge = unit(joints[5] - joints[17])
    sign = 1.0 if landmarks.hand is Hand.RIGHT else -1.0
    dorsal = -sign * unit(cross(joints[5] - joints[0], joints[17] - joints[0]))
    palm_px = sqrt(intrinsics.fx * intrinsics.fy) * PALM_LENGTH / float(_PALM_MEAN @ depths)
    facing = -float(dorsal @ view)
    lean = None if landmarks.depths_px is None else tilts(joints, view, facing)
    return HandPose(landmarks, joints, dorsal, hinge, palm_px, view, lean)


def _to_a_palm(joints: Array) -> float:
    """By what (21, 3) grow so that the spans from the wrist to the knuckles are a mean hand's."""
    spans = _TO_KNUCKLES @ joints
    squares = np.add.reduce(spans * spans, axis=1).tolist()
    logarithm = sum(log(max(square, 1e-24)) for square in squares)
    return exp((_PALM_LOGARITHM - 0.5 * logarithm) / len(squares))


def _depths(rays: Array, world: Array) -> Array:
    """(21,) z in metres for points on `rays` (21, 3) shaped like `world` (21, 3)."""
    away = max(_distance(rays, world), _NEAREST)
    depths = np.asarray(np.maximum(world[:, 2] + away, 0.2 * away), np.float64)
    spans = _BETWEEN @ world
    lengths = np.sqrt(np.add.reduce(spans * spans, axis=1))
    wanted = (spans[:, 2] / lengths / _TILT_TOLERANCE) @ _BY_RISE
    for _ in range(_STEPS):
        span = _BETWEEN @ (rays * depths[:, None])
        length = np.sqrt(np.add.reduce(span * span, axis=1))
        off = length - _LENGTHS
        error = off * _LENGTH_WEIGHT
        error *= 0.25 * error
        error += 1.0
        weight = _LENGTH_WEIGHT / np.sqrt(error)  # Cauchy: a wild span yields
        span *= (weight / np.maximum(length, 1e-9))[:, None]
        by_length = (span @ rays.T) * _BETWEEN
        gradient = (off * weight) @ by_length + (_RISE @ depths - wanted)
        system = by_length.T @ by_length + _FROM_RISE
        step = cv2.solve(system, gradient[:, None], flags=cv2.DECOMP_CHOLESKY)[1][:, 0]
        depths -= np.minimum(np.maximum(step, -0.03), 0.03)
        if max(step.max(), -step.min()) < 2e-4:
            break
    return np.maximum(depths, 0.2 * away)  # what is no hand at all stays before the camera


def _distance(rays: Array, world: Array) -> float:
    """Metres ahead at which `world` (21, 3), moved, is best seen along `rays` (21, 3), z = 1."""
    seen = rays[:, :2]
    needed = seen * world[:, 2:] - world[:, :2]
    seen, needed = seen - seen.sum(axis=0) / 21.0, needed - needed.sum(axis=0) / 21.0
    return -float(np.vdot(seen, needed)) / float(np.vdot(seen, seen))
