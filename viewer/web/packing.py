"""What the viewer's file carries beside glTF's own geometry, in few bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from models3d.gltf import encoding
from models3d.gltf.document import DocumentWriter
from models3d.gltf.tangents import tangents
from models3d.mesh import Mesh
from viewer.render.setting import FAR, NEAR

OPENNESS_SCALE: Final = 1.6  # of eight bits with a sign
OPENNESS: Final = "_OPENNESS"  # the vertices' attribute
DIGITS: Final = 6
MESHES_KEPT: Final = 384  # that pieces may share: those of the whole collection
SMALL_STONE: Final = 1.2e-3  # metres of radius: half the texels show as much of its setting


def openness_bytes(openness: Array) -> NDArray[np.int8]:
    """(n, 4) as eight bits with a sign, of which 127 is `OPENNESS_SCALE`."""
    scaled = np.round(np.clip(openness / OPENNESS_SCALE, -1.0, 1.0) * 127.0)
    return np.ascontiguousarray(scaled.astype(np.int8))


def openness_of_bytes(shares: Array) -> Array:
    """What `openness_bytes` wrote, (n, 4), of shares of 1."""
    openness: Array = shares * OPENNESS_SCALE
    return openness


def setting_bytes(texels: Array) -> NDArray[np.uint8]:
    """Setting maps (layers, side, side, 4) as bytes of the same shape.

    Normal x and y from -1 to 1, then the material with the side of normal z as its lowest bit, then
    the distance from NEAR to FAR on a logarithmic scale from 1 to 255; all 0 where nothing is seen.
    """
    x, y, material, distance = np.moveaxis(texels, -1, 0)
    seen = distance > 0.0
    log = np.log(np.maximum(distance, NEAR) / NEAR) / np.log(FAR / NEAR)
    packed = np.stack(
        [
            np.round((x * 0.5 + 0.5) * 255.0),
            np.round((y * 0.5 + 0.5) * 255.0),
            np.floor(np.abs(material)) * 2.0 + (material < 0.0),
            np.clip(np.round(log * 254.0), 0.0, 254.0) + 1.0,
        ],
        axis=-1,
    )
    return np.where(seen[..., None], packed, 0.0).astype(np.uint8)


def seen_bytes(texels: Array, radius: float) -> NDArray[np.uint8]:
    """Setting maps (layers, side, side, 4) of a cut as bytes, fewer where they show as much.

    Args:
        radius: metres, of its largest stone.
    """
    return setting_bytes(texels[:, ::2, ::2] if radius < SMALL_STONE else texels)


def seen_maps(document: DocumentWriter, maps: NDArray[np.uint8]) -> dict[str, int]:
    """Setting maps of a cut, as `seen_bytes` gives them, put into a document."""
    rows = maps.reshape(-1, 4)
    return {
        "side": maps.shape[1],
        "maps": document.packed_view(rows, "ATTRIBUTES", "NONE", None),
        "layers": len(maps),
    }


def map_bytes(steps: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Smooth maps (n, rows, columns) of whole numbers as bytes, each less what its left, upper and
    upper left neighbours foretell, modulo 256."""
    left = np.diff(np.pad(steps, ((0, 0), (0, 0), (1, 0))), axis=2)
    rest = np.diff(np.pad(left, ((0, 0), (1, 0), (0, 0))), axis=1)
    return np.ascontiguousarray(rest.astype(np.uint8))  # what is left over is cut off


def numbers(values: Any) -> list[float]:
    """Numbers as JSON has them, a few digits each."""
    return [float(f"{value:.{DIGITS}g}") for value in np.asarray(values, np.float64).ravel()]


@lru_cache(maxsize=MESHES_KEPT)
def compact_bare(mesh: Mesh, has_uv: bool, has_tangent: bool) -> encoding.Compact:
    """A mesh packed without its light, which each piece that shares it has to itself."""
    return compact_lit(mesh, has_uv, has_tangent, {})


def compact_lit(
    mesh: Mesh, has_uv: bool, has_tangent: bool, more: Mapping[str, NDArray[np.int8]]
) -> encoding.Compact:
    """A mesh packed with what its vertices see.

    Args:
        more: attributes of (n, 4) bytes.
    """
    along = tangents(mesh) if has_tangent else None
    bare = mesh if has_uv else replace(mesh, uvs=None)
    return encoding.compact(bare, along, stone=False, more=more)
