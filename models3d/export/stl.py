"""STL for the workshop: the metal of a piece as watertight solids in millimetres."""

from __future__ import annotations

import numpy as np

from models3d.export.workshop import whole
from models3d.mesh import Model

HEADER = b"Parure, metal without stones, millimetres"
RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def write_stl(model: Model) -> bytes:
    """Binary STL of all metal; what touches is joined, and a ring is one solid.

    Raises:
        ModelError: the model has no metal, a part is not closed, or a ring's parts do not touch.
    """
    mesh = whole(model).to_mesh64()
    corners = np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts)]
    corners = corners.astype("<f4")
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    records = np.zeros(len(corners), RECORD)
    records["normal"], records["corners"] = normals, corners
    return HEADER.ljust(80, b" ") + np.uint32(len(records)).tobytes() + records.tobytes()
