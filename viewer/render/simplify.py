"""Fewer triangles for small pictures: vertices that a picture of that size would not miss go.

Edges are collapsed onto one of their ends (Garland and Heckbert 1997 measure what that costs), many
at a time where they do not touch each other. What stays keeps its place, normal and openness. At a
crease a place has several vertices, one for each normal: they go together, along the crease.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from models3d.mesh import Mesh

ROUNDS = 40
LEAST_GAIN = 0.005  # of the places: a round that removes fewer is the last
SAME_PLACE = 1e-6  # of the mesh's size
TURN_COSINE = 0.985  # between the normals of a vertex and of the one that takes its place:
SHORT_TURN_COSINE = 0.9  # a mirror's picture lives of them, but not on the shortest edges
SHORT = 6.0  # tolerances
FACE_COSINE = 0.8  # between a triangle's normals before and after
ATTRIBUTE_STEP = 0.3  # between the attributes of the two
COST_STEP = 0.01  # of the tolerance's square: costs that differ by less are alike
SCATTER, SCATTERED = 2_654_435_761, 1 << 32  # Knuth's multiplicative hash: an order without pattern

BoolArray = NDArray[np.bool_]
Indices = NDArray[np.int64]


def simplify(
    mesh: Mesh, attribute: Array, tolerance: float, turn_cosine: float = TURN_COSINE
) -> tuple[Mesh, Array]:
    """The mesh and an attribute (n, k) of its vertices, without what stands out less than that.

    Args:
        tolerance: metres, root mean square between the planes of the triangles that went and the
            vertex that stands for them.
        turn_cosine: least cosine between the normals of a vertex and of the one that takes its
            place, on all but the shortest edges.
    """
    short_turn_cosine = min(turn_cosine, SHORT_TURN_COSINE)
    triangles = np.asarray(mesh.triangles, np.int64)  # of vertices
    places, place_of = _places(mesh.positions)
    quadrics, areas = _quadrics(places, place_of[triangles])
    stays = _on_border(place_of[triangles], len(places))
    for _ in range(ROUNDS):
        start, end = _edges(triangles)
        length = np.linalg.norm(mesh.positions[start] - mesh.positions[end], axis=1)
        turn = np.einsum("ij,ij->i", mesh.normals[start], mesh.normals[end])
        step = np.abs(attribute[start] - attribute[end]).max(axis=1)
        short = length < SHORT * tolerance
        alike = (turn >= np.where(short, short_turn_cosine, turn_cosine)) & (step <= ATTRIBUTE_STEP)
        start, end = start[alike], end[alike]
        a, b = _whole_places(triangles, start, end, place_of, len(places))
        cost = _distance2(quadrics[a], areas[a], places[b])
        span = np.linalg.norm(places[a] - places[b], axis=1)
        allowed = ~stays[a] & (cost <= tolerance**2)
        a, b = a[allowed], b[allowed]
        # On a plane all costs are alike: numbered in turn, neighbours would wait for each other.
        level = np.floor(cost[allowed] / (COST_STEP * tolerance**2))
        order = np.lexsort((b, span[allowed], a * SCATTER % SCATTERED, level))
        a, rank = np.unique(a[order], return_index=True)  # the cheapest way for each place
        corners = place_of[triangles]
        target = _apart(corners, a, b[order][rank], rank, len(places))
        spoiled = np.unique(corners[_turned(places, corners, target[corners])])
        spoiled = spoiled[target[spoiled] != spoiled]
        target[spoiled], stays[spoiled] = spoiled, True
        gone = np.flatnonzero(target != np.arange(len(places)))
        np.add.at(quadrics, target[gone], quadrics[gone])
        np.add.at(areas, target[gone], areas[gone])
        moves = (target[place_of[start]] == place_of[end]) & (place_of[start] != place_of[end])
        vertex = np.arange(len(place_of))
        vertex[start[moves]] = end[moves]
        corners, triangles = target[corners], vertex[triangles]
        x, y, z = corners.T
        triangles = triangles[(x != y) & (y != z) & (z != x)]
        if len(gone) <= LEAST_GAIN * len(places) and len(spoiled) == 0:
            break
    used, numbered = np.unique(triangles, return_inverse=True)
    simple = replace(
        mesh,
        positions=mesh.positions[used],
        normals=mesh.normals[used],
        triangles=numbered.reshape(-1, 3).astype(np.int32),
        uvs=None if mesh.uvs is None else mesh.uvs[used],
    )
    return simple, attribute[used]


def _places(positions: Array) -> tuple[Array, Indices]:
    """Different positions (m, 3), and which of them each vertex (n,) has."""
    cell = max(float(np.ptp(positions, axis=0).max()) * SAME_PLACE, 1e-12)
    keys = np.round((positions - positions.min(axis=0)) / cell).astype(np.int64)
    numbers = np.ravel_multi_index(tuple(keys.T), tuple(keys.max(axis=0) + 1))
    _, first, place_of = np.unique(numbers, return_index=True, return_inverse=True)
    return positions[first].astype(np.float64), place_of.astype(np.int64)


def _edges(triangles: Indices) -> tuple[Indices, Indices]:
    """Every edge in both directions, as starts and ends."""
    a = triangles[:, [0, 1, 2, 1, 2, 0]].ravel()
    b = triangles[:, [1, 2, 0, 0, 1, 2]].ravel()
    return a, b


def _whole_places(
    triangles: Indices, start: Indices, end: Indices, place_of: Indices, count: int
) -> tuple[Indices, Indices]:
    """Pairs of places between which every vertex of the first has an edge to go along."""
    wanted = np.bincount(place_of[np.unique(triangles)], minlength=count)
    ways = np.unique(start * count + place_of[end])  # of each vertex to each place, once
    pairs, found = np.unique(
        place_of[ways // count] * count + ways % count, return_counts=True
    )  # fmt: skip
    a, b = pairs // count, pairs % count
    whole = found == wanted[a]
    return a[whole], b[whole]


def _cross(positions: Array, triangles: Indices) -> Array:
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


def _quadrics(positions: Array, triangles: Indices) -> tuple[Array, Array]:
    """For each vertex the sum over its triangles of area (n w)(n w)^T (n, 4, 4), and of area."""
    cross = _cross(positions, triangles)
    double = np.linalg.norm(cross, axis=1)
    normal = cross / np.maximum(double, 1e-30)[:, None]
    offset = -np.einsum("ij,ij->i", normal, positions[triangles[:, 0]])
    plane = np.column_stack([normal, offset])
    outer = double[:, None, None] * plane[:, :, None] * plane[:, None, :]
    quadrics, areas = np.zeros((len(positions), 4, 4)), np.zeros(len(positions))
    for corner in triangles.T:
        np.add.at(quadrics, corner, outer)
        np.add.at(areas, corner, double)
    return quadrics, areas


def _distance2(quadrics: Array, areas: Array, positions: Array) -> Array:
    """Mean square distance (n,) of positions from the planes of quadrics."""
    ends = np.column_stack([positions, np.ones(len(positions))])
    square = np.einsum("ni,nij,nj->n", ends, quadrics, ends)
    return np.asarray(np.maximum(square, 0.0) / np.maximum(areas, 1e-30))


def _on_border(triangles: Indices, count: int) -> BoolArray:
    """Vertices (count,) of edges that do not have exactly two triangles."""
    edges = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    _, which, uses = np.unique(
        edges[:, 0] * count + edges[:, 1], return_inverse=True, return_counts=True
    )
    border = np.zeros(count, bool)
    border[edges[uses[which] != 2]] = True
    return border


def _apart(triangles: Indices, start: Indices, end: Indices, rank: Indices, count: int) -> Indices:
    """What takes each vertex's place (count,), where no triangle loses more than one vertex."""
    last = np.iinfo(np.int64).max
    ranks = np.full(count, last)
    ranks[start] = rank
    first = ranks[triangles].min(axis=1)  # of each triangle
    around = np.full(count, last)
    for corner in triangles.T:
        np.minimum.at(around, corner, first)
    replaced = np.arange(count)
    chosen = around[start] == rank
    replaced[start[chosen]] = end[chosen]
    return replaced


def _turned(positions: Array, before: Indices, after: Indices) -> BoolArray:
    """Which triangles (n,) would turn away or become slivers."""
    moved = np.flatnonzero((before != after).any(axis=1))
    a, b, c = after[moved].T
    moved = moved[(a != b) & (b != c) & (c != a)]
    old, new = _cross(positions, before[moved]), _cross(positions, after[moved])
    length = np.linalg.norm(old, axis=1) * np.linalg.norm(new, axis=1)
    turned = np.zeros(len(before), bool)
    turned[moved] = np.einsum("ij,ij->i", old, new) < FACE_COSINE * length
    return turned
