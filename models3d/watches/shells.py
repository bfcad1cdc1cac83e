"""Closed surfaces of a case: turned or milled from outlines, cut through manifold3d. Millimetres.

A shell carries with each vertex whether its face is brushed. Brushed faces become thin lands on
the polished body, closed bodies of their own: so one casting shows two finishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array, IntArray
from models3d.mesh import Mesh
from models3d.solids import BACK_SIDE, MM, weld
from models3d.watches.outlines import Outline

LAND_RISE = 0.012  # a brushed land stands over the polished body, so that it hides it
LAND_DEPTH = 0.03  # and reaches into it
UV_SCALE = 1.0 / 14.0  # texture units a millimetre, as a bracelet’s brushing
NEAR_BRUSHED = 0.999
KEPT = 64  # shells of each kind that are kept: watches with other straps have the same case
MESHES_KEPT = 192  # a watch has some fifteen


@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """A closed surface in millimetres, counter-clockwise seen from outside."""

    points: Array  # (n, 3)
    normals: Array  # (n, 3)
    uvs: Array  # (n, 2): u runs across the scratches, v along them
    brushed: Array  # (n,) 0 or 1
    triangles: IntArray  # (m, 3)

    def mesh(self) -> Mesh:
        """The whole surface in metres, without texture coordinates; the same object each time."""
        return _mesh_of(self)

    def textured(self) -> Mesh:
        """The whole surface in metres with its texture coordinates."""
        return Mesh(self.points * MM, self.normals, self.triangles, self.uvs)

    def moved(self, x: float, y: float, z: float) -> Shell:
        """The same surface elsewhere."""
        return replace(self, points=self.points + np.array([x, y, z]))

    def turned(self, rotation: Array) -> Shell:
        """Rotated or, where the determinant is negative, mirrored by a (3, 3) matrix."""
        mirrored = np.linalg.det(rotation) < 0.0
        return replace(
            self,
            points=self.points @ rotation.T,
            normals=self.normals @ rotation.T,
            triangles=self.triangles[:, ::-1] if mirrored else self.triangles,
        )

    def grained(self, axis: int) -> Shell:
        """Brushed along a coordinate axis rather than along the outline."""
        others = [k for k in range(3) if k != axis]
        across = self.points[:, others].sum(axis=1)
        return replace(self, uvs=UV_SCALE * np.stack([across, self.points[:, axis]], axis=-1))

    def solid(self) -> manifold3d.Manifold:
        """The body, with everything it carries.

        Raises:
            ModelError: the surface does not enclose a volume.
        """
        rows = np.concatenate([self.points, self.normals, self.uvs, self.brushed[:, None]], axis=1)
        first, place = weld(self.points)
        repeated = np.flatnonzero(first[place] != np.arange(len(place))).astype(np.uint64)
        body = manifold3d.Manifold(
            manifold3d.Mesh64(
                np.ascontiguousarray(rows, np.float64),
                self.triangles.astype(np.uint64),
                merge_from_vert=repeated,
                merge_to_vert=first[place][repeated.astype(np.int64)].astype(np.uint64),
            )
        )
        if body.status() != manifold3d.Error.NoError or body.is_empty():
            raise ModelError(f"the shell does not enclose a volume ({body.status().name})")
        return body


@lru_cache(maxsize=MESHES_KEPT)
def _mesh_of(shell: Shell) -> Mesh:
    return Mesh(shell.points * MM, shell.normals, shell.triangles)


def from_solid(body: manifold3d.Manifold) -> Shell:
    """The surface of a body; cut faces take the tool's normals, reversed."""
    mesh = body.to_mesh64()
    rows = np.asarray(mesh.vert_properties)
    triangles = np.asarray(mesh.tri_verts).astype(np.int32)
    facing = np.ones((len(rows), 1))
    bounds = np.asarray(mesh.run_index, np.int64)
    for start, end, flags in zip(bounds[:-1], bounds[1:], mesh.run_flags, strict=True):
        if flags & BACK_SIDE:
            facing[triangles.reshape(-1)[start:end]] = -1.0
    normals = rows[:, 3:6] * facing
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return Shell(rows[:, :3], normals, rows[:, 6:8], rows[:, 8], triangles)


def extruded(
    outline: Outline,
    profile: Outline,
    caps: tuple[float, float] = (0.0, 0.0),
    spread: Array | None = None,
) -> Shell:
    """A profile carried round a closed outline.

    The profile's x is measured outwards from the outline, its y is z. A closed profile makes a
    ring; an open one runs from the bottom to the top and is closed by flat faces. About the axis
    (an outline of radius 0) this is turning on a lathe.

    Args:
                caps: finish of the bottom and the top face.
        spread: (k,) scales the profile's x at each of the outline's points: a chamfer that
            narrows along its edge.
    """
    if spread is None:
        spread = np.ones(len(outline.points))
    spread = np.append(spread, spread[0])[:, None]
    outline_points = np.concatenate([outline.points, outline.points[:1]])
    fan = np.concatenate([outline.normals, outline.normals[:1]])
    across, z = profile.points.T
    if profile.closed:
        across, z = np.append(across, across[0]), np.append(z, z[0])
    n, k = len(fan), len(across)
    lean = np.concatenate([profile.normals, profile.normals[:1]])[:k]
    flat = outline_points[:, None] + fan[:, None] * (spread * across)[..., None]
    points = np.concatenate([flat, np.broadcast_to(z[None, :, None], (n, k, 1))], axis=-1)
    normals = np.concatenate(
        [fan[:, None] * lean[:, :1], (spread * lean[:, 1])[..., None]], axis=-1
    )
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    finish = np.concatenate([profile.finish, profile.finish[:1]])[:k]
    brushed = np.concatenate([outline.finish, outline.finish[:1]])[:, None] * finish
    widest = flat[:, int(np.argmax(across))]
    around = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(widest, axis=0), axis=1))])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(across), np.diff(z)))])
    uvs = np.stack(np.broadcast_arrays(along, around[:, None]), axis=-1) * UV_SCALE
    shell = Shell(
        points.reshape(-1, 3) + 0.0,  # no negative zeros: equal places must look equal
        normals.reshape(-1, 3),
        uvs.reshape(-1, 2),
        brushed.reshape(-1),
        _grid(n, k),
    )
    if not profile.closed:
        shell = joined([shell, *_caps(flat, z, caps)])
    return _closed(shell)


def joined(shells: Sequence[Shell]) -> Shell:
    """All surfaces as one, nothing cut."""
    offsets = np.cumsum([0] + [len(s.points) for s in shells[:-1]])
    return Shell(
        np.concatenate([s.points for s in shells]),
        np.concatenate([s.normals for s in shells]),
        np.concatenate([s.uvs for s in shells]),
        np.concatenate([s.brushed for s in shells]),
        np.concatenate([s.triangles + o for s, o in zip(shells, offsets, strict=True)]).astype(
            np.int32
        ),
    )


@lru_cache(maxsize=KEPT)
def brushed_land(shell: Shell) -> Mesh | None:
    """The brushed faces as a thin closed body, in metres; None where nothing is brushed."""
    chosen = np.all(shell.brushed[shell.triangles] > NEAR_BRUSHED, axis=1)
    if not chosen.any():
        return None
    used, corners = np.unique(shell.triangles[chosen], return_inverse=True)
    corners = corners.reshape(-1, 3)
    points, normals = shell.points[used], shell.normals[used]
    first, place = weld(points)
    mean = np.zeros((len(first), 3))
    np.add.at(mean, place, normals)
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
    top = points[first][place] + mean[place] * LAND_RISE
    bottom = points[first][place] - mean[place] * LAND_DEPTH
    edges = corners[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    keys = place[edges]
    code = keys[:, 0] * len(first) + keys[:, 1]
    outer = edges[~np.isin(code, keys[:, 1] * len(first) + keys[:, 0])]
    a, b = outer.T
    sideways = np.cross(points[b] - points[a], mean[place[a]])
    sideways /= np.maximum(np.linalg.norm(sideways, axis=1, keepdims=True), 1e-12)
    count, walls = len(points), len(outer)
    wall = np.concatenate([top[a], top[b], bottom[b], bottom[a]])
    i = 2 * count + np.arange(walls)
    sides = np.concatenate(
        [
            np.stack([i, i + 3 * walls, i + 2 * walls], axis=-1),
            np.stack([i, i + 2 * walls, i + walls], axis=-1),
        ]
    )
    return Mesh(
        np.concatenate([top, bottom, wall]) * MM,
        np.concatenate([normals, -normals, np.tile(sideways, (4, 1))]),
        np.concatenate([corners, corners[:, ::-1] + count, sides]).astype(np.int32),
        np.concatenate([shell.uvs[used], shell.uvs[used], np.zeros((4 * walls, 2))]),
    )


def _grid(n: int, k: int) -> IntArray:
    """Two triangles for each cell of n columns with k points."""
    i, j = np.arange(n - 1)[:, None], np.arange(k - 1)[None]
    a, b = i * k + j, (i + 1) * k + j
    cells = np.stack([np.stack([a, b, b + 1], -1), np.stack([a, b + 1, a + 1], -1)], axis=2)
    return cells.reshape(-1, 3).astype(np.int32)


def _caps(flat: Array, z: Array, caps: tuple[float, float]) -> list[Shell]:
    """Faces (n, k, 2) of an open profile's ends; none where an end is on the axis."""
    faces = []
    for end, up, finish in ((0, -1.0, caps[0]), (-1, 1.0, caps[1])):
        rim = flat[:-1, end]
        if np.ptp(rim, axis=0).max() < 1e-9:
            continue
        triangles = np.asarray(manifold3d.triangulate([rim])).astype(np.int32)
        points = np.column_stack([rim, np.full(len(rim), z[end])])
        faces.append(
            Shell(
                points + 0.0,
                np.tile([0.0, 0.0, up], (len(rim), 1)),
                UV_SCALE * rim,
                np.full(len(rim), finish),
                triangles if up > 0 else triangles[:, ::-1],
            )
        )
    return faces


def _closed(shell: Shell) -> Shell:
    """Without the triangles that have no area: corners of radius 0, the axis of a lathe."""
    _, place = weld(shell.points)
    a, b, c = place[shell.triangles].T
    triangles = shell.triangles[(a != b) & (b != c) & (c != a)]
    used, corners = np.unique(triangles, return_inverse=True)
    return Shell(
        shell.points[used],
        shell.normals[used],
        shell.uvs[used],
        shell.brushed[used],
        corners.reshape(-1, 3).astype(np.int32),
    )
