"""What stands in the light: the model's parts as plain triangles, coarser where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, IntArray
from viewer.render.placed import Placed, expanded

MAX_TRIANGLES = 24_000
CLOSED = 1e-3  # share of its area that a closed body's areas, as vectors, may add up to
NEAR_TRIANGLES, NEAR_CELL = 3_000, 1 / 60  # close by; of what is looked at
SOFT_TRIANGLES, SOFT_CELL = 8_000, 1 / 80  # for soft shadows
CELLS = (1 / 96, 1 / 64, 1 / 40, 1 / 24, 1 / 14, 1 / 8, 1 / 5)  # of a part's size, tried in turn


@dataclass(frozen=True, slots=True, eq=False)
class Caster:
    """Triangles that keep light away from what lies behind them; their backs do not."""

    positions: Array  # (n, 3) model frame, metres
    triangles: IntArray  # (m, 3)


def caster_of(parts: Sequence[Placed]) -> Caster:
    """All parts; where they have very many triangles, each gives up its share of detail."""
    count = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in parts)
    meshes = []
    for part in parts:
        whole = _sides(part)
        positions, triangles = part.mesh.positions, whole
        allowed = len(triangles) * min(MAX_TRIANGLES / count, 1.0)
        for cell in CELLS:
            if len(triangles) <= allowed:
                break
            positions, triangles = _crude(part.mesh.positions, whole, cell)
        matrices = part.model_from_part
        moved = positions @ np.swapaxes(matrices[:, :3, :3], 1, 2) + matrices[:, None, :3, 3]
        meshes.append(expanded(moved, triangles))
    return _together(meshes)


def simpler(caster: Caster) -> Caster:
    """For soft shadows: details that they do not show merged."""
    if len(caster.triangles) <= SOFT_TRIANGLES:
        return caster
    return Caster(*_crude(caster.positions, caster.triangles, SOFT_CELL))


def _crude(positions: Array, triangles: IntArray, cell: float) -> tuple[Array, IntArray]:
    """A mesh with all vertices of one cell of a grid as one (Rossignac and Borrel 1993)."""
    size = float(np.ptp(positions, axis=0).max()) * cell
    place = np.floor((positions - positions.min(axis=0)) / size).astype(np.int64)
    _, group, counts = np.unique(
        place @ np.array([1, 4096, 4096 * 4096]), return_inverse=True, return_counts=True
    )
    columns = [np.bincount(group, column) / counts for column in positions.T]
    merged = group[triangles]
    a, b, c = merged.T
    kept = merged[(a != b) & (b != c) & (c != a)]
    lowest = np.argmin(kept, axis=1)[:, None]
    x, y, z = np.take_along_axis(kept, (lowest + np.arange(3)) % 3, axis=1).T
    _, first = np.unique((x * len(counts) + y) * len(counts) + z, return_index=True)
    return np.stack(columns, axis=-1), kept[np.sort(first)].astype(np.int32)


def _sides(part: Placed) -> IntArray:
    """(m, 3): a part's triangles, and turned round once more if light may meet their backs."""
    triangles = part.mesh.triangles
    corners = part.mesh.positions[triangles]
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    # all areas of a closed body, as vectors, add up to nothing
    open_share = np.linalg.norm(areas.sum(axis=0)) / max(np.linalg.norm(areas, axis=1).sum(), 1e-30)
    if open_share < CLOSED and not part.material.double_sided:
        return triangles
    return np.concatenate([triangles, triangles[:, ::-1]])


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Where a part's instances are, and what of them stands in the light."""

    centers: Array  # (k, 3) model frame
    radii: Array  # (k,)
    triangles: IntArray  # (m, 3) of the part's mesh


def reaches(parts: Sequence[Placed]) -> list[Reach]:
    """How far each part's instances reach."""
    return [Reach(p.centers, p.scales * p.radius, _sides(p)) for p in parts]


def caster_near(
    parts: Sequence[Placed], spheres: Sequence[Reach], center: Array, reach: float
) -> Caster:
    """Triangles of all parts with a corner in a sphere of the model's frame."""
    meshes = []
    for part, sphere in zip(parts, spheres, strict=True):
        near = np.flatnonzero(
            np.linalg.norm(sphere.centers - center, axis=1) - sphere.radii < reach
        )
        if len(near) == 0:
            continue
        positions, triangles = expanded(part.positions(near), sphere.triangles)
        inside = np.einsum("ij,ij->i", positions - center, positions - center) < reach**2
        meshes.append((positions, triangles[inside[triangles].any(axis=1)]))
    found = _together(meshes)
    if len(found.triangles) <= NEAR_TRIANGLES:
        return found
    inside = found.positions[np.unique(found.triangles)]
    cell = NEAR_CELL * reach / max(float(np.ptp(inside, axis=0).max()), 1e-12)
    return Caster(*_crude(found.positions, found.triangles, cell))


def _together(meshes: Sequence[tuple[Array, IntArray]]) -> Caster:
    if not meshes:
        return Caster(np.zeros((0, 3)), np.zeros((0, 3), np.int32))
    first = np.cumsum([0] + [len(positions) for positions, _ in meshes[:-1]])
    return Caster(
        np.concatenate([positions for positions, _ in meshes]),
        np.concatenate(
            [triangles + k for (_, triangles), k in zip(meshes, first, strict=True)],
            dtype=np.int32,
        ),
    )
