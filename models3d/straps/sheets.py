"""Curved sheets from a formula, with openings: what leather and rubber straps are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh

Surface = Callable[[Array, Array], Array]  # (n,) and (n,) coordinates to (n, 3) metres
DIFFERENCE = 1e-5  # of a coordinate, for normals
OPENING_POINTS = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """An elliptic hole in the coordinates of a sheet."""

    a: float
    b: float
    half_a: float
    half_b: float

    def outline(self) -> Array:
        """(n, 2) counter-clockwise."""
        turn = np.arange(OPENING_POINTS) * (2.0 * np.pi / OPENING_POINTS)
        return np.stack(
            [self.a + self.half_a * np.cos(turn), self.b + self.half_b * np.sin(turn)], axis=-1
        )


def sheet(
    surface: Surface,
    a: Array,
    b: Array,
    outward: Surface,
    uv_scale: tuple[float, float] = (1.0, 1.0),
    openings: Sequence[Opening] = (),
) -> Mesh:
    """Skin a surface over the grid a x b; texture coordinates are the grid's, scaled.

    Args:
        outward: a direction at each point that the sheet's normal is nearest to.
        uv_scale: of u = b and v = a.
    """
    rows, columns = len(a), len(b)
    grid_a, grid_b = (g.ravel() for g in np.meshgrid(a, b, indexing="ij"))
    i, j = np.divmod(np.arange((rows - 1) * (columns - 1)), columns - 1)
    corner = i * columns + j
    quads = np.stack([corner, corner + columns, corner + columns + 1, corner + 1], axis=-1)
    points = [np.stack([grid_a, grid_b], axis=-1)]
    hit = np.zeros(len(quads), bool)
    for opening in openings:
        reach = np.abs(points[0][quads] - [opening.a, opening.b]).min(axis=1)
        spans = np.ptp(points[0][quads], axis=1)
        hit |= (reach < np.array([opening.half_a, opening.half_b]) + spans).all(axis=1)
    whole = quads[~hit]
    triangles = [whole[:, [0, 1, 2]], whole[:, [0, 2, 3]]]
    count = len(grid_a)
    if openings:
        holes = manifold3d.CrossSection(
            [o.outline() / _FINE for o in openings], manifold3d.FillRule.NonZero
        )
        for quad in quads[hit]:
            piece = (
                manifold3d.CrossSection([points[0][quad] / _FINE], manifold3d.FillRule.NonZero)
                - holes
            )
            polygons = piece.to_polygons()
            if polygons:
                triangles.append(count + np.asarray(manifold3d.triangulate(polygons)))
                points.append(np.concatenate(polygons) * _FINE)
                count += len(points[-1])
    flat = np.concatenate(points)
    positions = surface(flat[:, 0], flat[:, 1])
    normals = _normals(surface, flat, outward(flat[:, 0], flat[:, 1]))
    faces = np.concatenate(triangles)
    corners = positions[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    kept = np.linalg.norm(cross, axis=1) > 1e-14
    wrong = np.einsum("ij,ij->i", cross, normals[faces].mean(axis=1)) < 0.0
    faces = np.where(wrong[:, None], faces[:, ::-1], faces)[kept]
    uvs = flat[:, ::-1] * np.array(uv_scale)
    return Mesh(positions, normals, faces.astype(np.int32), uvs)


def tube(lower: Array, upper: Array, center_lower: Array, center_upper: Array) -> Mesh:
    """The wall of an opening between two rings (n, 3), seen from within."""
    count = len(lower)
    inward = np.concatenate([center_lower - lower, center_upper - upper])
    inward /= np.linalg.norm(inward, axis=1, keepdims=True)
    k = np.arange(count)
    j = (k + 1) % count
    triangles = np.concatenate(
        [np.stack([k, k + count, j], -1), np.stack([j, k + count, j + count], -1)]
    )
    positions = np.concatenate([lower, upper])
    corners = positions[triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    wrong = np.einsum("ij,ij->i", cross, inward[triangles[:, 0]]) < 0.0
    triangles = np.where(wrong[:, None], triangles[:, ::-1], triangles)
    return Mesh(positions, inward, triangles.astype(np.int32), np.zeros((2 * count, 2)))


_FINE = 1e-3  # manifold3d's tolerances suit millimetres


def _normals(surface: Surface, flat: Array, outward: Array) -> Array:
    a, b = flat.T
    along_a = surface(a + DIFFERENCE, b) - surface(a - DIFFERENCE, b)
    along_b = surface(a, b + DIFFERENCE) - surface(a, b - DIFFERENCE)
    normals = np.cross(along_a, along_b)
    size = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(size > 1e-16, normals / np.maximum(size, 1e-30), outward)
    return np.where(np.einsum("ij,ij->i", normals, outward)[:, None] < 0.0, -normals, normals)
