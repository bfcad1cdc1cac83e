"""Coarser meshes for small pictures, where the full one has several triangles in a pixel.

Edges are collapsed where they are not missed. In meshes too large for that, vertices of one cell of
a grid whose normals agree become one, with their mean place and normal (Rossignac and Borrel 1993);
edges between different normals stay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from models3d.mesh import Mesh
from viewer.render.simplify import simplify

MOST_COLLAPSED = 40_000  # triangles: collapsing takes a second for so many
NORMAL_CELLS = 1.6  # cells of the normal's grid per unit


def _row_numbers(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each different row (n, k): sorting numbers is quicker than sorting rows."""
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    shifted = rows - rows.min(axis=0)
    numbers = np.ravel_multi_index(tuple(shifted.T), tuple(shifted.max(axis=0) + 1))
    return np.asarray(numbers, np.int64)


def coarser(mesh: Mesh, attribute: Array, cell: float) -> tuple[Mesh, Array]:
    """The mesh and an attribute (n, k) of its vertices with details under `cell` metres merged."""
    place = np.floor(mesh.positions / cell).astype(np.int64)
    facing = np.round(mesh.normals * NORMAL_CELLS).astype(np.int64)
    _, group, counts = np.unique(
        _row_numbers(np.hstack([place, facing])), return_inverse=True, return_counts=True
    )

    def mean(values: Array) -> Array:
        columns = [np.bincount(group, column) / counts for column in values.T]
        return np.stack(columns, axis=-1)

    normals = mean(mesh.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    triangles = group[mesh.triangles]
    a, b, c = triangles.T
    kept = triangles[(a != b) & (b != c) & (c != a)]
    _, first = np.unique(_row_numbers(kept), return_index=True)
    simple = replace(
        mesh,
        positions=mean(mesh.positions),
        normals=normals,
        triangles=kept[np.sort(first)].astype(np.int32),
        uvs=None if mesh.uvs is None else mean(mesh.uvs),
    )
    return simple, mean(attribute)


def with_less_detail(mesh: Mesh, attribute: Array, error: float) -> tuple[Mesh, Array]:
    """The mesh and an attribute (n, k) of its vertices, off by about `error` metres at most."""
    if len(mesh.triangles) <= MOST_COLLAPSED:
        return simplify(mesh, attribute, error)
    return coarser(mesh, attribute, 2.0 * error)
