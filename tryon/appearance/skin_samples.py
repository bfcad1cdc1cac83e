"""Places on a face or a hand that surely show bare skin: what its colours are learned from."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from tryon.types import FaceLandmarks, HandLandmarks

# Triangles of the face mesh's own points, by index: within them lie forehead, cheeks, nose, chin.
# Eyes, brows, lips and the beard's outline stay outside.
_FACE_TRIANGLES = np.array(
    [
        [151, 108, 107], [151, 337, 336], [151, 107, 336], [109, 108, 151], [338, 337, 151],
        [116, 117, 123], [117, 118, 50], [123, 50, 187], [118, 101, 205], [101, 36, 205],
        [345, 346, 352], [346, 347, 280], [352, 280, 411], [347, 330, 425], [330, 266, 425],
        [6, 196, 419], [195, 198, 420], [5, 45, 275], [200, 208, 428], [199, 208, 428],
    ]
)  # fmt: skip
_HAIRLINE = np.array([54, 103, 67, 109, 10, 338, 297, 332, 284])
_BETWEEN_EYES, _FOREHEAD_TOP, _CHIN = 168, 10, 152
_BEYOND_HAIRLINE = np.linspace(0.06, 0.30, 9)  # of the face's height
# From below the ear down to the corner of the jaw, those on the picture's left and right.
_JAW_SIDES = np.array([[132, 361], [58, 288], [172, 397]])
_BELOW_CORNER = np.array([0.1, 0.2])  # of the face's height
_BESIDE_JAW = np.linspace(0.06, 0.34, 8)  # of the face's height
_NOSE = 1
_FACING = 0.3  # of a face's breadth on either side of the nose: it is turned away no farther
_JAW = np.array([150, 176, 148, 152, 377, 400, 379])
_BELOW_JAW = np.linspace(0.06, 0.30, 6)  # of the face's height
_PALM = np.array([0, 1, 5, 9, 13, 17])
_BONES = np.array([[5, 6], [6, 7], [9, 10], [10, 11], [13, 14], [14, 15], [17, 18], [18, 19]])
_INSIDE_TRIANGLE = np.random.default_rng(11).dirichlet(np.full(3, 2.0), 6).round(3)
_RATIO = 1.1127756842787055  # of an R-sequence in six dimensions
# shares of the palm's points: Dirichlet's way from an R-sequence's numbers (M. Roberts, 2018)
_INSIDE_PALM = -np.log((0.5 + np.outer(np.arange(1, 73), _RATIO ** -np.arange(1.0, 7.0))) % 1.0)
_INSIDE_PALM /= _INSIDE_PALM.sum(axis=1, keepdims=True)
_ALONG_BONE = np.array([0.2, 0.4, 0.6, 0.8])


def face_skin_points(face: FaceLandmarks) -> Array:
    """(120, 2) pixels on forehead, cheeks, nose and chin."""
    corners = face.points_px[_FACE_TRIANGLES]
    return np.asarray(np.einsum("kc,tcx->tkx", _INSIDE_TRIANGLE, corners).reshape(-1, 2))


def hand_skin_points(hand: HandLandmarks) -> Array:
    """(104, 2) pixels on the palm, or the back of the hand, and on the middle of four fingers."""
    palm = _INSIDE_PALM @ hand.points_px[_PALM]
    start, end = hand.points_px[_BONES[:, 0]], hand.points_px[_BONES[:, 1]]
    fingers = start[:, None] + _ALONG_BONE[:, None] * (end - start)[:, None]
    return np.concatenate([palm, fingers.reshape(-1, 2)])


def hair_points(face: FaceLandmarks) -> Array:
    """(81, 2) pixels above the forehead, where hair is unless the head is bald."""
    line = face.points_px[_HAIRLINE]
    height = float(np.linalg.norm(face.points_px[_FOREHEAD_TOP] - face.points_px[_CHIN]))
    outward = line - face.points_px[_BETWEEN_EYES]
    outward = outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    reach = _BEYOND_HAIRLINE[:, None] * height
    return np.asarray((line[:, None] + reach * outward[:, None]).reshape(-1, 2))


def beside_jaw_points(face: FaceLandmarks) -> Array:
    """(80, 2) pixels beside a jaw, where the lengths of hair fall; none where a head is turned."""
    points = face.points_px
    down = points[_CHIN] - points[_FOREHEAD_TOP]
    height = max(float(np.linalg.norm(down)), 1e-6)
    across = np.array([-down[1], down[0]]) / height  # to the picture's left
    sides = points[_JAW_SIDES]
    breadths = np.abs((sides[0] - points[_NOSE]) @ across)
    if breadths.min() < _FACING * breadths.sum():
        return np.zeros((0, 2))
    out = np.array([1.0, -1.0])[:, None] * across
    reach = _BESIDE_JAW[:, None, None, None] * height
    rows = np.concatenate([sides, sides[-1] + _BELOW_CORNER[:, None, None] * down])
    return np.asarray((rows + reach * out).reshape(-1, 2))


def neck_points(face: FaceLandmarks) -> Array:
    """(42, 2) pixels below the jaw, where bare skin in the chin's shade is, or a collar."""
    down = face.points_px[_CHIN] - face.points_px[_FOREHEAD_TOP]
    return np.asarray((face.points_px[_JAW] + _BELOW_JAW[:, None, None] * down).reshape(-1, 2))
