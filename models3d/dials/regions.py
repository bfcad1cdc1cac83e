"""Flat regions of a dial, cut from polar cells so that brushing can turn about the centre.

Millimetres; the dial frame's x and y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manifold3d
import numpy as np
from numpy.typing import ArrayLike

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.solids import MM

CIRCLE_STEP_MM = 0.55  # longest chord of a circle's outline
CORNER_STEPS = 6
SECTORS = 144
WELD_DECIMALS = 5  # of millimetres and of texture coordinates


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc."""

    radius_mm: float
    center_mm: tuple[float, float] = (0.0, 0.0)

    def distance(self, points: Array) -> Array:
        """Signed distance (n,) of points (n, 2) from the edge, negative inside."""
        return np.asarray(np.hypot(*(points - self.center_mm).T) - self.radius_mm)

    def outline(self) -> Array:
        """(n, 2) counter-clockwise."""
        count = 4 * max(int(np.ceil(np.pi * self.radius_mm / (2.0 * CIRCLE_STEP_MM))), 6)
        angle = np.arange(count) * (2.0 * np.pi / count)
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return np.asarray(circle * self.radius_mm + self.center_mm)

    def grown(self, by_mm: float) -> Circle:
        """The same region with its edge moved outwards."""
        return Circle(self.radius_mm + by_mm, self.center_mm)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle with rounded corners."""

    width_mm: float
    height_mm: float
    corner_mm: float
    center_mm: tuple[float, float] = (0.0, 0.0)

    def distance(self, points: Array) -> Array:
        """Signed distance (n,) of points (n, 2) from the edge, negative inside."""
        half = np.array([self.width_mm, self.height_mm]) / 2.0 - self.corner_mm
        beyond = np.abs(points - self.center_mm) - half
        outside = np.hypot(*np.maximum(beyond, 0.0).T)
        return np.asarray(outside + np.minimum(beyond.max(axis=1), 0.0) - self.corner_mm)

    def outline(self) -> Array:
        """(n, 2) counter-clockwise."""
        turn = np.linspace(0.0, np.pi / 2.0, CORNER_STEPS + 1)
        quarter = np.arange(4)[:, None] * (np.pi / 2.0) + turn
        half = np.array([self.width_mm, self.height_mm]) / 2.0 - self.corner_mm
        signs = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
        corners = np.stack([np.cos(quarter), np.sin(quarter)], axis=-1) * self.corner_mm
        points = corners + (signs * half)[:, None]
        return np.asarray(points.reshape(-1, 2) + self.center_mm)

    def grown(self, by_mm: float) -> Rectangle:
        """The same region with its edge moved outwards."""
        return Rectangle(
            self.width_mm + 2.0 * by_mm,
            self.height_mm + 2.0 * by_mm,
            max(self.corner_mm + by_mm, 0.01),
            self.center_mm,
        )


Shape = Circle | Rectangle


def reach_along(shape: Shape, angle: ArrayLike) -> Array:
    """Distance in mm (n,) from the centre to the edge at clock angles (n,): 0 at 12, clockwise."""
    turn = np.asarray(angle, np.float64)
    if isinstance(shape, Circle):
        return np.full_like(turn, shape.radius_mm)
    direction = np.stack([np.sin(turn), np.cos(turn)], axis=-1)
    near, far = np.zeros(len(direction)), np.full(len(direction), 1e3)
    for _ in range(40):
        middle = (near + far) / 2.0
        inside = shape.distance(direction * middle[:, None]) < 0.0
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return np.asarray((near + far) / 2.0)


def plate(
    outline: Shape,
    holes: Sequence[Shape],
    z_mm: float,
    *,
    ring_mm: float = 0.75,
    sectors: int = SECTORS,
    turns: float = 1.0,
    v_mm: float = 1.0,
) -> Mesh:
    """A flat plate seen from above, with polar coordinates for its texture.

    u runs round the outline's centre, `turns` times 0..1; v is the distance from the centre.

    Args:
        holes: regions left out.
        z_mm: height.
        ring_mm: width of a ring of cells.
        sectors: how many cells make one ring.
        v_mm: distance over which v grows by one.
    """
    origin = np.array(outline.center_mm)
    edge = outline.outline()
    reach = float(np.hypot(*(edge - origin).T).max())
    step = 2.0 * np.pi / sectors
    rings = max(int(np.ceil(reach / ring_mm)), 2)
    radius = np.linspace(0.0, reach * 1.02, rings + 1)
    cells = np.meshgrid(np.arange(sectors), np.arange(rings))
    sector, ring = (grid.ravel().astype(np.int32) for grid in cells)
    corners = np.stack(
        [
            _polar(radius[ring + outer] + (ring + outer == 0) * 1e-3, (sector + side) * step)
            + origin
            for outer, side in ((0, 0), (1, 0), (1, 1), (0, 1))
        ],
        axis=1,
    )  # (cells, 4, 2)
    middle = corners.mean(axis=1)
    extent = np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1)
    away = np.max([outline.distance(middle), *(-h.distance(middle) for h in holes)], axis=0)
    whole, cut = away < -extent, np.abs(away) <= extent
    region = manifold3d.CrossSection([edge])
    for hole in holes:
        region -= manifold3d.CrossSection([hole.outline()])
    pieces = [corners[whole].reshape(-1, 2)]
    of_piece = [np.repeat(sector[whole], 4)]
    first = 4 * np.arange(int(whole.sum()))[:, None]
    triangles = [first + np.array(half) for half in ((0, 1, 2), (0, 2, 3))]
    count = len(pieces[0])
    for cell in np.flatnonzero(cut):
        polygons = (manifold3d.CrossSection([corners[cell]]) ^ region).to_polygons()
        if polygons:
            points = np.concatenate(polygons)
            triangles.append(count + np.asarray(manifold3d.triangulate(polygons)))
            pieces.append(points)
            of_piece.append(np.full(len(points), sector[cell]))
            count += len(points)
    points, of_sector = np.concatenate(pieces), np.concatenate(of_piece)
    from_center = points - origin
    # the angle within the cell's own sector, so that no cell straddles the seam
    base = (of_sector + 0.5) * step
    bearing = np.arctan2(from_center[:, 1], from_center[:, 0]) - base
    angle = base + (bearing + np.pi) % (2.0 * np.pi) - np.pi
    uvs = np.stack(
        [turns * angle / (2.0 * np.pi), np.hypot(*from_center.T) / v_mm],
        axis=-1,
    )
    # cells share their corners, so that shade runs on smoothly from one to the next
    corners_of = np.round(np.column_stack([points, uvs]), WELD_DECIMALS)
    _, first, welded = np.unique(corners_of, axis=0, return_index=True, return_inverse=True)
    points, uvs = points[first], uvs[first]
    faces = welded.reshape(-1)[np.concatenate(triangles)]
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    positions = np.column_stack([points, np.full(len(points), z_mm)]) * MM
    normals = np.tile([0.0, 0.0, 1.0], (len(points), 1))
    return Mesh(positions, normals, faces.astype(np.int32), uvs)


def _polar(radius: Array, angle: ArrayLike) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def wall(shape: Shape, inner_grow_mm: float, top_mm: float, bottom_mm: float) -> Mesh:
    """The chamfer or wall round a sunk region, facing inwards and up.

    Args:
        inner_grow_mm: how far the lower edge stands outside the upper one; negative: inside.
    """
    upper, lower = shape.outline(), shape.grown(inner_grow_mm).outline()
    if len(lower) != len(upper):  # a grown circle may get other chords: scale the upper one
        center = np.array(shape.center_mm)
        lower = center + (upper - center) * (1.0 + inner_grow_mm / getattr(shape, "radius_mm", 1.0))
    count = len(upper)
    top = np.column_stack([upper, np.full(count, top_mm)])
    bottom = np.column_stack([lower, np.full(count, bottom_mm)])
    around = np.roll(upper, -1, axis=0) - np.roll(upper, 1, axis=0)
    along = np.column_stack([around, np.zeros(count)])
    normals = np.cross(top - bottom, along)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    k = np.arange(count)
    j = (k + 1) % count
    triangles = np.concatenate(
        [np.stack([k, j, k + count], -1), np.stack([j, j + count, k + count], -1)]
    )
    mesh = Mesh(
        np.concatenate([top, bottom]) * MM,
        np.concatenate([normals, normals]),
        triangles.astype(np.int32),
    )
    return _facing(mesh)


def _facing(mesh: Mesh) -> Mesh:
    """The triangles turned the way their normals look."""
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    wrong = np.einsum("ij,ij->i", np.cross(b - a, c - a), mesh.normals[mesh.triangles[:, 0]]) < 0
    triangles = np.where(wrong[:, None], mesh.triangles[:, ::-1], mesh.triangles)
    return Mesh(mesh.positions, mesh.normals, np.ascontiguousarray(triangles), mesh.uvs)
