"""Compressed geometry in glTF files: Draco and meshopt. Claims are checked before decoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import DracoPy
import meshopt
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array, IntArray

DRACO_HEADER = 11  # bytes before the connectivity: "DRACO", version, type, method, flags
DRACO_MESH = 1
DRACO_EDGEBREAKER = 1
DRACO_METADATA = 0x8000  # flag


@dataclass(frozen=True, slots=True, eq=False)
class DracoMesh:
    """A decoded Draco mesh."""

    attributes: Mapping[int, Array]  # unique id → (n, k) numbers as they are stored
    indices: IntArray  # (3 m,)


def decode_draco(data: bytes, vertices: int, indices: int, where: str) -> DracoMesh:
    """Decode KHR_draco_mesh_compression data that should hold so many vertices and indices.

    Raises:
        ModelError: the data are broken or hold something else.
    """
    faces = _draco_faces(data, where)
    if faces * 3 != indices:
        raise ModelError(f"{where}: Draco data of {faces} triangles, expected {indices // 3}")
    try:
        mesh = DracoPy.decode(data)
    except (DracoPy.FileTypeException, ValueError, MemoryError) as error:
        raise ModelError(f"{where}: the Draco data are broken: {error}") from error
    corners = np.asarray(mesh.faces).reshape(-1)
    attributes = {
        int(attribute["unique_id"]): np.asarray(attribute["data"], np.float64)
        for attribute in mesh.attributes
    }
    counts = {len(values) for values in attributes.values()}
    if counts != {vertices} or len(corners) != indices or int(corners.max()) >= vertices:
        raise ModelError(f"{where}: the Draco data do not hold the {vertices} vertices promised")
    return DracoMesh(attributes, corners.astype(np.int32))


def _draco_faces(data: bytes, where: str) -> int:
    """How many triangles the data claim (Draco bitstream 2.2, sections 4 and 6)."""
    if len(data) < DRACO_HEADER + 3 or data[:5] != b"DRACO":
        raise ModelError(f"{where}: not Draco data")
    version, kind, method = (data[5], data[6]), data[7], data[8]
    if version != (2, 2) or kind != DRACO_MESH:
        raise ModelError(f"{where}: only Draco meshes of version 2.2 are supported")
    if int.from_bytes(data[9:11], "little") & DRACO_METADATA:
        raise ModelError(f"{where}: Draco metadata are not supported")
    if method != DRACO_EDGEBREAKER:
        return _varint(data, DRACO_HEADER)[0]
    _, at = _varint(data, DRACO_HEADER + 1)  # after the traversal method: the vertices
    return _varint(data, at)[0]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and where it ends."""
    value = 0
    for k, byte in enumerate(data[at : at + 5]):
        value |= (byte & 0x7F) << (7 * k)
        if byte < 0x80:
            return value, at + k + 1
    return value, at + 5


def decode_meshopt(packed: bytes, source: Mapping[str, Any], length: int, view: int) -> bytes:
    """The bytes of a buffer view out of EXT_meshopt_compression data, its filter undone.

    Args:
        source: the extension, checked.
        length: bytes the buffer view should have.
    Raises:
        ModelError: the data are broken or do not fit the buffer view.
    """
    count, stride, mode = source["count"], source["byteStride"], source["mode"]
    if count * stride != length:
        raise ModelError(
            f"buffer view {view}: {count} elements of {stride} bytes do not make {length} bytes"
        )
    try:
        decoded: bytes = meshopt.decode_gltf_buffer(
            packed, count, stride, mode, source.get("filter", "NONE")
        ).tobytes()
    except (ValueError, MemoryError) as error:
        raise ModelError(f"buffer view {view}: the meshopt data are broken: {error}") from error
    return decoded
