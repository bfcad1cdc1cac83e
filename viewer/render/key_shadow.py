"""Shadows that a piece throws on itself under the studio's key light, for stills.

Hands and indices stand out from a dial by their shadows. The piece is drawn once from the key; what
scatters light looks up whether something lies before it. Polished metal shows no shadows: it
reflects what stands round it, which its openness tells.
"""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.placed import PLACE_LAYOUT, PLACE_NAMES
from viewer.render.shaders import matrix_bytes
from viewer.render.units import KEY_UNIT
from viewer.render.upload import UploadedModel
from viewer.render.visibility import Window, clip_from_model

TEXELS = 2048  # a side
KEY_AZIMUTH, KEY_ELEVATION = np.radians(-42.0), np.radians(46.0)  # towards the studio's key
STRENGTH = 0.8  # of a full shadow: the key is not the only light
SEARCH = 0.9e-3  # metres: blur of the softest shadow
BLUR = 0.22  # of the distance between what throws a shadow and what takes it
LEAST_BLUR_TEXELS = 1.0
BIAS_TEXELS = 2.5
NO_SHADOW: dict[str, Any] = {"key_strength": 0.0, "key_depth": KEY_UNIT}


def key_direction() -> Array:
    """(3,) unit, towards the key in the studio's frame."""
    across = np.cos(KEY_ELEVATION)
    return np.array(
        [across * np.sin(KEY_AZIMUTH), np.sin(KEY_ELEVATION), across * np.cos(KEY_AZIMUTH)]
    )


class KeyShadowPass:
    """Draws pieces from the key; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._made: tuple[moderngl.Program, moderngl.Texture, moderngl.Framebuffer] | None = None

    def draw(self, uploaded: UploadedModel, environment_from_model: Array) -> dict[str, Any]:
        """Draw all of a piece but its panes and stones; the uniforms of key_shadow.glsl."""
        program, depth, target = self._made = self._made or self._make()
        radius = uploaded.radius * 1.02
        window = Window(uploaded.center, radius, radius, TEXELS)
        towards = environment_from_model.T @ key_direction()
        clip = clip_from_model(towards[None], window)[0]
        self._context.enable_only(moderngl.DEPTH_TEST)
        target.use()
        target.clear(depth=1.0)
        shaders.assign(program, {"clip_from_model": matrix_bytes(clip)})
        for part in uploaded.surroundings:
            array = self._context.vertex_array(
                program,
                [
                    (part.vertices, part.layout, "position", "normal"),
                    (part.places, PLACE_LAYOUT, *PLACE_NAMES),
                ],
                part.indices, skip_errors=True,
            )  # fmt: skip
            array.render(instances=part.count)
            array.release()
        depth.use(KEY_UNIT)
        half = np.diag([0.5, 0.5, 0.5, 1.0])
        half[:3, 3] = 0.5
        across = 0.5 / radius  # of the map, a metre
        return {
            "key_depth": KEY_UNIT,
            "key_from_model": matrix_bytes(half @ clip),
            "key_model": tuple(towards),
            "key_strength": STRENGTH,
            "key_sizes": (
                SEARCH * across, LEAST_BLUR_TEXELS / TEXELS, BLUR, BIAS_TEXELS / TEXELS
            ),
        }  # fmt: skip

    def _make(self) -> tuple[moderngl.Program, moderngl.Texture, moderngl.Framebuffer]:
        depth = self._context.depth_texture((TEXELS, TEXELS))
        depth.compare_func = ""
        depth.filter = (moderngl.NEAREST, moderngl.NEAREST)
        depth.repeat_x = depth.repeat_y = False
        program = shaders.build(self._context, "key", "depth")
        return program, depth, self._context.framebuffer(depth_attachment=depth)

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in reversed(self._made or ()):
            resource.release()
        self._made = None
