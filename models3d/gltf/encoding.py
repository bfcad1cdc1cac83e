"""Two ways to lay a mesh into a document: exact, and compact for the web.

Exact is single precision as it stands. Compact rounds positions to a grid far below what polishing
leaves, normals to 12 bits (of stones to 16, so that facets stay flat and keep their planes), welds
what has become the same, and packs all of it with meshopt. Positions stay numbers in metres in the
part's own frame: meshopt's exponential filter makes whole multiples of a power of two of them, and
no node has to scale them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import meshopt
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from models3d.gltf.document import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    DocumentWriter,
    Numbers,
    Packed,
    pack,
)
from models3d.mesh import Mesh

LARGEST_SHORT_INDEX: Final = 65534  # 65535 restarts a strip
GRID_BITS: Final = 14  # of the mesh's size, for its positions
STONE_GRID_BITS: Final = 20
COARSEST_GRID: Final = -20  # power of two in metres: 1 micrometre
NORMAL_BITS: Final = 12
STONE_NORMAL_BITS: Final = 16
UV_GRID: Final = -15  # power of two: a quarter of a pixel of the largest texture
PLACE_GRID: Final = -28  # power of two in metres, for instances: 4 nanometres
LARGEST_MANTISSA: Final = 2**23 - 1

Geometry = tuple[dict[str, int], int]  # accessors of the attributes, and of the indices


def exact(document: DocumentWriter, mesh: Mesh, tangents: Array | None) -> Geometry:
    """The mesh in single precision, vertex by vertex."""
    attributes = {
        "POSITION": _single(document, mesh.positions, bounds=True),
        "NORMAL": _single(document, mesh.normals),
    }
    if tangents is not None:
        attributes["TANGENT"] = _single(document, tangents)
    if mesh.uvs is not None:
        attributes["TEXCOORD_0"] = _single(document, mesh.uvs)
    short = len(mesh.positions) - 1 <= LARGEST_SHORT_INDEX
    indices = mesh.triangles.ravel().astype("<u2" if short else "<u4")
    return attributes, document.accessor(indices, target=ELEMENT_ARRAY_BUFFER)


def _single(document: DocumentWriter, values: Array, bounds: bool = False) -> int:
    return document.accessor(values.astype("<f4"), target=ARRAY_BUFFER, bounds=bounds)


@dataclass(frozen=True, slots=True, eq=False)
class Compact:
    """A mesh rounded, welded and packed; vertices and triangles are in another order."""

    attributes: Mapping[str, tuple[Packed, Numbers]]  # with what a reader makes of them
    indices: tuple[Packed, Numbers]
    kept: NDArray[np.int64]  # (n,) which of the mesh's vertices each of its own is


def compact(
    mesh: Mesh,
    tangents: Array | None,
    *,
    stone: bool,
    more: Mapping[str, NDArray[np.int8]] = MappingProxyType({}),
) -> Compact:
    """The mesh for the web.

    Args:
        more: attributes of (n, 4) bytes with a sign, of which 127 is 1.
    """
    bits = STONE_GRID_BITS if stone else GRID_BITS
    position_grid = _grid(float(np.ptp(mesh.positions, axis=0).max()), bits)
    words: dict[str, Numbers] = {"POSITION": exponential(mesh.positions, position_grid)}
    normal_bits = STONE_NORMAL_BITS if stone else NORMAL_BITS
    words["NORMAL"] = _octahedral(mesh.normals, np.zeros(len(mesh.normals)), normal_bits)
    if tangents is not None:
        words["TANGENT"] = _octahedral(tangents[:, :3], tangents[:, 3], NORMAL_BITS)
    if mesh.uvs is not None:
        words["TEXCOORD_0"] = exponential(mesh.uvs, UV_GRID)
    words |= more
    kept, triangles = _welded(list(words.values()), mesh.triangles)
    attributes: dict[str, tuple[Packed, Numbers]] = {}
    for name, word in words.items():
        rows = np.ascontiguousarray(word[kept])
        if name in more:
            attributes[name] = pack(rows, "ATTRIBUTES", "NONE"), rows
        elif name in ("POSITION", "TEXCOORD_0"):
            attributes[name] = pack(rows, "ATTRIBUTES", "EXPONENTIAL"), _floats(rows)
        else:
            width = 4 if name == "TANGENT" else 3
            shorts = np.zeros((len(rows), width), "<i2")  # only their number and type count
            attributes[name] = pack(rows, "ATTRIBUTES", "OCTAHEDRAL"), shorts
    short = len(kept) - 1 <= LARGEST_SHORT_INDEX
    indices = triangles.astype("<u2" if short else "<u4")
    return Compact(attributes, (pack(indices, "TRIANGLES", "NONE"), indices), kept)


def laid(document: DocumentWriter, mesh: Compact) -> Geometry:
    """A packed mesh, put into a document."""
    attributes = {}
    for name, (packed, values) in mesh.attributes.items():
        view = document.view_of(packed, ARRAY_BUFFER)
        if packed.undo == "EXPONENTIAL":
            bounds = name == "POSITION"
            attributes[name] = document.accessor(values, view=view, bounds=bounds)
        else:
            attributes[name] = document.accessor(values, view=view, normalized=True)
        if packed.undo == "OCTAHEDRAL":
            document.use("KHR_mesh_quantization", required=True)
    packed, indices = mesh.indices
    view = document.view_of(packed, ELEMENT_ARRAY_BUFFER)
    return attributes, document.accessor(indices, view=view)


def laid_bytes(document: DocumentWriter, rows: NDArray[np.int8]) -> int:
    """An attribute of (n, 4) bytes with a sign, of which 127 is 1, put into a document."""
    view = document.packed_view(rows, "ATTRIBUTES", "NONE", ARRAY_BUFFER)
    return document.accessor(rows, view=view, normalized=True)


def instances(
    document: DocumentWriter, translations: Array, rotations: Array, scales: Array
) -> dict[str, int]:
    """Accessors of EXT_mesh_gpu_instancing, packed.

    Args:
        translations: (k, 3) metres.
        rotations: (k, 4) quaternions x y z w.
        scales: (k, 3); left out where all are 1.
    """
    words = exponential(translations, PLACE_GRID)
    view = document.packed_view(words, "ATTRIBUTES", "EXPONENTIAL", None)
    found = {"TRANSLATION": document.accessor(_floats(words), view=view)}
    if not np.allclose(rotations, (0.0, 0.0, 0.0, 1.0), rtol=0.0, atol=1e-12):
        packed = meshopt.encode_filter_quat(rotations.astype(np.float32), 8, 16)
        view = document.packed_view(packed, "ATTRIBUTES", "QUATERNION", None)
        shorts = np.zeros((len(packed), 4), "<i2")
        found["ROTATION"] = document.accessor(shorts, view=view, normalized=True)
    if not np.allclose(scales, 1.0, rtol=0.0, atol=1e-9):
        single = scales.astype("<f4")
        view = document.packed_view(single, "ATTRIBUTES", "NONE", None)
        found["SCALE"] = document.accessor(single, view=view)
    return found


def exponential(values: Array, grid: int) -> NDArray[np.uint32]:
    """Numbers as multiples of 2^grid, as meshopt's EXPONENTIAL filter stores them.

    The grid is coarser where 24 bits would not hold the largest multiple.

    Args:
        values: (n, k).
    Returns:
        (n, k) words: eight bits of exponent above 24 of mantissa.
    """
    largest = float(np.abs(values).max(initial=0.0))
    while largest > LARGEST_MANTISSA * 2.0**grid:
        grid += 1
    mantissas = np.round(values * 2.0**-grid).astype(np.int64)
    return ((grid & 0xFF) << 24 | (mantissas & 0xFFFFFF)).astype("<u4")


def _floats(words: NDArray[np.uint32]) -> Numbers:
    """What a reader makes of exponential words."""
    signed = words.view("<i4")
    mantissas = (signed << 8) >> 8
    values: Array = np.ldexp(mantissas.astype(np.float64), signed >> 24)
    return values.astype("<f4")


def _grid(size: float, bits: int) -> int:
    """Exponent of the power of two that divides a size into about 2^bits steps."""
    return min(int(np.floor(np.log2(max(size, 1e-9)))) - bits, COARSEST_GRID)


def _octahedral(vectors: Array, last: Array, bits: int) -> NDArray[np.int16]:
    """(n, 4) words of meshopt's OCTAHEDRAL filter for unit vectors (n, 3) and a fourth number."""
    four = np.column_stack([vectors, last]).astype(np.float32)
    words: NDArray[np.int16] = meshopt.encode_filter_oct(four, 8, bits).view("<i2")
    return words


def _welded(
    words: list[Numbers], triangles: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Which vertices to keep, in which order, and the triangles' corners (3 m,) among them.

    Triangles that have lost a corner are left out; the order suits the codec.
    """
    rows = np.column_stack([np.ascontiguousarray(word).view("<u4") for word in words])
    keys = np.ascontiguousarray(rows).view(f"V{rows.shape[1] * 4}").ravel()
    _, first, same = np.unique(keys, return_index=True, return_inverse=True)
    a, b, c = same.reshape(-1)[triangles].T
    whole = (a != b) & (b != c) & (c != a)
    corners = np.stack([a, b, c], axis=1)[whole].astype(np.uint32)
    indices, place, used = meshopt.reorder_mesh(corners, True, True)
    kept = np.zeros(used, np.int64)
    places = np.asarray(place, np.int64)
    seen = places < used
    kept[places[seen]] = first[: len(places)][seen]  # corners may have been left out at the end
    return kept, np.asarray(indices)
