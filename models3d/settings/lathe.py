"""Turned bodies: a profile about the z axis, as burrs, beads and posts are."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh


def lathe(profile: Array, segments: int, smooth_deg: float = 38.0) -> Mesh:
    """A closed body.

    Args:
        profile: (k, 2) metres: rho, z, from the lowest point on the axis to the highest.
        segments: round the axis.
        smooth_deg: bands that turn less than this share their normals.
    """
    steps = np.diff(profile, axis=0)
    flattest = np.cos(np.radians(smooth_deg))
    band = np.stack([steps[:, 1], -steps[:, 0]], axis=1)
    band /= np.linalg.norm(band, axis=1, keepdims=True)  # (k - 1, 2) outwards
    before, after = band.copy(), band.copy()  # normals at each band's lower and upper edge
    smooth = np.einsum("ij,ij->i", band[:-1], band[1:]) > flattest
    shared = band[:-1] + band[1:]
    shared /= np.maximum(np.linalg.norm(shared, axis=1, keepdims=True), 1e-12)
    after[:-1][smooth] = shared[smooth]
    before[1:][smooth] = shared[smooth]
    if profile[0, 0] == 0.0 and abs(band[0, 1]) > flattest:
        before[0] = (0.0, np.sign(band[0, 1]))
    if profile[-1, 0] == 0.0 and abs(band[-1, 1]) > flattest:
        after[-1] = (0.0, np.sign(band[-1, 1]))
    angle = np.asarray(np.arange(segments) * (2.0 * np.pi / segments), np.float64)
    rings = np.stack([profile[:-1], profile[1:]], axis=1).reshape(-1, 2)
    normals: Array = np.stack([before, after], axis=1).reshape(-1, 2)
    j = np.arange(segments)
    following = (j + 1) % segments
    triangles = []
    for k in range(len(band)):
        low, high = 2 * k * segments, (2 * k + 1) * segments
        if profile[k, 0] > 0.0:
            triangles.append(np.stack([low + j, low + following, high + following], axis=1))
        if profile[k + 1, 0] > 0.0:
            triangles.append(np.stack([low + j, high + following, high + j], axis=1))
    return Mesh(
        _turned(rings, angle), _turned(normals, angle), np.concatenate(triangles).astype(np.int32)
    )


def _turned(points: Array, angle: Array) -> Array:
    """(k, 2) rho, z at every angle: (k * n, 3)."""
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    flat = points[:, None, :1] * circle
    height = np.broadcast_to(points[:, None, 1:], (len(points), len(angle), 1))
    return np.concatenate([flat, height], axis=-1).reshape(-1, 3)
