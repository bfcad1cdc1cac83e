"""Numbers of a glTF file: buffers, buffer views and accessors, sparse and compressed ones too."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pygltflib as gl

from models3d.errors import ModelError
from models3d.frames import Array, IntArray
from models3d.gltf.compression import decode_meshopt
from models3d.gltf.container import LARGEST_FILE, fetch
from models3d.gltf.layout import DTYPES, MESHOPT, WIDTHS, check_layout, meshopt_source

LARGEST_TOTAL: Final = 20_000_000  # elements of all accessors that are read
BUFFER_TYPES: Final = ("application/octet-stream", "application/gltf-buffer")


class Accessors:
    """Reads the numbers of one document that has the right schema; loads its buffers at once.

    Raises:
        ModelError: a buffer is missing or short, or something lies outside its data.
    """

    def __init__(self, document: gl.GLTF2, binary: bytes | None, folder: Path) -> None:
        check_layout(document)
        self.document = document
        self._folder = folder
        self._elements = 0
        self._bytes = 0
        self._buffers = [
            self._load(number, binary if number == 0 else None)
            for number in range(len(document.buffers))
        ]
        self._views: dict[int, bytes] = {}

    def _load(self, number: int, binary: bytes | None) -> bytes | None:
        """The whole buffer; None for the fallback of compressed data."""
        buffer = self.document.buffers[number]
        if buffer.uri is not None:
            data = self.fetch(buffer.uri, BUFFER_TYPES)
        elif any(buffer.extensions.get(name, {}).get("fallback") for name in MESHOPT):
            return None
        elif binary is not None:
            data = binary
        else:
            raise ModelError(f"buffer {number} has no data: neither a URI nor a GLB chunk")
        if len(data) < buffer.byteLength:
            raise ModelError(
                f"buffer {number} has {len(data)} bytes, it should have {buffer.byteLength}"
            )
        return data

    def fetch(self, uri: str, mime_types: tuple[str, ...]) -> bytes:
        """The bytes that a URI of this document names; refuses too many of them."""
        data = fetch(uri, self._folder, mime_types)
        self._count_bytes(len(data))
        return data

    def view(self, number: int) -> bytes:
        """The bytes of a buffer view, decompressed if need be.

        Raises:
            ModelError: its compressed data are broken.
        """
        if number not in self._views:
            view = self.document.bufferViews[number]
            packed = meshopt_source(view)
            if packed is None:
                data = self._slice(view.buffer, view.byteOffset, view.byteLength, number)
            else:
                self._count_bytes(view.byteLength)
                data = decode_meshopt(
                    self._slice(
                        packed["buffer"], packed.get("byteOffset", 0), packed["byteLength"], number
                    ),
                    packed,
                    view.byteLength,
                    number,
                )
            self._views[number] = data
        return self._views[number]

    def _slice(self, buffer: int, offset: int, length: int, view: int) -> bytes:
        data = self._buffers[buffer]
        if data is None:
            raise ModelError(f"buffer view {view} lies in a buffer without data")
        return data[offset : offset + length]

    def floats(self, number: int, *types: str) -> Array:
        """(n, k) numbers of an accessor of one of these types; normalized integers as 0..1, -1..1.

        Raises:
            ModelError: the accessor is of another type or has a number that is not finite.
        """
        accessor = self.document.accessors[number]
        if accessor.type not in types:
            raise ModelError(f"accessor {number} is {accessor.type}, expected {' or '.join(types)}")
        with np.errstate(invalid="ignore"):  # signalling NaN
            values = self._raw(number).astype(np.float64)
        if accessor.normalized:
            values = normalized(values, accessor.componentType)
        if not np.isfinite(values).all():
            raise ModelError(f"accessor {number} has a number that is not finite")
        return values

    def indices(self, number: int, vertices: int) -> IntArray:
        """(n,) vertex numbers.

        Raises:
            ModelError: the accessor does not hold whole numbers, or there is no such vertex.
        """
        accessor = self.document.accessors[number]
        if accessor.type != "SCALAR" or accessor.componentType not in (
            gl.UNSIGNED_BYTE,
            gl.UNSIGNED_SHORT,
            gl.UNSIGNED_INT,
        ):
            raise ModelError(f"accessor {number} does not hold vertex numbers")
        return in_range(self._raw(number)[:, 0], vertices, f"accessor {number}")

    def _raw(self, number: int) -> np.ndarray[Any, Any]:
        """(n, k) numbers as they are stored, sparse ones put in."""
        accessor = self.document.accessors[number]
        self.count_elements(accessor.count)
        dtype, width = DTYPES[accessor.componentType], WIDTHS[accessor.type]
        if accessor.bufferView is None:
            values = np.zeros((accessor.count, width), dtype)
        else:
            values = self._table(
                accessor.bufferView, accessor.byteOffset, accessor.count, dtype, width
            )
        sparse = accessor.sparse
        if sparse is not None:
            places = self._table(
                sparse.indices.bufferView,
                sparse.indices.byteOffset,
                sparse.count,
                DTYPES[sparse.indices.componentType],
                1,
            )
            replaced = in_range(places[:, 0], accessor.count, f"sparse accessor {number}")
            values[replaced] = self._table(
                sparse.values.bufferView, sparse.values.byteOffset, sparse.count, dtype, width
            )
        return values

    def count_elements(self, count: int) -> None:
        """Take note of what is asked for, before anything is allocated.

        Raises:
            ModelError: all of it together is too large.
        """
        self._elements += count
        if self._elements > LARGEST_TOTAL:
            raise ModelError(f"the model has more than {LARGEST_TOTAL:,} vertices and indices")

    def _count_bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > LARGEST_FILE:
            raise ModelError(f"the model's data have more than {LARGEST_FILE / 2**20:.0f} MB")

    def _table(
        self, view: int, offset: int, count: int, dtype: np.dtype[Any], width: int
    ) -> np.ndarray[Any, Any]:
        """(count, width) numbers out of a buffer view, which may interleave several tables."""
        stride = self.document.bufferViews[view].byteStride or dtype.itemsize * width
        strides = (stride, dtype.itemsize)
        return np.ndarray((count, width), dtype, self.view(view), offset, strides).copy()


def normalized(values: Array, component_type: int) -> Array:
    """Normalized integers as numbers (glTF 2.0, section 3.11)."""
    return np.maximum(values / float(np.iinfo(DTYPES[component_type]).max), -1.0)


def in_range(numbers: np.ndarray[Any, Any], count: int, name: str) -> IntArray:
    """The numbers as indices.

    Raises:
        ModelError: one of them is not below `count`.
    """
    if len(numbers) and int(numbers.max()) >= count:
        raise ModelError(f"{name} names element {int(numbers.max())} of {count}")
    return numbers.astype(np.int32)
