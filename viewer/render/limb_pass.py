"""Depth of the inside of limbs, drawn first: what they hide entirely is never shaded.

Limbs are soft at their outline, and chunks/limbs.glsl decides there, sample by sample. Well inside
the outline everything behind is gone: a flat band through the axis stands for that part.
"""

from __future__ import annotations

from collections.abc import Collection

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.limbs import Limbs
from viewer.render.shaders import matrix_bytes

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
        limbs: Limbs,
        wearers: Collection[int],
        clip_from_camera: Array,
    ) -> None:
        """Draw into the depth of a framebuffer, which is in use afterwards.

        Args:
            wearers: indices of the limbs that wear something; they hide their far half only.
        """
        corners = limb_bands(limbs, wearers)
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


def limb_bands(limbs: Limbs, wearers: Collection[int]) -> Array:
    """Corners of triangles (n, 3), camera frame, behind which limbs hide everything."""
    if len(limbs) == 0:
        return np.zeros((0, 3))
    start = limbs.stretched(limbs.starts)
    end = start + limbs.stretched(limbs.axes)
    wears = np.zeros(len(limbs), bool)
    wears[list(wearers)] = True
    view, axis = _unit(start + end), _unit(end - start)
    side = _cross(axis, view)
    sine = np.sqrt(np.einsum("ij,ij->i", side, side))[:, None]
    side = side / np.maximum(sine, 1e-9)
    away = _unit(_cross(side, axis))  # view without axis
    away = np.where(np.einsum("ij,ij->i", away, view)[:, None] < 0.0, -away, away)
    width = limbs.radii * (SHARE * np.minimum(1.0 - limbs.softness, WIDEST))[:, None]
    depth = np.where(wears[:, None], WEARER_DEPTH * limbs.radii / np.maximum(sine, LEAST_SINE), 0.0)
    a, b = start + away * depth[:, :1], end + away * depth[:, 1:]
    near, far = side * width[:, :1], side * width[:, 1:]
    corners = np.stack([a - near, a + near, b + far, a - near, b + far, b - far], axis=1)
    # back from the space in which flattened limbs are round
    along = np.einsum("kj,knj->kn", limbs.flats, corners) * (limbs.flatness - 1.0)[:, None]
    corners += along[..., None] * limbs.flats[:, None]
    seen = (sine[:, 0] > LEAST_SINE) & (width.min(axis=1) > 0.0)
    return np.asarray(corners[seen].reshape(-1, 3))


def _unit(vectors: Array) -> Array:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _cross(a: Array, b: Array) -> Array:
    """(k, 3): as np.cross, which is slow for few rows."""
    return np.asarray(a[:, [1, 2, 0]] * b[:, [2, 0, 1]] - a[:, [2, 0, 1]] * b[:, [1, 2, 0]])
