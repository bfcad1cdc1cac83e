"""Light on the GPU: the studio for metals and the one for stones, or light that was measured."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render.environment import (
    LAST_LEVEL,
    SIZE,
    Environment,
    irradiance_coefficients,
    softened,
    typical_radiance,
)
from viewer.render.types import Lighting
from viewer.render.units import ENVIRONMENT_UNIT, GEM_ENVIRONMENT_UNIT

KEPT_LIGHTS = 6
SOFTNESS_STEPS = 8  # between the hardest and the softest light
SPARKLE = 0.6  # share of a light's softness that stones take on: they live on small lamps
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """One light, ready to shade with."""

    source: Environment | None  # as it was asked for; kept alive, so that its id stays its own
    textures: tuple[moderngl.Texture, moderngl.Texture]  # for metals, for stones
    irradiance: bytes
    mean: Array  # (3,) radiance on metals
    gem_mean: Array  # (3,) on stones
    gem_residual: tuple[float, ...]  # what is left inside a stone
    gradient: Array  # (4,) luminance as mean + gradient . direction

    def use(self) -> None:
        """Let the programs that are drawn next read it."""
        self.textures[0].use(ENVIRONMENT_UNIT)
        self.textures[1].use(GEM_ENVIRONMENT_UNIT)

    def release(self) -> None:
        """Give the driver its memory back."""
        for texture in self.textures:
            texture.release()


class Lights:
    """Makes lights and keeps those used last; belongs to the context's thread."""

    def __init__(
        self, context: moderngl.Context, tent: Environment, gem_studio: Environment
    ) -> None:
        self._context = context
        self._studios = tent, gem_studio
        self._made: OrderedDict[tuple[int, int], Light] = OrderedDict()

    def light(self, lighting: Lighting) -> Light:
        """The light of a shot."""
        step = round(float(np.clip(lighting.key_softness, 0.0, 1.0)) * SOFTNESS_STEPS)
        key = (id(lighting.environment) if lighting.environment is not None else 0, step)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(lighting.environment, step / SOFTNESS_STEPS)
            if len(self._made) > KEPT_LIGHTS:
                self._made.popitem(last=False)[1].release()
        self._made.move_to_end(key)
        return found

    def _make(self, measured: Environment | None, softness: float) -> Light:
        tent, gem_studio = (measured, measured) if measured is not None else self._studios
        tent = softened(tent, softness)
        gem_studio = softened(gem_studio, 0.5 + SPARKLE * (softness - 0.5))
        return Light(
            measured,
            (self._texture(tent), self._texture(gem_studio)),
            irradiance_coefficients(tent).astype("f4").tobytes(),
            tent.mean.astype(np.float64),
            gem_studio.mean.astype(np.float64),
            tuple(typical_radiance(gem_studio).tolist()),
            gradient_of(tent),
        )

    def _texture(self, environment: Environment) -> moderngl.Texture:
        texture = self._context.texture((SIZE, SIZE), 4, dtype="f2")
        texture.build_mipmaps(0, LAST_LEVEL)
        for k, level in enumerate(environment.levels):
            opaque = np.ones((*level.shape[:2], 1), level.dtype)
            texture.write(np.dstack([level, opaque]).astype("f2").tobytes(), level=k)
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def release(self) -> None:
        """Give the driver its memory back."""
        for light in self._made.values():
            light.release()
        self._made.clear()


def gradient_of(environment: Environment) -> Array:
    """(4,) luminance as mean + gradient . direction."""
    y0, y1, y2, y3 = environment.harmonics[:4].astype(np.float64) @ LUMINANCE
    return np.array([0.282095 * y0, 0.488603 * y3, 0.488603 * y1, 0.488603 * y2])
