"""Finishes that are a relief: hammer marks, brushed grain, engine turning; as heights and as maps.

A surface is unrolled: u runs along it and repeats, v across. Maps hold the pattern in their upper
half (v from 0 to 0.5) and flat metal in the lower, where cuts lie (`models3d.engraving.look`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image as Pillow

from models3d.frames import Array
from models3d.mesh import Material, Texture

SEED = 19
HAMMER_MARK_MM = 1.5  # from mark to mark; a mark is 1 to 3 mm (data/finishes.csv)
HAMMER_DEPTH_MM = (0.06, 0.12)  # of a mark's middle under the untouched surface
HAMMER_RADIUS_MM = (4.5, 8.0)  # of the hammer's face: it strikes at a slant
HAMMER_PIXELS_PER_MM = 20.0
GRAIN_PX = (96, 192)  # along and across
GRAIN_SLOPE = 0.10  # of the scratches' sides
GRAIN_LEVELS = 9  # few grey levels: a small file
TURNING_PITCH_MM = 0.22  # from line to line (data/finishes.csv: 0.1 to 0.3)
TURNING_SLOPE = 0.28
TURNING_PIXELS_PER_LINE = 8

RELIEF_FINISHES = ("hammered", "brushed_linear", "florentine_engine_turned")


@dataclass(frozen=True, slots=True, eq=False)
class HammerMarks:
    """Marks of a domed hammer on an unrolled strip that repeats along u."""

    centers_mm: Array  # (n, 2) u, v
    depths_mm: Array  # (n,) of their middles under the untouched surface
    radii_mm: Array  # (n,) of the hammer's face where it struck
    period_mm: float  # along u

    def heights_mm(self, u_mm: Array, v_mm: Array) -> Array:
        """(n, m) heights, at most 0: the lowest of all marks' bowls, or the untouched surface.

        Args:
            u_mm: (n,) along the strip, evenly spaced and rising.
            v_mm: (m,) across it, rising.
        """
        found = np.zeros((len(u_mm), len(v_mm)))
        for (u, v), depth, radius in zip(
            self.centers_mm, self.depths_mm, self.radii_mm, strict=True
        ):
            reach = np.sqrt(2.0 * radius * depth)  # beyond, the bowl is over the surface
            along = (u_mm - u + self.period_mm / 2.0) % self.period_mm - self.period_mm / 2.0
            near = np.flatnonzero(np.abs(along) < reach)
            first, last = np.searchsorted(v_mm, (v - reach, v + reach))
            across = v_mm[first:last] - v
            bowl = (along[near, None] ** 2 + across**2) / (2.0 * radius) - depth
            found[near, first:last] = np.minimum(found[near, first:last], bowl)
        return found


def hammer_marks(period_mm: float, across_mm: float) -> HammerMarks:
    """Marks as a hand sets them: in wandering rows, never twice on the same place.

    Args:
        period_mm: along u, after which they repeat.
        across_mm: of the strip; marks reach over its rims.
    """
    random = np.random.default_rng(SEED)
    rows = max(round(across_mm / HAMMER_MARK_MM * 1.12), 1)
    columns = max(round(period_mm / HAMMER_MARK_MM), 2)
    row, column = np.meshgrid(np.arange(-1, rows + 1), np.arange(columns), indexing="ij")
    u = (column + 0.5 * (row % 2)) * period_mm / columns
    v = (row + 0.5) * across_mm / rows
    jitter = 0.36 * HAMMER_MARK_MM
    centers = np.stack([u.ravel(), v.ravel()], -1)
    centers = centers + random.uniform(-jitter, jitter, centers.shape)
    count = len(centers)
    return HammerMarks(
        centers,
        random.uniform(*HAMMER_DEPTH_MM, count),
        random.uniform(*HAMMER_RADIUS_MM, count),
        period_mm,
    )


def hammered(material: Material, marks: HammerMarks, across_mm: float) -> Material:
    """The material with the marks' slopes as its normal map."""
    count_u = 8 * round(marks.period_mm * HAMMER_PIXELS_PER_MM / 8)
    count_v = 8 * round(across_mm * HAMMER_PIXELS_PER_MM / 8)
    fine = 2  # samples a pixel: ridges are not jagged
    u = (np.arange(fine * count_u) + 0.5) * marks.period_mm / (fine * count_u)
    v = (np.arange(fine * count_v) + 0.5) * across_mm / (fine * count_v)
    heights = marks.heights_mm(u, v).T
    wrapped = np.concatenate([heights[:, -1:], heights, heights[:, :1]], axis=1)
    slope_u = np.gradient(wrapped, marks.period_mm / len(u), axis=1)[:, 1:-1]
    slope_v = np.gradient(heights, across_mm / len(v), axis=0)
    return with_slopes(material, _halved(slope_u), _halved(slope_v))


def brushed(material: Material) -> Material:
    """The material with fine scratches along u, uneven as an abrasive leaves them."""
    random = np.random.default_rng(SEED)
    along, across = GRAIN_PX
    noise = random.normal(size=(across, along))
    spectrum = np.fft.fft(noise, axis=1)
    frequency = np.abs(np.fft.fftfreq(along)) * along
    streaks = np.fft.ifft(spectrum * np.exp(-((frequency / 3.0) ** 2)), axis=1).real
    streaks /= np.abs(streaks).max()
    levels = np.round(streaks * (GRAIN_LEVELS // 2)) / (GRAIN_LEVELS // 2)
    return with_slopes(material, np.zeros_like(levels), GRAIN_SLOPE * levels)


def engine_turned(material: Material, period_mm: float, across_mm: float) -> Material:
    """The material with two crossing sets of fine cut lines (Florentine)."""
    lines_u = max(round(period_mm / (TURNING_PITCH_MM * np.sqrt(2.0))), 4)
    lines_v = max(round(across_mm / (TURNING_PITCH_MM * np.sqrt(2.0))), 4)
    u = (np.arange(lines_u * TURNING_PIXELS_PER_LINE) + 0.5) / TURNING_PIXELS_PER_LINE
    v = (np.arange(lines_v * TURNING_PIXELS_PER_LINE) + 0.5) / TURNING_PIXELS_PER_LINE
    one = _groove(u[None] + v[:, None])
    other = _groove(u[None] - v[:, None])
    return with_slopes(
        material, TURNING_SLOPE * (one + other) / 2.0, TURNING_SLOPE * (one - other) / 2.0
    )


def _groove(phase: Array) -> Array:
    """Slope of a V-shaped line in each period, its sides slightly round."""
    t = (phase % 1.0) * 2.0 * np.pi
    return np.asarray(np.tanh(2.5 * np.sin(t)))


def _halved(pixels: Array) -> Array:
    rows, columns = pixels.shape
    return np.asarray(pixels.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3)))


def with_slopes(material: Material, slope_u: Array, slope_v: Array) -> Material:
    """Heights' slopes along u and v (down the map) as glTF's tangent-space normals."""
    normals = np.stack([-slope_u, slope_v, np.ones_like(slope_u)], axis=-1)  # green points up
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    pattern = np.round((normals + 1.0) * 127.5).astype(np.uint8)
    flat = np.broadcast_to(np.array([128, 128, 255], np.uint8), pattern.shape)
    out = io.BytesIO()
    picture = Pillow.fromarray(np.concatenate([pattern, flat]))
    picture.save(out, "PNG", compress_level=7)
    return replace(material, normal_texture=Texture(out.getvalue(), "image/png"))
