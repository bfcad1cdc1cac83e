"""Turned bodies with flutes or knurls: a lathe's profile pressed in by a wave. Millimetres."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.watches.outlines import Outline, circle
from models3d.watches.shells import Shell, extruded


def fluted(
    profile: Outline, depth: Array, flutes: int, samples: int, sharpness: float = 1.0
) -> Shell:
    """Turn a profile about z and press grooves into it.

    Args:
        profile: open or closed, x from the axis.
        depth: (k,) millimetres of the groove at each of the profile's points.
        flutes: grooves around.
        samples: points for each.
        sharpness: 1 is a sine; more leaves wider ridges between narrower grooves.
    """
    shell = extruded(circle(0.0, flutes * samples), profile)
    x, y = shell.points[:, :2].T
    radius = np.hypot(x, y)
    angle = np.arctan2(y, x)
    deep = _depth_of(profile, depth, radius, shell.points[:, 2])
    half = 0.5 + 0.5 * np.cos(flutes * angle)
    wave = half**sharpness
    slope = -0.5 * sharpness * flutes * np.sin(flutes * angle) * half ** max(sharpness - 1.0, 0.0)
    pressed = np.where(radius > 1e-9, radius - deep * wave, 0.0)
    fan = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    sideways = np.stack([-fan[:, 1], fan[:, 0]], axis=-1)
    outward = np.einsum("ij,ij->i", shell.normals[:, :2], fan)
    lean = outward * deep * slope / np.maximum(radius, 1e-9)
    normals = shell.normals + np.column_stack([sideways * lean[:, None], 0.0 * lean])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    points = np.column_stack([fan * pressed[:, None], shell.points[:, 2]]) + 0.0
    return _replaced(shell, _welded(points, shell.points), normals)


def _depth_of(profile: Outline, depth: Array, radius: Array, z: Array) -> Array:
    """(n,) depth at the profile's point that each vertex came from."""
    keys = np.round(np.column_stack([radius, z]) * 1e6).astype(np.int64)
    own = np.round(profile.points * 1e6).astype(np.int64)
    nearest = np.abs(keys[:, None] - own[None]).sum(axis=-1).argmin(axis=1)
    return np.asarray(depth[nearest])


def _welded(points: Array, before: Array) -> Array:
    """Points that were one stay one, to the last bit."""
    _, first, place = np.unique(before + 0.0, axis=0, return_index=True, return_inverse=True)
    return np.asarray(points[first][place.reshape(-1)])


def _replaced(shell: Shell, points: Array, normals: Array) -> Shell:
    return Shell(points, normals, shell.uvs, shell.brushed, shell.triangles)
