"""The studio's light as one file that never changes: prefiltered levels, harmonics, the key.

The page prefilters nothing. A level is written as the logarithm of its radiance in even steps, each
texel as what its neighbours do not foretell, so that it packs well; the file says how in its head:
four bytes of length, JSON, then the levels one after the other. A level is six planes of bytes, for
green, red less green and blue less green the low and the high byte of each zigzag residual. What
neighbours foretell is the median edge detector of Weinberger, Seroussi and Sapiro, "LOCO-I", IEEE
Transactions on Image Processing 9 (2000): a plane through them, but no more than the larger and no
less than the smaller of the left and the upper one.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from viewer import picture
from viewer.render import key_shadow
from viewer.render.environment import (
    HARDEST,
    LAST_LEVEL,
    SIZE,
    SOFTEST,
    Environment,
    environment_of,
    irradiance_coefficients,
    look_up,
    octahedral_directions,
    softened,
    typical_radiance,
)
from viewer.render.lights import SOFTNESS_STEPS, SPARKLE, gradient_of
from viewer.render.renderer import SKIN_ALBEDO
from viewer.render.skin import NO_SKIN
from viewer.render.studio import GEM_STUDIO, TENT
from viewer.render.targets import SHADOW_SRGB

SCHEMA: Final = 2
FLOOR: Final = 0.25  # radiance below which steps are even in radiance
STEPS: Final = 96  # an octave: 0.4 % off at most
# Most texels a side of the first levels: the tent has soft edges, the page enlarges them.
METALS_SIDES: Final = (256, 128)
DIGITS: Final = 7
TYPICAL_SIDE: Final = 48  # texels a side that tell how the typical radiance changes with softness

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class EnvironmentFile:
    """The light of the viewer, ready to serve."""

    id: str
    data: bytes


@cache
def environment_file() -> EnvironmentFile:
    """The two studios, that of metals and that of stones."""
    return written(environment_of(TENT), environment_of(GEM_STUDIO))


def written(metals: Environment, stones: Environment) -> EnvironmentFile:
    """Two studios as a file."""
    planes: list[bytes] = []
    head: dict[str, Any] = {
        "schema": SCHEMA,
        "size": SIZE,
        "last_level": LAST_LEVEL,
        "steps": STEPS,
        "floor": FLOOR,
        "metals": _sides(metals, METALS_SIDES, planes),
        "stones": _sides(stones, (), planes),
        "irradiance": _numbers(irradiance_coefficients(metals).ravel()),
        "residual": _numbers(typical_radiance(stones)),
        "key": {
            "direction": _numbers(key_shadow.key_direction()),
            "strength": key_shadow.STRENGTH,
            "search": key_shadow.SEARCH,
            "blur": key_shadow.BLUR,
            "least_blur_texels": key_shadow.LEAST_BLUR_TEXELS,
            "bias_texels": key_shadow.BIAS_TEXELS,
            "texels": key_shadow.TEXELS,
        },
        "picture": {
            "ground_srgb": _numbers(picture.GROUND_SRGB),
            "shadow_tint": _numbers(picture.SHADOW_TINT),
            "reflection": picture.REFLECTION,
            "reflection_blur": picture.REFLECTION_BLUR,
            "wall_shadows": [list(shadow) for shadow in picture.WALL_SHADOWS],
        },
        "no_skin": {
            "squares": list(NO_SKIN.squares),
            "rest": [*NO_SKIN.rest, NO_SKIN.contact],
            "radius": NO_SKIN.radius,
        },
        "worn": _worn(metals, stones),
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    data = struct.pack("<I", len(text)) + text + b"".join(planes)
    return EnvironmentFile(hashlib.sha256(data).hexdigest()[:16], data)


def _worn(metals: Environment, stones: Environment) -> dict[str, Any]:
    """What is asked of the light on a wearer's skin, whose lamps may be small or large."""
    return {
        "mean": _numbers(metals.mean),
        "stones_mean": _numbers(stones.mean),
        "gradient": _numbers(gradient_of(metals)),
        "steps": SOFTNESS_STEPS,
        "sparkle": SPARKLE,
        "softest": SOFTEST,
        "hardest": HARDEST,
        "residuals": [_numbers(each) for each in _residuals(stones)],
        "skin_albedo": _numbers(SKIN_ALBEDO),
        "shadow_srgb": list(SHADOW_SRGB),
    }


def _residuals(stones: Environment) -> list[NDArray[np.float32]]:
    """Typical radiance of stones' light at each step of softness.

    How it changes is told by coarse levels: it takes a second on the fine ones.
    """
    directions = octahedral_directions(TYPICAL_SIDE)
    coarse = tuple(look_up(level, directions) for level in stones.levels[: SOFTEST + 1])
    small = Environment(coarse, stones.harmonics)
    usual, known = typical_radiance(small), typical_radiance(stones)
    shares = np.arange(SOFTNESS_STEPS + 1) / SOFTNESS_STEPS
    return [
        known * typical_radiance(softened(small, 0.5 + SPARKLE * (share - 0.5))) / usual
        for share in shares
    ]


def _sides(environment: Environment, most: Sequence[int], planes: list[bytes]) -> list[int]:
    """Texels a side of each level; their planes join the others."""
    sides = []
    for level, bound in zip(environment.levels, chain(most, repeat(SIZE)), strict=False):
        side = min(level.shape[0], bound)
        smaller = side < level.shape[0]
        texels = look_up(level, octahedral_directions(side)) if smaller else level
        planes.append(packed_level(texels).tobytes())
        sides.append(side)
    return sides


def packed_level(radiance: NDArray[np.float32]) -> Bytes:
    """(n, n, 3) radiance as (6, n, n) bytes."""
    steps = np.round(np.log2(1.0 + radiance / FLOOR) * STEPS).astype(np.int32)
    green = steps[..., 1]
    planes = []
    for plane in (green, steps[..., 0] - green, steps[..., 2] - green):
        rest = plane - _foretold(plane)
        zigzag = np.where(rest >= 0, 2 * rest, -2 * rest - 1).astype(np.uint16)
        planes += [(zigzag & 255).astype(np.uint8), (zigzag >> 8).astype(np.uint8)]
    return np.stack(planes)


def _foretold(plane: NDArray[np.int32]) -> NDArray[np.int32]:
    """What its left, upper and upper left neighbours say of each texel (n, n); outside is 0."""
    around = np.pad(plane, ((1, 0), (1, 0)))
    left, upper, corner = around[1:, :-1], around[:-1, 1:], around[:-1, :-1]
    least, most = np.minimum(left, upper), np.maximum(left, upper)
    bounded: NDArray[np.int32] = np.clip(left + upper - corner, least, most)
    return bounded


def _numbers(values: Any) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in np.asarray(values, np.float64).ravel()]
