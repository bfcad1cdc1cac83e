"""Round cuts: the modern and the old European brilliant, and the single cut of fine melee."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.brilliant import GIRDLE_SEGMENTS, RoundBrilliant, build, unit_body
from models3d.facets import Polyhedron, polyhedron
from models3d.frames import Array
from models3d.stones.solid import (
    OUTLINE_POINTS,
    Rim,
    UnitStone,
    assembled,
    facet_counts,
    triangle_groups,
    with_round_girdle,
)

UNIT_DIAMETER_MM = 2000.0  # a girdle radius of 1 m: `brilliant.build` works in metres
MELEE_SEGMENTS = 32  # of a small brilliant's girdle

OLD_EUROPEAN = RoundBrilliant(
    table_pct=48.0,
    crown_angle_deg=37.5,
    pavilion_angle_deg=40.5,
    star_length_pct=52.0,
    lower_half_pct=55.0,
    culet_pct=8.0,
)

SINGLE_TABLE, SINGLE_GIRDLE = 0.60, 0.02  # girdle radius 1; the girdle at its thinnest
SINGLE_CROWN, SINGLE_PAVILION = np.radians(34.0), np.radians(41.0)
SINGLE_SEGMENTS = 32


def round_stone(cut: RoundBrilliant, segments: int = GIRDLE_SEGMENTS) -> UnitStone:
    """A brilliant of these proportions. A coarse girdle changes the mesh, never the weight."""
    body = unit_body(cut, segments)
    low, high = body.vertices[:, 2].min(), body.vertices[:, 2].max()
    girdle = 2.0 * cut.girdle_pct / 100.0
    scale = 2000.0 / cut.diameter_mm
    mesh = build(cut, segments)
    return UnitStone(
        replace(mesh, positions=mesh.positions * scale),
        facet_counts(body),
        triangle_groups(body),
        unit_body(cut).volume(),
        circle(OUTLINE_POINTS),
        float(high),
        girdle,
        float(-low) - girdle,
        float(np.radians(cut.crown_angle_deg)),
        float(np.radians(cut.pavilion_angle_deg)),
    )


def single_cut() -> UnitStone:
    """Eight mains above and eight below: 17 facets. Each main touches the girdle in its middle, so
    the girdle is thinnest there and thick where two meet; z = 0 is its highest place."""
    body, edge = _single_body(SINGLE_SEGMENTS)
    at_rim = np.linalg.norm(body.vertices[:, :2], axis=1) > 1.0 - 1e-6
    rim_z = body.vertices[at_rim, 2]
    mesh = with_round_girdle(body, edge)
    low, high = body.vertices[:, 2].min(), body.vertices[:, 2].max()
    return UnitStone(
        replace(mesh, positions=mesh.positions - (0.0, 0.0, float(rim_z.max()))),
        facet_counts(body),
        triangle_groups(body),
        _single_body(GIRDLE_SEGMENTS)[0].volume(),
        circle(OUTLINE_POINTS),
        float(high - rim_z.max()),
        float(np.ptp(rim_z)),
        float(rim_z.min() - low),
        float(SINGLE_CROWN),
        float(SINGLE_PAVILION),
    )


def _single_body(segments: int) -> tuple[Polyhedron, Rim]:
    eighths = np.pi / 4.0 * np.arange(8)
    corners = circle(segments)
    edge = Rim(corners, corners, np.roll(corners, -1, axis=0))

    def mains(angle: float, up: float) -> Array:
        level, rise = np.sin(angle), np.full(8, up * np.cos(angle))
        return np.column_stack([level * np.cos(eighths), level * np.sin(eighths), rise])

    crown, pavilion = mains(SINGLE_CROWN, 1.0), mains(SINGLE_PAVILION, -1.0)
    depth = SINGLE_GIRDLE + np.tan(SINGLE_PAVILION)
    body = polyhedron(
        assembled(
            [
                ("table", np.array([[0.0, 0.0, 1.0]]),
                 np.array([(1.0 - SINGLE_TABLE) * np.tan(SINGLE_CROWN)])),
                ("bezel_facet", crown, np.full(8, np.sin(SINGLE_CROWN))),
                ("pavilion_main", pavilion, np.full(8, depth * np.cos(SINGLE_PAVILION))),
                ("girdle", *edge.planes()),
            ]
        ),
        np.array([0.0, 0.0, -SINGLE_GIRDLE / 2.0]),
    )  # fmt: skip
    return body, edge


def circle(points: int) -> Array:
    """(n, 2) points on the unit circle, counter-clockwise from +X."""
    angle = 2.0 * np.pi / points * np.arange(points)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
