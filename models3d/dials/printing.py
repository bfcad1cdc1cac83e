"""What is printed on a dial: the minute track and the scales of sub-dials."""

from __future__ import annotations

import numpy as np

from models3d.dials.regions import Shape, reach_along
from models3d.dials.relief import PRINT_HEIGHT_MM
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.solids import MM

MINUTE_LINE_MM = 0.09
FIVE_LINE_MM = 0.16


def track(
    outer: Shape,
    inner: Shape,
    count: int = 60,
    long_every: int = 5,
    *,
    longer: float = 1.5,
    center_mm: tuple[float, float] = (0.0, 0.0),
    z_mm: float = PRINT_HEIGHT_MM,
    line_mm: float = MINUTE_LINE_MM,
    long_line_mm: float = FIVE_LINE_MM,
) -> Mesh:
    """Lines along the rays between two shapes about the centre.

    Args:
        longer: how much longer the long ones are, inwards.
    """
    step = np.arange(count)
    angle = step * (2.0 * np.pi / count)
    is_long = step % long_every == 0
    far = reach_along(outer, angle)
    near = far - (far - reach_along(inner, angle)) * np.where(is_long, longer, 1.0)
    half = np.where(is_long, long_line_mm, line_mm) / 2.0
    ray = np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    aside = np.stack([np.cos(angle), -np.sin(angle)], axis=-1) * half[:, None]
    near_points, far_points = ray * near[:, None], ray * far[:, None]
    corners = np.stack(
        [near_points + aside, far_points + aside, far_points - aside, near_points - aside], axis=1
    )
    return quads(corners.reshape(-1, 4, 2) + np.asarray(center_mm), z_mm)


def ring(shape: Shape, width_mm: float, z_mm: float = PRINT_HEIGHT_MM) -> Mesh:
    """A printed line just inside a shape's edge."""
    outer, inner = shape.outline(), shape.outline()
    center = np.array(shape.center_mm)
    away = outer - center
    extent = np.abs(away).max(axis=0)
    inner = center + away * (1.0 - width_mm / extent)
    following_outer, following_inner = np.roll(outer, -1, axis=0), np.roll(inner, -1, axis=0)
    return quads(np.stack([inner, outer, following_outer, following_inner], axis=1), z_mm)


def quads(corners: Array, z_mm: float) -> Mesh:
    """Faces (n, 4, 2) in mm, counter-clockwise, that look up."""
    points = corners.reshape(-1, 2)
    positions = np.column_stack([points, np.full(len(points), z_mm)]) * MM
    first = 4 * np.arange(len(corners))[:, None]
    triangles = np.concatenate([first + np.array(half) for half in ((0, 1, 2), (0, 2, 3))])
    normals = np.tile([0.0, 0.0, 1.0], (len(points), 1))
    return Mesh(positions, normals, triangles.astype(np.int32))
