"""Closed rings of wire: a centre line, frames along it, and a cross-section carried round it.

Link frame, metres: the chain runs along x, the link lies in the plane z = 0, its hole about the
origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Outline
from models3d.sweep import SweepPath, sweep

LEAST_AROUND, MOST_AROUND = 5, 16
LEAST_ARC_STEPS = 6
OVER = 1.06  # by which a ring may have more triangles than it was asked to


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A closed centre line: n stations, counter-clockwise seen from +Z."""

    centers: Array  # (n, 3) metres
    tangents: Array  # (n, 3) unit
    outward: Array  # (n, 3) unit, away from the hole, normal to the tangent

    @property
    def across(self) -> Array:
        """(n, 3) unit; across x outward is the tangent."""
        return np.asarray(np.cross(self.outward, self.tangents))

    @property
    def length(self) -> float:
        """Metres round the polygon of the stations."""
        steps = np.roll(self.centers, -1, axis=0) - self.centers
        return float(np.linalg.norm(steps, axis=1).sum())


def stadium(length: float, width: float, arc_steps: int, stations: Array | None = None) -> Loop:
    """Two half circles joined by straight sides.

    Args:
        length, width: metres of the centre line, along x and y; length >= width.
        arc_steps: segments along each half circle.
        stations: (k,) -1..1, falling: where along its straight sides there are stations.
    """
    radius, straight = width / 2.0, length - width
    angle = np.linspace(-np.pi / 2.0, np.pi / 2.0, arc_steps + 1)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    half_points, half_outward = arc * radius + (straight / 2.0, 0.0), arc
    if straight > 1e-9:
        x = straight / 2.0 * (np.zeros(0) if stations is None else stations)
        side = np.stack([x, np.full(len(x), radius)], axis=1)
        half_points = np.concatenate([half_points, side])
        half_outward = np.concatenate([arc, np.tile([0.0, 1.0], (len(x), 1))])
    else:
        half_points, half_outward = half_points[:-1], arc[:-1]
    points = np.concatenate([half_points, -half_points])
    outward = np.concatenate([half_outward, -half_outward])
    flat = np.zeros((len(points), 1))
    tangents = np.concatenate([-outward[:, 1:], outward[:, :1], flat], axis=1)
    return Loop(
        np.concatenate([points, flat], axis=1),
        tangents,
        np.concatenate([outward, flat], axis=1),
    )


def ringed(diameter: float, count: int, ease: float) -> Loop:
    """A circle whose stations stand closer at y = ±diameter / 2 than at its ends in x.

    Args:
        ease: 0..1, by how much.
    """
    even = np.arange(count) * (2.0 * np.pi / count)
    angle = even + 0.5 * ease * np.sin(2.0 * even)
    outward = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=1)
    tangents = np.stack([-outward[:, 1], outward[:, 0], 0.0 * angle], axis=1)
    return Loop(diameter / 2.0 * outward, tangents, outward)


def twisted(loop: Loop, angle_per_metre: float, calm: float = 0.0) -> Loop:
    """The loop turned about x, the more the farther along x: a curb link lies flat by it.

    Args:
        calm: metres in the middle that stay flat.
    """
    x = loop.centers[:, 0]
    turn = angle_per_metre * (x - np.clip(x, -calm / 2.0, calm / 2.0))
    rate = np.where(np.abs(x) > calm / 2.0 - 1e-9, angle_per_metre, 0.0)
    centers, outward = _turned(loop.centers, turn), _turned(loop.outward, turn)
    spin = np.stack([np.zeros(len(x)), -centers[:, 2], centers[:, 1]], axis=1)
    tangents = _turned(loop.tangents, turn)
    tangents = tangents + spin * (rate[:, None] * tangents[:, :1])
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    outward = outward - tangents * np.sum(outward * tangents, axis=1, keepdims=True)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    return Loop(centers, tangents, outward)


def _turned(vectors: Array, angle: Array) -> Array:
    """(n, 3) vectors, each turned about x by its own angle."""
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y, z = vectors.T
    return np.stack([x, cosine * y - sine * z, sine * y + cosine * z], axis=1)


def round_wire(loop: Loop, thickness: float, around: int) -> Mesh:
    """Wire of a circular section whose polygon holds what the circle would.

    A flat of the polygon faces the hole, where the next link bears.
    """
    radius = thickness / 2.0 * polygon_growth(around)
    angle = (np.arange(around) + 0.5) * (2.0 * np.pi / around) - np.pi / 2.0
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    count = len(loop.centers)
    section = Outline(
        np.broadcast_to(radius * circle, (count, around, 2)),
        np.broadcast_to(circle, (count, around, 2)),
    )
    return swept(loop, section)


def swept(loop: Loop, section: Outline) -> Mesh:
    """The section, u across and v outwards, carried round the loop."""
    path = SweepPath(loop.centers, loop.across, loop.outward, length=loop.length)
    return sweep(path, section, taper=np.zeros(len(loop.centers)))


def polygon_growth(count: int) -> float:
    """What a regular polygon's corners stand at, over the radius of the circle of its area."""
    angle = 2.0 * np.pi / count
    return float(np.sqrt(angle / np.sin(angle)))


def volume(mesh: Mesh) -> float:
    """Cubic metres inside a closed mesh."""
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


@dataclass(frozen=True, slots=True)
class Tessellation:
    """How finely a ring of wire is drawn."""

    around: int  # points of the cross-section
    arc_steps: int  # segments of a half circle

    @staticmethod
    def within(triangles: float) -> Tessellation:
        """The finest that keeps a ring within so many triangles: 4 x around x arc steps."""
        around = int(np.clip(np.sqrt(triangles / 4.0) * 0.98, LEAST_AROUND, MOST_AROUND))
        arc_steps = int(np.clip(triangles / 4.0 / around, 5, 16))
        # an even number, so that a station stands in the very end, where the next link bears
        arc_steps = 2 * round(arc_steps / 2.0 + 0.01)
        over = 4 * around * arc_steps > OVER * triangles and arc_steps > LEAST_ARC_STEPS
        return Tessellation(around, arc_steps - 2 if over else arc_steps)
