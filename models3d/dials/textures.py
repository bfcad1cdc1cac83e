"""Reliefs too fine for geometry, as small normal maps that repeat. The same bytes every time."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image as Pillow

from models3d.frames import Array
from models3d.mesh import Texture

BRUSH_SIDE, BRUSH_ROWS = 1024, 4
BRUSH_SEED = 11
CUT_SIDE = 128


def normal_map(slope_u: Array, slope_v: Array) -> Texture:
    """Encode slopes (h, w): the height's rise along u to the right and along v downwards."""
    normal = np.stack([-slope_u, slope_v, np.ones_like(slope_u)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    pixels = np.round((normal * 0.5 + 0.5) * 255.0).astype(np.uint8)
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG", optimize=True)
    return Texture(out.getvalue(), "image/png")


def relief_map(height: Array, depth: float) -> Texture:
    """The normal map of a height field (h, w) that repeats.

    Args:
        height: in 0..1.
        depth: of 1, as a share of the tile's side.
    """
    rows, columns = height.shape
    slope_u = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * (columns / 2.0 * depth)
    slope_v = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * (rows / 2.0 * depth)
    return normal_map(slope_u, slope_v)


@cache
def brushed(slope: float) -> Texture:
    """Scratches along v, of random depth across u.

    Args:
        slope: root mean square.
    """
    random = np.random.default_rng(BRUSH_SEED).normal(0.0, 1.0, BRUSH_SIDE)
    soft = (np.roll(random, 1) + 2.0 * random + np.roll(random, -1)) / np.sqrt(6.0)
    across = np.tile(np.clip(soft, -2.5, 2.5) * slope, (BRUSH_ROWS, 1))
    return normal_map(across, 0.0 * across)


@cache
def grooves(slope: float) -> Texture:
    """One turned groove across u, constant along v."""
    phase = np.arange(32) * (2.0 * np.pi / 32)
    across = np.tile(np.sin(phase) * slope, (4, 1))
    return normal_map(across, 0.0 * across)


@cache
def clous_de_paris() -> Texture:
    """One hobnail: a square pyramid between V-cuts, its point just taken off."""
    place = (np.arange(CUT_SIDE) + 0.5) / CUT_SIDE * 2.0 - 1.0
    x, y = np.meshgrid(place, place)
    height = np.minimum(1.0 - np.maximum(np.abs(x), np.abs(y)), 0.86)
    return relief_map(np.maximum(height, 0.05), 0.17)


@cache
def barleycorn() -> Texture:
    """Grains between two wavy cuts of a rose engine, half a wave apart: one wave, two cuts."""
    place = (np.arange(CUT_SIDE) + 0.5) / CUT_SIDE
    u, v = np.meshgrid(place, place)
    height = np.full_like(u, np.inf)
    for cut in range(-1, 4):
        wave = 0.5 * cut + 0.21 * np.cos(2.0 * np.pi * (u + 0.5 * cut))
        height = np.minimum(height, np.abs(v - wave))
    return relief_map(np.clip(height / 0.35, 0.0, 0.9), 0.13)
