"""The studio's light as one file that never changes: prefiltered levels, harmonics, the key.

The page prefilters nothing. A level is written as the logarithm of its radiance in even steps, each
texel as what its neighbours do not foretell, so that it packs well; the file says how in its head:
four bytes of length, JSON, then the levels one after the other. A level is six planes of bytes, for
green, red less green and blue less green the low and the high byte of each zigzag residual.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from viewer import picture
from viewer.render import key_shadow
from viewer.render.environment import (
    LAST_LEVEL,
    SIZE,
    Environment,
    environment_of,
    irradiance_coefficients,
    look_up,
    octahedral_directions,
    typical_radiance,
)
from viewer.render.skin import NO_SKIN
from viewer.render.studio import GEM_STUDIO, TENT

SCHEMA: Final = 1
FLOOR: Final = 0.25  # radiance below which steps are even in radiance
STEPS: Final = 128  # an octave: 0.3 % off at most
METALS_SIDE: Final = 256  # of level 0: the tent has soft edges, the page makes SIZE of it
DIGITS: Final = 7

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
        "metals": _sides(metals, METALS_SIDE, planes),
        "stones": _sides(stones, SIZE, planes),
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
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    data = struct.pack("<I", len(text)) + text + b"".join(planes)
    return EnvironmentFile(hashlib.sha256(data).hexdigest()[:16], data)


def _sides(environment: Environment, first: int, planes: list[bytes]) -> list[int]:
    """Texels a side of each level; their planes join the others."""
    sides = []
    for k, level in enumerate(environment.levels):
        side = min(level.shape[0], first) if k == 0 else level.shape[0]
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
        # what is left of each texel after its left, upper and upper left neighbours
        left = np.diff(np.pad(plane, ((0, 0), (1, 0))), axis=1)
        rest = np.diff(np.pad(left, ((1, 0), (0, 0))), axis=0)
        zigzag = np.where(rest >= 0, 2 * rest, -2 * rest - 1).astype(np.uint16)
        planes += [(zigzag & 255).astype(np.uint8), (zigzag >> 8).astype(np.uint8)]
    return np.stack(planes)


def _numbers(values: Any) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in np.asarray(values, np.float64).ravel()]
