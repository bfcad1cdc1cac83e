"""Drawn wire in the planes that earrings are bent in, with round ends."""

from __future__ import annotations

import numpy as np

from models3d.chains.wire import polygon_growth, round_wire, stadium
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import ellipse_outline
from models3d.sweep import SweepPath, sweep

CAP_STEPS = 3
ABOUT_X = RigidTransform(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), np.zeros(3))


def tube(
    points: Array, radius: Array | float, across: Array, around: int = 12, flat: float = 1.0
) -> Mesh:
    """A wire along points of one plane, both ends half round.

    Args:
        points: (n, 3) metres, no two in one place.
        radius: (n,) metres or one, in the plane.
        across: (3,) unit, the plane's normal.
        around: points of a section.
        flat: the wire's half width along `across` over `radius`.
    """
    n = len(points)
    radii = np.broadcast_to(np.asarray(radius, np.float64), (n,))
    steps = np.diff(points, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    units = steps / lengths[:, None]
    tangents = np.concatenate([units[:1], units[:-1] + units[1:], units[-1:]])
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    cap = np.linspace(-np.pi / 2.0, 0.0, CAP_STEPS + 1)[1:-1]
    head = points[:1] + radii[0] * (1.0 + np.sin(cap))[:, None] * tangents[:1]
    tail = points[-1:] - radii[-1] * (1.0 + np.sin(cap))[::-1, None] * tangents[-1:]
    station = np.concatenate([[0.0], np.cumsum(lengths)])
    inner = (station > 1.2 * radii[0]) & (station < station[-1] - 1.2 * radii[-1])
    first = points[:1] + radii[0] * tangents[:1]
    last = points[-1:] - radii[-1] * tangents[-1:]
    centers = np.concatenate([head, first, points[inner], last, tail])
    ends = len(cap) + 1
    turned = np.concatenate(
        [np.repeat(tangents[:1], ends, 0), tangents[inner], np.repeat(tangents[-1:], ends, 0)]
    )
    kept = radii[inner]
    shrink = np.concatenate([np.cos(cap), np.ones(len(kept) + 2), np.cos(cap)[::-1]])
    half = np.concatenate([np.full(ends, radii[0]), kept, np.full(ends, radii[-1])]) * shrink
    half = half * polygon_growth(around)
    path = SweepPath(
        centers, np.tile(across, (len(centers), 1)), np.cross(turned, across), station=None
    )
    return sweep(
        path,
        ellipse_outline(flat * half, half, around),
        poles=np.stack([points[0], points[-1]]),
        taper=np.concatenate([cap, np.zeros(len(kept) + 2), -cap[::-1]]),
    )


def straight(start: Array, end: Array, radius: float, around: int = 12) -> Mesh:
    """A wire with half round ends from one point to another."""
    way = end - start
    side = np.cross(way, [0.0, 1.0, 0.0] if abs(way[1]) < 0.8 * np.linalg.norm(way) else [1, 0, 0])
    share = np.linspace(0.0, 1.0, 3)[:, None]
    return tube(start + share * way, radius, side / np.linalg.norm(side), around)


def bezier(corners: Array, steps: int) -> Array:
    """(steps + 1, k) points of a cubic through four corners (4, k)."""
    t = np.linspace(0.0, 1.0, steps + 1)[:, None]
    a, b, c, d = corners
    result: Array = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
    return result


def ring(inner: float, wire: float, place: Array, facing: str, steps: int = 11) -> Mesh:
    """A closed ring of round wire about a place.

    Args:
        inner, wire: diameters, metres.
        facing: "front": its hole is seen from +Z; "side": from +X.
    """
    turn = ABOUT_X if facing == "side" else RigidTransform.identity()
    mesh = round_wire(stadium(inner + wire, inner + wire, steps), wire, 10)
    return mesh.transformed(RigidTransform.from_translation(place) @ turn)
