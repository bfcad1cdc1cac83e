"""Depth of the inside of limbs, drawn first: what they hide entirely is never shaded.

Limbs are soft at their outline, and chunks/limbs.glsl decides there, sample by sample. Well inside
the outline everything behind is gone: a flat band through the axis stands for that part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.limbs import stretching
from viewer.render.shaders import matrix_bytes
from viewer.render.types import Occluder

WIDEST = 0.95  # of the radius: there the skin still stands in front of the axis
SHARE = 0.98  # of the width that hides entirely, for what is seen a little from the side
WEARER_DEPTH = 0.3  # radii behind its axis a wearer hides entirely; the shader says 0.2
LEAST_SINE = 0.3  # between axis and view: limbs that point at the eye have no band


class LimbPass:
    """Draws the bands; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "depth", "depth")
        self._buffer = context.buffer(reserve=4096, dynamic=True)
        self._array = context.vertex_array(self._program, [(self._buffer, "3f", "position")])

    def draw(
        self,
        framebuffer: moderngl.Framebuffer,
        occluders: Sequence[Occluder],
        wearers: Collection[int],
        clip_from_camera: Array,
    ) -> None:
        """Draw into the depth of a framebuffer, which is in use afterwards.

        Args:
            wearers: indices of the occluders that wear something; they hide their far half only.
        """
        corners = limb_bands(occluders, wearers)
        if len(corners) == 0:
            return
        data = corners.astype("f4").tobytes()
        self._buffer.orphan(len(data))
        self._buffer.write(data)
        shaders.assign(self._program, {"clip_from_model": matrix_bytes(clip_from_camera)})
        framebuffer.color_mask = False, False, False, False
        framebuffer.use()  # a mask counts from here
        self._array.render(moderngl.TRIANGLES, vertices=len(corners))
        framebuffer.color_mask = True, True, True, True
        framebuffer.use()


def limb_bands(occluders: Sequence[Occluder], wearers: Collection[int]) -> Array:
    """Corners of triangles (n, 3), camera frame, behind which limbs hide everything."""
    if not occluders:
        return np.zeros((0, 3))
    stretch = np.stack([stretching(limb) for limb in occluders])
    start = np.einsum("kij,kj->ki", stretch, np.stack([limb.start for limb in occluders]))
    end = np.einsum("kij,kj->ki", stretch, np.stack([limb.end for limb in occluders]))
    radii = np.array([(limb.start_radius, limb.end_radius) for limb in occluders])
    softness = np.array([limb.softness for limb in occluders])
    wears = np.array([k in wearers for k in range(len(occluders))])
    view, axis = _unit(start + end), _unit(end - start)
    side = np.cross(axis, view)
    sine = np.linalg.norm(side, axis=1, keepdims=True)
    side, away = side / np.maximum(sine, 1e-9), np.cross(side, axis)  # away: view without axis
    away = np.where(np.einsum("ij,ij->i", away, view)[:, None] < 0.0, -away, away)
    width = radii * (SHARE * np.minimum(1.0 - softness, WIDEST))[:, None]
    depth = np.where(wears[:, None], WEARER_DEPTH * radii / np.maximum(sine, LEAST_SINE), 0.0)
    away = _unit(away)
    a, b = (
        point + away * depth[:, [k]] for k, point in enumerate((start, end))
    )  # fmt: skip
    near, far = (side * width[:, [k]] for k in range(2))
    corners = np.stack([a - near, a + near, b + far, a - near, b + far, b - far], axis=1)
    corners = np.einsum("kij,knj->kni", np.linalg.inv(stretch), corners)
    seen = (sine[:, 0] > LEAST_SINE) & (width.min(axis=1) > 0.0)
    return np.asarray(corners[seen].reshape(-1, 3))


def _unit(vectors: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))
