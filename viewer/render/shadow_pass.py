"""Draws the shadow of a worn jewel on the skin of its wearer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from viewer.render import shaders
from viewer.render.shadow import SkinShadow
from viewer.render.units import BAKED_UNIT


@dataclass(frozen=True, slots=True, eq=False)
class UploadedShadow:
    """A baked shadow on the GPU."""

    texture: moderngl.Texture
    buffers: tuple[moderngl.Buffer, ...]
    array: moderngl.VertexArray

    def draw(self) -> None:
        """Draw the skin; program and uniforms are in use."""
        self.texture.use(BAKED_UNIT)
        self.array.render()

    def release(self) -> None:
        """Give the driver its memory back."""
        self.array.release()
        for buffer in self.buffers:
            buffer.release()
        self.texture.release()


class ShadowPass:
    """Draws skin shadows; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "shadow", "shadow")

    def upload(self, shadow: SkinShadow) -> UploadedShadow:
        """Bring a baked shadow to the GPU."""
        rows, columns, _ = shadow.blocked.shape
        texture = self._context.texture(
            (columns, rows), 4, shadow.blocked.astype("f2").tobytes(), dtype="f2"
        )
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x, texture.repeat_y = shadow.patch.wraps, False
        patch = shadow.patch
        vertices = self._context.buffer(
            np.hstack([patch.positions, patch.position_normals, patch.uvs]).astype("f4").tobytes()
        )
        indices = self._context.buffer(np.ascontiguousarray(patch.triangles, "i4").tobytes())
        layout = [(vertices, "3f 3f 2f", "position", "normal", "uv")]
        array = self._context.vertex_array(self._program, layout, indices)
        return UploadedShadow(texture, (vertices, indices), array)

    def draw(self, shadow: UploadedShadow, scene: dict[str, Any], strength: float) -> None:
        """Darken the skin.

        Args:
            scene: uniforms of the model.
            strength: 0..1.
        """
        light = scene["light"].gradient
        gradient = scene["environment_from_model_matrix"].T @ light[1:]
        values = {
            "blocked_map": BAKED_UNIT,
            "light_model": (float(light[0]), *gradient),
            "strength": strength,
        }
        shaders.assign(self._program, {**scene, **scene["limbs"][-1], **values})
        shadow.draw()
