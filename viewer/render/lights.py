"""Light on the GPU: the studio for metals and the one for stones, or light that was measured."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
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


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """One light, not on the GPU yet."""

    source: Environment | None
    texels: tuple[tuple[bytes, ...], tuple[bytes, ...]]  # of each level: for metals, for stones
    irradiance: bytes
    mean: Array  # (3,), as in Light
    gem_mean: Array
    gem_residual: tuple[float, ...]
    gradient: Array  # (4,)


class Lights:
    """Makes lights and keeps those used last; belongs to the context's thread."""

    def __init__(
        self, context: moderngl.Context, tent: Environment, gem_studio: Environment
    ) -> None:
        self._context = context
        self._studios = tent, gem_studio
        self._made: OrderedDict[tuple[int, int], Light] = OrderedDict()
        self._maker = ThreadPoolExecutor(1, "softer-lights")
        self._coming: dict[tuple[int, int], tuple[Environment | None, Future[_Prepared]]] = {}

    def light(self, lighting: Lighting, *, beside: bool = False) -> Light:
        """The light of a shot.

        Args:
            beside: a softness that is not at hand is prepared while drawing goes on, and the
                nearest that is at hand serves meanwhile: a mirror must not stand still.
        """
        for ready in [key for key, (_, future) in self._coming.items() if future.done()]:
            self._take(ready)
        measured = lighting.environment
        step = round(float(np.clip(lighting.key_softness, 0.0, 1.0)) * SOFTNESS_STEPS)
        source = id(measured) if measured is not None else 0
        key = source, step
        if key not in self._made:
            near = [other for other in self._made if other[0] == source] if beside else []
            if key not in self._coming:
                studios = (measured, measured) if measured is not None else self._studios
                making = self._maker.submit(_prepared, measured, *studios, step / SOFTNESS_STEPS)
                self._coming[key] = measured, making  # keeps it alive, so that its id stays its own
            if near:
                key = min(near, key=lambda other: abs(other[1] - step))
            else:
                self._take(key)
        self._made.move_to_end(key)
        return self._made[key]

    def _take(self, key: tuple[int, int]) -> None:
        """Bring a light to the GPU, once it is prepared."""
        prepared = self._coming.pop(key)[1].result()
        metals, stones = (self._texture(levels) for levels in prepared.texels)
        self._made[key] = Light(
            prepared.source,
            (metals, stones),
            prepared.irradiance,
            prepared.mean,
            prepared.gem_mean,
            prepared.gem_residual,
            prepared.gradient,
        )
        if len(self._made) > KEPT_LIGHTS:
            self._made.popitem(last=False)[1].release()

    def _texture(self, levels: tuple[bytes, ...]) -> moderngl.Texture:
        texture = self._context.texture((SIZE, SIZE), 4, dtype="f2")
        texture.build_mipmaps(0, LAST_LEVEL)
        for k, texels in enumerate(levels):
            texture.write(texels, level=k)
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def release(self) -> None:
        """Give the driver its memory back, and end the thread."""
        self._maker.shutdown(wait=True, cancel_futures=True)
        self._coming.clear()
        for light in self._made.values():
            light.release()
        self._made.clear()


def _prepared(
    measured: Environment | None, tent: Environment, gem_studio: Environment, softness: float
) -> _Prepared:
    """A light from lamps of some size, as far as no GPU is needed."""
    tent = softened(tent, softness)
    gem_studio = softened(gem_studio, 0.5 + SPARKLE * (softness - 0.5))
    return _Prepared(
        measured,
        (_texels(tent), _texels(gem_studio)),
        irradiance_coefficients(tent).astype("f4").tobytes(),
        tent.mean.astype(np.float64),
        gem_studio.mean.astype(np.float64),
        tuple(typical_radiance(gem_studio).tolist()),
        gradient_of(tent),
    )


def _texels(environment: Environment) -> tuple[bytes, ...]:
    """Each level as the GPU takes it: four halves a texel."""
    levels = []
    for level in environment.levels:
        opaque = np.ones((*level.shape[:2], 4), np.float16)
        opaque[..., :3] = level
        levels.append(opaque.tobytes())
    return tuple(levels)


def gradient_of(environment: Environment) -> Array:
    """(4,) luminance as mean + gradient . direction."""
    y0, y1, y2, y3 = environment.harmonics[:4].astype(np.float64) @ LUMINANCE
    return np.array([0.282095 * y0, 0.488603 * y3, 0.488603 * y1, 0.488603 * y2])
