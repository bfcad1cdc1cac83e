"""How soft and how noisy a photo is, and the same softness and noise for what is drawn into it.

A jewel drawn perfectly sharp and clean looks pasted: every real thing in the photo went through
the lens, the sensor and the compression. Both figures are measured around the jewel and given to
it; measuring the applied noise again gives the photo's figure.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Image, PixelRegion

Pixels = NDArray[np.float32]

LARGEST_BLUR_PX = 12.0
COARSE_FROM_PX = 1.6  # blur at half the size from which that measure is the better one
LEAST_SIDE_PX = 32  # of what is measured
LARGEST_NOISE = 6.0  # grey levels; beyond it, it is the texture of skin or cloth
OVERLAY_BLUR_PX = 0.45  # what `measure_grain` reads off a supersampled drawing itself
LEAST_BLUR_PX = 0.25  # less cannot be seen
LEAST_NOISE = 0.3  # grey levels; less drowns in the rounding to 8 bits

PROBE_BLUR_PX = 1.0  # the second blur of the re-blur ratio
STEADY_BLUR_PX = 0.6  # the first: keeps the noise out of the gradients
DIFFERENCE_BLUR_PX = math.sqrt(1.0 / 3.0)  # of a central difference: a box two pixels wide
LEAST_EDGE = 2.5  # grey levels a pixel; weaker gradients are shading
LEAST_EDGES = 12  # pixels on edges; fewer say nothing
SHARPEST_PX = 0.6  # sharpening reads as less, but no camera resolves a step within one pixel
UNKNOWN_BLUR_PX = 0.7  # of a photo without edges: an ordinary lens and demosaicing
SHARP_SHARE = (
    45  # percentile of the edges' blur: rounded silhouettes read too soft, halos too sharp
)

TILE_PX = 512
TILE_BLUR_PX = 0.6  # noise of a developed photo has lost its finest scale
LUMA_SHARE = 0.85  # of the noise that is common to the three channels


@dataclass(frozen=True, slots=True)
class Grain:
    """Softness and noise of a photo about one place."""

    blur_px: float = 0.0  # standard deviation of the blur of its sharp edges
    noise: float = 0.0  # standard deviation in grey levels, 0..255


def measure_grain(image: Image, region: PixelRegion) -> Grain:
    """Measure softness and noise in `region` of an RGB image."""
    height, width = image.shape[:2]
    inside = region.clipped(width, height)
    if min(inside.width, inside.height) < LEAST_SIDE_PX:
        return Grain()
    crop = image[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width]
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    noise = noise_level(grey)
    return Grain(min(_edge_blur(grey, noise), LARGEST_BLUR_PX), min(noise, LARGEST_NOISE))


def _edge_blur(grey: Pixels, noise: float) -> float:
    """Blur of the sharp edges in pixels; where they are very soft, noise is averaged out first."""
    if min(grey.shape) >= 2 * LEAST_SIDE_PX:
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        coarse = _edge_blur(np.asarray(half, np.float32), noise / 2.0)
        if coarse >= COARSE_FROM_PX:
            return 2.0 * coarse
    return _fine_edge_blur(grey, noise)


def noise_level(grey: Pixels) -> float:
    """Noise by Immerkaer's (1996) second difference, with the median: edges do not count.

    Args:
        grey: (h, w) grey levels.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(grey, cv2.CV_32F, mask)[1:-1, 1:-1])
    return float(np.median(response)) * 1.4826 / 6.0


def _fine_edge_blur(grey: Pixels, noise: float) -> float:
    """Blur of the sharp edges in pixels, by the ratio of two gradients (Zhuo and Sim, 2011).

    A step edge of blur s has a peak gradient of 1/s; blurred once more by a known amount, the ratio
    of the two peaks gives s, whatever the contrast.
    """
    steady = _blurred(grey, STEADY_BLUR_PX)
    slope = _slope(steady)
    softer_slope = _slope(_blurred(steady, PROBE_BLUR_PX))
    ridge = slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8)) * 0.98  # on the edge, not beside
    least = max(LEAST_EDGE, 2.0 * noise, float(np.percentile(slope, 97)) * 0.5)
    strong = ridge & (slope > least)
    ratio = slope[strong] / np.maximum(softer_slope[strong], 1e-3)
    ratio = ratio[ratio > 1.02]
    if len(ratio) < LEAST_EDGES:
        return UNKNOWN_BLUR_PX
    known = STEADY_BLUR_PX**2 + DIFFERENCE_BLUR_PX**2
    variance = PROBE_BLUR_PX**2 / (ratio**2 - 1.0) - known
    return math.sqrt(max(float(np.percentile(variance, SHARP_SHARE)), SHARPEST_PX**2))


def _blurred(grey: Pixels, blur_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_px), np.float32)


def _slope(grey: Pixels) -> Pixels:
    dx = cv2.filter2D(grey, cv2.CV_32F, np.array([[-0.5, 0.0, 0.5]], np.float32))
    dy = cv2.filter2D(grey, cv2.CV_32F, np.array([[-0.5], [0.0], [0.5]], np.float32))
    return np.asarray(cv2.magnitude(dx, dy), np.float32)


def soften(rgba: Image, grain: Grain) -> Image:
    """A premultiplied drawing as soft as the photo."""
    blur = math.sqrt(max(grain.blur_px**2 - OVERLAY_BLUR_PX**2, 0.0))
    if blur < LEAST_BLUR_PX:
        return rgba
    return np.asarray(cv2.GaussianBlur(rgba, (0, 0), blur), np.uint8)


def noise_patch(height: int, width: int, noise: float, seed: int) -> Pixels:
    """(h, w, 3) noise whose `noise_level` is `noise`; the same for the same seed."""
    row, column = np.random.default_rng(seed).integers(0, TILE_PX, 2)
    rows, columns = (np.arange(row, row + height), np.arange(column, column + width))
    patch = _noise_tile()[rows[:, None] % TILE_PX, columns[None] % TILE_PX]
    return np.asarray(patch * np.float32(noise), np.float32)


@functools.cache
def _noise_tile() -> Pixels:
    """Seamless noise of level 1, mostly common to the three channels."""
    white = np.random.default_rng(0).standard_normal((TILE_PX, TILE_PX, 4)).astype(np.float32)
    padded = np.pad(white, ((4, 4), (4, 4), (0, 0)), mode="wrap")
    blurred = cv2.GaussianBlur(padded, (0, 0), TILE_BLUR_PX)[4:-4, 4:-4]
    mixed = LUMA_SHARE * blurred[..., :1] + math.sqrt(1 - LUMA_SHARE**2) * blurred[..., 1:]
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(mixed), cv2.COLOR_RGB2GRAY), np.float32)
    return np.asarray(mixed / noise_level(grey), np.float32)
