"""What stands in the light: the model's parts as plain triangles, coarser where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, IntArray
from viewer.render.placed import Placed, expanded

MAX_TRIANGLES = 40_000
SOFT_TRIANGLES, SOFT_CELL = 8_000, 1 / 80  # for soft shadows
CELLS = (1 / 96, 1 / 64, 1 / 40, 1 / 24, 1 / 14, 1 / 8, 1 / 5)  # of a part's size, tried in turn


@dataclass(frozen=True, slots=True, eq=False)
class Caster:
    """Triangles that keep light away."""

    positions: Array  # (n, 3) model frame, metres
    triangles: IntArray  # (m, 3)


def caster_of(parts: Sequence[Placed]) -> Caster:
    """All parts; where they have very many triangles, each gives up its share of detail."""
    count = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in parts)
    meshes = []
    for part in parts:
        positions, triangles = part.mesh.positions, part.mesh.triangles
        allowed = len(triangles) * min(MAX_TRIANGLES / count, 1.0)
        for cell in CELLS:
            if len(triangles) <= allowed:
                break
            positions, triangles = _crude(part.mesh.positions, part.mesh.triangles, cell)
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
    x, y, z = np.sort(kept, axis=1).T
    _, first = np.unique((x * len(counts) + y) * len(counts) + z, return_index=True)
    return np.stack(columns, axis=-1), kept[np.sort(first)].astype(np.int32)


Reach = tuple[Array, Array]


def reaches(parts: Sequence[Placed]) -> list[Reach]:
    """For each part the middles (k, 3) of its instances and their radii (k,), model frame."""
    return [(part.centers, part.scales * part.radius) for part in parts]


def caster_near(
    parts: Sequence[Placed], spheres: Sequence[Reach], center: Array, reach: float
) -> Caster:
    """Triangles of all parts with a corner in a sphere of the model's frame."""
    meshes = []
    for part, (centers, radii) in zip(parts, spheres, strict=True):
        near = np.flatnonzero(np.linalg.norm(centers - center, axis=1) - radii < reach)
        if len(near) == 0:
            continue
        positions, triangles = expanded(part.positions(near), part.mesh.triangles)
        inside = np.einsum("ij,ij->i", positions - center, positions - center) < reach**2
        meshes.append((positions, triangles[inside[triangles].any(axis=1)]))
    return _together(meshes)


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
