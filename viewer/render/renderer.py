"""Draws jewels: a shot in, an overlay out. Bound to the thread that made it.

Order of a shot: shadows on skin, opaque surfaces, stones, clear surfaces; then samples are
filtered and tone-mapped to pixels and read back once. Everything is shaded in the model's frame.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace
from types import TracebackType
from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array, PixelRegion, clip_from_camera
from models3d.mesh import Model
from viewer.render import shaders
from viewer.render.context import create_context, make_current
from viewer.render.environment import (
    LAST_LEVEL,
    SIZE,
    Environment,
    environment_of,
    irradiance_coefficients,
    typical_radiance,
)
from viewer.render.gem_defines import gem_defines, plane_bytes
from viewer.render.limbs import limb_uniforms
from viewer.render.programs import ProgramCache
from viewer.render.studio import GEM_STUDIO, TENT
from viewer.render.targets import Targets
from viewer.render.types import Lighting, Overlay, Shot, Worn
from viewer.render.upload import SKIN_MATERIAL, STONE_MATERIAL, UploadedModel, Uploader
from viewer.render.visibility import BoolArray

KEPT_MODELS = 12
SKIN_ALBEDO = np.array([0.56, 0.36, 0.27])
STONE_REFLECTANCE = (0.55, 0.55, 0.57, 0.0)  # a neighbouring stone: what it sends back on average
SETTING_SHADE = 0.85  # metal under a stone sees less light than metal in the open
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
ENVIRONMENT_UNIT, GEM_ENVIRONMENT_UNIT, BAKED_UNIT = 0, 1, 2
SHADOW_GRID = (64, 1)


def _bytes(matrix: Array) -> bytes:
    """A matrix as GLSL takes it: column after column, 32 bits."""
    return np.ascontiguousarray(matrix.T, "f4").tobytes()


class Renderer:
    """Draws shots of models; keeps what it uploaded of the models seen last.

    Args:
        backend: "egl", "osmesa" or None for the first that works.
        tent, gem_studio: light for metals and for stones.
    Raises:
        NoGraphics: no OpenGL can be loaded.
    """

    def __init__(
        self,
        backend: str | None = None,
        tent: Environment | None = None,
        gem_studio: Environment | None = None,
    ) -> None:
        self.tent = tent or environment_of(TENT)
        self.gem_studio = gem_studio or environment_of(GEM_STUDIO)
        self._context = create_context(backend)
        defines = {
            "ENVIRONMENT_SIZE": f"{SIZE}.0",
            "ENVIRONMENT_LAST_LEVEL": f"{LAST_LEVEL}.0",
        }
        self._programs = ProgramCache(self._context, defines)
        self._uploader = Uploader(self._context, self._programs)
        self._targets = Targets(self._context)
        self._models: OrderedDict[int, UploadedModel] = OrderedDict()
        self._environments = [
            self._environment_texture(environment) for environment in (self.tent, self.gem_studio)
        ]
        self._irradiance = irradiance_coefficients(self.tent).astype("f4").tobytes()
        self._light = _gradient(self.tent)
        self._residual = tuple(typical_radiance(self.gem_studio).tolist())
        self._shadow_program = shaders.build(self._context, "shadow", "shadow")
        self._shadow_array = self._context.vertex_array(
            self._shadow_program,
            [(self._context.buffer(_grid(*SHADOW_GRID).tobytes()), "2f", "position")],
            self._context.buffer(_grid_triangles(*SHADOW_GRID).tobytes()),
        )

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def description(self) -> str:
        """The OpenGL implementation in use."""
        return str(self._context.info["GL_RENDERER"])

    def close(self) -> None:
        """Free everything; the renderer cannot be used afterwards."""
        make_current(self._context)
        for uploaded in self._models.values():
            uploaded.release()
        self._models.clear()
        self._targets.release()
        self._uploader.release()
        for texture in self._environments:
            texture.release()
        self._context.release()

    def _environment_texture(self, environment: Environment) -> moderngl.Texture:
        texture = self._context.texture((SIZE, SIZE), 4, dtype="f2")
        texture.build_mipmaps(0, LAST_LEVEL)
        for k, level in enumerate(environment.levels):
            opaque = np.ones((*level.shape[:2], 1), level.dtype)
            texture.write(np.dstack([level, opaque]).astype("f2").tobytes(), level=k)
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def uploaded(self, model: Model) -> UploadedModel:
        """The model on the GPU, found again by identity.

        Raises:
            ModelError: a texture of the model cannot be decoded.
        """
        found = self._models.get(id(model))
        if found is None:
            make_current(self._context)
            found = self._uploader.upload(model)
            self._models[id(model)] = found  # keeps the model alive, so its id stays its own
            if len(self._models) > KEPT_MODELS:
                self._models.popitem(last=False)[1].release()
        self._models.move_to_end(id(model))
        return found

    def visible_from(self, model: Model, points: Array, directions: Array) -> BoolArray:
        """Whether light reaches points past the model, remembered for the same question.

        Args:
            points: (n, 3) model frame.
            directions: (k, 3) unit, towards the light.
        Returns:
            (k, n).
        """
        uploaded = self.uploaded(model)
        question = hashlib.blake2b(points.tobytes() + directions.tobytes()).digest()
        if question not in uploaded.visibility:
            make_current(self._context)
            baker = self._uploader.visibility
            seen = baker.visible(*uploaded.caster, points, directions)
            uploaded.visibility[question] = np.stack(list(seen))
        return uploaded.visibility[question]

    def render(self, shot: Shot) -> Overlay:
        """Draw a shot.

        Raises:
            ModelError: a texture of a model cannot be decoded.
            ValueError: the region is empty or larger than the driver's targets.
        """
        make_current(self._context)  # another renderer may have been at work on this thread
        region, k = shot.region, shot.supersampling
        if min(region.width, region.height) < 1:
            raise ValueError(f"expected a region with pixels, got {region}")
        if max(region.width, region.height) * k > self._targets.largest_side:
            return self._render_tiles(shot)
        drawn = [(worn, self.uploaded(worn.model)) for worn in shot.worn if worn.opacity > 0.0]
        if not drawn:
            return Overlay(np.zeros((region.height, region.width, 4), np.uint8), region)
        scenes = [self._scene(shot, worn, uploaded, drawn) for worn, uploaded in drawn]
        settings = [
            [self._uploader.setting(u, i, w.wearer is not None) for i in range(len(u.stones))]
            for w, u in drawn
        ]
        shadows = [self._uploader.shadow(u) if self._casts(shot, w, u) else None for w, u in drawn]
        target = self._targets.begin(region.width, region.height, k)
        context = self._context
        context.enable_only(moderngl.BLEND | moderngl.CULL_FACE)
        context.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        # The camera is OpenCV's, the clip space OpenGL's: the projection flips y, not the winding.
        context.front_face = "ccw"
        self._environments[0].use(ENVIRONMENT_UNIT)
        self._environments[1].use(GEM_ENVIRONMENT_UNIT)
        for (worn, uploaded), scene, shadow in zip(drawn, scenes, shadows, strict=True):
            if shadow is not None:
                self._draw_shadow(uploaded, scene, shot.shadow_strength * worn.opacity)
        # Opaque things replace what lies behind even where limbs or opacity fade them, so a fading
        # ring does not show its own far side.
        context.disable(moderngl.BLEND)
        context.enable(moderngl.DEPTH_TEST)
        for (_, uploaded), scene in zip(drawn, scenes, strict=True):
            self._draw_surfaces(uploaded, scene, blends=False)
        for (worn, uploaded), scene, maps in zip(drawn, scenes, settings, strict=True):
            self._draw_stones(shot, worn, uploaded, scene, maps)
        context.enable(moderngl.BLEND)
        target.multisampled.depth_mask = False
        for (_, uploaded), scene in zip(drawn, scenes, strict=True):
            self._draw_surfaces(uploaded, scene, blends=True)
        target.multisampled.depth_mask = True
        rgba = self._targets.finish(target, region.width, region.height, k, shot.lighting.exposure)
        return Overlay(rgba, region)

    def _render_tiles(self, shot: Shot) -> Overlay:
        """A region larger than a target, tile by tile."""
        region = shot.region
        side = self._targets.largest_side // shot.supersampling
        rgba = np.zeros((region.height, region.width, 4), np.uint8)
        for y in range(0, region.height, side):
            for x in range(0, region.width, side):
                w, h = min(side, region.width - x), min(side, region.height - y)
                tile = PixelRegion(region.x + x, region.y + y, w, h)
                rgba[y : y + h, x : x + w] = self.render(replace(shot, region=tile)).rgba
        return Overlay(rgba, region)

    @staticmethod
    def _casts(shot: Shot, worn: Worn, uploaded: UploadedModel) -> bool:
        return shot.shadow_strength > 0.0 and worn.wearer is not None and uploaded.skin_radius > 0.0

    def _scene(
        self,
        shot: Shot,
        worn: Worn,
        uploaded: UploadedModel,
        drawn: list[tuple[Worn, UploadedModel]],
    ) -> dict[str, Any]:
        """Uniforms that all of one jewel's programs share."""
        camera_from_model = worn.camera_from_model
        model_from_camera = camera_from_model.inverse()
        near, far = _depth_range(drawn)
        k = shot.intrinsics
        clip = clip_from_camera(shot.intrinsics, shot.region, near, far)
        environment_from_model = shot.lighting.environment_from_camera @ camera_from_model.rotation
        eye = model_from_camera.translation
        worn_radius = uploaded.skin_radius if worn.wearer is not None else 0.0
        return {
            "clip_from_model_matrix": clip @ camera_from_model.matrix,
            "clip_from_model": _bytes(clip @ camera_from_model.matrix),
            "environment_from_model_matrix": environment_from_model,
            "environment_from_model": _bytes(environment_from_model),
            "eye_model": tuple(eye),
            "metres_per_sample": near / (max(k.fx, k.fy) * shot.supersampling),
            "environment_gain": tuple(shot.lighting.tint),
            "irradiance": self._irradiance,
            "opacity": worn.opacity,
            "skin_radius": worn_radius,
            "skin_radiance": tuple(self._skin_radiance(shot.lighting)),
            **limb_uniforms(
                shot.occluders,
                worn.wearer,
                model_from_camera,
                camera_from_model.apply(uploaded.center),
                uploaded.radius,
            ),
        }

    def _skin_radiance(self, lighting: Lighting) -> Array:
        lit: Array = SKIN_ALBEDO * self.tent.mean * np.array(lighting.tint)
        return lit

    def _draw_surfaces(self, uploaded: UploadedModel, scene: dict[str, Any], blends: bool) -> None:
        surfaces = [s for s in uploaded.surfaces if s.blends == blends]
        if blends:
            eye = np.array(scene["eye_model"])
            surfaces.sort(key=lambda s: -float(np.linalg.norm(s.center - eye)))
        for surface in surfaces:
            if surface.double_sided:
                self._context.disable(moderngl.CULL_FACE)
            else:
                self._context.enable(moderngl.CULL_FACE)
            for unit, texture in surface.textures:
                texture.use(unit)
            shaders.assign(surface.program, scene)
            shaders.assign(surface.program, surface.uniforms)
            surface.level(scene["metres_per_sample"]).array.render()

    def _draw_stones(
        self,
        shot: Shot,
        worn: Worn,
        uploaded: UploadedModel,
        scene: dict[str, Any],
        maps: list[moderngl.Texture | None],
    ) -> None:
        self._context.enable(moderngl.CULL_FACE)
        gain = np.array(shot.lighting.tint)
        skin = self._skin_radiance(shot.lighting) / np.maximum(self.gem_studio.mean * gain, 1e-6)
        materials = self._setting_materials(uploaded, skin)
        eye = np.append(scene["eye_model"], 1.0)
        for stone, setting in zip(uploaded.stones, maps, strict=True):
            defines = gem_defines(
                stone.shape,
                bounces=shot.gem_bounces,
                full_dispersion=shot.full_dispersion,
                has_setting=setting is not None,
            )
            program = self._programs.get("gem", defines)
            if program.glo not in stone.arrays:
                stone.arrays[program.glo] = self._context.vertex_array(
                    program, [(stone.vertices, "3f", "position")]
                )
            size = np.cbrt(np.linalg.det(stone.model_from_gem[:3, :3]))
            rotation = stone.model_from_gem[:3, :3] / size
            if setting is not None:
                setting.use(BAKED_UNIT)
            shaders.assign(program, scene)
            shaders.assign(
                program,
                {
                    "clip_from_gem": _bytes(scene["clip_from_model_matrix"] @ stone.model_from_gem),
                    "model_from_gem": _bytes(stone.model_from_gem),
                    "environment_from_gem": _bytes(
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
            stone.arrays[program.glo].render()

    def _setting_materials(self, uploaded: UploadedModel, skin: Array) -> bytes:
        """(8, 4) of gem.frag.glsl: colour, and the level of the environment it is seen at."""
        table = np.zeros((8, 4), np.float32)
        for row, (r, g, b, roughness) in enumerate(uploaded.setting_materials):
            level = np.round(np.clip(LAST_LEVEL + np.log2(max(roughness**2, 1e-4)) / 1.5, 1, 5))
            table[row] = (*(SETTING_SHADE * c for c in (r, g, b)), level)
        table[STONE_MATERIAL - 1] = STONE_REFLECTANCE
        table[SKIN_MATERIAL - 1] = (*skin, LAST_LEVEL)
        return table.tobytes()

    def _draw_shadow(self, uploaded: UploadedModel, scene: dict[str, Any], strength: float) -> None:
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
        shaders.assign(self._shadow_program, {**scene, **values})
        self._shadow_array.render()


def _depth_range(drawn: list[tuple[Worn, UploadedModel]]) -> tuple[float, float]:
    """Near and far planes, metres, that hold all jewels."""
    depths = [(float(worn.camera_from_model.apply(u.center)[2]), u.radius) for worn, u in drawn]
    near = min(z - r for z, r in depths) * 0.98
    far = max(z + r for z, r in depths) * 1.02
    return max(near, far * 1e-3, 1e-4), max(far, 1e-3)


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
