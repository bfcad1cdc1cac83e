"""Small glTF documents made for the tests, good ones to break."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models3d.gltf import read_model
from models3d.mesh import Model

FLOAT, UBYTE, USHORT, UINT, BYTE, SHORT = 5126, 5121, 5123, 5125, 5120, 5122
KINDS = {
    np.dtype("f4"): FLOAT,
    np.dtype("u1"): UBYTE,
    np.dtype("u2"): USHORT,
    np.dtype("u4"): UINT,
    np.dtype("i1"): BYTE,
    np.dtype("i2"): SHORT,
}
TETRAHEDRON = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
TETRAHEDRON_INDICES = np.array([0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3], np.uint16)


class Sample:
    """A document under construction, with one binary buffer."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [],
            "accessors": [],
            "bufferViews": [],
        }
        self.binary = bytearray()

    def view(self, data: bytes, **fields: Any) -> int:
        self.binary.extend(bytes(-len(self.binary) % 4))
        self.document["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)} | fields
        )
        self.binary.extend(data)
        return len(self.document["bufferViews"]) - 1

    def accessor(self, values: np.ndarray, **fields: Any) -> int:
        width = 1 if values.ndim == 1 else values.shape[1]
        self.document["accessors"].append(
            {
                "bufferView": self.view(values.tobytes()),
                "componentType": KINDS[values.dtype],
                "count": len(values),
                "type": "SCALAR" if width == 1 else f"VEC{width}",
            }
            | fields
        )
        return len(self.document["accessors"]) - 1

    def mesh(self, attributes: dict[str, int], **fields: Any) -> int:
        self.document["meshes"].append({"primitives": [{"attributes": attributes} | fields]})
        return len(self.document["meshes"]) - 1

    def extension(self, *names: str, required: bool = True) -> None:
        self.document.setdefault("extensionsUsed", []).extend(names)
        if required:
            self.document.setdefault("extensionsRequired", []).extend(names)

    def glb(self) -> bytes:
        self.binary.extend(bytes(-len(self.binary) % 4))
        buffers = self.document.get("buffers") or [{"byteLength": len(self.binary)}]
        document = {k: v for k, v in self.document.items() if v != []} | {"buffers": buffers}
        return glb(json.dumps(document).encode(), bytes(self.binary))


def glb(json_chunk: bytes, binary: bytes | None = None) -> bytes:
    """A GLB of these chunks."""
    padded = json_chunk + b" " * (-len(json_chunk) % 4)
    chunks = [(0x4E4F534A, padded)] + ([(0x004E4942, binary)] if binary is not None else [])
    return glb_of_chunks(chunks)


def glb_of_chunks(chunks: Sequence[tuple[int, bytes]]) -> bytes:
    body = b"".join(struct.pack("<II", len(data), kind) + data for kind, data in chunks)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def tetrahedron() -> Sample:
    """An indexed tetrahedron without normals."""
    sample = Sample()
    sample.mesh(
        {"POSITION": sample.accessor(TETRAHEDRON)}, indices=sample.accessor(TETRAHEDRON_INDICES)
    )
    return sample


def read(folder: Path, data: bytes, name: str = "model.glb") -> Model:
    """Read the bytes as a file in the folder."""
    (folder / name).write_bytes(data)
    return read_model(folder / name)
