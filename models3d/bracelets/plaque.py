"""A plate of any outline with rounded edges and softly domed faces, as charms are struck."""

from __future__ import annotations

import manifold3d
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve
from scipy.spatial import Delaunay

from models3d.errors import ModelError
from models3d.frames import Array, IntArray
from models3d.mesh import Mesh

FILLET_STEPS = 4
GRID_MM = 0.62  # between the points that a face is drawn through


def plaque(outline: Array, thickness_mm: float, fillet_mm: float, dome_mm: float) -> Mesh:
    """A plate, in metres, in the plane z = 0.

    Args:
        outline: (n, 2) millimetres, counter-clockwise, smooth enough to be drawn in by the fillet.
        thickness_mm: at the edge of its faces.
        dome_mm: that either face rises above its edge.
    Raises:
        ModelError: the outline is too rough for its face to be drawn.
    """
    tangent = np.roll(outline, -1, axis=0) - np.roll(outline, 1, axis=0)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    angle = np.linspace(-np.pi / 2.0, np.pi / 2.0, 2 * FILLET_STEPS + 1)
    inset = fillet_mm * (1.0 - np.cos(angle))
    z = np.sign(angle) * (thickness_mm / 2.0 - fillet_mm) + fillet_mm * np.sin(angle)
    count, rows = len(outline), len(angle)
    points, face = _face(outline - fillet_mm * normal)
    height, slope = _dome(points, face, count)
    share = dome_mm / height.max()
    height, slope = share * height, share * slope
    over = points[count:]
    up = np.concatenate([-slope, np.ones((len(points), 1))], axis=1)
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    down = up * (1.0, 1.0, -1.0)
    rim = np.broadcast_to(z[:, None, None], (rows, count, 1))
    rings = np.concatenate([outline - inset[:, None, None] * normal, rim], axis=2)
    lean = np.concatenate(
        [
            np.cos(angle)[:, None, None] * normal,
            np.broadcast_to(np.sin(angle)[:, None, None], (rows, count, 1)),
        ],
        axis=2,
    )
    lean[0], lean[-1] = down[:count], up[:count]
    level = thickness_mm / 2.0 + height[count:, None]
    i, j = np.arange(rows - 1)[:, None], np.arange(count)[None]
    a, b = i * count + j, i * count + (j + 1) % count
    quads = np.stack([np.stack([a, b, a + count], -1), np.stack([b, b + count, a + count], -1)], 2)
    inner = rows * count + np.arange(len(over))
    top = np.concatenate([(rows - 1) * count + np.arange(count), inner])[face]
    low = np.concatenate([np.arange(count), inner + len(over)])[face[:, ::-1]]
    return Mesh(
        1e-3
        * np.concatenate(
            [
                rings.reshape(-1, 3),
                np.concatenate([over, level], axis=1),
                np.concatenate([over, -level], axis=1),
            ]
        ),
        np.concatenate([lean.reshape(-1, 3), up[count:], down[count:]]),
        np.concatenate([quads.reshape(-1, 3), top, low]).astype(np.int32),
    )


def _face(rim: Array) -> tuple[Array, IntArray]:
    """Points, those of the rim first, and counter-clockwise triangles that fill a rim (n, 2).

    Raises:
        ModelError: the triangles miss a side of the rim.
    """
    low, high = rim.min(axis=0), rim.max(axis=0)
    rows = np.arange(low[1], high[1], GRID_MM * np.sqrt(0.75))
    columns = np.arange(low[0] - GRID_MM, high[0] + GRID_MM, GRID_MM)
    x = columns[None] + 0.5 * GRID_MM * (np.arange(len(rows)) % 2)[:, None]
    grid = np.stack([x, np.broadcast_to(rows[:, None], x.shape)], axis=-1).reshape(-1, 2)
    away = np.linalg.norm(grid[:, None] - rim[None], axis=2).min(axis=1)
    grid = grid[(away > 0.55 * GRID_MM) & _inside(grid, rim)]
    points = np.concatenate([rim, grid])
    triangles = Delaunay(points).simplices
    triangles = triangles[_inside(points[triangles].mean(axis=1), rim)]
    a, b, c = np.moveaxis(points[triangles], 1, 0)
    turn = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    turned = turn < 0.0
    triangles[turned] = triangles[turned][:, ::-1]
    area = manifold3d.CrossSection([rim]).area()
    found = 0.5 * np.abs(turn).sum()
    if abs(found - area) > 1e-6 * area:
        raise ModelError("the outline of a plaque is too rough")
    return points, triangles.astype(np.int32)


def _inside(points: Array, polygon: Array) -> Array:
    """(k,) whether points (k, 2) lie in a polygon (n, 2), by the crossings to their right."""
    here, there = polygon, np.roll(polygon, -1, axis=0)
    x, y = points[:, :1], points[:, 1:]
    crosses = (here[:, 1] > y) != (there[:, 1] > y)
    rise = np.where(here[:, 1] == there[:, 1], 1.0, there[:, 1] - here[:, 1])
    at = here[:, 0] + (y - here[:, 1]) * (there[:, 0] - here[:, 0]) / rise
    return np.asarray((crosses & (at > x)).sum(axis=1) % 2 == 1)


def _dome(points: Array, triangles: IntArray, rim: int) -> tuple[Array, Array]:
    """Height (n,) and slope (n, 2) of a skin blown up over a face, zero along its rim.

    Poisson's equation on linear triangles.

    Args:
        rim: how many of the points, the first ones, lie on the rim.
    """
    count = len(points)
    corners = points[triangles]
    edges = np.roll(corners, -2, axis=1) - np.roll(corners, -1, axis=1)  # opposite each corner
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    stiff = np.einsum("tik,tjk->tij", edges, edges) / (4.0 * area)[:, None, None]
    row, column = np.repeat(triangles, 3, axis=1), np.tile(triangles, (1, 3))
    whole = coo_array((stiff.ravel(), (row.ravel(), column.ravel())), (count, count)).tocsc()
    load = np.bincount(triangles.ravel(), np.repeat(area / 3.0, 3), count)
    height = np.zeros(count)
    height[rim:] = spsolve(whole[rim:, rim:], load[rim:])
    across = np.stack([-edges[..., 1], edges[..., 0]], axis=-1) / (2.0 * area)[:, None, None]
    each = np.einsum("ti,tik->tk", height[triangles], across)
    weight = np.bincount(triangles.ravel(), np.repeat(area, 3), count)
    slope = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(area * each[:, k], 3), count) for k in range(2)],
        axis=1,
    )
    return height, slope / weight[:, None]
