"""Millgrain: a row of tiny beads rolled along an edge."""

from __future__ import annotations

import manifold3d
import numpy as np

from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part
from models3d.rings.hoop import Chain, turned
from models3d.solids import solid

BEAD_MM = 0.30  # diameter
PITCH_MM = 0.31  # from bead to bead: they all but touch
ROW_MM = 0.40  # width that a row takes from the edge
RISE = 0.80  # of a bead's radius that stands over the metal
GROOVE_WIDTH_MM, GROOVE_DEPTH_MM = 0.36, 0.07  # that the wheel presses along the row
GROOVE_POINTS, GROOVE_SEGMENTS = 20, 192
MERIDIANS, PARALLELS = 8, 4  # of the half that shows


def millgrain(
    name: str,
    rows: list[tuple[float, float]],
    inner_radius: float,
    material: Material,
    slot: str = "metal",
) -> Part:
    """Rows of beads round a ring, closed without a gap.

    Args:
        rows: u and v of each row's line on the surface, metres.
        inner_radius: metres, where v = 0.
    """
    places = []
    for u, v in rows:
        radius = inner_radius + v
        count = round(2.0 * np.pi * radius / (PITCH_MM * 1e-3))
        places.append(_places(u, radius, count))
    return Part(name, _bead(), material, np.concatenate(places), slot)


def groove(row: tuple[float, float], inner_radius: float) -> manifold3d.Manifold:
    """What the wheel takes away along a row, a round-bottomed groove under the beads."""
    half, depth = 0.5e-3 * GROOVE_WIDTH_MM, 1e-3 * GROOVE_DEPTH_MM
    radius = (half**2 + depth**2) / (2.0 * depth)
    angle = np.arange(GROOVE_POINTS + 1) * (2.0 * np.pi / GROOVE_POINTS)
    angle[-1] = 0.0
    normals = np.stack([np.cos(angle), np.sin(angle)], -1)
    centre = np.array([row[0], row[1] + radius - depth])
    return solid(turned([Chain(centre + radius * normals, normals)], inner_radius, GROOVE_SEGMENTS))


def _places(u: float, radius: float, count: int) -> Array:
    """(count, 4, 4): each bead's +Z looks out of the ring."""
    angle = np.arange(count) * (2.0 * np.pi / count)
    zero, one = np.zeros(count), np.ones(count)
    radial = np.stack([np.sin(angle), zero, np.cos(angle)], -1)
    along = np.stack([np.cos(angle), zero, -np.sin(angle)], -1)
    across = np.stack([zero, one, zero], -1)
    centre = radial * (radius - (1.0 - RISE) * 0.5e-3 * BEAD_MM) + across * u
    places = np.zeros((count, 4, 4))
    places[:, :3, :3] = np.stack([along, across, radial], axis=-1)
    places[:, :3, 3] = centre
    places[:, 3, 3] = 1.0
    return places


def _bead() -> Mesh:
    """A sphere, finer above where it shows; one point at its foot."""
    radius = 0.5e-3 * BEAD_MM
    polar = np.linspace(0.0, np.radians(115.0), PARALLELS + 1)[1:]
    angle = np.arange(MERIDIANS) * (2.0 * np.pi / MERIDIANS)
    ring = np.stack(
        [
            np.sin(polar)[:, None] * np.cos(angle),
            np.sin(polar)[:, None] * np.sin(angle),
            np.broadcast_to(np.cos(polar)[:, None], (PARALLELS, MERIDIANS)),
        ],
        axis=-1,
    )
    normals = np.concatenate([[[0.0, 0.0, 1.0]], ring.reshape(-1, 3), [[0.0, 0.0, -1.0]]])
    j = np.arange(MERIDIANS)
    k = (j + 1) % MERIDIANS
    top = np.stack([0 * j, 1 + j, 1 + k], -1)
    sides = []
    for row in range(PARALLELS - 1):
        a, b = 1 + row * MERIDIANS, 1 + (row + 1) * MERIDIANS
        sides += [np.stack([a + j, b + j, b + k], -1), np.stack([a + j, b + k, a + k], -1)]
    low = 1 + (PARALLELS - 1) * MERIDIANS
    foot = np.stack([low + k, low + j, 0 * j + len(normals) - 1], -1)
    triangles = np.concatenate([top, *sides, foot]).astype(np.int32)
    return Mesh(radius * normals, normals, triangles)
