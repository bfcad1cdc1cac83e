"""Boolean work on meshes through manifold3d; normals are carried through the cuts."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.mesh import Mesh

MM = 1e-3  # manifold3d works in millimetres, where its tolerances suit a jewel


def solid(mesh: Mesh) -> manifold3d.Manifold:
    """A mesh as a solid in millimetres; vertices at the very same place are welded.

    Raises:
        ModelError: the mesh does not enclose a volume.
    """
    vertices = np.concatenate([mesh.positions / MM, mesh.normals], axis=1)
    first, welded = _weld(mesh.positions)
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


def carve(body: manifold3d.Manifold, tool: manifold3d.Manifold) -> Mesh:
    """What is left of `body` where the tool has been; the cut faces take the tool's normals."""
    cut = (body - tool).to_mesh64()
    tool_id = tool.original_id()
    sides = np.ones(len(cut.vert_properties))
    bounds = np.asarray(cut.run_index, np.int64)
    for start, end, original in zip(bounds[:-1], bounds[1:], cut.run_original_id, strict=True):
        if original == tool_id:
            sides[np.asarray(cut.tri_verts).reshape(-1)[start:end]] = -1.0
    return _mesh(cut, sides)


def skin(body: manifold3d.Manifold) -> Mesh:
    """The surface of a solid, back in metres."""
    mesh = body.to_mesh64()
    return _mesh(mesh, np.ones(len(mesh.vert_properties)))


def _mesh(cut: manifold3d.Mesh64, sides: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Mesh:
    properties = np.asarray(cut.vert_properties, np.float64)
    normals = properties[:, 3:6] * sides[:, None]
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(
        properties[:, :3] * MM,
        normals / np.maximum(lengths, 1e-12),
        np.asarray(cut.tri_verts).astype(np.int32),
    )


def _weld(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First index of each distinct position, and for each vertex which of these it is at."""
    _, first, welded = np.unique(positions, axis=0, return_index=True, return_inverse=True)
    return first, welded.reshape(-1)
