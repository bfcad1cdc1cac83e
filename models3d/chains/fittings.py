"""Small parts that join chains: jump rings, end caps and the drop of an extender.

Each lies in the link frame of `models3d.chains.link`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models3d.chains.link import PLAY, Link
from models3d.chains.shapes import turned, turned_ball
from models3d.chains.wire import round_wire, stadium
from models3d.frames import Array, RigidTransform
from models3d.solids import skin, solid, union

AROUND, ARC_STEPS = 10, 11


@lru_cache(maxsize=64)
def jump_ring(wire_mm: float, inner_mm: float) -> Link:
    """A round ring of wire."""
    wire, inner = wire_mm * 1e-3, inner_mm * 1e-3
    loop = stadium(inner + wire, inner + wire, ARC_STEPS)
    return Link(
        round_wire(loop, wire, AROUND),
        loop.centers,
        inner - PLAY * wire,
        wire,
        inner + 2.0 * wire,
        wire,
        0.0,
    )


@lru_cache(maxsize=16)
def end_cap(bore_mm: float, wire_mm: float) -> Link:
    """A cup that a chain's end is soldered into, with an eye: its mouth is at -bearing / 2."""
    bore, wire = bore_mm * 1e-3, wire_mm * 1e-3
    wall = 0.22e-3
    depth, eye_inner = 0.85 * bore, 2.4 * wire
    eye_radius = (eye_inner + wire) / 2.0
    outer = bore / 2.0 + wall
    floor = depth + wall
    eye_x = floor + eye_radius + 0.1 * wire
    bearing = eye_x + eye_inner / 2.0
    profile = np.array(
        [
            [bore / 2.0, 0.0], [outer, 0.0], [outer, 0.72 * depth],
            [0.80 * outer, floor], [0.0, floor + 0.35 * wall], [0.0, depth], [bore / 2.0, depth],
        ]
    )  # fmt: skip
    cup = turned(_softened(profile, 0.35 * wall), 28)
    along = RigidTransform.from_axis_angle((0, 1, 0), np.pi / 2.0)
    start = RigidTransform.from_translation([-bearing / 2.0, 0.0, 0.0])
    loop = stadium(eye_inner + wire, eye_inner + wire, ARC_STEPS)
    eye = round_wire(loop, wire, AROUND)
    place = RigidTransform.from_translation([eye_x - bearing / 2.0, 0.0, 0.0])
    body = union([solid(cup.transformed(start @ along)), solid(eye.transformed(place))])
    center_line = loop.centers + place.translation
    return Link(skin(body), center_line, bearing, wire, 2.0 * outer, 2.0 * outer, 0.0)


@lru_cache(maxsize=16)
def end_drop(wire_mm: float) -> Link:
    """The little ball that an extender ends in, hung by its own ring."""
    wire = wire_mm * 1e-3
    inner = 2.2 * wire
    loop = stadium(inner + wire, inner + wire, ARC_STEPS)
    ring = round_wire(loop, wire, AROUND)
    radius = 2.1 * wire
    offset = inner / 2.0 + wire + 0.9 * radius
    ball = turned_ball(radius, 16).transformed(RigidTransform.from_translation([offset, 0, 0]))
    body = union([solid(ring), solid(ball)])
    return Link(skin(body), loop.centers, inner - PLAY * wire, wire, 2 * radius, 2 * radius, 0.0)


def _softened(profile: Array, radius: float) -> Array:
    """Corners off the axis cut twice, so that smooth normals round them."""
    points = []
    for before, here, after in zip(
        np.roll(profile, 1, axis=0), profile, np.roll(profile, -1, axis=0), strict=True
    ):
        if here[0] < 1e-9:
            points.append(here)
            continue
        for neighbour in (before, after):
            way = neighbour - here
            reach = np.linalg.norm(way)
            points.append(here + way * min(radius / reach, 0.4))
    return np.array(points)
