"""Brilliants on any outline: the facet plan of the round one, laid on an oval, pear, heart …

Every main facet touches the girdle's line in one point, along the line's tangent. Between two
mains lie a star, two upper and two lower halves, and all of them meet in points, as they should:

- a crown main goes through its tangent and its corner of the table;
- a star goes through two corners of the table and the tip on the edge between their mains;
- an upper half goes through that tip and two neighbouring points of the girdle;
- the pavilion mains meet in the culet; lower halves likewise end on the edges between mains.

`bulge` moves the pavilion mains out from the girdle, so that only the halves reach it, and `belt`
adds a steep row of facets between them and the girdle, as on modified cushions: a fuller pavilion
with the same angles in the middle.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from models3d.facets import polyhedron
from models3d.frames import Array, IntArray
from models3d.stones.outline import Outline
from models3d.stones.solid import (
    OUTLINE_POINTS,
    Rim,
    UnitStone,
    assembled,
    facet_counts,
    from_x,
    mirrored_in_x,
    through,
    triangle_groups,
    with_round_girdle,
)

SHORTEST_STAR = 0.22  # of the edge between two mains; at 0 a star would lie in the table's plane


@dataclass(frozen=True, slots=True)
class BrilliantPlan:
    """Proportions across the narrowest mains; percentages of the width."""

    table_pct: float = 57.0
    crown_angle_deg: float = 34.5
    pavilion_angle_deg: float = 40.75
    girdle_pct: float = 3.5
    star_length_pct: float = 55.0
    lower_half_pct: float = 77.0
    bulge: tuple[float, ...] = (0.0,)  # of the way from culet to girdle; for each main, repeated
    table_spread: float = 1.0  # 1: the table repeats the outline; 0: the same margin all round
    center_y: float = 0.0  # of culet and table, half-widths from the middle of the length
    belt: tuple[float, float] = (0.0, 0.0)  # a steep row under the girdle: shares in and down
    cleft_turn_deg: float = 14.0  # hearts: how far the cleft's mains turn to the axis
    cleft_table: float = 0.5  # hearts: the table's edge below the cleft, 1: at the culet


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Where facets touch the girdle's line; n mains, and as many or one fewer bays."""

    mains: Array  # (n, 2)
    directions: Array  # (n, 2) unit, the mains face this way
    middles: Array  # (bays, 2) where two halves meet


def stations(outline: Outline) -> Stations:
    """Of a closed outline; a corner's main faces between its sides."""
    ends = np.array([0.0, 0.5, 1.0])
    sampled = [bay.at(ends) for bay in outline]
    points = np.array([p for p, _ in sampled])
    normals = np.array([n for _, n in sampled])
    facing = normals[:, 0] + np.roll(normals[:, 2], 1, axis=0)
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    return Stations(points[:, 0], facing, points[:, 1])


def rim(outline: Outline, sides: int) -> Rim:
    """The girdle's polygon with `sides` sides for each bay, an even number."""
    places = np.arange(sides + 1) / sides
    sampled = [bay.at(places) for bay in outline]
    return Rim(
        np.concatenate([p[:-1] for p, _ in sampled]),
        np.concatenate([n[:-1] for _, n in sampled]),
        np.concatenate([n[1:] for _, n in sampled]),
    )


def outline_points(outline: Outline) -> Array:
    """(n, 2) points of the line itself, n at least OUTLINE_POINTS."""
    return from_x(rim(outline, 2 * -(-OUTLINE_POINTS // (2 * len(outline)))).corners)


def brilliant_on(outline: Outline, plan: BrilliantPlan, sides: int = 8) -> UnitStone:
    """The cut stone on a closed, convex outline of half-width 1."""
    at = stations(outline)
    edge = rim(outline, sides)
    measures = _measures(plan, at)
    groups = _facets(plan, at, measures, np.roll(np.arange(len(outline), dtype=np.int32), -1))
    body = polyhedron(assembled([*groups, ("girdle", *edge.planes())]), measures.inside)
    return UnitStone(
        with_round_girdle(body, edge),
        facet_counts(body),
        triangle_groups(body),
        body.volume(),
        outline_points(outline),
        measures.crown,
        measures.girdle,
        measures.pavilion,
        measures.crown_angle,
        measures.pavilion_angle,
    )


def heart_on(half: Outline, plan: BrilliantPlan, sides: int = 8) -> UnitStone:
    """A heart from the open line of its half x >= 0, point first, cleft last.

    The half is a convex body with a wall in the plane x = 0, and the stone is that half and its
    mirror image, exactly. Facets that face along the axis, as the table and the mains at the point,
    continue from one half into the other; those of the cleft meet their images in a groove.
    """
    at = _half_stations(half, plan)
    edge = rim(half, sides)
    measures = _measures(plan, at, plan.cleft_table)
    groups = _facets(plan, at, measures, np.arange(1, len(half) + 1, dtype=np.int32))
    last, _ = half[-1].at(np.array([1.0]))
    closed = Rim(
        np.vstack([edge.corners, last]),
        np.vstack([edge.normals_from, [-1.0, 0.0]]),
        np.vstack([edge.normals_to, [-1.0, 0.0]]),
    )  # its last side is the wall in the plane x = 0
    girdle = ("girdle", *closed.planes())
    body = polyhedron(assembled([*groups, girdle]), measures.inside + np.array([0.2, 0.0, 0.0]))
    on_right = rim(half, 2 * -(-OUTLINE_POINTS // (4 * len(half)))).corners
    line = np.vstack([on_right, last, on_right[:0:-1] * (-1.0, 1.0)])
    counts = facet_counts(body)
    crossing = Counter(
        group
        for group, facet, normal in zip(
            body.planes.groups, body.facets, body.planes.normals, strict=True
        )
        if len(facet) and abs(normal[0]) < 1e-9
    )
    counts = {g: 2 * n - crossing[g] for g, n in counts.items()}
    counts["girdle"] -= 2  # the wall
    mesh = mirrored_in_x(with_round_girdle(body, closed))
    groups_of = triangle_groups(body)[: len(mesh.triangles) // 2]
    return UnitStone(
        mesh,
        counts,
        (*groups_of, *groups_of),
        2.0 * body.volume(),
        from_x(line),
        measures.crown,
        measures.girdle,
        measures.pavilion,
        measures.crown_angle,
        measures.pavilion_angle,
    )


def _half_stations(half: Outline, plan: BrilliantPlan) -> Stations:
    """Of a heart's half: the point's main faces along the axis, the cleft's leans to it."""
    ends = np.array([0.0, 0.5, 1.0])
    sampled = [bay.at(ends) for bay in half]
    last, facing_last = sampled[-1][0][2], sampled[-1][1][2]
    turn = np.arctan2(facing_last[1], facing_last[0]) + np.radians(plan.cleft_turn_deg)
    between = np.array([n[0] for _, n in sampled[1:]])
    return Stations(
        np.vstack([[p[0] for p, _ in sampled], [last]]),
        np.vstack([[[0.0, -1.0]], between, [[np.cos(turn), np.sin(turn)]]]),
        np.array([p[1] for p, _ in sampled]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """Heights and distances that follow from plan and stations, half-widths."""

    center: Array  # (2,) of culet and table
    inside: Array  # (3,)
    to_girdle: Array  # (n,) from the centre to each main's tangent
    margins: Array  # (n,) from the tangent to the table, along the main's direction
    crown: float
    girdle: float
    pavilion: float
    crown_angle: float
    pavilion_angle: float


def _measures(plan: BrilliantPlan, at: Stations, cleft_table: float | None = None) -> _Measures:
    """`cleft_table`: a heart, whose last main is the cleft's."""
    center = np.array([0.0, plan.center_y])
    to_girdle = np.einsum("ij,ij->i", at.directions, at.mains - center)
    whole = to_girdle if cleft_table is None else to_girdle[:-1]
    nearest = float(whole.min())
    margins = (1.0 - plan.table_pct / 100.0) * nearest * (whole / nearest) ** plan.table_spread
    if cleft_table is not None:
        margins = np.append(margins, cleft_table * to_girdle[-1])
    crown_angle, pavilion_angle = np.radians([plan.crown_angle_deg, plan.pavilion_angle_deg])
    girdle = 2.0 * plan.girdle_pct / 100.0
    return _Measures(
        center,
        np.array([0.0, plan.center_y, -girdle / 2.0]),
        to_girdle,
        margins,
        float(margins[: len(whole)].min() * np.tan(crown_angle)),
        girdle,
        float(nearest * (1.0 + plan.bulge[0]) * np.tan(pavilion_angle)),
        float(crown_angle),
        float(pavilion_angle),
    )


def _facets(
    plan: BrilliantPlan, at: Stations, its: _Measures, after: IntArray
) -> list[tuple[str, Array, Array]]:
    """All facets but the girdle's. `after`: the main at the far end of each bay."""
    before = np.arange(len(after), dtype=np.int32)
    corners = at.mains + (its.margins / its.to_girdle)[:, None] * (its.center - at.mains)
    table = np.column_stack([corners, np.full(len(corners), its.crown)])
    upper, lower = _at(at.mains, 0.0), _at(at.mains, -its.girdle)
    upper_middle, lower_middle = _at(at.middles, 0.0), _at(at.middles, -its.girdle)
    culet = np.array([0.0, plan.center_y, -its.girdle - its.pavilion])

    slopes = its.crown / its.margins
    mains = np.column_stack([at.directions * slopes[:, None], np.ones(len(slopes))])
    mains /= np.linalg.norm(mains, axis=1, keepdims=True)
    outer = _meeting(at.directions, np.einsum("ij,ij->i", at.directions, at.mains), before, after)
    inner = _meeting(at.directions, np.einsum("ij,ij->i", at.directions, corners), before, after)
    along = outer - inner
    length = np.linalg.norm(along, axis=1)
    along /= length[:, None]
    chord = np.einsum("ij,ij->i", along, (corners[before] + corners[after]) / 2.0)
    reach = np.einsum("ij,ij->i", along, at.middles)
    tip = chord + plan.star_length_pct / 100.0 * (reach - chord)
    share = np.maximum((tip - np.einsum("ij,ij->i", along, inner)) / length, SHORTEST_STAR)
    tips = np.column_stack([inner + (share * length)[:, None] * along, its.crown * (1.0 - share)])

    traces = (1.0 + np.resize(plan.bulge, len(at.mains))) * its.to_girdle
    drops = its.pavilion / traces
    keels = np.column_stack([at.directions * drops[:, None], -np.ones(len(drops))])
    keels /= np.linalg.norm(keels, axis=1, keepdims=True)
    far = _meeting(
        at.directions,
        at.directions @ its.center + traces,
        before,
        after,
    )
    rays = far - its.center
    middle = np.linalg.norm(at.middles - its.center, axis=1)
    share = (1.0 - plan.lower_half_pct / 100.0) * middle / np.linalg.norm(rays, axis=1)
    ends = np.column_stack([its.center + share[:, None] * rays, culet[2] + share * its.pavilion])

    inside = its.inside
    groups = [
        ("table", np.array([[0.0, 0.0, 1.0]]), np.array([its.crown])),
        through("star", table[before], table[after], tips, inside),
        ("bezel_facet", mains, np.einsum("ij,ij->i", mains, upper)),
        through("upper_girdle", upper[before], upper_middle, tips, inside),
        through("upper_girdle", upper[after], upper_middle, tips, inside),
        ("pavilion_main", keels, keels @ culet),
    ]
    starts, turns = lower, lower_middle
    if plan.belt[1]:
        inward, down = plan.belt
        turns = lower_middle + inward * (np.append(its.center, -its.girdle) - lower_middle)
        turns = turns - np.array([0.0, 0.0, down * its.pavilion])
        first = through("belt", lower[before], lower_middle, turns, inside)
        second = through("belt", lower[after], lower_middle, turns, inside)
        # under each main its two belt facets and the main itself meet in a point
        system = np.stack([first[1], np.roll(second[1], 1, axis=0), keels], axis=1)
        known = np.stack([first[2], np.roll(second[2], 1), keels @ culet], axis=1)
        starts = np.linalg.solve(system, known[..., None])[..., 0]
        groups += [first, second]
    return [
        *groups,
        through("lower_girdle", starts[before], turns, ends, inside),
        through("lower_girdle", starts[after], turns, ends, inside),
    ]


def _at(points: Array, z: float) -> Array:
    return np.column_stack([points, np.full(len(points), z)])


def _meeting(directions: Array, offsets: Array, one: IntArray, other: IntArray) -> Array:
    """(n, 2) where the lines direction . x = offset of one main and of another cross."""
    system = np.stack([directions[one], directions[other]], axis=1)
    points = np.linalg.solve(system, np.stack([offsets[one], offsets[other]], axis=1)[..., None])[
        ..., 0
    ]
    return np.asarray(points, np.float64)
