"""Draws the shadow of a worn jewel on the skin of its wearer."""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.environment import Environment
from viewer.render.units import BAKED_UNIT
from viewer.render.upload import UploadedModel

GRID = (64, 1)  # the skin is straight along the limb
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


class ShadowPass:
    """Draws skin shadows under one studio; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context, studio: Environment) -> None:
        self._light = _gradient(studio)
        self._program = shaders.build(context, "shadow", "shadow")
        corners = context.buffer(_grid(*GRID).tobytes())
        triangles = context.buffer(_grid_triangles(*GRID).tobytes())
        self._array = context.vertex_array(self._program, [(corners, "2f", "position")], triangles)

    def draw(self, uploaded: UploadedModel, scene: dict[str, Any], strength: float) -> None:
        """Darken the skin; nothing happens before the model's shadow is baked.

        Args:
            scene: uniforms of the model.
            strength: 0..1.
        """
        shadow, texture = uploaded.shadow, uploaded.shadow_texture
        if shadow is None or texture is None:
            return
        texture.use(BAKED_UNIT)
        gradient = scene["environment_from_model_matrix"].T @ self._light[1:]
        values = {
            "skin_radius": shadow.radius,
            "length_range": (shadow.low, shadow.high),
            "blocked_map": BAKED_UNIT,
            "light_model": (float(self._light[0]), *gradient),
            "strength": strength,
        }
        shaders.assign(self._program, {**scene, **values})
        self._array.render()


def _gradient(environment: Environment) -> Array:
    """(4,): luminance of the light as mean + gradient . direction."""
    y0, y1, y2, y3 = environment.harmonics[:4].astype(np.float64) @ LUMINANCE
    return np.array([0.282095 * y0, 0.488603 * y3, 0.488603 * y1, 0.488603 * y2])


def _grid(columns: int, rows: int) -> Array:
    """Corners of a grid over the unit square, (n, 2)."""
    u, v = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1))
    corners: Array = np.stack([u, v], axis=-1).reshape(-1, 2).astype("f4")
    return corners


def _grid_triangles(columns: int, rows: int) -> Array:
    """Triangles of `_grid`, outward when u turns from +Z to +X and v goes along +Y."""
    i, j = np.meshgrid(np.arange(columns), np.arange(rows))
    a = (j * (columns + 1) + i).ravel()
    b, c, d = a + 1, a + columns + 2, a + columns + 1
    triangles: Array = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)])
    return triangles.astype("i4")
