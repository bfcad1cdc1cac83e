"""The table on which hand and reference lie, as the camera sees it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Intrinsics


@dataclass(frozen=True, slots=True, eq=False)
class TableView:
    """The plane of a reference's upper face: millimetres x and y in it, z towards the camera."""

    mm_from_px: Array  # (3, 3) homography
    eye_mm: Array  # (3,) where the camera stands
    tilt: float  # radians, of the table against the picture

    def at_mm(self, points_px: Array) -> Array:
        """(n, 2) where pixels (n, 2) lie in the plane."""
        mapped = np.column_stack([points_px, np.ones(len(points_px))]) @ self.mm_from_px.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:])

    def length_mm(self, ends_px: Array, height_mm: float = 0.0) -> float:
        """The length of what spans two pixels (2, 2) at a height above the plane.

        What is nearer to the camera looks larger: by similar triangles its picture in the plane
        shrinks by its share of the way up to the camera.
        """
        start, end = self.at_mm(np.asarray(ends_px, np.float64))
        shrink = (self.eye_mm[2] - height_mm) / self.eye_mm[2]
        return float(np.linalg.norm(end - start) * shrink)

    def slant(self, ends_px: Array) -> float:
        """How much what spans two pixels (2, 2) is seen from one of its ends: a tangent."""
        start, end = self.at_mm(np.asarray(ends_px, np.float64))
        across = (end - start) / np.linalg.norm(end - start)
        return abs(float((self.eye_mm[:2] - 0.5 * (start + end)) @ across)) / float(self.eye_mm[2])

    def away_mm(self, start_px: Array, end_px: Array) -> float:
        """The distance of two pixels in the plane."""
        return self.length_mm(np.stack([start_px, end_px]))

    def mm_per_px(self, at_px: Array) -> float:
        """The scale at one pixel, mean of both directions."""
        right, down = np.array([0.5, 0.0]), np.array([0.0, 0.5])
        across = self.away_mm(at_px - right, at_px + right)
        return 0.5 * (across + self.away_mm(at_px - down, at_px + down))


def view_of_rectangle(
    corners_px: Array, width_mm: float, height_mm: float, intrinsics: Intrinsics
) -> tuple[TableView, float]:
    """The table under a rectangle.

    Args:
        corners_px: (4, 2) in turn round; the first side is `width_mm` long.
    Returns:
        the view, and how far the corners lie from where this camera sees such a rectangle: RMS
        as a share of its longer side in the picture.
    """
    plane = np.array([[0, 0], [width_mm, 0], [width_mm, height_mm], [0, height_mm]], np.float64)
    homography, _ = cv2.findHomography(corners_px, plane)
    solid = np.column_stack([plane, np.zeros(4)])
    camera = _matrix(intrinsics)
    corners = np.ascontiguousarray(corners_px)
    # the closed form (IPPE) breaks down where the table is seen from straight above
    _, turn, place = cv2.solvePnP(solid, corners, camera, None, flags=cv2.SOLVEPNP_ITERATIVE)
    rotation = cv2.Rodrigues(turn)[0]
    sides = np.linalg.norm(np.roll(corners_px, -1, axis=0) - corners_px, axis=1)
    seen = cv2.projectPoints(solid, turn, place, camera, None)[0][:, 0]
    misfit = float(np.sqrt(((seen - corners_px) ** 2).sum(axis=1).mean()) / sides.max())
    eye = -rotation.T @ place[:, 0]
    eye[2] = abs(eye[2])  # corners in turn the other way round look at the table from below
    tilt = float(np.arccos(min(abs(rotation[2, 2]), 1.0)))
    return TableView(np.asarray(homography, np.float64), np.asarray(eye, np.float64), tilt), misfit


def views_of_circle(
    conic: Array, diameter_mm: float, intrinsics: Intrinsics
) -> tuple[TableView, TableView]:
    """The table under a circle: two views, since a circle does not tell which way it leans.

    The circle's plane from the eigenvalues of its cone (Chen, Wu, Wada: Camera calibration with
    two arbitrary coplanar circles, ECCV 2004).

    Args:
        conic: (3, 3) symmetric, of the ellipse in pixels.
    """
    camera = _matrix(intrinsics)
    cone = camera.T @ conic @ camera
    values, vectors = np.linalg.eigh(cone)
    if (values > 0.0).sum() == 1:  # two positive and one negative: the other sign of the conic
        values, vectors = np.linalg.eigh(-cone)
    order = np.argsort(-values)
    (l1, l2, l3), vectors = values[order], vectors[:, order]
    radius = diameter_mm / 2.0
    first = np.sqrt(max(l1 - l2, 0.0) / (l1 - l3))
    third = np.sqrt(max(l2 - l3, 0.0) / (l1 - l3))
    depth = l2 * radius / np.sqrt(-l1 * l3)
    views = []
    for sign in (1.0, -1.0):
        center = depth * (
            sign * (l3 / l2) * first * vectors[:, 0] + (l1 / l2) * third * vectors[:, 2]
        )
        normal = sign * first * vectors[:, 0] - third * vectors[:, 2]
        if center[2] < 0.0:
            center = -center
        normal = normal if normal @ center < 0.0 else -normal
        views.append(_view(center, normal, camera))
    return views[0], views[1]


def _view(center: Array, normal: Array, camera: Array) -> TableView:
    """The plane through `center` (3,) mm with `normal` (3,), as a homography."""
    right = np.cross(normal, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    table = np.stack([right, np.cross(normal, right), normal])
    px_from_mm = camera @ np.column_stack([table[0], table[1], center])
    tilt = float(np.arccos(min(abs(normal[2]), 1.0)))
    return TableView(
        np.asarray(np.linalg.inv(px_from_mm)), np.asarray(-table @ center, np.float64), tilt
    )


def _matrix(intrinsics: Intrinsics) -> Array:
    k = intrinsics
    return np.array([[k.fx, 0.0, k.cx], [0.0, k.fy, k.cy], [0.0, 0.0, 1.0]])
