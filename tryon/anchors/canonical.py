"""MediaPipe's canonical face: the mean head's 468 points, read from the landmark bundle.

The bundle's geometry metadata is a protocol buffer (mediapipe/tasks/cc/vision/face_geometry/proto:
geometry_pipeline_metadata.proto, mesh_3d.proto): field 1 is the mesh; in it field 3 holds the
vertices, five floats each (x, y, z in centimetres, u, v), and field 4 the triangles' indices.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from models3d.frames import Array, IntArray
from tryon.model_files import FACE_LANDMARKER, model_path

METADATA = "geometry_pipeline_metadata_landmarks.binarypb"
MESH, VERTICES, TRIANGLES = 1, 3, 4  # field numbers
VARINT, BYTES, FLOAT = 0, 2, 5  # wire types
FACE_POINTS = 468


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalFace:
    """The mean head. x to the wearer's left, y up, z out of the face; the origin in the head."""

    points: Array  # (468, 3) metres
    uvs: Array  # (468, 2)
    triangles: IntArray  # (898, 3)


@cache
def canonical_face() -> CanonicalFace:
    """The canonical face of the landmark bundle.

    Raises:
        MissingLandmarkModel: the bundle is missing or altered.
    """
    with zipfile.ZipFile(model_path(FACE_LANDMARKER)) as bundle:
        metadata = bundle.read(METADATA)
    mesh = next(value for number, value in _fields(metadata) if number == MESH)
    assert isinstance(mesh, bytes)
    fields = list(_fields(mesh))
    vertices = np.array([v for n, v in fields if n == VERTICES], np.float64).reshape(-1, 5)
    triangles = np.array([v for n, v in fields if n == TRIANGLES], np.int32).reshape(-1, 3)
    return CanonicalFace(vertices[:, :3] * 0.01, vertices[:, 3:], triangles)


def _fields(message: bytes) -> Iterator[tuple[int, bytes | float | int]]:
    """The (number, value) pairs of one protocol buffer message, in their order."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif wire == FLOAT:
            yield number, struct.unpack_from("<f", message, at)[0]
            at += 4
        elif wire == BYTES:
            length, at = _varint(message, at)
            yield number, message[at : at + length]
            at += length
        else:
            raise ValueError(f"unexpected wire type {wire} in {METADATA}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
