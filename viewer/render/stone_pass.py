"""Draws a jewel's stones, each with its own program, pose and setting map."""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.environment import LAST_LEVEL, Environment, typical_radiance
from viewer.render.gem_defines import gem_defines, plane_bytes
from viewer.render.programs import ProgramCache
from viewer.render.shaders import matrix_bytes
from viewer.render.types import Shot
from viewer.render.units import BAKED_UNIT, GEM_ENVIRONMENT_UNIT
from viewer.render.upload import SKIN_MATERIAL, STONE_MATERIAL, UploadedModel

STONE_REFLECTANCE = (0.55, 0.55, 0.57, 0.0)  # a neighbouring stone: what it sends back on average
SETTING_SHADE = 0.85  # metal under a stone sees less light than metal in the open


class StonePass:
    """Draws stones under one studio; belongs to the context's thread."""

    def __init__(
        self, context: moderngl.Context, programs: ProgramCache, studio: Environment
    ) -> None:
        self._context = context
        self._programs = programs
        self._mean = studio.mean
        self._residual = tuple(typical_radiance(studio).tolist())

    def draw(
        self,
        shot: Shot,
        uploaded: UploadedModel,
        scene: dict[str, Any],
        maps: list[moderngl.Texture | None],
    ) -> None:
        """Draw all stones of a model.

        Args:
            scene: uniforms of the model.
            maps: the setting map of each stone.
        """
        self._context.enable(moderngl.CULL_FACE)
        unlit = self._mean * np.array(scene["environment_gain"])
        skin = np.array(scene["skin_radiance"]) / np.maximum(unlit, 1e-6)
        materials = _setting_materials(uploaded, skin)
        eye = np.append(scene["eye_model"], 1.0)
        for stone, setting in zip(uploaded.stones, maps, strict=True):
            defines = gem_defines(
                stone.shape,
                bounces=shot.gem_bounces,
                full_dispersion=shot.full_dispersion,
                has_setting=setting is not None,
            )
            program = self._programs.get("gem", defines)
            if program not in stone.arrays:
                stone.arrays[program] = self._context.vertex_array(
                    program, [(stone.vertices, "3f", "position")]
                )
            size = np.cbrt(np.linalg.det(stone.model_from_gem[:3, :3]))
            rotation = stone.model_from_gem[:3, :3] / size
            clip_from_gem = scene["clip_from_model_matrix"] @ stone.model_from_gem
            if setting is not None:
                setting.use(BAKED_UNIT)
            shaders.assign(program, scene)
            shaders.assign(
                program,
                {
                    "clip_from_gem": matrix_bytes(clip_from_gem),
                    "model_from_gem": matrix_bytes(stone.model_from_gem),
                    "environment_from_gem": matrix_bytes(
                        scene["environment_from_model_matrix"] @ rotation
                    ),
                    "eye_gem": tuple((np.linalg.inv(stone.model_from_gem) @ eye)[:3]),
                    "planes": plane_bytes(stone.shape),
                    "ior": stone.material.iors(),
                    "absorption": tuple(np.array(stone.material.absorption()) * size),
                    "residual": self._residual,
                    "environment_map": GEM_ENVIRONMENT_UNIT,
                    "setting_map": BAKED_UNIT,
                    "setting_materials": materials,
                    "setting_skin": float(SKIN_MATERIAL),
                },
            )
            stone.arrays[program].render()


def _setting_materials(uploaded: UploadedModel, skin: Array) -> bytes:
    """(8, 4) of gem.frag.glsl: colour, and the level of the environment it is seen at."""
    table = np.zeros((8, 4), np.float32)
    for row, (r, g, b, roughness) in enumerate(uploaded.setting_materials):
        level = np.round(np.clip(LAST_LEVEL + np.log2(max(roughness**2, 1e-4)) / 1.5, 1, 5))
        table[row] = (*(SETTING_SHADE * c for c in (r, g, b)), level)
    table[STONE_MATERIAL - 1] = STONE_REFLECTANCE
    table[SKIN_MATERIAL - 1] = (*skin, LAST_LEVEL)
    return table.tobytes()
