"""Sweeps: a cross-section carried along a path, as one watertight mesh with smooth normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Mesh
from models3d.profiles import Outline


@dataclass(frozen=True, slots=True, eq=False)
class SweepPath:
    """Where each cross-section stands. `across` x `outward` points along the path."""

    origin: Array  # (n, 3) metres: the profile's u = v = 0
    across: Array  # (n, 3) unit: the profile's u
    outward: Array  # (n, 3) unit: the profile's v
    station: Array | None = None  # (n,) metres along the path, for normals by differences
    length: float | None = None  # metres round a closed path; None: the path is open


def sweep(
    path: SweepPath, section: Outline, *, poles: Array | None = None, taper: Array | None = None
) -> Mesh:
    """Skin the cross-sections.

    Args:
        section: n outlines of k points, one for each station.
        poles: (2, 3) first and last point of an open sweep that closes to round ends; without
            them an open sweep ends in flat faces.
        taper: (n,) radians by which the skin closes in along the path, where that is known;
            without it normals come from differences along the path's stations.
    """
    points = (
        path.origin[:, None]
        + section.points[..., :1] * path.across[:, None]
        + section.points[..., 1:] * path.outward[:, None]
    )
    nu, nv = section.normals[..., :1], section.normals[..., 1:]
    if taper is None:
        around = nu * path.outward[:, None] - nv * path.across[:, None]  # the outline's tangent
        normals = np.cross(around, _along(points, path))
    else:
        forward = np.cross(path.across, path.outward)
        sideways = nu * path.across[:, None] + nv * path.outward[:, None]
        lean = taper[:, None, None]
        normals = np.cos(lean) * sideways + np.sin(lean) * forward[:, None]
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    n, k = points.shape[:2]
    mesh = Mesh(points.reshape(-1, 3), normals.reshape(-1, 3), _skin(n, k, path.length is not None))
    if path.length is not None:
        return mesh
    ends = np.cross(path.across[[0, -1]], path.outward[[0, -1]]) * np.array([[-1.0], [1.0]])
    if poles is None:
        return _with_flat_ends(mesh, points[[0, -1]], ends)
    return _with_poles(mesh, n, k, poles, ends)


def revolve_path(radius: float, height: float, count: int) -> SweepPath:
    """A closed circle about z at `height`, for profiles with u along +z and v away from the axis.

    Args:
        radius, height: metres.
        count: segments.
    """
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    outward = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=-1)
    up = np.tile([0.0, 0.0, 1.0], (count, 1))
    return SweepPath(
        radius * outward + height * up, up, outward, angle * radius, 2.0 * np.pi * radius
    )


def _along(points: Array, path: SweepPath) -> Array:
    """(n, k, 3) tangents along the path, second-order differences."""
    if path.station is None:
        raise ValueError("a sweep without a taper needs the stations of its path")
    if path.length is None:
        return np.asarray(np.gradient(points, path.station, axis=0, edge_order=2))
    wrapped = np.concatenate([points[-1:], points, points[:1]])
    station = np.concatenate(
        [path.station[-1:] - path.length, path.station, path.station[:1] + path.length]
    )
    return np.asarray(np.gradient(wrapped, station, axis=0)[1:-1])


def _skin(n: int, k: int, closed: bool) -> IntArray:
    """Two triangles for each of the (n or n - 1) x k quadrilaterals."""
    i = np.arange(n if closed else n - 1)[:, None]
    j = np.arange(k)[None]
    a, b = i * k + j, i * k + (j + 1) % k
    c, d = (i + 1) % n * k + j, (i + 1) % n * k + (j + 1) % k
    quads = np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)], axis=2)
    return quads.reshape(-1, 3).astype(np.int32)


def _with_flat_ends(mesh: Mesh, rings: Array, forward: Array) -> Mesh:
    """Close both ends (2, k, 3) with faces that look `forward` (2, 3)."""
    count, k = len(mesh.positions), rings.shape[1]
    rim = np.arange(1, k - 1)
    first = count + np.stack([0 * rim, rim + 1, rim], axis=-1)
    last = count + k + np.stack([0 * rim, rim, rim + 1], axis=-1)
    return Mesh(
        np.concatenate([mesh.positions, rings[0], rings[1]]),
        np.concatenate([mesh.normals, np.repeat(forward, k, axis=0)]),
        np.concatenate([mesh.triangles, first, last]).astype(np.int32),
    )


def _with_poles(mesh: Mesh, n: int, k: int, poles: Array, forward: Array) -> Mesh:
    """Close both ends with a fan to a pole."""
    j = np.arange(k)
    following, bottom, top = (j + 1) % k, 0 * j + n * k, 0 * j + n * k + 1
    last_ring = (n - 1) * k
    first = np.stack([bottom, following, j], axis=-1)
    last = np.stack([top, last_ring + j, last_ring + following], axis=-1)
    return Mesh(
        np.concatenate([mesh.positions, poles]),
        np.concatenate([mesh.normals, forward]),
        np.concatenate([mesh.triangles, first, last]).astype(np.int32),
    )
