"""Which part of the image must be drawn: the jewels' own places, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import Array, Intrinsics, PixelRegion
from models3d.mesh import Model
from viewer.render.skin import shadow_bounds
from viewer.render.types import Worn

DIRECTIONS = 192  # of the support points; the silhouette is met within 0.5 % of its size
MARGIN_PX = 4  # for the softness of the edge
NEAREST = 0.01  # metres; nothing is worn closer to the lens


def support_points(model: Model) -> Array:
    """A few points (k, 3) in the model's frame whose projections bound it and its shadow.

    For each of many directions what lies farthest that way: a vertex, and skin in its shadow.
    """
    # what lies farthest of a whole part lies far in its own frame too: few of a link's vertices
    # stand for all links of a chain
    placed = [
        _farthest(part.mesh.positions) @ np.swapaxes(part.model_from_part[:, :3, :3], 1, 2)
        + part.model_from_part[:, None, :3, 3]
        for part in model.parts
    ]
    points = _farthest(np.concatenate([each.reshape(-1, 3) for each in placed]))
    bounds = shadow_bounds(model, points)
    return np.asarray(np.concatenate([points, _farthest(bounds)]), np.float64)


def _farthest(points: Array) -> Array:
    """Those of points (n, 3) that lie farthest in some of many directions."""
    if len(points) == 0:
        return points
    return np.asarray(points[np.unique(np.argmax(points @ _SPHERE.T, axis=0))])


def _sphere() -> Array:
    """(DIRECTIONS, 3) unit vectors, even on the sphere: a Fibonacci spiral."""
    k = np.arange(DIRECTIONS) + 0.5
    polar, turn = np.arccos(1.0 - 2.0 * k / DIRECTIONS), np.pi * (1.0 + np.sqrt(5.0)) * k
    return np.stack(
        [np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=-1
    )


_SPHERE = _sphere()


def worn_region(
    worn: Worn, points: Array, intrinsics: Intrinsics, width: int, height: int
) -> PixelRegion | None:
    """The part of the image that a worn model covers; None where it is outside.

    Args:
        points: the model's `support_points`.
        width, height: of the image.
    """
    seen = worn.camera_from_model.apply(points)
    if seen[:, 2].min() < NEAREST:
        return None
    pixels = intrinsics.project(seen)
    low = np.floor(pixels.min(axis=0)).astype(int) - MARGIN_PX
    high = np.ceil(pixels.max(axis=0)).astype(int) + MARGIN_PX
    region = PixelRegion(
        int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])
    ).clipped(width, height)
    return region if region.width > 0 and region.height > 0 else None


def group_overlapping(
    regions: Sequence[PixelRegion | None],
) -> tuple[tuple[PixelRegion, tuple[int, ...]], ...]:
    """Unite regions that overlap, until none do.

    Jewels that may hide each other are drawn in one shot; far ones in shots of their own, so that
    the skin between them is not drawn. Indices count in `regions`; those that are None drop out.
    """
    groups: list[tuple[PixelRegion, tuple[int, ...]]] = []
    for index, region in enumerate(regions):
        if region is None:
            continue
        united = region
        members: tuple[int, ...] = (index,)
        while met := [group for group in groups if _overlap(group[0], united)]:
            for group in met:
                groups.remove(group)
                united, members = _union(united, group[0]), members + group[1]
        groups.append((united, tuple(sorted(members))))
    return tuple(groups)


def _overlap(a: PixelRegion, b: PixelRegion) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def _union(a: PixelRegion, b: PixelRegion) -> PixelRegion:
    x, y = min(a.x, b.x), min(a.y, b.y)
    right, bottom = max(a.x + a.width, b.x + b.width), max(a.y + a.height, b.y + b.height)
    return PixelRegion(x, y, right - x, bottom - y)
