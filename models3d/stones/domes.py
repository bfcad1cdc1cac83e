"""Stones without a pavilion or without facets: rose cut, briolette, cabochon and pearl."""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull

from models3d.facets import facet_mesh, polyhedron
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.stones.outline import oval, pear
from models3d.stones.outlined import outline_points, rim
from models3d.stones.rounds import circle
from models3d.stones.solid import (
    UnitStone,
    assembled,
    facet_counts,
    subdivided,
    through,
    triangle_groups,
    with_round_girdle,
)

ROSE_STAR, ROSE_LOWER = np.radians(27.0), np.radians(50.0)
ROSE_HEXAGON = 0.60  # radius of the corners between star and lower facets
ROSE_GIRDLE = 0.06

BRIOLETTE_ROWS = (0.07, 0.20, 0.34, 0.48, 0.62, 0.76, 0.90)  # along the drop from its round end
BRIOLETTE_SIDES = 12

DOME_HEIGHT, DOME_WALL, DOME_BEVEL = 0.79, 0.03, 0.04
DOME_SEGMENTS, DOME_RINGS, BEVEL_RINGS = 48, 12, 3

PEARL_SEGMENTS, PEARL_RINGS = 32, 16


def rose_cut(ratio: float) -> UnitStone:
    """The full Dutch rose: six stars over eighteen lower facets, on a flat base."""
    radius, apothem = ROSE_HEXAGON, ROSE_HEXAGON * np.cos(np.pi / 6.0)
    level = (1.0 - apothem) * np.tan(ROSE_LOWER)
    top = np.array([0.0, 0.0, level + apothem * np.tan(ROSE_STAR)])
    stretch = np.array([1.0, ratio, 1.0])
    corners = np.column_stack([radius * circle(6), np.full(6, level)]) * stretch
    foot = np.column_stack([circle(12), np.zeros(12)]) * stretch
    after, under = np.roll(corners, -1, axis=0), foot[::2]
    inside = np.array([0.0, 0.0, -ROSE_GIRDLE / 2.0])
    edge = rim(oval(ratio, 12), 4)
    body = polyhedron(
        assembled(
            [
                through("star", np.repeat(top[None], 6, axis=0), corners, after, inside),
                through("lower_facet", corners, after, foot[1::2], inside),
                through("lower_facet", corners, under, foot[1::2], inside),
                through("lower_facet", corners, under, np.roll(foot[1::2], 1, axis=0), inside),
                ("base", np.array([[0.0, 0.0, -1.0]]), np.array([ROSE_GIRDLE])),
                ("girdle", *edge.planes()),
            ]
        ),
        inside,
    )
    return UnitStone(
        with_round_girdle(body, edge),
        facet_counts(body),
        triangle_groups(body),
        body.volume(),
        outline_points(oval(ratio)),
        float(top[2]),
        ROSE_GIRDLE,
        0.0,
        float(ROSE_LOWER),
        0.0,
    )


def briolette(ratio: float) -> UnitStone:
    """A drop faceted all round, its point at +Y: seven rows of twelve, set off by half a facet."""
    half = pear(ratio)[:4]  # from the round end up to the point
    lengths = np.cumsum([0.0, *(sum(arc.affine_length for arc in bay.arcs) for bay in half)])
    places = np.array(BRIOLETTE_ROWS) * lengths[-1]
    which = np.searchsorted(lengths, places, side="right") - 1
    turn = 2.0 * np.pi / BRIOLETTE_SIDES
    groups = []
    for row, (bay, place) in enumerate(zip(which.tolist(), places.tolist(), strict=True)):
        share = (place - lengths[bay]) / (lengths[bay + 1] - lengths[bay])
        point, normal = (v[0] for v in half[bay].at(np.array([share])))
        around = turn * (np.arange(BRIOLETTE_SIDES) + row % 2 / 2.0)
        normals = np.column_stack(
            [normal[0] * np.cos(around), np.full(BRIOLETTE_SIDES, normal[1]),
             normal[0] * np.sin(around)]
        )  # fmt: skip
        groups.append((f"row_{row + 1}", normals, np.full(BRIOLETTE_SIDES, float(normal @ point))))
    body = polyhedron(assembled(groups))
    low, high = body.vertices.min(axis=0), body.vertices.max(axis=0)
    fit = np.array([1.0, ratio, 1.0]) * 2.0 / (high - low)
    shift = np.array([0.0, -(high[1] + low[1]) / 2.0, 0.0])
    mesh = facet_mesh(body)
    normals = mesh.normals / fit
    placed = Mesh(
        (mesh.positions + shift) * fit,
        normals / np.linalg.norm(normals, axis=1, keepdims=True),
        mesh.triangles,
    )
    seen = placed.positions[:, :2]
    line = subdivided(seen[ConvexHull(seen).vertices])
    return UnitStone(
        placed,
        facet_counts(body),
        triangle_groups(body),
        body.volume() * float(np.prod(fit)),
        line,
        float(placed.positions[:, 2].max()),
        0.0,
        float(-placed.positions[:, 2].min()),
        float(np.pi / 4.0),
        float(np.pi / 4.0),
    )


def cabochon(ratio: float) -> UnitStone:
    """A dome on a low wall, its base flat with a round bevel; smooth all over."""
    rise = np.linspace(np.pi / 2.0, 0.0, DOME_RINGS + 1)[1:]  # from under the top to the wall
    turn = np.linspace(0.0, np.pi / 2.0, BEVEL_RINGS + 1)
    dome = np.stack([np.cos(rise), DOME_HEIGHT * np.sin(rise)], axis=1)
    dome_normals = np.stack([np.cos(rise), np.sin(rise) / DOME_HEIGHT], axis=1)
    bevel = np.stack(
        [1.0 - DOME_BEVEL * (1.0 - np.cos(turn)), -DOME_WALL - DOME_BEVEL * np.sin(turn)], axis=1
    )
    bevel_normals = np.stack([np.cos(turn), -np.sin(turn)], axis=1)
    low = DOME_WALL + DOME_BEVEL
    mesh = _turned(
        np.concatenate([dome, bevel]),
        np.concatenate([dome_normals, bevel_normals]),
        (DOME_HEIGHT, -low),
        DOME_SEGMENTS,
        ratio,
    )
    # dome, wall and the ring under the bevel's quarter circle (Pappus)
    bevel_area = DOME_BEVEL**2 * np.pi / 4.0
    bevel_middle = 1.0 - DOME_BEVEL + 4.0 * DOME_BEVEL / (3.0 * np.pi)
    volume = (
        np.pi * (2.0 / 3.0 * DOME_HEIGHT + DOME_WALL)
        + np.pi * (1.0 - DOME_BEVEL) ** 2 * DOME_BEVEL
        + 2.0 * np.pi * bevel_middle * bevel_area
    )
    return UnitStone(
        mesh,
        {},
        (),
        float(volume * ratio),
        outline_points(oval(ratio)),
        DOME_HEIGHT,
        DOME_WALL,
        DOME_BEVEL,
        float(np.arctan(2.0 * DOME_HEIGHT)),
        0.0,
    )


def pearl(ratio: float) -> UnitStone:
    """A sphere, or a spheroid longer along Y; smooth."""
    rise = np.linspace(np.pi / 2.0, -np.pi / 2.0, PEARL_RINGS + 1)[1:-1]
    profile = np.stack([np.cos(rise), np.sin(rise)], axis=1)
    mesh = _turned(profile, profile, (1.0, -1.0), PEARL_SEGMENTS, ratio)
    return UnitStone(
        mesh, {}, (), float(4.0 / 3.0 * np.pi * ratio), outline_points(oval(ratio)),
        1.0, 0.0, 1.0, float(np.pi / 4.0), float(np.pi / 4.0),
    )  # fmt: skip


def _turned(
    profile: Array, normals: Array, poles: tuple[float, float], segments: int, stretch: float
) -> Mesh:
    """A smooth body from its profile (n, 2) of radius and height, from the top down, turned about
    z and stretched along y; `poles`: heights of its middle above and below."""
    around = circle(segments)
    rings = len(profile)
    radial = profile[:, None, :1] * around
    positions = np.concatenate(
        [
            [[0.0, 0.0, poles[0]]],
            np.dstack([radial, np.repeat(profile[:, 1:], segments, axis=1)]).reshape(-1, 3),
            [[0.0, 0.0, poles[1]]],
        ]
    ) * (1.0, stretch, 1.0)
    facing = np.concatenate(
        [
            [[0.0, 0.0, 1.0]],
            np.dstack(
                [normals[:, None, :1] * around, np.repeat(normals[:, 1:], segments, axis=1)]
            ).reshape(-1, 3),
            [[0.0, 0.0, -1.0]],
        ]
    ) / (1.0, stretch, 1.0)
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    ring = np.arange(segments, dtype=np.int32)
    after = np.roll(ring, -1)
    starts = 1 + segments * np.arange(rings - 1, dtype=np.int32)[:, None]
    a, b = starts + ring, starts + after
    c, d = a + segments, b + segments
    last = 1 + segments * (rings - 1)
    pole = np.full(segments, len(positions) - 1, np.int32)
    triangles = np.concatenate(
        [
            np.stack([np.zeros(segments, np.int32), 1 + ring, 1 + after], axis=1),
            np.stack([a, c, d], axis=-1).reshape(-1, 3),
            np.stack([a, d, b], axis=-1).reshape(-1, 3),
            np.stack([pole, last + after, last + ring], axis=1),
        ]
    ).astype(np.int32)
    return Mesh(positions, facing, triangles)
