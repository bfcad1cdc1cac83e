"""Samples of skin with their normals, on a face or a hand: what the light is read from."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.anchors.canonical import canonical_face
from tryon.types import FaceLandmarks, HandLandmarks

Linear = NDArray[np.float32]

CROP_SIDE_PX = 112  # face or hand are looked at in a crop of about this size
LEAST_SIDE_PX = 8

# Points of the face mesh on forehead, cheeks, nose, jaw and chin; no brow, lip or eye socket.
FACE_PLACES = np.array(
    [
        10, 338, 109, 297, 67, 332, 103, 284, 54, 151, 9, 108, 337, 69, 299, 104, 333, 68, 298,
        116, 345, 117, 346, 118, 347, 123, 352, 50, 280, 101, 330, 36, 266, 205, 425, 187, 411,
        147, 376, 213, 433, 192, 416, 207, 427, 206, 426, 203, 423, 142, 371, 100, 329, 177, 401,
        215, 435, 137, 366, 138, 367, 135, 364, 169, 394, 170, 395, 140, 369, 171, 396, 175, 199,
        200, 208, 428, 201, 421, 211, 431, 32, 262, 6, 197, 195, 5, 196, 419, 3, 248, 51, 281, 45,
        275, 188, 412, 174, 399, 198, 420, 131, 360, 134, 363, 236, 456,
    ]
)  # fmt: skip
NOSE_TIP, NOSE_BASE = 4, 2
FACING = 0.12  # cosine to the camera from which a place counts as seen

FINGERS = ((2, 3, 4), (5, 6, 7), (9, 10, 11), (13, 14, 15), (17, 18, 19))  # tips carry nails
_SEGMENTS = np.array([segment for finger in FINGERS for segment in pairwise(finger)])
FINGER_RADIUS = 0.13  # of the distance between the knuckles of index and little finger
_ALONG = np.linspace(0.2, 0.8, 7)
_ACROSS = np.linspace(-0.75, 0.75, 7)  # radii


@dataclass(frozen=True, slots=True, eq=False)
class ShadedSkin:
    """Skin seen at places whose orientation is known."""

    colours: Array  # (n, 3) linear sRGB
    normals: Array  # (n, 3) unit, outward: x right, y down, z away from the camera
    group: NDArray[np.intp]  # (n,) one surface of one colour each


def linear(image: Image) -> Linear:
    """sRGB bytes to linear light (IEC 61966-2-1)."""
    return np.asarray(cv2.LUT(image, _table()), np.float32)


@functools.cache
def _table() -> Linear:
    encoded = np.arange(256) / 255.0
    low, high = encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, low, high).astype(np.float32)


def shaded_skin(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> ShadedSkin:
    """Samples over a face or over the fingers of a hand; none where it lies outside the image.

    Args:
        image: (h, w, 3) RGB.
    """
    if isinstance(landmarks, FaceLandmarks):
        return _on_face(image, landmarks)
    return _on_hand(image, landmarks)


def _on_face(image: Image, face: FaceLandmarks) -> ShadedSkin:
    crop, places = _crop(image, face.points_px, face.points_px[FACE_PLACES])
    if crop is None:
        return _nothing()
    mean_head = _mean_head()
    solid = np.column_stack([face.points_px[FACE_PLACES], face.depths_px[FACE_PLACES]])
    normals = mean_head.normals @ _rotation(mean_head.places, solid).T
    inside = ((places >= 0) & (places <= (crop.shape[1] - 1, crop.shape[0] - 1))).all(axis=1)
    seen = inside & (normals[:, 2] < -FACING)
    if not seen.any():
        return _nothing()
    return ShadedSkin(_at(crop, places[seen][None])[0], normals[seen], mean_head.bearded[seen])


@dataclass(frozen=True, slots=True, eq=False)
class _MeanHead:
    places: Array  # (n, 3) `FACE_PLACES`: x right, y down, z away
    normals: Array  # (n, 3) outward
    bearded: NDArray[np.intp]  # (n,) 1 where a beard grows, a surface of another colour


@functools.cache
def _mean_head() -> _MeanHead:
    face = canonical_face()
    points = face.points * (1.0, -1.0, -1.0)
    corners = points[face.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, face.triangles[:, corner], facing)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    normals *= -np.sign(normals[NOSE_TIP, 2])
    bearded = points[FACE_PLACES, 1] > points[NOSE_BASE, 1]
    return _MeanHead(points[FACE_PLACES], normals[FACE_PLACES], bearded.astype(np.intp))


def _rotation(model: Array, seen: Array) -> Array:
    """(3, 3) that turns a model's points onto those seen, in least squares (Kabsch, 1976)."""
    covariance = (seen - seen.mean(axis=0)).T @ (model - model.mean(axis=0))
    left, _, right = np.linalg.svd(covariance)
    left[:, 2] *= np.sign(np.linalg.det(left @ right))
    return np.asarray(left @ right)


def _on_hand(image: Image, hand: HandLandmarks) -> ShadedSkin:
    """Across each finger's segment; a finger is a cylinder that lies in the image's plane."""
    crop, points = _crop(image, hand.points_px, hand.points_px)
    if crop is None:
        return _nothing()
    radius = max(FINGER_RADIUS * float(np.linalg.norm(points[5] - points[17])), 1.0)
    start = points[_SEGMENTS[:, 0]]
    axis = points[_SEGMENTS[:, 1]] - start
    length = np.linalg.norm(axis, axis=1)
    long_enough = length > radius
    start, axis, length = start[long_enough], axis[long_enough], length[long_enough]
    if len(start) == 0:
        return _nothing()
    across = np.stack([-axis[:, 1], axis[:, 0]], axis=1) / length[:, None]
    places = (
        start[:, None, None]
        + _ALONG[:, None, None] * axis[:, None, None]
        + radius * _ACROSS[:, None] * across[:, None, None]
    )  # (segment, along, across, 2)
    sampled = _at(crop, places.reshape(len(start), -1, 2))
    sampled = sampled.reshape(len(start), len(_ALONG), len(_ACROSS), 3)
    colours = np.median(sampled, axis=1)
    normals = np.zeros((len(start), len(_ACROSS), 3))
    normals[..., :2] = _ACROSS[:, None] * across[:, None]
    normals[..., 2] = -np.sqrt(1.0 - _ACROSS**2)
    group = np.repeat(np.arange(len(start), dtype=np.intp), len(_ACROSS))
    return ShadedSkin(colours.reshape(-1, 3), normals.reshape(-1, 3), group)


def _nothing() -> ShadedSkin:
    return ShadedSkin(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, np.intp))


def _crop(image: Image, around_px: Array, points_px: Array) -> tuple[Image | None, Array]:
    """The rectangle about some points, reduced, and other points in it."""
    height, width = image.shape[:2]
    low = np.maximum(np.floor(around_px.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(around_px.max(axis=0)) + 1, (width, height)).astype(int)
    size = high - low
    if size.min() < LEAST_SIDE_PX:
        return None, points_px
    times = int(size.max()) // CROP_SIDE_PX
    if times < 2:
        return image[low[1] : high[1], low[0] : high[0]], points_px - low
    step = times // 2  # every so many pixels are enough to average, two by two: that is quick
    crop = image[low[1] : high[1] : step, low[0] : high[0] : step]
    rows, columns = (length // 2 for length in crop.shape[:2])
    halved = cv2.resize(
        np.ascontiguousarray(crop[: 2 * rows, : 2 * columns]),
        (columns, rows),
        interpolation=cv2.INTER_AREA,
    )
    return np.asarray(halved, np.uint8), (points_px - low - 0.5 * step) / (2.0 * step)


def _at(crop: Image, places: Array) -> Array:
    """(h, w, 3) linear colours at (h, w, 2) places."""
    there = places.astype(np.float32)
    found = cv2.remap(
        crop, there[..., 0], there[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(linear(np.asarray(found, np.uint8)), np.float64)
