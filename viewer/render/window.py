"""Which part of a shot's region its jewels can cover: the rest takes their shadows only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import Array, Intrinsics, PixelRegion

MARGIN_PX = 1
WORTH_WHILE = 0.7  # of the region: a larger part saves less than drawing the rest apart costs


def window_of(
    region: PixelRegion, intrinsics: Intrinsics, probed: Sequence[tuple[Array, Array]]
) -> PixelRegion:
    """The rectangle of a region about some points; the whole region where that saves little.

    Args:
        probed: points (n, 3), camera frame, metres, and how far from them a thing may reach (n,).
    Returns:
        At least one pixel.
    """
    points = np.concatenate([each for each, _ in probed])
    gaps = np.concatenate([each for _, each in probed])
    x, y, depth = np.ascontiguousarray(points.T)
    nearest = depth - gaps
    if len(points) == 0 or nearest.min() <= 0.0:
        return region
    low, high = np.zeros(2), np.zeros(2)
    for axis, slope in enumerate((x / depth, y / depth)):
        reach = gaps / nearest * (1.0 + np.abs(slope))  # of a sphere, seen from aside
        low[axis], high[axis] = (slope - reach).min(), (slope + reach).max()
    k = intrinsics
    focal, center = np.array([k.fx, k.fy]), np.array([k.cx, k.cy])
    low = np.floor(low * focal + center).astype(int) - MARGIN_PX
    high = np.ceil(high * focal + center).astype(int) + MARGIN_PX
    left = min(max(int(low[0]), region.x), region.x + region.width - 1)
    top = min(max(int(low[1]), region.y), region.y + region.height - 1)
    right = min(max(int(high[0]), left + 1), region.x + region.width)
    bottom = min(max(int(high[1]), top + 1), region.y + region.height)
    if (right - left) * (bottom - top) > WORTH_WHILE * region.width * region.height:
        return region
    return PixelRegion(left, top, right - left, bottom - top)
