"""How soft the sharp edges of a photo are, along and across: focus, and a moving hand.

By the ratio of two gradients (Zhuo and Sim, 2011): a step edge of blur s has a peak gradient of
1/s; blurred once more by a known amount, the ratio of the two peaks gives s, whatever the contrast.
Where a hand moves, edges across its way are softer than edges along it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image

Pixels = NDArray[np.float32]

COARSE_FROM_PX = 1.6  # blur at half the size from which that measure is the better one
LEAST_SIDE_PX = 32  # of what is measured
PROBE_BLUR_PX = 1.0  # the second blur of the re-blur ratio
STEADY_BLUR_PX = 0.6  # the first: keeps the noise out of the gradients
DIFFERENCE_BLUR_PX = math.sqrt(1.0 / 3.0)  # of a central difference: a box two pixels wide
LEAST_EDGE = 2.5  # grey levels a pixel; weaker gradients are shading
LEAST_EDGES = 12  # pixels on edges; fewer say nothing
SHARPEST_PX = 0.6  # sharpening reads as less, but no camera resolves a step within one pixel
UNKNOWN_BLUR_PX = 0.7  # of a photo without edges: an ordinary lens and demosaicing
SHARP_SHARE = 0.45  # of the edges: rounded silhouettes read too soft, halos too sharp
WAYS = 6  # directions of edges that are told apart
LEAST_WAYS = 5
LEAST_MOTION = 0.5  # of the variance: a smaller difference between directions is chance


@dataclass(frozen=True, slots=True)
class EdgeBlur:
    """Standard deviations of the blur of sharp edges, in pixels."""

    across_px: float  # where it is least
    along_px: float  # square to that: more where something moved
    way: float = 0.0  # radians from x to y, of the larger


def edge_blur(grey: Pixels, noise: float) -> EdgeBlur:
    """Blur of the sharp edges; where they are very soft, noise is averaged out first.

    Args:
        grey: (h, w) grey levels.
        noise: their standard deviation.
    """
    if min(grey.shape) >= 2 * LEAST_SIDE_PX:
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        coarse = edge_blur(np.asarray(half, np.float32), noise / 2.0)
        if coarse.across_px >= COARSE_FROM_PX:
            return EdgeBlur(2.0 * coarse.across_px, 2.0 * coarse.along_px, coarse.way)
    return _fine_edge_blur(grey, noise)


def _fine_edge_blur(grey: Pixels, noise: float) -> EdgeBlur:
    steady = _blurred(grey, STEADY_BLUR_PX)
    dx, dy = _differences(steady)
    slope = np.asarray(cv2.magnitude(dx, dy), np.float32)
    softer_slope = cv2.magnitude(*_differences(_blurred(steady, PROBE_BLUR_PX)))
    ridge = slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8)) * 0.98  # on the edge, not beside
    least = max(LEAST_EDGE, 2.0 * noise, 0.5 * share_below(slope[::2, ::2], 0.97))
    rows, columns = np.nonzero(ridge & (slope > least))
    ratio = slope[rows, columns] / np.maximum(softer_slope[rows, columns], 1e-3)
    real = ratio > 1.02
    rows, columns, ratio = rows[real], columns[real], ratio[real]
    if len(ratio) < LEAST_EDGES:
        return EdgeBlur(UNKNOWN_BLUR_PX, UNKNOWN_BLUR_PX)
    known = STEADY_BLUR_PX**2 + DIFFERENCE_BLUR_PX**2
    variance = np.asarray(PROBE_BLUR_PX**2 / (ratio**2 - 1.0) - known, np.float64)
    usual = max(share_below(variance, SHARP_SHARE), SHARPEST_PX**2)
    return _by_direction(variance, np.arctan2(dy[rows, columns], dx[rows, columns]), usual)


def _by_direction(variance: Array, normal: Array, usual: float) -> EdgeBlur:
    """The blur across edges of each direction: variance = mean + amplitude cos 2(normal - way)."""
    bins = np.floor(normal % np.pi * (WAYS / np.pi)).astype(np.intp) % WAYS
    angles, levels = [], []
    for way in range(WAYS):
        here = variance[bins == way]
        if len(here) >= LEAST_EDGES:
            angles.append((way + 0.5) * np.pi / WAYS)
            levels.append(max(share_below(here, SHARP_SHARE), SHARPEST_PX**2))
    isotropic = EdgeBlur(math.sqrt(usual), math.sqrt(usual))
    if len(angles) < LEAST_WAYS:
        return isotropic
    turn = 2.0 * np.array(angles)
    terms = np.stack([np.ones(len(turn)), np.cos(turn), np.sin(turn)], axis=1)
    mean, cosine, sine = np.linalg.lstsq(terms, np.array(levels), rcond=None)[0]
    amplitude = math.hypot(cosine, sine)
    if amplitude < LEAST_MOTION * mean:
        return isotropic
    least = max(mean - amplitude, SHARPEST_PX**2)
    return EdgeBlur(
        math.sqrt(least), math.sqrt(max(mean + amplitude, least)), 0.5 * math.atan2(sine, cosine)
    )


def share_below(values: Array | Pixels | Image, share: float) -> float:
    """The value that a share of all lie below: a percentile without its overhead."""
    flat = values.ravel()
    rank = min(int(share * len(flat)), len(flat) - 1)
    return float(np.partition(flat, rank)[rank])


def _blurred(grey: Pixels, blur_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_px), np.float32)


def _differences(grey: Pixels) -> tuple[Pixels, Pixels]:
    dx = cv2.filter2D(grey, cv2.CV_32F, np.array([[-0.5, 0.0, 0.5]], np.float32))
    dy = cv2.filter2D(grey, cv2.CV_32F, np.array([[-0.5], [0.0], [0.5]], np.float32))
    return np.asarray(dx, np.float32), np.asarray(dy, np.float32)
