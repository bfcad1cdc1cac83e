"""What a worn piece has to do with the skin beneath it, for pages that draw it on a picture.

A GLB beside the viewer's own file, fetched when something is tried on: the light that the piece
keeps from skin (`viewer/render/shadow.py`), the skin that its metal mirrors, and what its stones
see of their setting once there is skin beneath. `extras.parure.skin` of its only node says what
lies where; maps are written as `viewer/web/packing.py` writes them, numbers as they lie in memory.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from models3d.gltf.document import DocumentWriter
from models3d.mesh import Model
from viewer.render.renderer import Renderer
from viewer.render.shadow import SkinShadow
from viewer.render.skin import Patch, Quadric
from viewer.render.stones import SKIN_MATERIAL
from viewer.web.packing import map_bytes, numbers, seen_bytes, seen_maps

SCHEMA: Final = 1
MOST_STEPS: Final = 127  # of eight bits with a sign
FINENESS: Final = 1e-5  # metres, of the patch's vertices
TURNS: Final = 256.0  # steps of its normals for 1


def skin_glb(renderer: Renderer, model: Model) -> bytes:
    """What a model has to do with the skin that it is worn on.

    Raises:
        ModelError: a texture cannot be decoded.
    """
    document = DocumentWriter()
    uploaded = renderer.uploaded(model)
    shadow = renderer.skin_shadow(model)
    about = {
        "schema": SCHEMA,
        "mirrored": _mirrored(uploaded.skin),
        "material": SKIN_MATERIAL,
        "settings": [
            None if texels is None else seen_maps(document, seen_bytes(texels, stones.largest))
            for stones, texels in zip(
                uploaded.stones, renderer.setting_maps(model, worn=True), strict=True
            )
        ],
        "shadow": None if shadow is None else _shadow(document, shadow),
    }
    extras = {"parure": {"skin": json.loads(json.dumps(about, allow_nan=False))}}
    document.add("scenes", {"nodes": [0]})
    document.add("nodes", {"name": model.name, "extras": extras})
    return document.finish()


def _mirrored(skin: Quadric) -> dict[str, Any]:
    return {
        "squares": numbers(skin.squares),
        "rest": numbers((*skin.rest, skin.contact)),
        "radius": skin.radius,
    }


def _shadow(document: DocumentWriter, shadow: SkinShadow) -> dict[str, Any]:
    """`map`: four planes of `rows` by `columns` steps of `step`; the patch's mesh beside it."""
    rows, columns, _ = shadow.blocked.shape
    step = float(np.abs(shadow.blocked).max()) / MOST_STEPS or 1.0
    steps = np.round(np.moveaxis(shadow.blocked, -1, 0) / step).astype(np.int32)
    vertices, triangles = _mesh(shadow.patch)
    data = map_bytes(steps).reshape(-1, 4)
    return {
        "rows": rows,
        "columns": columns,
        "wraps": shadow.patch.wraps,
        "step": float(f"{step:.6g}"),
        "map": document.packed_view(data, "ATTRIBUTES", "NONE", None),
        "vertices": document.packed_view(vertices, "ATTRIBUTES", "NONE", None),
        "triangles": document.packed_view(triangles, "TRIANGLES", "NONE", None),
    }


def _mesh(patch: Patch) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """(n, 8) positions, normals and places on the map of the vertices that are used; (3 m,)."""
    used, corners = np.unique(patch.triangles, return_inverse=True)
    rows = np.hstack(
        [
            _stepped(patch.positions[used], FINENESS),
            _stepped(patch.position_normals[used], 1.0 / TURNS),
            patch.uvs[used],
        ]
    )
    return np.ascontiguousarray(rows, "<f4"), np.ascontiguousarray(corners.ravel(), "<u4")


def _stepped(values: Array, step: float) -> Array:
    stepped: Array = np.round(values / step) * step
    return stepped
