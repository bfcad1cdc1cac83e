"""A stone's optical shape: the planes of its facets, found again from its triangles.

Coplanar triangles are one facet. The stone is brought to a common size (centre at the origin,
farthest corner at distance 1 from it), so equal cuts of every size share one shader program.

A heart is not convex, but it is two mirrored halves that are: its planes are those of one half, and
rays are folded at x = 0. Any other stone that is not convex is traced as its convex hull: what the
groove of a carving does to light inside is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from models3d.frames import Array, IntArray
from models3d.mesh import Mesh
from viewer.render.gem_dome import Dome, find_dome

BoolArray = NDArray[np.bool_]

MAX_PLANES = 192  # uniform storage that OpenGL ES 3.0 grants, with room for the rest
SAME_NORMAL = 1.0 - 2e-6  # cosine: 0.1 degrees
SAME_OFFSET = 1e-4  # of the radius
CONVEX_TOLERANCE = 2e-3  # of the radius: what a corner may stand out of a plane
MIN_GIRDLE_FACETS = 24  # in a ring, to be traced as a cylinder


@dataclass(frozen=True, slots=True, eq=False)
class Girdle:
    """Facets that stand in a ring, traced as one cylinder."""

    axis: Array  # (3,) unit
    center: Array  # (3,)
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class GemShape:
    """A stone in its own units, and how to get there."""

    normals: Array  # (n, 3) outward
    offsets: Array  # (n,): inside where normal . x <= offset
    girdle: Girdle | None
    positions: Array  # (m, 3), to rasterise
    vertex_normals: Array  # (m, 3), flat but round the girdle
    triangles: IntArray  # (k, 3)
    center: Array  # (3,) of the part's frame, metres
    radius: float  # metres per unit
    convex: bool  # False: the mesh is not, and this is its convex hull unless it is folded
    dome: Dome | None = None  # a cabochon's; its base is its only facet
    folded: bool = False  # the planes are those of the half with x >= 0, closed by x = 0

    def prism(self) -> Array:
        """(m, 3) corners of outward triangles round the stone: few, so that little is drawn twice.

        An octagon about z with some room, closed above and below.
        """
        turn = np.arange(8) * np.pi / 4.0
        sides = np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=-1)
        reach = (self.positions @ sides.T).max(axis=0) * 1.002
        after = np.roll(np.arange(8), -1)
        # neighbouring sides meet: solve the two planes of each corner
        pairs = np.stack([sides[:, :2], sides[after, :2]], axis=1)
        ring = np.linalg.solve(pairs, np.stack([reach, reach[after]], axis=1)[..., None])[..., 0]
        low, high = (self.positions[:, 2].min() * 1.002, self.positions[:, 2].max() * 1.002)
        bottom = np.column_stack([ring, np.full(8, low)])
        top = np.column_stack([ring, np.full(8, high)])
        walls = np.stack([bottom, bottom[after], top[after], bottom, top[after], top], axis=1)
        fan = np.arange(1, 7)
        lids = [np.stack([c[0 * fan], c[fan], c[fan + 1]], axis=1) for c in (top, bottom[::-1])]
        return np.concatenate([walls.reshape(-1, 3), *(lid.reshape(-1, 3) for lid in lids)])

    @property
    def part_from_gem(self) -> Array:
        """(4, 4): units of the stone to the part's frame."""
        matrix = np.diag([self.radius, self.radius, self.radius, 1.0])
        matrix[:3, 3] = self.center
        return matrix


def _triangle_planes(positions: Array, triangles: IntArray) -> tuple[Array, Array, Array]:
    """Unit normals (n, 3), offsets (n,) and areas (n,) of the triangles that have an area."""
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1)
    good = length > 1e-12
    normals = cross[good] / length[good, None]
    offsets = np.einsum("ij,ij->i", normals, (a + b + c)[good] / 3.0)
    return normals, offsets, length[good] / 2.0


def cluster_planes(positions: Array, triangles: IntArray) -> tuple[Array, Array]:
    """Facet planes of a mesh whose size is about 1: normals (n, 3), offsets (n,).

    A facet takes the plane of its triangles, weighted by area; ordered by normal.
    """
    normals, offsets, areas = _triangle_planes(positions, triangles)
    left = np.argsort(-areas, kind="stable")
    found: list[tuple[Array, float]] = []
    while len(left):
        first = left[0]
        same = (normals[left] @ normals[first] > SAME_NORMAL) & (
            np.abs(offsets[left] - offsets[first]) < SAME_OFFSET
        )
        members = left[same]
        weight = areas[members]
        normal = weight @ normals[members]
        normal /= np.linalg.norm(normal)
        found.append((normal, float(weight @ offsets[members] / weight.sum())))
        left = left[~same]
        if len(found) > 4 * MAX_PLANES:
            break
    facing = np.array([f[0] for f in found])
    order = np.lexsort(np.round(facing, 3).T + 0.0)  # the same for equal cuts of any size
    return facing[order], np.array([f[1] for f in found])[order]


def _find_girdle(normals: Array, offsets: Array) -> tuple[Girdle, BoolArray] | None:
    """The ring of facets, if there is one: the cylinder and which planes it replaces (n,)."""
    best: tuple[Girdle, BoolArray] | None = None
    for axis in np.unique(np.round(np.abs(normals), 4), axis=0):
        if abs(np.linalg.norm(axis) - 1.0) > 1e-3 or axis.max() < 0.999:
            continue  # stones are modelled along an axis of their part
        ring = np.abs(normals @ axis) < 1e-4
        if ring.sum() < MIN_GIRDLE_FACETS:
            continue
        # offset = normal . centre + apothem, solved over the ring
        system = np.column_stack([normals[ring], np.ones(ring.sum())])
        solution, *_ = np.linalg.lstsq(system, offsets[ring], rcond=None)
        if np.abs(system @ solution - offsets[ring]).max() > 1e-3:
            continue
        step = np.pi / ring.sum()
        radius = solution[3] * (1.0 + 1.0 / np.cos(step)) / 2.0  # between apothem and corner
        if best is None or ring.sum() > best[1].sum():
            best = Girdle(axis / np.linalg.norm(axis), solution[:3], float(radius)), ring
    return best


def _hull(positions: Array) -> tuple[Array, IntArray]:
    """Convex hull with outward triangles."""
    hull = ConvexHull(positions)
    triangles = hull.simplices.astype(np.int32)
    center = positions[hull.vertices].mean(axis=0)
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), (a + b + c) / 3.0 - center) < 0
    triangles[inward] = triangles[inward][:, ::-1]
    return positions, triangles


def gem_shape(mesh: Mesh, faceted_only: bool = False) -> GemShape | None:
    """Derive a stone's shape from its mesh.

    A mesh that is not convex is folded or given its convex hull. None when it has too many
    facets to trace (a lens, a bottle): such glass is drawn as a thin surface.

    Args:
        faceted_only: None for all that is not convex and bounded by facets, too.
    """
    low, high = mesh.bounds()
    center = (low + high) / 2.0
    radius = float(np.linalg.norm(mesh.positions - center, axis=1).max())
    positions = (mesh.positions - center) / radius
    triangles = mesh.triangles
    normals, offsets = cluster_planes(positions, triangles)
    outside = (positions @ normals.T - offsets).max() if len(normals) <= 4 * MAX_PLANES else 1.0
    convex = bool(outside < CONVEX_TOLERANCE)
    if faceted_only and not convex:
        return None
    if not convex:
        folded = _folded(mesh)
        if folded is not None:
            return folded
        positions, triangles = _hull(positions)
        normals, offsets = cluster_planes(positions, triangles)
    found = _find_girdle(normals, offsets)
    girdle, ring = found if found else (None, np.zeros(len(normals), bool))
    if len(normals) - ring.sum() > MAX_PLANES:
        return None if faceted_only else _domed(mesh)
    corners = triangles.ravel()
    flat = _face_normals(positions, triangles, normals, offsets)
    vertex_normals = np.repeat(flat, 3, axis=0)
    soup = positions[corners]
    if girdle is not None:
        vertex_normals = _rounded(soup, vertex_normals, girdle)
    return GemShape(
        normals[~ring], offsets[~ring], girdle, soup, vertex_normals,
        np.arange(len(soup), dtype=np.int32).reshape(-1, 3), center, radius, convex,
    )  # fmt: skip


def _domed(mesh: Mesh) -> GemShape | None:
    """The shape of a cabochon; its low wall and the bevel of its base are left out."""
    low, high = mesh.bounds()
    center = (low + high) / 2.0
    radius = float(np.linalg.norm(mesh.positions - center, axis=1).max())
    positions = (mesh.positions - center) / radius
    found = find_dome(positions, mesh.normals)
    if found is None:
        return None
    dome, base = found
    return GemShape(
        np.array([[0.0, 0.0, -1.0]]), np.array([-base]), None, positions, mesh.normals,
        mesh.triangles, center, radius, True, dome,
    )  # fmt: skip


def _folded(mesh: Mesh) -> GemShape | None:
    """The shape of two convex halves that mirror each other at the part's x = 0."""
    low, high = mesh.bounds()
    center = np.array([0.0, *((low + high) / 2.0)[1:]])
    radius = float(np.linalg.norm(mesh.positions - center, axis=1).max())
    positions = (mesh.positions - center) / radius
    corners = positions[mesh.triangles]
    right = (corners[..., 0] > -SAME_OFFSET).all(axis=1)
    left = (corners[..., 0] < SAME_OFFSET).all(axis=1)
    flip = np.array([-1.0, 1.0, 1.0])
    if not (right | left).all() or cKDTree(positions).query(positions * flip)[0].max() > 1e-3:
        return None
    normals, offsets = cluster_planes(positions, mesh.triangles[right & ~left])
    half = positions[positions[:, 0] > -SAME_OFFSET]
    if len(normals) > MAX_PLANES or (half @ normals.T - offsets).max() > CONVEX_TOLERANCE:
        return None
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-30)
    soup = corners.reshape(-1, 3)
    return GemShape(
        normals, offsets, None, soup, np.repeat(facing, 3, axis=0),
        np.arange(len(soup), dtype=np.int32).reshape(-1, 3), center, radius, False,
        folded=True,
    )  # fmt: skip


def _face_normals(positions: Array, triangles: IntArray, normals: Array, offsets: Array) -> Array:
    """The facet's normal for every triangle, so that a facet shows no inner edges."""
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    middle = (a + b + c) / 3.0
    cross = np.cross(b - a, c - a)
    cross /= np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-30)
    mismatch = np.abs(middle @ normals.T - offsets) + (1.0 - cross @ normals.T)
    chosen: Array = normals[np.argmin(mismatch, axis=1)]
    return chosen


def _rounded(soup: Array, vertex_normals: Array, girdle: Girdle) -> Array:
    """Normals of the ring's corners, turned to stand out from the axis."""
    on_ring = np.abs(vertex_normals @ girdle.axis) < 1e-4
    out = soup - girdle.center
    out -= np.outer(out @ girdle.axis, girdle.axis)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return np.where(on_ring[:, None], out, vertex_normals)
