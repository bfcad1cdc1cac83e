"""Grains of leather and rubber and the weave of a mesh, as small maps that repeat."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image as Pillow
from scipy.spatial import cKDTree

from models3d.frames import Array
from models3d.mesh import Texture

SIDE = 192
CALF_CELLS, CALF_SEED = 21, 5  # pebbles along a tile of 12 mm
SCALES_LONG, SCALES_WIDE, SCALE_SEED = 3, 4, 9  # alligator scales of a tile of 20 mm
BRUSH_SIDE, BRUSH_SEED, BRUSH_SLOPE = 512, 17, 0.035
LEVELS = 120  # of a map: fewer make a smaller file


@dataclass(frozen=True, slots=True)
class GrainMaps:
    """Relief, and how dark its furrows are."""

    normal: Texture
    shade: Texture | None = None


@cache
def calf() -> GrainMaps:
    """Fine pebbles of a box calf."""
    cells = _cells(CALF_CELLS, CALF_CELLS, CALF_SEED, 0.46)
    height = np.clip((cells[1] - cells[0]) * CALF_CELLS / 0.55, 0.0, 1.0) ** 0.6
    return GrainMaps(_normal(_soft(height, 1), 0.0024))


@cache
def alligator() -> GrainMaps:
    """Square scales parted by furrows, each scale a little domed and wrinkled."""
    near, second = _cells(SCALES_LONG, SCALES_WIDE, SCALE_SEED, 0.13)
    furrow = np.clip((second - near) * SCALES_WIDE / 0.22, 0.0, 1.0)
    dome = np.clip(1.0 - (near * SCALES_LONG / 0.75) ** 2, 0.0, 1.0)
    fine = _cells(34, 34, SCALE_SEED + 1, 0.45)
    wrinkle = np.clip((fine[1] - fine[0]) * 34 / 0.6, 0.0, 1.0)
    height = _soft(furrow**0.55, 2) + 0.25 * dome + 0.05 * _soft(wrinkle, 1)
    shade = 0.42 + 0.58 * _soft(np.clip(furrow * 1.6, 0.0, 1.0), 2)
    return GrainMaps(_normal(height, 0.013), _grey(shade))


@cache
def moulded() -> GrainMaps:
    """The faint tooth of a mould."""
    noise = np.random.default_rng(3).normal(0.0, 1.0, (SIDE // 2, SIDE // 2))
    return GrainMaps(_normal(_soft(noise, 2), 0.0009))


@cache
def brushed() -> GrainMaps:
    """Scratches along v, of random depth across u."""
    noise = np.random.default_rng(BRUSH_SEED).normal(0.0, 1.0, BRUSH_SIDE)
    soft = (np.roll(noise, 1) + 2.0 * noise + np.roll(noise, -1)) / np.sqrt(6.0)
    across = np.tile(np.clip(soft, -2.5, 2.5) * BRUSH_SLOPE, (4, 1))
    return GrainMaps(_slopes(across, 0.0 * across, 255))


@cache
def milanese() -> GrainMaps:
    """Two rows of a woven band: flattened coils that lean left, then right."""
    place = (np.arange(128) + 0.5) / 128.0
    u, v = np.meshgrid(place, place)
    height = np.zeros_like(u)
    for row, lean in ((0.25, 1.0), (0.75, -1.0)):
        for shift in (-2, -1, 0, 1, 2):
            for turn in (-1.0, 0.0, 1.0):
                along = v - row - turn
                across = u - 0.5 * shift - lean * 0.30 * np.sin(np.clip(along, -0.36, 0.36) * 4.2)
                wire = 1.0 - (across / 0.225) ** 2 - np.maximum(np.abs(along) - 0.24, 0.0) ** 2 * 70
                arch = 1.0 - 0.35 * (along / 0.36) ** 2
                height = np.maximum(height, np.sqrt(np.maximum(wire, 0.0)) * arch)
    shade = np.clip(0.18 + 1.05 * height, 0.0, 1.0)
    return GrainMaps(_normal(height, 0.16), _grey(shade))


def _cells(rows: int, columns: int, seed: int, spread: float) -> tuple[Array, Array]:
    """Distances (SIDE, SIDE) to the nearest and the second of jittered points, in tiles."""
    random = np.random.default_rng(seed)
    i, j = (g.ravel() for g in np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"))
    jitter = random.uniform(-spread, spread, (rows * columns, 2))
    seeds = np.stack([(i + 0.5 + jitter[:, 0]) / rows, (j + 0.5 + jitter[:, 1]) / columns], -1)
    place = (np.arange(SIDE) + 0.5) / SIDE
    pixels = np.stack(np.meshgrid(place, place, indexing="ij"), axis=-1)
    away, _ = cKDTree(seeds % 1.0, boxsize=1.0).query(pixels, k=2)
    return away[..., 0], away[..., 1]


def _soft(field: Array, passes: int) -> Array:
    """A periodic field (n, n) blurred by a small binomial filter."""
    for _ in range(passes):
        for axis in (0, 1):
            field = (np.roll(field, 1, axis) + 2.0 * field + np.roll(field, -1, axis)) / 4.0
    return field


def _normal(height: Array, depth: float) -> Texture:
    """The normal map of a periodic relief whose height 1 is `depth` of the tile."""
    scale = len(height) / 2.0 * depth
    slope_u = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * scale
    slope_v = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * scale
    return _slopes(slope_u, slope_v)


def _slopes(slope_u: Array, slope_v: Array, levels: int = LEVELS) -> Texture:
    """The normal map of a relief that rises so along u and, downwards, along v."""
    normal = np.stack([-slope_u, slope_v, np.ones_like(slope_u)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    step = 255.0 / levels
    pixels = np.round(np.round((normal * 0.5 + 0.5) * 255.0 / step) * step)
    return _png(np.clip(pixels, 0.0, 255.0).astype(np.uint8))


def _grey(value: Array) -> Texture:
    """A shade 0..1, linear, as an sRGB picture."""
    srgb = np.clip(value, 0.0, 1.0) ** (1.0 / 2.2)
    return _png(
        np.repeat((np.round(srgb * 32.0) / 32.0 * 255.0).astype(np.uint8)[..., None], 3, -1)
    )


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Texture:
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG", optimize=True)
    return Texture(out.getvalue(), "image/png")
