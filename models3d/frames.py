"""Coordinate frames, units and the pinhole camera. Metres and radians everywhere.

Camera frame (OpenCV): x right, y down, z forward. Model frame (glTF): y up, +z front.
Clip space (OpenGL): y up. The flip between the two happens here, in `clip_from_camera`, and
nowhere else. A transform `a_from_b` maps points given in frame b to frame a.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int32]
Image = NDArray[np.uint8]


class Anchor(StrEnum):
    """Where on the body a jewel sits; a model is authored in its anchor's frame.

    finger: origin at the centre of the finger hole, +Y to the tip, +Z dorsal.
    wrist: origin at the centre of the wrist section, +Y towards the hand, +Z dorsal.
    neck: origin at the suprasternal notch, +Y up, +Z out of the chest.
    ear: origin at the piercing point of the lobe, +Y up, +Z outwards, away from the head.
    """

    FINGER = "finger"
    WRIST = "wrist"
    NECK = "neck"
    EAR = "ear"


@dataclass(frozen=True, slots=True, eq=False)
class RigidTransform:
    """A rotation followed by a translation."""

    rotation: Array  # (3, 3), orthonormal, determinant +1
    translation: Array  # (3,), metres

    @staticmethod
    def identity() -> RigidTransform:
        """The transform that changes nothing."""
        return RigidTransform(np.eye(3), np.zeros(3))

    @staticmethod
    def from_matrix(matrix: ArrayLike) -> RigidTransform:
        """Take the transform out of a (4, 4) homogeneous matrix.

        Raises:
            ValueError: the matrix scales, shears or mirrors.
        """
        m = np.asarray(matrix, np.float64)
        if m.shape != (4, 4):
            raise ValueError(f"expected a (4, 4) matrix, got {m.shape}")
        rotation = m[:3, :3]
        if not np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6):
            raise ValueError("the matrix scales or shears: not a rigid transform")
        if np.linalg.det(rotation) < 0:
            raise ValueError("the matrix mirrors: not a rigid transform")
        return RigidTransform(rotation.copy(), m[:3, 3].copy())

    @staticmethod
    def from_axis_angle(axis: ArrayLike, angle: float) -> RigidTransform:
        """Rotate by `angle` radians about `axis` (3,) through the origin (Rodrigues' formula)."""
        x, y, z = np.asarray(axis, np.float64) / np.linalg.norm(axis)
        k = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        return RigidTransform(
            np.eye(3) + np.sin(angle) * k + (1.0 - np.cos(angle)) * k @ k, np.zeros(3)
        )

    @staticmethod
    def from_translation(translation: ArrayLike) -> RigidTransform:
        """Move by `translation` (3,) metres."""
        return RigidTransform(np.eye(3), np.asarray(translation, np.float64))

    @property
    def matrix(self) -> Array:
        """(4, 4) homogeneous matrix."""
        m = np.eye(4)
        m[:3, :3] = self.rotation
        m[:3, 3] = self.translation
        return m

    def inverse(self) -> RigidTransform:
        """`a_from_b` to `b_from_a`."""
        return RigidTransform(self.rotation.T, -self.rotation.T @ self.translation)

    def __matmul__(self, other: RigidTransform) -> RigidTransform:
        """`a_from_b @ b_from_c` is `a_from_c`."""
        return RigidTransform(
            self.rotation @ other.rotation, self.rotation @ other.translation + self.translation
        )

    def apply(self, points: ArrayLike) -> Array:
        """Map points (..., 3) in metres."""
        mapped: Array = np.asarray(points, np.float64) @ self.rotation.T + self.translation
        return mapped

    def rotate(self, directions: ArrayLike) -> Array:
        """Map directions (..., 3), which have no position."""
        mapped: Array = np.asarray(directions, np.float64) @ self.rotation.T
        return mapped


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """A pinhole camera without distortion, in pixels of the image it belongs to."""

    fx: float
    fy: float
    cx: float
    cy: float

    @staticmethod
    def from_vertical_fov(width: int, height: int, fov: float) -> Intrinsics:
        """Square pixels, centre of the image, `fov` radians from top to bottom."""
        focal = height / (2.0 * np.tan(fov / 2.0))
        return Intrinsics(focal, focal, width / 2.0, height / 2.0)

    def project(self, points: ArrayLike) -> Array:
        """Project camera-frame points onto the image.

        Args:
            points: (..., 3) metres, in front of the camera.
        Returns:
            (..., 2) pixels, x right, y down.
        Raises:
            ValueError: a point has z <= 0.
        """
        p = np.asarray(points, np.float64)
        if np.any(p[..., 2] <= 0):
            raise ValueError(f"point behind the camera: z = {p[..., 2].min():.3f} m")
        projected: Array = p[..., :2] / p[..., 2:] * (self.fx, self.fy) + (self.cx, self.cy)
        return projected

    def unproject(self, pixels: ArrayLike, depth: ArrayLike = 1.0) -> Array:
        """Camera-frame points (..., 3) on the rays of `pixels` (..., 2) at z = `depth` metres."""
        p = np.asarray(pixels, np.float64)
        points = np.ones((*p.shape[:-1], 3))
        points[..., :2] = (p - (self.cx, self.cy)) / (self.fx, self.fy)
        points *= np.asarray(depth, np.float64)[..., None]
        return points


@dataclass(frozen=True, slots=True)
class PixelRegion:
    """An axis-aligned rectangle of whole pixels; it may reach beyond the image."""

    x: int
    y: int
    width: int
    height: int

    def clipped(self, image_width: int, image_height: int) -> PixelRegion:
        """The part inside the image; its width or height is 0 where there is none."""
        x0, y0 = max(self.x, 0), max(self.y, 0)
        x1 = min(self.x + self.width, image_width)
        y1 = min(self.y + self.height, image_height)
        return PixelRegion(x0, y0, max(x1 - x0, 0), max(y1 - y0, 0))


def clip_from_camera(intrinsics: Intrinsics, region: PixelRegion, near: float, far: float) -> Array:
    """Off-axis OpenGL projection of one region of the image.

    Takes OpenCV camera coordinates (y down, z forward) straight to OpenGL clip space, so that
    the region fills the viewport and its top row is the viewport's top row.

    Args:
        near, far: metres, 0 < near < far.
    Returns:
        (4, 4) matrix.
    """
    if not 0.0 < near < far:
        raise ValueError(f"expected 0 < near < far, got near = {near}, far = {far}")
    w, h = region.width, region.height
    return np.array(
        [
            [2 * intrinsics.fx / w, 0.0, 2 * (intrinsics.cx - region.x) / w - 1.0, 0.0],
            [0.0, -2 * intrinsics.fy / h, 1.0 - 2 * (intrinsics.cy - region.y) / h, 0.0],
            [0.0, 0.0, (far + near) / (far - near), -2 * far * near / (far - near)],
            [0.0, 0.0, 1.0, 0.0],
        ]
    )
