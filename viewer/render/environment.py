"""A studio prefiltered for shading: an octahedral map whose levels follow GGX's width.

Level 0 is what a mirror sees, level k >= 1 is filtered with alpha = 2^(1.5 (k - last)); the chunk
environment.glsl reads it. Texels of the border have their centres on the border, so no seam shows.
Built once and kept in the user's cache under a name that hashes everything it depends on.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from viewer.render.studio import FloatArray, Studio, radiance

SIZE = 512  # texels of level 0
LAST_LEVEL = 5
SAMPLES = (0, 48, 64, 96, 160, 320)  # of the lobe, per level
SOFTEST = 4  # level that the softest light is spread to
HARDEST = 0.5  # share of that spread that the hardest light is sharpened by
VERSION = 3  # of this file's arithmetic
CACHE_VARIABLE = "PARURE_CACHE"


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """A prefiltered studio."""

    levels: tuple[FloatArray, ...]  # (n, n, 3), n = 512, 256, ...
    harmonics: FloatArray  # (9, 3) projection of level 0 on real spherical harmonics, l <= 2

    @property
    def mean(self) -> FloatArray:
        """Mean radiance over the sphere (3,)."""
        average: FloatArray = self.harmonics[0] * np.float32(0.282095)
        return average


def typical_radiance(environment: Environment) -> FloatArray:
    """The radiance (3,) whose brightness in a picture is the mean brightness of the studio.

    Light still inside a stone after the last bounce would show some single direction; this guess
    keeps the picture's brightness, where the mean radiance would be ruled by the lamps.
    """
    level = environment.levels[1]
    weight = solid_angles(level.shape[0])[..., None] / (4.0 * np.pi)
    shown = (weight * level / (1.0 + level)).sum(axis=(0, 1))
    return np.asarray(shown / (1.0 - shown), np.float32)


def octahedral_directions(size: int) -> FloatArray:
    """Unit directions (size, size, 3) of the texels, row = z, column = x, border on the border."""
    grid = np.linspace(-1.0, 1.0, size, dtype=np.float32)
    u, v = np.meshgrid(grid, grid)
    y = 1.0 - np.abs(u) - np.abs(v)
    x = np.where(y >= 0, u, (1.0 - np.abs(v)) * np.where(u >= 0, 1.0, -1.0))
    z = np.where(y >= 0, v, (1.0 - np.abs(u)) * np.where(v >= 0, 1.0, -1.0))
    d = np.stack([x, y, z], axis=-1)
    unit: FloatArray = (d / np.linalg.norm(d, axis=-1, keepdims=True)).astype(np.float32)
    return unit


def octahedral_coordinates(directions: FloatArray) -> FloatArray:
    """Place of directions (..., 3) on the square (..., 2), 0..1."""
    d = directions / np.abs(directions).sum(axis=-1, keepdims=True)
    x, y, z = d[..., 0], d[..., 1], d[..., 2]
    u = np.where(y >= 0, x, (1.0 - np.abs(z)) * np.where(x >= 0, 1.0, -1.0))
    v = np.where(y >= 0, z, (1.0 - np.abs(x)) * np.where(z >= 0, 1.0, -1.0))
    place: FloatArray = (np.stack([u, v], axis=-1) * 0.5 + 0.5).astype(np.float32)
    return place


def look_up(level: FloatArray, directions: FloatArray) -> FloatArray:
    """Bilinear radiance (..., 3) of one level."""
    size = level.shape[0]
    place = octahedral_coordinates(directions) * (size - 1)
    corner = np.minimum(place.astype(np.int32), size - 2)
    fraction = place - corner
    i, j, s, t = corner[..., 1], corner[..., 0], fraction[..., 0:1], fraction[..., 1:2]
    top = level[i, j] * (1 - s) + level[i, j + 1] * s
    bottom = level[i + 1, j] * (1 - s) + level[i + 1, j + 1] * s
    mixed: FloatArray = top * (1 - t) + bottom * t
    return mixed


def level_alpha(level: int) -> float:
    """GGX alpha that a level is filtered with."""
    return 0.0 if level == 0 else float(2.0 ** (1.5 * (level - LAST_LEVEL)))


def _lobe(alpha: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Light directions (k, 3) and weights n.l (k,) for view = normal = +z (Karis 2013)."""
    k = np.arange(count)
    u = (k + 0.5) / count
    phi = k * 2.399963229728653  # golden angle
    cos2 = (1.0 - u) / (1.0 + (alpha * alpha - 1.0) * u)
    cos, sin = np.sqrt(cos2), np.sqrt(1.0 - cos2)
    light = np.stack(
        [2 * cos * sin * np.cos(phi), 2 * cos * sin * np.sin(phi), 2 * cos2 - 1], axis=-1
    )
    above = light[:, 2] > 0
    return light[above].astype(np.float32), light[above, 2].astype(np.float32)


def _halved(level: FloatArray) -> FloatArray:
    """The same map with half the texels a side, for wide lobes."""
    size = level.shape[0] // 2
    directions = octahedral_directions(size)
    return look_up(_blurred(level), directions)


def _blurred(level: FloatArray) -> FloatArray:
    padded = np.pad(level, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    smooth = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    return np.asarray(smooth, np.float32)


def _filtered(pyramid: list[FloatArray], size: int, alpha: float, count: int) -> FloatArray:
    """One level: the mean over the lobe, each sample from a map as coarse as the samples are."""
    light, weight = _lobe(alpha, count)
    normal: FloatArray = octahedral_directions(size).reshape(-1, 3)
    poles = np.abs(normal[:, 1:2]) >= 0.99
    helper = np.where(poles, np.eye(3)[0], np.eye(3)[1])
    across = np.cross(helper, normal)
    tangent = across / np.linalg.norm(across, axis=1, keepdims=True)
    bitangent = np.cross(normal, tangent)
    cos_half2 = (light[:, 2] + 1.0) / 2.0
    density = alpha**2 / (np.pi * (cos_half2 * (alpha**2 - 1.0) + 1.0) ** 2) / 4.0
    texel = 4.0 * np.pi / SIZE**2
    lod = 0.5 * np.log2(1.0 / (count * density * texel)) + 0.5
    chosen = np.clip(np.round(lod), 0, len(pyramid) - 1).astype(int)
    total = np.zeros((len(normal), 3), np.float32)
    for direction, w, k in zip(light, weight, chosen, strict=True):
        sample = tangent * direction[0] + bitangent * direction[1] + normal * direction[2]
        total += w * look_up(pyramid[k], sample.astype(np.float32))
    mean: FloatArray = (total / weight.sum()).reshape(size, size, 3)
    return mean


def solid_angles(size: int) -> FloatArray:
    """Steradians (size, size) of the texels; they sum to 4 pi."""
    d = octahedral_directions(size)
    weight = np.abs(d).sum(axis=-1) ** 3  # Jacobian of the projection, up to a constant
    weight[[0, -1], :] *= 0.5
    weight[:, [0, -1]] *= 0.5
    angles: FloatArray = (weight / weight.sum() * 4.0 * np.pi).astype(np.float32)
    return angles


def spherical_harmonics(directions: FloatArray) -> FloatArray:
    """Real spherical harmonics (..., 9) of unit directions, l <= 2 (Ramamoorthi 2001)."""
    x, y, z = directions[..., 0], directions[..., 1], directions[..., 2]
    basis: FloatArray = np.stack(
        [
            np.full_like(x, 0.282095), 0.488603 * y, 0.488603 * z, 0.488603 * x,
            1.092548 * x * y, 1.092548 * y * z, 0.315392 * (3 * z * z - 1),
            1.092548 * x * z, 0.546274 * (x * x - y * y),
        ],
        axis=-1,
    )  # fmt: skip
    return basis


def build(studio: Studio) -> Environment:
    """Evaluate and prefilter a studio: about a second."""
    return prefiltered(radiance(studio, octahedral_directions(SIZE)))


def prefiltered(base: FloatArray) -> Environment:
    """An environment from what a mirror sees, (SIZE, SIZE, 3) octahedral."""
    pyramid = [base]
    while pyramid[-1].shape[0] > 16:
        pyramid.append(_halved(pyramid[-1]))
    levels = [base] + [
        _filtered(pyramid, SIZE >> k, level_alpha(k), SAMPLES[k]) for k in range(1, LAST_LEVEL + 1)
    ]
    basis = spherical_harmonics(octahedral_directions(SIZE)) * solid_angles(SIZE)[..., None]
    harmonics = np.einsum("ijk,ijc->kc", basis, base).astype(np.float32)
    return Environment(tuple(levels), harmonics)


def cache_folder() -> Path:
    """Where built environments are kept; the variable PARURE_CACHE overrides it."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("parure", False))


def _cache_name(studio: Studio) -> str:
    recipe = repr((VERSION, SIZE, LAST_LEVEL, SAMPLES, astuple(studio)))
    return f"environment-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.npz"


def _read(path: Path) -> Environment:
    with np.load(path) as stored:
        levels = tuple(
            stored[f"level{k}"].astype(np.float32) for k in range(LAST_LEVEL + 1)
        )  # fmt: skip
        return Environment(levels, stored["harmonics"])


def _write(path: Path, environment: Environment) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {
        f"level{k}": level.astype(np.float16) for k, level in enumerate(environment.levels)
    }
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, harmonics=environment.harmonics, **arrays)
    Path(file.name).replace(path)  # atomic: a reader sees all of it or nothing


@lru_cache(maxsize=4)
def environment_of(studio: Studio) -> Environment:
    """The prefiltered studio, from the cache when it is there."""
    return kept(_cache_name(studio), lambda: build(studio))


def kept(name: str, build_it: Callable[[], Environment]) -> Environment:
    """The environment of this name from the user's cache, built and put there when it is not."""
    path = cache_folder() / name
    if not path.is_file():
        _write(path, build_it())
    return _read(path)


def softened(environment: Environment, softness: float) -> Environment:
    """The same light from larger lamps, or from smaller ones.

    Args:
        softness: 0.5 as it is; 1: every lamp spread over `SOFTEST`'s width; 0: what that would
            take from the lamps is given to them instead, halfway.
    """
    share = np.float32(2.0 * np.clip(softness, 0.0, 1.0) - 1.0)
    if share == 0.0:
        return environment
    share = share if share > 0.0 else share * np.float32(HARDEST)
    blurred = environment.levels[SOFTEST]
    levels = []
    for k, level in enumerate(environment.levels):
        wide = _with_more_texels(blurred, level.shape[0]) if k < SOFTEST else level
        levels.append(np.maximum(level + share * (wide - level), 0.0).astype(np.float32))
    return Environment(tuple(levels), environment.harmonics)


def _with_more_texels(level: FloatArray, size: int) -> FloatArray:
    """What `look_up` finds towards the texels of a finer map (size, size, 3).

    Texels of the border lie on the border in both, so rows and columns are mixed one by one.
    """
    side = level.shape[0]
    place = np.linspace(0.0, side - 1.0, size)
    first = np.minimum(place.astype(np.intp), side - 2)
    weights = np.zeros((size, side), np.float32)
    rows = np.arange(size)
    weights[rows, first + 1] = place - first
    weights[rows, first] = 1.0 - (place - first)
    tall = (weights @ level.reshape(side, -1)).reshape(size, side, 3)
    return np.asarray(weights @ tall, np.float32)


def irradiance_coefficients(environment: Environment) -> FloatArray:
    """(9, 3): polynomial in the normal of irradiance / pi, in the order surface.frag.glsl reads."""
    band = np.array([1.0] + [2.0 / 3.0] * 3 + [0.25] * 5, np.float32)
    scale = np.array(
        [0.282095] + [0.488603] * 3 + [1.092548, 1.092548, 0.315392, 1.092548, 0.546274], np.float32
    )
    coefficients: FloatArray = environment.harmonics * (band * scale)[:, None]
    return coefficients


def uniform(value: float = 1.0) -> Environment:
    """A furnace: the same radiance from everywhere."""
    levels = tuple(np.full((SIZE >> k, SIZE >> k, 3), value, np.float32) for k in range(6))
    harmonics = np.zeros((9, 3), np.float32)
    harmonics[0] = value * 4.0 * np.pi * 0.282095
    return Environment(levels, harmonics)
