"""Square and rectangular brilliants: the princess with its chevrons and the radiant.

Pavilion: from each end of a side a fan of facets runs to points on the side's middle line, down to
the culet; with their mirror images they make the chevrons. Crown: on each side a star under the
table, two upper halves and one facet along the girdle; a kite at each corner, or two facets where
the corner is cropped. Half-width 1, table +Z, z = 0 at the upper girdle edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models3d.facets import facet_mesh, polyhedron
from models3d.frames import Array
from models3d.stones.solid import (
    Rim,
    UnitStone,
    assembled,
    facet_counts,
    subdivided,
    through,
    triangle_groups,
)

Group = tuple[str, Array, Array]

# the signs of a quadrant's x and y: what is built in the first is mirrored to the others
QUADRANTS = np.array([(1.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (-1.0, -1.0, 1.0), (1.0, -1.0, 1.0)])

CORNER_NARROWS = 0.45  # of a cropped corner's width, over its upper pavilion facet


@dataclass(frozen=True, slots=True)
class MixedPlan:
    """Proportions; percentages of the width."""

    table_pct: float
    crown_height_pct: float
    star_angle_deg: float
    star_length_pct: float  # of the way from the table's edge to the girdle
    kite_pct: float  # how far the corner's crown facet reaches along the stars; 0: not at all
    pavilion_pct: float
    chevrons: tuple[tuple[float, float], ...]  # from the girdle: shares of the way in and down
    girdle_pct: float = 3.0
    corner_pct: float = 0.0  # cropped of each side's end; 0: pointed corners
    corner_step_pct: float = 0.0  # how far down a cropped corner's upper pavilion facet reaches
    culet_pct: float = 0.0  # of the width; 0: a point


def mixed_cut(ratio: float, plan: MixedPlan) -> UnitStone:
    """The stone of this length over width."""
    girdle = 2.0 * plan.girdle_pct / 100.0
    inside = np.array([0.0, 0.0, -girdle / 2.0])
    edge = _rim(ratio, plan)
    crown_height = 2.0 * plan.crown_height_pct / 100.0
    groups = [("table", np.array([[0.0, 0.0, 1.0]]), np.array([crown_height]))]
    groups += _crown(ratio, plan, inside)
    groups += _pavilion(ratio, plan, girdle, inside)
    groups.append(("girdle", *edge.planes()))
    body = polyhedron(assembled(groups), inside)
    low = -float(body.vertices[:, 2].min())
    main = next(n for name, n, _ in groups if name == "pavilion_main")[0]
    return UnitStone(
        facet_mesh(body),
        facet_counts(body),
        triangle_groups(body),
        body.volume(),
        subdivided(edge.corners),
        crown_height,
        girdle,
        low - girdle,
        float(np.arctan2(crown_height, 1.0 - plan.table_pct / 100.0)),
        float(np.arccos(abs(main[2]))),
    )


def _rim(ratio: float, plan: MixedPlan) -> Rim:
    """Four corners, or eight where they are cropped."""
    crop = 2.0 * plan.corner_pct / 100.0
    if crop:
        first = np.array([(1.0, ratio - crop), (1.0 - crop, ratio)])
    else:
        first = np.array([(1.0, ratio)])
    signs = QUADRANTS[:, :2]
    corners = np.concatenate([(first if s[0] * s[1] > 0 else first[::-1]) * s for s in signs])
    flat = np.zeros_like(corners)
    return Rim(corners, flat, flat)


def _four(name: str, a: Array, b: Array, c: Array, inside: Array) -> Group:
    """The plane through three points of the first quadrant and its three mirror images."""
    return through(name, a * QUADRANTS, b * QUADRANTS, c * QUADRANTS, inside)


def _two(name: str, a: Array, b: Array, c: Array, inside: Array) -> Group:
    """The plane through three points, symmetric about an axis, and the one opposite."""
    both = np.array([(1.0, 1.0, 1.0), (-1.0, -1.0, 1.0)])
    return through(name, a * both, b * both, c * both, inside)


def _crown(ratio: float, plan: MixedPlan, inside: Array) -> list[Group]:
    """Facets above the girdle but the table. The margin round the table is the same everywhere, so
    each corner is symmetric about its diagonal."""
    crop = 2.0 * plan.corner_pct / 100.0
    margin, height = 1.0 - plan.table_pct / 100.0, 2.0 * plan.crown_height_pct / 100.0
    slope = np.tan(np.radians(plan.star_angle_deg))
    # The corner's facet falls by `fall` a unit of u + v, counted in x and y from the table's corner
    # at the side +X; the star by `slope` a unit of u. They run down together where
    # slope u = fall (u + v).
    table_crop = 0.45 * crop
    top = np.array([1.0 - margin, ratio - margin - table_crop, height])
    fall = (0.84 if crop else 1.0) * height / (2.0 * margin + table_crop - crop)
    heading = np.array([1.0, slope / fall - 1.0, -slope])
    kite_end = top + plan.kite_pct / 100.0 * margin * heading
    girdle_end = np.array([1.0, ratio - crop, 0.0])
    reach = plan.star_length_pct / 100.0 * margin
    star_end = np.array([1.0 - margin + reach, 0.0, height - slope * reach])

    def turned(point: Array) -> Array:
        """A corner's point seen in its diagonal: from the side +X to the side +Y."""
        return np.array([point[1] - ratio + 1.0, point[0] + ratio - 1.0, point[2]])

    star_end_y = turned(star_end) * (0.0, 1.0, 1.0)
    groups = []
    for star, end, kite, girdle, mirror in (
        (star_end, top, kite_end, girdle_end, (1.0, -1.0, 1.0)),
        (star_end_y, turned(top), turned(kite_end), turned(girdle_end), (-1.0, 1.0, 1.0)),
    ):
        groups += [
            _two("star", star, end, end * mirror, inside),
            _four("upper_girdle", star, kite, girdle, inside),
            _two("side_facet", star, girdle, girdle * mirror, inside),
        ]
    if crop:
        groups += [
            _four("corner_facet", top, kite_end, turned(top), inside),
            _four("corner_girdle", kite_end, turned(kite_end), girdle_end, inside),
        ]
    else:
        groups.append(_four("bezel_facet", top, kite_end, girdle_end, inside))
    return groups


def _pavilion(ratio: float, plan: MixedPlan, girdle: float, inside: Array) -> list[Group]:
    crop = 2.0 * plan.corner_pct / 100.0
    depth = 2.0 * plan.pavilion_pct / 100.0
    culet = np.array([0.0, 0.0, -girdle - depth])
    groups: list[Group] = []
    steps = np.array([*plan.chevrons, (1.0, 1.0)])
    out = 1.0 - steps[:, :1]  # of each point on the side's middle line, half-widths
    fall = np.array([0.0, 0.0, -girdle]) - steps[:, 1:] * (0.0, 0.0, depth)
    # the ends of a long stone lie farther out, but their last facets are as steep as the sides'
    for end, mirror, axis, outer in (
        (np.array([1.0, ratio - crop, -girdle]), (1.0, -1.0, 1.0), (1.0, 0.0, 0.0), out),
        (np.array([1.0 - crop, ratio, -girdle]), (-1.0, 1.0, 1.0), (0.0, 1.0, 0.0),
         out * (1.0 + (ratio - 1.0) * out)),
    ):  # fmt: skip
        line = axis * outer + fall
        groups.append(_two("pavilion_side", line[0], end, end * mirror, inside))
        for k, (upper, lower) in enumerate(pairwise(line)):
            last = k == len(line) - 2
            name = "pavilion_main" if last else f"chevron_{k + 1}"
            groups.append(_four(name, end, upper, lower, inside))
    if crop:
        mains = [group for group in groups if group[0] == "pavilion_main"]
        groups += _corner_pavilion(ratio, plan, girdle, culet, inside, mains)
    if plan.culet_pct:
        drop = plan.culet_pct / 100.0 * 0.8
        groups.append(("culet", np.array([[0.0, 0.0, -1.0]]), np.array([-culet[2] - drop])))
    return groups


def _corner_pavilion(
    ratio: float, plan: MixedPlan, girdle: float, culet: Array, inside: Array, mains: list[Group]
) -> list[Group]:
    """A cropped corner's two facets, the upper one steeper; both end on the mains beside them."""
    crop, share = 2.0 * plan.corner_pct / 100.0, plan.corner_step_pct / 100.0
    level = -girdle + share * (culet[2] + girdle)
    outward = np.array([1.0, 1.0, 0.0]) / np.sqrt(2.0)
    edge = (1.0 + ratio - crop) / np.sqrt(2.0)
    first = [(normals[0], float(offsets[0])) for _, normals, offsets in mains]
    # a main's level line runs inwards from the corner's end by so much for each step outwards
    runs = [abs((n[0] + n[1]) / (n[0] - n[1])) for n, _ in first]
    shift = CORNER_NARROWS * (1.0 - share) * crop / np.sqrt(2.0) / max(runs)
    ends = [
        np.linalg.solve(
            np.stack([normal, outward, np.array([0.0, 0.0, 1.0])]),
            np.array([offset, edge * (1.0 - share) + shift, level]),
        )
        for normal, offset in first
    ]
    start = np.array([1.0, ratio - crop, -girdle])
    return [
        _four("corner_step", start, start + np.array([-1.0, 1.0, 0.0]), ends[0], inside),
        _four("corner_main", ends[0], ends[1], culet, inside),
    ]
