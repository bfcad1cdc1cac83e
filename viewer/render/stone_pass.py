"""Draws a jewel's stones: one program and one call for all instances of a cut."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.environment import LAST_LEVEL
from viewer.render.gem_defines import gem_defines, plane_bytes
from viewer.render.limbs import most_limbs
from viewer.render.programs import ProgramCache
from viewer.render.stones import SKIN_MATERIAL, STONE_MATERIAL
from viewer.render.types import Shot
from viewer.render.units import BAKED_UNIT, GEM_ENVIRONMENT_UNIT
from viewer.render.upload import Reflectance, UploadedModel

LAYERED_PLACES = ("4f 4f 4f 1f/i", "place_x", "place_y", "place_z", "layer")
SMALL_PX, SMALL_BOUNCES = 9.0, 4  # radius of melee that needs no long paths, nor three of them
STONE_REFLECTANCE = (0.55, 0.55, 0.57, 0.0)  # a neighbouring stone: what it sends back on average
SETTING_SHADE = 0.85  # metal under a stone sees less light than metal in the open


class StonePass:
    """Draws stones; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context, programs: ProgramCache) -> None:
        self._context = context
        self._programs = programs

    def draw(
        self,
        shot: Shot,
        uploaded: UploadedModel,
        scene: dict[str, Any],
        maps: list[moderngl.TextureArray | None],
    ) -> None:
        """Draw all stones of a model.

        Args:
            scene: uniforms of the model.
            maps: the setting maps of each cut.
        """
        self._context.enable(moderngl.CULL_FACE)
        skin = scene["skin"] / np.maximum(scene["gem_light"], 1e-6)
        materials = setting_table(uploaded.setting_materials, skin).tobytes()
        limbs = scene["limbs"][len(uploaded.surfaces) :]  # of the stones, then of the skin
        for stones, settings, hiding in zip(uploaded.stones, maps, limbs, strict=False):
            seen_px = stones.largest / max(scene["metres_per_sample"], 1e-9) / shot.supersampling
            small = seen_px < SMALL_PX
            defines = gem_defines(
                stones.shape,
                bounces=min(shot.gem_bounces, SMALL_BOUNCES) if small else shot.gem_bounces,
                full_dispersion=shot.full_dispersion and not small,
                has_setting=settings is not None,
                most_limbs=most_limbs(hiding),
            )
            program = self._programs.get("gem", defines)
            if program not in stones.arrays:
                stones.arrays[program] = self._context.vertex_array(
                    program,
                    [
                        (stones.vertices, "3f", "position"),
                        (stones.places, *LAYERED_PLACES),
                    ],
                    skip_errors=True,
                )
            if settings is not None:
                settings.use(BAKED_UNIT)
            shaders.assign(program, {**scene, **hiding})
            shaders.assign(
                program,
                {
                    "planes": plane_bytes(stones.shape),
                    "ior": stones.material.iors(),
                    "absorption": stones.material.absorption(),
                    "residual": scene["light"].gem_residual,
                    "environment_map": GEM_ENVIRONMENT_UNIT,
                    "setting_map": BAKED_UNIT,
                    "setting_materials": materials,
                    "setting_skin": float(SKIN_MATERIAL),
                },
            )
            stones.arrays[program].render(instances=stones.count)


def setting_table(looks: Sequence[Reflectance], skin: Array) -> NDArray[np.float32]:
    """(8, 4) of gem.frag.glsl: colour, and the level of the environment it is seen at.

    Args:
        looks: of the model's own materials.
        skin: (3,) what lit skin reflects of the stones' light.
    """
    table = np.zeros((8, 4), np.float32)
    for row, (r, g, b, roughness) in enumerate(looks):
        level = round(LAST_LEVEL + math.log2(max(roughness**2, 1e-4)) / 1.5)
        table[row] = (*(SETTING_SHADE * c for c in (r, g, b)), min(max(level, 1), LAST_LEVEL))
    table[STONE_MATERIAL - 1] = STONE_REFLECTANCE
    table[SKIN_MATERIAL - 1] = (*skin, LAST_LEVEL)
    return table
