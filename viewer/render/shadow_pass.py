"""Draws the shadow of a worn jewel on the skin of its wearer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.limbs import FEW_LIMBS, MAX_LIMBS, limb_defines, most_limbs
from viewer.render.shaders import matrix_bytes
from viewer.render.shadow import SkinShadow
from viewer.render.units import BAKED_UNIT


@dataclass(frozen=True, slots=True, eq=False)
class UploadedShadow:
    """A baked shadow on the GPU."""

    texture: moderngl.Texture
    buffers: tuple[moderngl.Buffer, ...]
    arrays: dict[int, moderngl.VertexArray]  # by how many limbs the program knows

    def draw(self, most_limbs: int) -> None:
        """Draw the skin; the program's uniforms are set."""
        self.texture.use(BAKED_UNIT)
        self.arrays[most_limbs].render()

    def release(self) -> None:
        """Give the driver its memory back."""
        for array in self.arrays.values():
            array.release()
        for buffer in self.buffers:
            buffer.release()
        self.texture.release()


class ShadowPass:
    """Draws skin shadows; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._programs = {
            most: shaders.build(context, "shadow", "shadow", limb_defines(most))
            for most in (0, FEW_LIMBS, MAX_LIMBS)
        }

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
        arrays = {
            most: self._context.vertex_array(program, layout, indices)
            for most, program in self._programs.items()
        }
        return UploadedShadow(texture, (vertices, indices), arrays)

    def draw(
        self,
        shadow: UploadedShadow,
        scene: dict[str, Any],
        clip_from_model: Array,
        strength: float,
    ) -> None:
        """Darken the skin.

        Args:
            scene: uniforms of the model.
            clip_from_model: (4, 4) of the target of shadows.
            strength: 0..1.
        """
        light = scene["light"].gradient
        gradient = scene["environment_from_model_matrix"].T @ light[1:]
        values = {
            "clip_from_model": matrix_bytes(clip_from_model),
            "blocked_map": BAKED_UNIT,
            "light_model": (float(light[0]), *gradient),
            "strength": strength,
        }
        hiding = scene["limbs"][-1]
        most = most_limbs(hiding, besides_wearer=True)
        shaders.assign(self._programs[most], {**scene, **hiding, **values})
        shadow.draw(most)
