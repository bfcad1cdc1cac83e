"""What every cut becomes before it has a size: a unit stone, half as wide as 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models3d.facets import Planes, Polyhedron, facet_mesh
from models3d.frames import Array
from models3d.mesh import Mesh, merge

OUTLINE_POINTS = 96  # at least: what settings follow


@dataclass(frozen=True, slots=True, eq=False)
class UnitStone:
    """A stone of half-width 1 in the stone's frame: table +Z, z = 0 at the upper girdle edge."""

    mesh: Mesh
    facets: Mapping[str, int]  # how many of each group
    groups: tuple[str, ...]  # of each triangle
    volume: float
    outline: Array  # (n, 2) counter-clockwise from +X
    crown_height: float
    girdle_height: float
    pavilion_depth: float
    crown_angle: float  # radians to the girdle plane, of the mains or of the step at the girdle
    pavilion_angle: float

    @property
    def volume_factor(self) -> float:
        """Share of the box length x width x depth."""
        depth = self.crown_height + self.girdle_height + self.pavilion_depth
        box = np.ptp(self.outline[:, 0]) * np.ptp(self.outline[:, 1]) * depth
        return float(self.volume / box)


@dataclass(frozen=True, slots=True, eq=False)
class Rim:
    """The girdle's polygon seen from the table, counter-clockwise; side k runs from corner k."""

    corners: Array  # (n, 2)
    normals_from: Array  # (n, 2) of the line at the start of side k
    normals_to: Array  # (n, 2) and at its end

    def planes(self) -> tuple[Array, Array]:
        """Upright half-spaces: normals (n, 3) and offsets (n,)."""
        along = np.roll(self.corners, -1, axis=0) - self.corners
        normals = np.stack([along[:, 1], -along[:, 0], np.zeros(len(along))], axis=1)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return normals, np.einsum("ij,ij->i", normals[:, :2], self.corners)


def assembled(groups: list[tuple[str, Array, Array]]) -> Planes:
    """Half-spaces of groups (name, normals (n, 3), offsets (n,)), in order."""
    return Planes(
        np.concatenate([normals for _, normals, _ in groups]),
        np.concatenate([np.asarray(offsets, np.float64) for _, _, offsets in groups]),
        tuple(name for name, normals, _ in groups for _ in normals),
    )


def through(name: str, a: Array, b: Array, c: Array, inside: Array) -> tuple[str, Array, Array]:
    """A group of planes through three points each (n, 3), facing away from `inside` (3,)."""
    normals = np.cross(b - a, c - a)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    outwards = np.sign(np.einsum("ij,ij->i", normals, a - inside))
    normals = normals * outwards[:, None]
    return name, normals, np.einsum("ij,ij->i", normals, a)


def triangle_groups(body: Polyhedron) -> tuple[str, ...]:
    """The group of each triangle of `facet_mesh(body)`."""
    return tuple(
        group
        for group, facet in zip(body.planes.groups, body.facets, strict=True)
        for _ in facet[2:]
    )


def facet_counts(body: Polyhedron) -> dict[str, int]:
    """How many facets of each group the body shows."""
    return dict(Counter(g for g, f in zip(body.planes.groups, body.facets, strict=True) if len(f)))


def with_round_girdle(body: Polyhedron, rim: Rim) -> Mesh:
    """Flat facets, but the girdle's normals follow the line that its polygon stands for.

    The girdle's planes are the last of the body, one for each side of the rim.
    """
    mesh = facet_mesh(body)
    owners = np.repeat(np.arange(len(body.facets)), [len(f) for f in body.facets])
    side = owners - (len(body.facets) - len(rim.corners))
    on_girdle = side >= 0
    k = side[on_girdle]
    at = mesh.positions[on_girdle, :2]
    following = np.roll(rim.corners, -1, axis=0)
    from_start = np.linalg.norm(at - rim.corners[k], axis=1)
    to_end = np.linalg.norm(at - following[k], axis=1)
    flat = np.where((from_start < to_end)[:, None], rim.normals_from[k], rim.normals_to[k])
    normals = mesh.normals.copy()
    normals[on_girdle] = np.column_stack([flat, np.zeros(len(k))])
    return replace(mesh, normals=normals)


def mirrored_in_x(half: Mesh) -> Mesh:
    """The half x >= 0 with its mirror image; the wall in the plane x = 0 left out."""
    on_axis = np.abs(half.positions[:, 0]) < 1e-9
    positions = np.where(on_axis[:, None], half.positions * (0.0, 1.0, 1.0), half.positions)
    wall = on_axis[half.triangles].all(axis=1)
    kept = half.triangles[~wall]
    used, numbers = np.unique(kept, return_inverse=True)
    side = Mesh(positions[used], half.normals[used], numbers.reshape(-1, 3).astype(np.int32))
    other = Mesh(
        side.positions * (-1.0, 1.0, 1.0), side.normals * (-1.0, 1.0, 1.0), side.triangles[:, ::-1]
    )
    return merge([side, other])


def from_x(outline: Array) -> Array:
    """The closed line (n, 2) begun at the point next to the +X axis."""
    azimuth = np.arctan2(outline[:, 1], outline[:, 0])
    first = int(np.argmin(np.where(outline[:, 0] > 0.0, np.abs(azimuth), np.inf)))
    return np.roll(outline, -first, axis=0)


def subdivided(polygon: Array, points: int = OUTLINE_POINTS) -> Array:
    """A polygon (n, 2) with further points along its sides; its corners stay."""
    after = np.roll(polygon, -1, axis=0)
    lengths = np.linalg.norm(after - polygon, axis=1)
    parts = np.ceil(lengths / lengths.sum() * points).astype(int)
    sides = [
        start + (stop - start) * (np.arange(n) / n)[:, None]
        for start, stop, n in zip(polygon, after, parts.tolist(), strict=True)
    ]
    return from_x(np.concatenate(sides))
