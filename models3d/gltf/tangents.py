"""Tangents of a mesh: which way u runs, for normal maps and brushed metal."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh


def tangents(mesh: Mesh) -> Array:
    """(n, 4) unit tangent along u and the sign of the bitangent, which is the way v runs.

    The mean over a vertex's triangles, made perpendicular to its normal; where the texture
    coordinates say nothing, any perpendicular.

    Raises:
        ValueError: the mesh has no texture coordinates.
    """
    if mesh.uvs is None:
        raise ValueError("a mesh without texture coordinates has no tangents")
    p0, p1, p2 = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    t0, t1, t2 = np.moveaxis(mesh.uvs[mesh.triangles], 1, 0)
    du1, dv1 = (t1 - t0).T
    du2, dv2 = (t2 - t0).T
    sign = np.sign(du1 * dv2 - du2 * dv1)[:, None]
    along_u = sign * ((p1 - p0) * dv2[:, None] - (p2 - p0) * dv1[:, None])
    along_v = sign * ((p2 - p0) * du1[:, None] - (p1 - p0) * du2[:, None])
    sum_u, sum_v = np.zeros_like(mesh.positions), np.zeros_like(mesh.positions)
    for corner in mesh.triangles.T:
        np.add.at(sum_u, corner, along_u)
        np.add.at(sum_v, corner, along_v)
    normals = mesh.normals
    flat = sum_u - normals * np.einsum("ij,ij->i", sum_u, normals)[:, None]
    least = np.eye(3)[np.abs(normals).argmin(axis=1)]  # the axis farthest from the normal
    said = np.linalg.norm(flat, axis=1, keepdims=True) > 1e-12 * np.abs(sum_u).max(initial=0.0)
    flat = np.where(said, flat, np.cross(normals, least))
    unit = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    # glTF's v runs down the picture: its bitangent is cross(normal, tangent) * w, up the picture
    upwards = -np.einsum("ij,ij->i", np.cross(normals, unit), sum_v)
    return np.column_stack([unit, np.where(upwards < 0.0, -1.0, 1.0)])
