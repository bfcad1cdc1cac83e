"""Sections with rounded corners, for walls, rims and rails."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.profiles import Outline


def rounded_polygon(corners: Array, radii: Array, steps: int) -> tuple[Array, Array]:
    """Every corner of a polygon replaced by a tangent arc.

    Args:
        corners: (k, 2) counter-clockwise, no two in one place.
        radii: (k,) metres; each is held to what its two sides have room for.
        steps: segments of each arc.
    Returns:
        points and outward unit normals, (k * (steps + 1), 2) each.
    """
    ahead = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(ahead, axis=1)
    ahead /= lengths[:, None]
    heading = np.arctan2(ahead[:, 1], ahead[:, 0])
    before = np.roll(heading, 1)
    turn = (heading - before + np.pi) % (2.0 * np.pi) - np.pi
    half = np.tan(np.abs(turn) / 2.0)
    room = 0.48 * np.minimum(lengths, np.roll(lengths, 1)) / np.maximum(half, 1e-9)
    radius = np.minimum(radii, room)
    share = np.linspace(0.0, 1.0, steps + 1)
    facing = before[:, None] - np.pi / 2.0 + turn[:, None] * share
    normals = np.stack([np.cos(facing), np.sin(facing)], axis=-1)
    side = np.where(turn >= 0.0, 1.0, -1.0)  # an inward corner's arc lies on the other side
    start = corners - np.roll(ahead, 1, axis=0) * (radius * half)[:, None]
    center = start - (side * radius)[:, None] * normals[:, 0]
    points = center[:, None] + (side * radius)[:, None, None] * normals
    return points.reshape(-1, 2), normals.reshape(-1, 2)


def constant_section(corners: Array, radii: Array, stations: int, steps: int = 2) -> Outline:
    """The same rounded polygon at every station of a sweep."""
    points, normals = rounded_polygon(corners, radii, steps)
    shape = (stations, *points.shape)
    return Outline(np.broadcast_to(points, shape), np.broadcast_to(normals, shape))
