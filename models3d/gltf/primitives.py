"""Mesh primitives of a glTF document as triangle meshes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygltflib as gl

from models3d.errors import ModelError
from models3d.frames import Array, IntArray
from models3d.gltf.accessors import Accessors, normalized
from models3d.gltf.compression import DracoMesh, decode_draco
from models3d.gltf.materials import TextureCoordinates
from models3d.mesh import Mesh

DRACO = "KHR_draco_mesh_compression"


def read_primitive(
    accessors: Accessors, primitive: gl.Primitive, coordinates: TextureCoordinates, where: str
) -> Mesh | None:
    """The primitive as triangles with normals; None for points and lines.

    Normals that are missing are those of the flat triangles, as the specification asks.

    Raises:
        ModelError: its data are broken or do not fit together.
    """
    mode = primitive.mode
    if mode not in (gl.TRIANGLES, gl.TRIANGLE_STRIP, gl.TRIANGLE_FAN):
        return None
    numbers = vars(primitive.attributes)
    if numbers.get("POSITION") is None:
        return None
    draco = _draco(accessors, primitive, where)
    positions = _attribute(accessors, primitive, draco, "POSITION", where, "VEC3")
    if np.abs(positions).max() > 1e6:
        raise ModelError(f"{where}: positions reach beyond 1000 km")
    count = len(positions)
    if draco is not None:
        corners = draco.indices
    elif primitive.indices is not None:
        corners = accessors.indices(primitive.indices, count)
    else:
        corners = np.arange(count, dtype=np.int32)
    triangles = _triangles(corners, mode)
    if not len(triangles):
        return None
    uv_name = f"TEXCOORD_{coordinates.number}"
    uvs = None
    if numbers.get(uv_name) is not None:
        raw = _attribute(accessors, primitive, draco, uv_name, where, "VEC2")
        uvs = coordinates.apply(_same_length(raw, count, uv_name, where))
    if numbers.get("NORMAL") is None:
        return _flat(positions, triangles, uvs)
    normals = _attribute(accessors, primitive, draco, "NORMAL", where, "VEC3")
    _same_length(normals, count, "NORMAL", where)
    return Mesh(positions, _unit(normals, positions, triangles), triangles, uvs)


def _draco(accessors: Accessors, primitive: gl.Primitive, where: str) -> DracoMesh | None:
    source: dict[str, Any] | None = primitive.extensions.get(DRACO)
    if source is None:
        return None
    document = accessors.document
    if primitive.indices is None:
        raise ModelError(f"{where}: Draco data without an accessor for the indices")
    vertices = document.accessors[primitive.attributes.POSITION].count
    indices = document.accessors[primitive.indices].count
    accessors.count_elements(vertices + indices)
    return decode_draco(accessors.view(source["bufferView"]), vertices, indices, where)


def _attribute(
    accessors: Accessors,
    primitive: gl.Primitive,
    draco: DracoMesh | None,
    name: str,
    where: str,
    kind: str,
) -> Array:
    """(n, k) numbers of a vertex attribute, out of the Draco data where they are in it."""
    number = getattr(primitive.attributes, name)
    unique_id = primitive.extensions[DRACO]["attributes"].get(name) if draco is not None else None
    if draco is None or unique_id is None:
        return accessors.floats(number, kind)
    if unique_id not in draco.attributes:
        raise ModelError(f"{where}: the Draco data have no attribute {unique_id} for {name}")
    values = draco.attributes[unique_id]
    accessor = accessors.document.accessors[number]
    if values.shape[1] != int(kind[-1]) or not np.isfinite(values).all():
        raise ModelError(f"{where}: {name} in the Draco data is not {kind} or not finite")
    if accessor.normalized:
        return normalized(values, accessor.componentType)
    return values


def _same_length(values: Array, count: int, name: str, where: str) -> Array:
    if len(values) != count:
        raise ModelError(f"{where}: {len(values)} of {name} for {count} vertices")
    return values


def _triangles(corners: IntArray, mode: int) -> IntArray:
    """(m, 3) triangles, counter-clockwise, without those that join pieces of a strip."""
    if mode == gl.TRIANGLES:
        return corners[: len(corners) // 3 * 3].reshape(-1, 3)
    if len(corners) < 3:
        return np.zeros((0, 3), np.int32)
    if mode == gl.TRIANGLE_STRIP:
        triangles = np.stack([corners[:-2], corners[1:-1], corners[2:]], axis=1)
        triangles[1::2] = triangles[1::2][:, [1, 0, 2]]
    else:
        first = np.full(len(corners) - 2, corners[0], np.int32)
        triangles = np.stack([first, corners[1:-1], corners[2:]], axis=1)
    a, b, c = triangles.T
    distinct: IntArray = triangles[(a != b) & (b != c) & (c != a)]
    return distinct


def _flat(positions: Array, triangles: IntArray, uvs: Array | None) -> Mesh:
    """Each triangle with its own three vertices and its own normal."""
    corners = triangles.reshape(-1)
    apart = np.arange(len(corners), dtype=np.int32).reshape(-1, 3)
    normals = np.repeat(_cross(positions, triangles), 3, axis=0)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    up = np.where(lengths > 0.0, normals, (0.0, 0.0, 1.0))
    return Mesh(
        positions[corners],
        up / np.where(lengths > 0.0, lengths, 1.0),
        apart,
        None if uvs is None else uvs[corners],
    )


def _unit(normals: Array, positions: Array, triangles: IntArray) -> Array:
    """Normals of unit length; those of no length become the mean of their triangles."""
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    if np.any(lengths < 1e-6):
        mean = np.zeros_like(positions)
        for corner in triangles.T:
            np.add.at(mean, corner, _cross(positions, triangles))
        mean_lengths = np.linalg.norm(mean, axis=1, keepdims=True)
        mean = np.where(mean_lengths > 0.0, mean, (0.0, 0.0, 1.0))
        normals = np.where(lengths < 1e-6, mean, normals)
        lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    rounded = np.abs(lengths - 1.0) < 1e-5  # of single precision: left as they were written
    unit: Array = np.where(rounded, normals, normals / lengths)
    return unit


def _cross(positions: Array, triangles: IntArray) -> Array:
    """(m, 3) normals of the triangles, as long as twice their area."""
    a, b, c = np.moveaxis(positions[triangles], 1, 0)
    crossed: Array = np.cross(b - a, c - a)
    return crossed
