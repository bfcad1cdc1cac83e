"""Convex polyhedra from half-spaces: how a cutter thinks of a stone, plane after plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError

from models3d.frames import Array, IntArray
from models3d.mesh import Mesh

MERGE_DISTANCE = 1e-9  # of the size: vertices nearer than this are one


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Half-spaces: a point x is inside where normal · x <= offset, for all of them."""

    normals: Array  # (n, 3) unit length, outwards
    offsets: Array  # (n,) same unit as the points
    groups: tuple[str, ...] = ()  # n names, as table, star, pavilion_main; or none at all


@dataclass(frozen=True, slots=True, eq=False)
class Polyhedron:
    """Vertices and one polygon for each plane; neighbours share vertices by index."""

    planes: Planes
    vertices: Array  # (v, 3)
    facets: tuple[IntArray, ...]  # counter-clockwise from outside; empty: the plane cuts nothing

    def volume(self) -> float:
        """Cubed unit of the vertices (divergence theorem over the facets' triangles)."""
        a, b, c = np.moveaxis(self.vertices[self.triangles()], 1, 0)
        return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)

    def triangles(self) -> IntArray:
        """(m, 3) vertex indices: each facet as a fan."""
        return np.concatenate([_fan(f) for f in self.facets])


def polyhedron(planes: Planes, inside: Array | None = None) -> Polyhedron:
    """Cut the convex body that the half-spaces leave.

    The hull of the dual points normal / offset has a triangle for each vertex of the body, and
    the ring of triangles about a dual point is a facet's polygon. Vertices are merged only along
    shared edges, so the surface stays closed however many planes meet in a point.

    Args:
        planes: half-spaces that close a body.
        inside: (3,) a point strictly inside all of them; the origin if not given.
    Raises:
        ValueError: the point is not inside, or the half-spaces do not close a body.
    """
    center = np.zeros(3) if inside is None else np.asarray(inside, np.float64)
    depth = planes.offsets - planes.normals @ center
    if np.any(depth <= 0.0):
        raise ValueError(f"{center} is not inside the half-spaces: depth {depth.min():.3g}")
    try:
        hull = ConvexHull(planes.normals / depth[:, None], qhull_options="Qt")
    except QhullError as error:
        raise ValueError("the half-spaces do not close a body") from error
    if np.any(hull.equations[:, 3] >= 0.0):
        raise ValueError("the half-spaces do not close a body")
    points = center - hull.equations[:, :3] / hull.equations[:, 3:]
    vertex_of_triangle = _merge(points, hull.neighbors, MERGE_DISTANCE * np.ptp(points))
    vertices = _refine(points, vertex_of_triangle, hull.simplices, planes)
    order = np.lexsort(np.round(vertices / np.ptp(points), 9).T)
    rank = np.argsort(order).astype(np.int32)
    rings = _rings(hull, len(planes.offsets))
    facets = tuple(_polygon(rank[vertex_of_triangle[ring]]) for ring in rings)
    return Polyhedron(planes, vertices[order], facets)


def facet_mesh(body: Polyhedron, scale: float = 1.0) -> Mesh:
    """The body as triangles: each facet has its own vertices, which carry its plane's normal.

    Facets stay in the order of the planes; positions are `scale` times the body's.
    """
    used = [(k, f) for k, f in enumerate(body.facets) if len(f)]
    starts = np.cumsum([0] + [len(f) for _, f in used[:-1]])
    corners = np.concatenate([f for _, f in used])
    owners = np.repeat([k for k, _ in used], [len(f) for _, f in used])
    fans = [
        _fan(np.arange(s, s + len(f), dtype=np.int32))
        for s, (_, f) in zip(starts, used, strict=True)
    ]
    return Mesh(body.vertices[corners] * scale, body.planes.normals[owners], np.concatenate(fans))


def _fan(polygon: IntArray) -> IntArray:
    """(n - 2, 3) triangles of a convex polygon of n corners."""
    if len(polygon) < 3:
        return np.zeros((0, 3), np.int32)
    first = np.full(len(polygon) - 2, polygon[0], np.int32)
    return np.stack([first, polygon[1:-1], polygon[2:]], axis=1)


def _merge(points: Array, neighbors: IntArray, distance: float) -> IntArray:
    """For each dual triangle the number of its vertex: coinciding neighbours share one."""
    near = np.linalg.norm(points[:, None] - points[neighbors], axis=2) < distance
    triangle, side = np.nonzero(near)
    joined = coo_array(
        (np.ones(len(triangle)), (triangle, neighbors[triangle, side])), (len(points),) * 2
    )
    vertex_of_triangle: IntArray = connected_components(joined, directed=False)[1]
    return vertex_of_triangle


def _refine(
    points: Array, vertex_of_triangle: IntArray, simplices: IntArray, planes: Planes
) -> Array:
    """(v, 3) vertices moved onto all their planes at once, in the least-squares sense."""
    first = np.unique(vertex_of_triangle, return_index=True)[1]
    vertices = points[first]
    vertex, plane = np.unique(
        np.stack([np.repeat(vertex_of_triangle, 3), simplices.ravel()]), axis=1
    )
    normals = planes.normals[plane]
    miss = planes.offsets[plane] - np.einsum("ij,ij->i", normals, vertices[vertex])
    squares, shifts = np.zeros((len(vertices), 3, 3)), np.zeros((len(vertices), 3))
    np.add.at(squares, vertex, normals[:, :, None] * normals[:, None, :])
    np.add.at(shifts, vertex, normals * miss[:, None])
    inverse = np.linalg.pinv(squares, rcond=1e-10, hermitian=True)
    refined: Array = vertices + np.einsum("ijk,ik->ij", inverse, shifts)
    return refined


def _rings(hull: ConvexHull, count: int) -> list[list[int]]:
    """For each dual point the triangles about it, counter-clockwise seen from outside.

    Qhull does not orient its triangles; their planes point outwards, and that orders them.
    """
    a, b, c = np.moveaxis(hull.points[hull.simplices], 1, 0)
    outwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), hull.equations[:, :3]) > 0.0
    corners = np.where(outwards[:, None], hull.simplices, hull.simplices[:, ::-1])
    following: list[dict[int, tuple[int, int]]] = [{} for _ in range(count)]
    for triangle, (i, j, k) in enumerate(corners.tolist()):
        following[i][j] = (k, triangle)
        following[j][k] = (i, triangle)
        following[k][i] = (j, triangle)
    rings = []
    for steps in following:
        ring: list[int] = []
        if steps:
            start = at = min(steps)
            while True:
                at, triangle = steps[at]
                ring.append(triangle)
                if at == start:
                    break
        rings.append(ring)
    return rings


def _polygon(ring: IntArray) -> IntArray:
    """The ring without repeated corners, from its lowest index on; empty if nothing is left."""
    distinct = ring[ring != np.roll(ring, 1)]
    if len(distinct) < 3:
        return np.zeros(0, np.int32)
    polygon: IntArray = np.roll(distinct, -int(np.argmin(distinct)))
    return polygon
