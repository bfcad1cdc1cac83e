"""Bodies that clasps, claws and charms are made of: balls, turned bodies, horns and pillows."""

from __future__ import annotations

from dataclasses import replace

import manifold3d
import numpy as np
from scipy.interpolate import CubicSpline

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Outline, ellipse_outline
from models3d.solids import skin, solid
from models3d.sweep import SweepPath, revolve_path, sweep


def turned(profile: Array, around: int) -> Mesh:
    """A body of revolution about z.

    Args:
        profile: (k, 2) distance from the axis and height, counter-clockwise in the half plane
            seen with the axis on the left; normals are those of the smooth line through it.
        around: segments.
    """
    path = revolve_path(0.0, 0.0, around)
    ahead, behind = np.roll(profile, -1, axis=0), np.roll(profile, 1, axis=0)
    tangent = ahead - behind
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    points = profile[::-1, ::-1].copy()
    points[:, 1] = np.maximum(points[:, 1], 1e-9)
    section = Outline(
        np.broadcast_to(points, (around, *points.shape)),
        np.broadcast_to(normal[::-1, ::-1], (around, *points.shape)),
    )
    return without_slivers(_on_axis(sweep(path, section, taper=np.zeros(around))))


def turned_ball(radius: float, around: int) -> Mesh:
    """A sphere."""
    ball = manifold3d.Manifold.sphere(1.0, around)
    mesh = ball.to_mesh64()
    unit = np.asarray(mesh.vert_properties)[:, :3]
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    return Mesh(radius * unit, unit, np.asarray(mesh.tri_verts).astype(np.int32))


def _on_axis(mesh: Mesh) -> Mesh:
    """The body with its points beside the axis drawn onto it."""
    radius = np.hypot(mesh.positions[:, 0], mesh.positions[:, 1])
    positions = np.where((radius < 1e-8)[:, None], mesh.positions * (0.0, 0.0, 1.0), mesh.positions)
    return replace(mesh, positions=positions)


def without_slivers(mesh: Mesh) -> Mesh:
    """The body without the triangles two of whose corners are in one place."""
    _, welded = np.unique(mesh.positions, axis=0, return_inverse=True)
    corner = welded.reshape(-1)[mesh.triangles]
    whole = (
        (corner[:, 0] != corner[:, 1])
        & (corner[:, 1] != corner[:, 2])
        & (corner[:, 2] != corner[:, 0])
    )
    return replace(mesh, triangles=mesh.triangles[whole])


def horn(nodes: Array, steps: int, around: int, caps: int = 3) -> Mesh:
    """A tapering wire in the plane z = 0 through nodes, of elliptic section, with round ends.

    Args:
        nodes: (k, 4) x, y, half the width in the plane and half the thickness, millimetres.
        steps: segments along it.
        around: points of a section.
        caps: segments of each round end.
    """
    along = np.linalg.norm(np.diff(nodes[:, :2], axis=0), axis=1)
    spline = CubicSpline(np.concatenate([[0.0], np.cumsum(along)]), nodes)
    s = np.linspace(0.0, float(along.sum()), steps + 1)
    values, slope = spline(s), spline(s, 1)[:, :2]
    tangent = slope / np.linalg.norm(slope, axis=1, keepdims=True)
    cap = np.linspace(-np.pi / 2.0, 0.0, caps + 1)[1:-1]
    first, last = values[0, 2], values[-1, 2]
    head = values[:1, :2] + first * np.sin(cap)[:, None] * tangent[:1]
    tail = values[-1:, :2] - last * np.sin(cap)[::-1, None] * tangent[-1:]
    centers = np.concatenate([head, values[:, :2], tail])
    repeats = [len(cap) + 1, *([1] * (len(s) - 2)), len(cap) + 1]
    tangents = np.repeat(tangent, repeats, axis=0)
    shrink = np.concatenate([np.cos(cap), np.ones(len(s)), np.cos(cap)[::-1]])
    halves = np.repeat(values[:, 2:], repeats, axis=0) * shrink[:, None] * 1e-3
    flat = np.zeros((len(centers), 1))
    path = SweepPath(
        np.concatenate([centers * 1e-3, flat], axis=1),
        np.tile([0.0, 0.0, -1.0], (len(centers), 1)),
        np.concatenate([-tangents[:, 1:], tangents[:, :1], flat], axis=1),
    )
    poles = np.array(
        [
            [*(values[0, :2] - first * tangent[0]), 0.0],
            [*(values[-1, :2] + last * tangent[-1]), 0.0],
        ]
    )
    return sweep(
        path,
        ellipse_outline(halves[:, 1], halves[:, 0], around),
        poles=poles * 1e-3,
        taper=np.concatenate([cap, np.zeros(len(s)), -cap[::-1]]),
    )


def pillow(
    length: float, width: float, height: float, edge: float, around: int = 16
) -> manifold3d.Manifold:
    """A box with rounded edges, in millimetres, with smooth normals.

    Args:
        around: segments of a whole turn of an edge.
    """
    ball = turned_ball(edge * 1e-3, around)
    half = np.array([length, width, height]) / 2e3 - edge * 1e-3
    # a point of the ball on a seam between octants goes out with both
    corners = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
    within = np.all(ball.positions[:, None] * corners[None] >= -1e-12, axis=2)
    point, corner = np.nonzero(within)
    points = ball.positions[point] + corners[corner] * half
    return _hulled(points, ball.normals[point])


def _hulled(points: Array, normals: Array) -> manifold3d.Manifold:
    """The convex hull of points in metres, keeping each point's normal."""
    body = manifold3d.Manifold.hull_points(points * 1e3)
    mesh = body.to_mesh64()
    corners = np.asarray(mesh.vert_properties)[:, :3]
    nearest = np.argmin(np.linalg.norm(points[None] * 1e3 - corners[:, None], axis=2), axis=1)
    triangles = np.asarray(mesh.tri_verts).astype(np.int32)
    return solid(Mesh(points[nearest], normals[nearest], triangles))


def shaded(body: manifold3d.Manifold, sharp_deg: float = 50.0) -> manifold3d.Manifold:
    """A plain solid given normals: smooth over edges blunter than `sharp_deg`.

    It goes through a mesh, as all solids do whose normals `skin` turns over where they were taken
    away: manifold3d turns over by itself those that it made.
    """
    return solid(skin(body.as_original().calculate_normals(0, sharp_deg)))
