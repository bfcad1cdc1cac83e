"""A glTF document under construction: its JSON, its one buffer, and compressed views of it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import meshopt
import numpy as np
from numpy.typing import NDArray

GENERATOR: Final = "Parure"
MESHOPT: Final = "EXT_meshopt_compression"
FLOAT, BYTE, SHORT, UNSIGNED_SHORT, UNSIGNED_INT = 5126, 5120, 5122, 5123, 5125
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963
TYPES: Final = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
COMPONENTS: Final = {
    "f4": FLOAT,
    "i1": BYTE,
    "i2": SHORT,
    "u2": UNSIGNED_SHORT,
    "u4": UNSIGNED_INT,
}

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Rows as meshopt packs them."""

    data: bytes
    stride: int  # bytes of a row, unpacked
    count: int
    mode: str
    undo: str


def pack(rows: Numbers, mode: str, undo: str) -> Packed:
    """Compress rows.

    Args:
        rows: (n, k) numbers as the filter `undo` takes them; for TRIANGLES (3 m,) indices.
        mode: ATTRIBUTES or TRIANGLES.
        undo: NONE, OCTAHEDRAL, QUATERNION or EXPONENTIAL.
    """
    stride = rows.nbytes // len(rows)
    return Packed(meshopt.encode_gltf_buffer(rows, mode), stride, len(rows), mode, undo)


class DocumentWriter:
    """Grows a document; `finish` gives the GLB file."""

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.extensions: dict[str, Any] = {}  # of the document itself
        self._used: set[str] = set()
        self._required: set[str] = set()
        self._binary = bytearray()
        self._unpacked = 0  # bytes of all compressed views

    def add(self, kind: str, entry: Mapping[str, Any]) -> int:
        """Append to a list of the document (nodes, meshes …); empty values are left out."""
        entries = self.lists.setdefault(kind, [])
        entries.append({k: v for k, v in entry.items() if v is not None and v != {}})
        return len(entries) - 1

    def use(self, *extensions: str, required: bool = False) -> None:
        """State that the document has these extensions."""
        self._used.update(extensions)
        if required:
            self._required.update(extensions)

    def view(self, data: bytes, target: int | None = None) -> int:
        """A buffer view of these bytes as they are."""
        return self.add("bufferViews", {"buffer": 0, **self._stored(data), "target": target})

    def packed_view(self, rows: Numbers, mode: str, undo: str, target: int | None) -> int:
        """A meshopt-compressed buffer view; arguments as those of `pack`."""
        return self.view_of(pack(rows, mode, undo), target)

    def view_of(self, rows: Packed, target: int | None) -> int:
        """A buffer view of what is packed already."""
        length = rows.stride * rows.count
        packed = {
            "buffer": 0,
            **self._stored(rows.data),
            "byteStride": rows.stride,
            "count": rows.count,
            "mode": rows.mode,
        }
        if rows.undo != "NONE":
            packed["filter"] = rows.undo
        self._unpacked += -self._unpacked % 4
        view = self.add(
            "bufferViews",
            {
                "buffer": 1,
                "byteOffset": self._unpacked,
                "byteLength": length,
                # instance attributes and indices have no stride of their own
                "byteStride": rows.stride if target == ARRAY_BUFFER else None,
                "target": target,
                "extensions": {MESHOPT: packed},
            },
        )
        self._unpacked += length
        self.use(MESHOPT, required=True)
        return view

    def accessor(self, values: Numbers, *, view: int | None = None, **fields: Any) -> int:
        """An accessor of these numbers.

        Args:
            values: (n,) or (n, k) in the type they are read as.
            view: where they lie; None: written now, as they are.
            fields: target, bounds (whether to state them) and normalized.
        """
        width = 1 if values.ndim == 1 else values.shape[1]
        if view is None:
            view = self.view(np.ascontiguousarray(values).tobytes(), fields.get("target"))
        entry: dict[str, Any] = {
            "bufferView": view,
            "componentType": COMPONENTS[values.dtype.str[1:]],
            "count": len(values),
            "type": TYPES[width],
        }
        if fields.get("normalized"):
            entry["normalized"] = True
        if fields.get("bounds"):
            table = values.reshape(len(values), width)
            entry["min"] = table.min(axis=0).astype(np.float64).tolist()
            entry["max"] = table.max(axis=0).astype(np.float64).tolist()
        return self.add("accessors", entry)

    def finish(self) -> bytes:
        """The GLB file."""
        buffers: list[dict[str, Any]] = [{"byteLength": len(self._binary)}]
        if self._unpacked:
            fallback = {MESHOPT: {"fallback": True}}
            buffers.append({"byteLength": self._unpacked, "extensions": fallback})
        document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": GENERATOR},
            "scene": 0,
            **self.lists,
            "buffers": buffers,
        }
        if self._used:
            document["extensionsUsed"] = sorted(self._used)
        if self._required:
            document["extensionsRequired"] = sorted(self._required)
        if self.extensions:
            document["extensions"] = self.extensions
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self._binary) + bytes(-len(self._binary) % 4)
        chunks = (
            struct.pack("<II", len(text), 0x4E4F534A)
            + text
            + struct.pack("<II", len(binary), 0x004E4942)
            + binary
        )
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks

    def _stored(self, data: bytes) -> dict[str, int]:
        """Where these bytes went in the buffer."""
        self._binary.extend(bytes(-len(self._binary) % 4))
        at = len(self._binary)
        self._binary.extend(data)
        return {"byteOffset": at, "byteLength": len(data)}
