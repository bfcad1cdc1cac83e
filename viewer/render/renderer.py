"""Draws jewels: a shot in, an overlay out. Bound to the thread that made it.

Order of a shot: shadows on skin, depth of bodies and limbs, opaque surfaces, stones, clear
surfaces; then samples are filtered and tone-mapped to pixels and read back once. Everything is
shaded in the model's frame.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array, PixelRegion, clip_from_camera
from models3d.mesh import Model
from viewer.render import shaders
from viewer.render.body_pass import DEPTH_CLAMP, BodyPass
from viewer.render.context import begin, create_context, make_current
from viewer.render.environment import LAST_LEVEL, SIZE, Environment, environment_of
from viewer.render.key_shadow import NO_SHADOW, KeyShadowPass
from viewer.render.lights import Light, Lights
from viewer.render.limb_pass import LimbPass
from viewer.render.limbs import Limbs, limb_uniforms, most_limbs
from viewer.render.programs import ProgramCache
from viewer.render.shaders import matrix_bytes
from viewer.render.shadow import SkinShadow
from viewer.render.shadow_pass import ShadowPass, UploadedShadow
from viewer.render.skin import NO_SKIN
from viewer.render.stone_pass import StonePass
from viewer.render.stones import texels_of
from viewer.render.studio import GEM_STUDIO, TENT
from viewer.render.surface import View
from viewer.render.targets import Targets
from viewer.render.types import Lighting, Overlay, Shot, Worn
from viewer.render.upload import UploadedModel, Uploader
from viewer.render.visibility import BoolArray, Lattice
from viewer.render.window import window_of

KEPT_MODELS = 24
ERROR = 0.5  # samples that a coarser mesh may be off; pixels in a hurry
BEYOND_LIMB, BEYOND_BODY = 0.6, 0.25  # sines: limbs hide softly at their outline, bodies hard
SKIN_BEHIND = 8e-3  # metres that a body gives way to the shadow on its own skin
SKIN_ALBEDO = np.array([0.56, 0.36, 0.27])


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
        self._uploader = Uploader(self._context, self._programs, backend)
        self._targets = Targets(self._context)
        self._models: OrderedDict[tuple[int, bool], UploadedModel] = OrderedDict()
        self._drawing = 0  # how many there have been
        self._lights = Lights(self._context, self.tent, self.gem_studio)
        self._stones = StonePass(self._context, self._programs)
        self._shadows = ShadowPass(self._context)
        self._limbs = LimbPass(self._context)
        self._bodies = BodyPass(self._context)
        self._key = KeyShadowPass(self._context)

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
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
        self._key.release()
        self._bodies.release()
        self._uploader.release()
        self._lights.release()
        self._context.release()

    def uploaded(self, model: Model, live: bool = False, at_once: bool = False) -> UploadedModel:
        """The model on the GPU, found again by identity.

        Args:
            live: prepared and shaded in a hurry.
            at_once: and before it is baked; that is done beside the drawing.
        """
        key = (id(model), live)
        found = self._models.get(key)
        if found is None:
            make_current(self._context)
            found = self._uploader.upload(model, live, at_once)
            self._models[key] = found  # keeps the model alive, so its id stays its own
            if len(self._models) > KEPT_MODELS:
                self._models.popitem(last=False)[1].release()
        elif found.unbaked:
            make_current(self._context)
            self._uploader.finish(found, wait=not at_once)
            found.eased_in = self._drawing
        elif at_once:
            found.ease(self._drawing)
        else:
            found.eased = 1.0
        self._models.move_to_end(key)
        return found

    def setting_maps(self, model: Model, worn: bool = False) -> tuple[Array | None, ...]:
        """What each of a model's stones sees of its setting: (layers, side, side, 4), or None.

        Args:
            worn: with the wearer's skin.
        """
        uploaded = self.uploaded(model)
        make_current(self._context)
        maps = [self._uploader.setting(uploaded, stones, worn) for stones in uploaded.stones]
        return tuple(None if found is None else texels_of(found) for found in maps)

    def skin_shadow(self, model: Model) -> SkinShadow | None:
        """The light that a model keeps from its wearer's skin; None: it does not say where."""
        uploaded = self.uploaded(model)
        make_current(self._context)
        return self._uploader.shadow(uploaded)

    def light_on(self, model: Model, ground: Lattice, directions: Array) -> BoolArray:
        """Whether light reaches a plane past the model, remembered for the same question.

        Args:
            directions: (k, 3) unit, model frame, towards the light.
        Returns:
            (k, side, side).
        """
        uploaded = self.uploaded(model)
        question = (*ground.key(), directions.tobytes())
        if question not in uploaded.visibility:
            make_current(self._context)
            baker = self._uploader.visibility
            uploaded.visibility[question] = baker.lit(uploaded.caster, ground, directions)
        return uploaded.visibility[question]

    def render(self, shot: Shot) -> Overlay:
        """Draw a shot.

        Raises:
            ModelError: a texture of a model cannot be decoded.
            ValueError: the region is empty.
        """
        return self.render_all((shot,))[0]

    def render_all(self, shots: Sequence[Shot]) -> tuple[Overlay, ...]:
        """Draw shots. The driver works on one while the next is prepared.

        Raises:
            ModelError, ValueError: as for `render`.
        """
        make_current(self._context)  # another renderer may have been at work on this thread
        self._drawing += 1
        try:
            begun = [self._begin(shot) for shot in shots]
            filtered = [finish() for finish in begun]
            return tuple(overlay() for overlay in filtered)
        finally:
            self._targets.give_up()

    def _begin(self, shot: Shot) -> Callable[[], Callable[[], Overlay]]:
        """Let the driver draw a shot's samples; next it filters them, then the picture is read."""
        region, k = shot.region, shot.supersampling
        if min(region.width, region.height) < 1:
            raise ValueError(f"expected a region with pixels, got {region}")
        if max(region.width, region.height) * k > self._targets.largest_side:
            tiled = self._render_tiles(shot)
            return lambda: lambda: tiled
        drawn = [
            (worn, self.uploaded(worn.model, shot.live, shot.at_once))
            for worn in shot.worn
            if worn.opacity > 0.0
        ]
        if not drawn:
            nothing = np.zeros((region.height, region.width, 4), np.uint8)
            return lambda: lambda: Overlay(nothing, region)
        probed = [(w.camera_from_model.apply(u.probes.points), u.probes.gaps) for w, u in drawn]
        window = window_of(region, shot.intrinsics, probed) if shot.live else region
        depths = _depth_range(drawn)
        clip = clip_from_camera(shot.intrinsics, window, *depths)
        light = self._lights.light(shot.lighting, beside=shot.live and not shot.whole_meshes)
        limbs = Limbs.of(shot.occluders)
        scenes = [
            self._scene(shot, worn, u, clip, light, limbs, points)
            for (worn, u), (points, _) in zip(drawn, probed, strict=True)
        ]
        settings = [
            [self._uploader.setting(u, stones, w.is_worn) for stones in u.stones] for w, u in drawn
        ]
        shadows = [self._shadow(u) if self._casts(shot, w, u) else None for w, u in drawn]
        # chains, which no limb wears, throw lines as narrow as they are
        soft = shot.live and all(worn.wearer is not None for worn, _ in drawn)
        target = self._targets.begin(region, window, k, coarse_shadows=soft)
        context = self._context
        context.enable_only(moderngl.BLEND | moderngl.CULL_FACE)
        # The camera is OpenCV's, the clip space OpenGL's: the projection flips y, not the winding.
        context.front_face = "ccw"
        light.use()
        self._bodies.take(shot.bodies)
        if any(shadow is not None for shadow in shadows):
            whole = clip_from_camera(shot.intrinsics, region, *depths)
            target.shaded.use()
            self._bodies.draw(target.shaded, whole, SKIN_BEHIND)
            target.shaded.depth_mask = False
            context.enable_only(moderngl.BLEND | moderngl.CULL_FACE | moderngl.DEPTH_TEST)
            context.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_COLOR
            context.enable_direct(DEPTH_CLAMP)  # skin reaches beyond the jewel's depth
            for (worn, u), scene, shadow in zip(drawn, scenes, shadows, strict=True):
                if shadow is not None:
                    strength = shot.shadow_strength * worn.opacity * u.baked_share
                    self._shadows.draw(
                        shadow, scene, whole @ worn.camera_from_model.matrix, strength
                    )
            context.disable_direct(DEPTH_CLAMP)
            target.shaded.depth_mask = True
        target.multisampled.use()
        # Opaque things replace what lies behind even where limbs or opacity fade them, so a fading
        # ring does not show its own far side.
        context.disable(moderngl.BLEND)
        context.enable(moderngl.DEPTH_TEST)
        wearers = {worn.wearer for worn, _ in drawn if worn.wearer is not None}
        context.disable(moderngl.CULL_FACE)
        self._bodies.draw(target.multisampled, clip)
        self._limbs.draw(target.multisampled, limbs, wearers, clip)
        for (_, uploaded), scene in zip(drawn, scenes, strict=True):
            if shot.key_shadows and uploaded.takes_shadows:
                scene.update(self._key.draw(uploaded, scene["environment_from_model_matrix"]))
                target.multisampled.use()
            self._draw_surfaces(uploaded, scene, blends=False)
            scene.update(NO_SHADOW)  # the next piece draws over the map
        for (_, uploaded), scene, maps in zip(drawn, scenes, settings, strict=True):
            self._stones.draw(shot, uploaded, scene, maps)
        context.enable(moderngl.BLEND)
        context.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        target.multisampled.depth_mask = False
        for (_, uploaded), scene in zip(drawn, scenes, strict=True):
            self._draw_surfaces(uploaded, scene, blends=True)
        target.multisampled.depth_mask = True
        begin(context)

        def finish() -> Callable[[], Overlay]:
            self._targets.finish(target, region, window, k, shot.lighting.exposure)
            return lambda: Overlay(self._targets.read(target, region.width, region.height), region)

        return finish

    def _render_tiles(self, shot: Shot) -> Overlay:
        """A region larger than a target, tile by tile."""
        region = shot.region
        side = self._targets.largest_side // shot.supersampling
        rgba = np.zeros((region.height, region.width, 4), np.uint8)
        for y in range(0, region.height, side):
            for x in range(0, region.width, side):
                w, h = min(side, region.width - x), min(side, region.height - y)
                tile = PixelRegion(region.x + x, region.y + y, w, h)
                rgba[y : y + h, x : x + w] = self._begin(replace(shot, region=tile))()().rgba
        return Overlay(rgba, region)

    @staticmethod
    def _casts(shot: Shot, worn: Worn, uploaded: UploadedModel) -> bool:
        return (
            shot.shadow_strength > 0.0
            and worn.is_worn
            and uploaded.has_skin
            and not uploaded.unbaked
        )

    def _shadow(self, uploaded: UploadedModel) -> UploadedShadow | None:
        """The jewel's shadow on its wearer, baked when first asked for."""
        if uploaded.shadow is None:
            baked = self._uploader.shadow(uploaded)
            uploaded.shadow = None if baked is None else self._shadows.upload(baked)
        return uploaded.shadow

    def _scene(
        self,
        shot: Shot,
        worn: Worn,
        uploaded: UploadedModel,
        clip: Array,
        light: Light,
        limbs: Limbs,
        probed: Array,
    ) -> dict[str, Any]:
        """Uniforms that all of one jewel's programs share."""
        camera_from_model = worn.camera_from_model
        model_from_camera = camera_from_model.inverse()
        k = shot.intrinsics
        nearest = camera_from_model.apply(uploaded.center)[2] - uploaded.radius
        environment_from_model = shot.lighting.environment_from_camera @ camera_from_model.rotation
        eye = model_from_camera.translation
        skin = uploaded.skin if worn.is_worn else NO_SKIN
        metres_per_sample = max(nearest, 0.0) / (max(k.fx, k.fy) * shot.supersampling)
        coarser = shot.supersampling if shot.live else 1
        skin_radiance = _skin_radiance(shot.lighting, light)
        return {
            "clip_from_model_matrix": clip @ camera_from_model.matrix,
            "clip_from_model": matrix_bytes(clip @ camera_from_model.matrix),
            "environment_from_model_matrix": environment_from_model,
            "environment_from_model": matrix_bytes(environment_from_model),
            "eye": tuple(eye.tolist()),
            "view": _view(shot, worn, eye),
            "metres_per_sample": metres_per_sample,
            "metres_left_out": 0.0 if shot.whole_meshes else ERROR * metres_per_sample * coarser,
            "light": light,
            "gem_light": light.gem_mean * np.array(shot.lighting.tint),
            "skin": skin_radiance,
            **shaders.packed(
                {
                    "eye_model": tuple(eye),
                    "environment_gain": tuple(shot.lighting.tint),
                    "irradiance": light.irradiance,
                    "opacity": float(worn.opacity),
                    "baked_share": uploaded.baked_share,
                    "skin_squares": tuple(skin.squares),
                    "skin_rest": (*skin.rest, skin.contact),
                    "skin_radius": float(skin.radius),
                    "skin_radiance": tuple(skin_radiance),
                }
            ),
            **NO_SHADOW,
            "limbs": limb_uniforms(
                limbs,
                worn.wearer,
                model_from_camera,
                probed,
                uploaded.probes,
            ),
        }

    def _draw_surfaces(self, uploaded: UploadedModel, scene: dict[str, Any], blends: bool) -> None:
        surfaces = [
            (s, limbs)
            for s, limbs in zip(uploaded.surfaces, scene["limbs"], strict=False)
            if s.blends == blends
        ]
        if blends or uploaded.live:
            # what is clear from the back; in a hurry the rest from the front, to shade less twice
            turn = -1.0 if blends else 1.0
            eye = scene["eye"]
            surfaces.sort(key=lambda item: turn * math.dist(item[0].center, eye))
        told: set[moderngl.Program] = set()
        for surface, limbs in surfaces:
            if surface.double_sided:
                self._context.disable(moderngl.CULL_FACE)
            else:
                self._context.enable(moderngl.CULL_FACE)
            for unit, texture in surface.textures():
                texture.use(unit)
            program = surface.program(most_limbs(limbs))
            if program not in told:
                told.add(program)
                shaders.assign(program, scene)
            shaders.assign(program, limbs)
            shaders.assign(program, surface.uniforms)
            surface.draw(program, scene["metres_left_out"], scene["view"])


def _view(shot: Shot, worn: Worn, eye: Array) -> View | None:
    """What of small things on skin that skin hides; None: it is not there to hide them."""
    if worn.wearer is not None:
        return View(eye, BEYOND_LIMB)
    return View(eye, BEYOND_BODY) if worn.on_skin and shot.bodies else None


def _skin_radiance(lighting: Lighting, light: Light) -> Array:
    """Linear, before the exposure: what was seen beside the jewel, or the usual."""
    if lighting.skin is not None:
        return np.asarray(lighting.skin, np.float64) / max(lighting.exposure, 1e-3)
    lit: Array = SKIN_ALBEDO * light.mean * np.array(lighting.tint)
    return lit


def _depth_range(drawn: list[tuple[Worn, UploadedModel]]) -> tuple[float, float]:
    """Near and far planes, metres, that hold all jewels."""
    depths = [(float(worn.camera_from_model.apply(u.center)[2]), u.radius) for worn, u in drawn]
    near = min(z - r for z, r in depths) * 0.98
    far = max(z + r for z, r in depths) * 1.02
    return max(near, far * 1e-3, 1e-4), max(far, 1e-3)
