"""Boolean work on meshes through manifold3d; normals and texture coordinates are carried along."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d
import numpy as np
from numpy.typing import NDArray

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.mesh import Mesh

BACK_SIDE = 1  # manifold3d's run flag: these faces come from a body that was taken away
MM = 1e-3  # manifold3d works in millimetres, where its tolerances suit a jewel


def solid(mesh: Mesh) -> manifold3d.Manifold:
    """A mesh as a solid in millimetres; vertices at the very same place are welded.

    Raises:
        ModelError: the mesh does not enclose a volume.
    """
    columns = [mesh.positions / MM, mesh.normals]
    if mesh.uvs is not None:
        columns.append(mesh.uvs)
    vertices = np.concatenate(columns, axis=1)
    first, welded = weld(mesh.positions)
    repeated = np.flatnonzero(first[welded] != np.arange(len(welded))).astype(np.uint64)
    body = manifold3d.Manifold(
        manifold3d.Mesh64(
            np.ascontiguousarray(vertices, np.float64),
            mesh.triangles.astype(np.uint64),
            merge_from_vert=repeated,
            merge_to_vert=first[welded][repeated.astype(np.int64)].astype(np.uint64),
        )
    )
    if body.status() != manifold3d.Error.NoError or body.is_empty():
        raise ModelError(f"the mesh does not enclose a volume ({body.status().name})")
    return body


def union(bodies: Sequence[manifold3d.Manifold]) -> manifold3d.Manifold:
    """One body that fills all."""
    return manifold3d.Manifold.batch_boolean(list(bodies), manifold3d.OpType.Add)


def skin(body: manifold3d.Manifold) -> Mesh:
    """The surface of a solid, back in metres; cut faces take the tool's normals, reversed.

    Texture coordinates come back where a body brought them; the others' are (0, 0).
    """
    mesh = body.to_mesh64()
    properties = np.asarray(mesh.vert_properties)
    triangles = np.asarray(mesh.tri_verts)
    facing = np.ones((len(properties), 1))
    bounds = np.asarray(mesh.run_index, np.int64)
    for start, end, flags in zip(bounds[:-1], bounds[1:], mesh.run_flags, strict=True):
        if flags & BACK_SIDE:
            facing[triangles.reshape(-1)[start:end]] = -1.0
    normals = properties[:, 3:6] * facing
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    uvs = properties[:, 6:8] if properties.shape[1] == 8 else None
    return Mesh(properties[:, :3] * MM, normals, triangles.astype(np.int32), uvs)


def weld(points: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First index of each distinct place of points (n, 3), and which of these each point is at.

    Exact, and in half the time of numpy's unique rows.
    """
    order = np.lexsort(points.T[::-1])  # stable: the first of equals stays the first
    ordered = points[order]
    new = np.ones(len(points), bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    welded = np.zeros(len(points), np.int64)
    welded[order] = np.cumsum(new) - 1
    return order[new], welded
