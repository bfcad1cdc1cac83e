"""Coarser meshes for small pictures, where the full one has several triangles in a pixel.

Vertices of one cell of a grid whose normals agree become one, with their mean place and normal
(Rossignac and Borrel 1993); edges between different normals stay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh

NORMAL_CELLS = 1.6  # cells of the normal's grid per unit


def coarser(mesh: Mesh, attribute: Array, cell: float) -> tuple[Mesh, Array]:
    """The mesh and an attribute (n, k) of its vertices with details under `cell` metres merged."""
    place = np.floor(mesh.positions / cell).astype(np.int64)
    facing = np.round(mesh.normals * NORMAL_CELLS).astype(np.int64)
    _, group, counts = np.unique(
        np.hstack([place, facing]), axis=0, return_inverse=True, return_counts=True
    )
    group = group.ravel()

    def mean(values: Array) -> Array:
        columns = [np.bincount(group, column) / counts for column in values.T]
        return np.stack(columns, axis=-1)

    normals = mean(mesh.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    triangles = group[mesh.triangles]
    a, b, c = triangles.T
    kept = triangles[(a != b) & (b != c) & (c != a)]
    simple = replace(
        mesh,
        positions=mean(mesh.positions),
        normals=normals,
        triangles=np.unique(kept, axis=0).astype(np.int32),
        uvs=None if mesh.uvs is None else mean(mesh.uvs),
    )
    return simple, mean(attribute)
