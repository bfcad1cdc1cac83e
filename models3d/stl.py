"""STL for the workshop: the metal of a ring as one watertight solid in millimetres."""

from __future__ import annotations

import numpy as np

from models3d.errors import ModelError
from models3d.mesh import Model
from models3d.solids import solid, union

HEADER = b"Parure, metal without stones, millimetres"
RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def write_stl(model: Model) -> bytes:
    """Binary STL of all parts that are not stones, joined into one solid.

    Raises:
        ModelError: the model has no metal, a part is not closed, or the parts do not touch.
    """
    metal = [part for part in model.parts if not part.material.is_gem]
    if not metal:
        raise ModelError(f"{model.name} has no metal to write")
    body = union([solid(part.world_mesh()) for part in metal])
    if len(body.decompose()) != 1:
        raise ModelError(f"{model.name}: its parts do not join to one solid")
    mesh = body.to_mesh64()
    corners = np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts)]
    corners = corners.astype("<f4")
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    records = np.zeros(len(corners), RECORD)
    records["normal"], records["corners"] = normals, corners
    return HEADER.ljust(80, b" ") + np.uint32(len(records)).tobytes() + records.tobytes()
