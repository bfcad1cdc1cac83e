"""Whether the accessors of a glTF document fit their buffer views, and these their buffers.

All of it is decided from the JSON, before a byte is read (glTF 2.0, section 3.6.2.4).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pygltflib as gl

from models3d.errors import ModelError

DTYPES: Final[dict[int, np.dtype[Any]]] = {
    gl.BYTE: np.dtype("<i1"),
    gl.UNSIGNED_BYTE: np.dtype("<u1"),
    gl.SHORT: np.dtype("<i2"),
    gl.UNSIGNED_SHORT: np.dtype("<u2"),
    gl.UNSIGNED_INT: np.dtype("<u4"),
    gl.FLOAT: np.dtype("<f4"),
}
WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
MESHOPT: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")
LARGEST_ACCESSOR: Final = 6_000_000  # elements


def check_layout(document: gl.GLTF2) -> None:
    """Make sure that everything lies where it can be read.

    Raises:
        ModelError: an accessor or a buffer view goes beyond its data, is misaligned, or is too
            large.
    """
    for number, view in enumerate(document.bufferViews):
        _check_view(document, view, number)
    for number, accessor in enumerate(document.accessors):
        _check_accessor(document, accessor, number)


def _check_view(document: gl.GLTF2, view: gl.BufferView, number: int) -> None:
    spans = [(view.buffer, view.byteOffset, view.byteLength)]
    packed = meshopt_source(view)
    if packed is not None:
        # the view's own buffer is a fallback that nobody reads
        spans = [(packed["buffer"], packed.get("byteOffset", 0), packed["byteLength"])]
    for buffer, offset, length in spans:
        size = document.buffers[buffer].byteLength
        if offset + length > size:
            raise ModelError(
                f"buffer view {number} ends at byte {offset + length}, its buffer has {size} bytes"
            )
    if view.byteStride is not None:
        if view.byteStride % 4:
            raise ModelError(
                f"buffer view {number}: a stride of {view.byteStride} bytes is not a multiple of 4"
            )
        if view.byteStride > view.byteLength:
            raise ModelError(
                f"buffer view {number}: a stride of {view.byteStride} bytes in "
                f"{view.byteLength} bytes of data"
            )


def _check_accessor(document: gl.GLTF2, accessor: gl.Accessor, number: int) -> None:
    name = f"accessor {number}"
    if accessor.count > LARGEST_ACCESSOR:
        raise ModelError(f"{name} has {accessor.count:,} elements; at most {LARGEST_ACCESSOR:,}")
    if accessor.normalized and accessor.componentType in (gl.FLOAT, gl.UNSIGNED_INT):
        raise ModelError(f"{name}: only 8 and 16 bit integers can be normalized")
    component = DTYPES[accessor.componentType].itemsize
    size = element_size(accessor)
    if accessor.bufferView is not None:
        view = document.bufferViews[accessor.bufferView]
        _check_span(view, accessor.byteOffset, accessor.count, size, component, name)
    sparse = accessor.sparse
    if sparse is not None:
        if sparse.count > accessor.count:
            raise ModelError(f"{name} replaces {sparse.count} of its {accessor.count} elements")
        places = DTYPES[sparse.indices.componentType].itemsize
        for part, width, alignment in (
            (sparse.indices, places, places),
            (sparse.values, size, component),
        ):
            view = document.bufferViews[part.bufferView]
            if view.byteStride is not None:
                raise ModelError(f"{name}: the data of a sparse accessor cannot have a stride")
            _check_span(view, part.byteOffset, sparse.count, width, alignment, f"sparse {name}")


def _check_span(
    view: gl.BufferView, offset: int, count: int, size: int, component: int, name: str
) -> None:
    """`count` elements of `size` bytes, made of components, from `offset` on in the view."""
    stride = view.byteStride or size
    if stride < size:
        raise ModelError(f"{name}: elements of {size} bytes stand {stride} bytes apart")
    if offset % component or (offset + view.byteOffset) % component:
        raise ModelError(f"{name} does not start at a multiple of its {component} bytes")
    end = offset + stride * (count - 1) + size
    if end > view.byteLength:
        raise ModelError(f"{name} ends at byte {end}, its buffer view has {view.byteLength} bytes")


def element_size(accessor: gl.Accessor) -> int:
    """Bytes of one element; columns of a matrix start at multiples of four."""
    component = DTYPES[accessor.componentType].itemsize
    if accessor.type.startswith("MAT"):
        rows = int(accessor.type[3:])
        return rows * (-(-rows * component // 4) * 4)
    return component * WIDTHS[accessor.type]


def meshopt_source(view: gl.BufferView) -> dict[str, Any] | None:
    """Where the compressed data of a buffer view are; None if it is not compressed."""
    for name in MESHOPT:
        if name in view.extensions:
            source: dict[str, Any] = view.extensions[name]
            return source
    return None
