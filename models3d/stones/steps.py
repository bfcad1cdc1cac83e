"""Step cuts: rows of long parallel facets down to a keel or a point.

A stone is a stack of level sections whose sides stay parallel; between two sections each side has
one facet. Half-width 1, table +Z, z = 0 at the upper girdle edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.facets import facet_mesh, polyhedron
from models3d.frames import Array
from models3d.stones.solid import (
    UnitStone,
    assembled,
    facet_counts,
    subdivided,
    triangle_groups,
)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Proportions of a step cut; lengths as percentages of the width."""

    table_pct: float
    crown_angles_deg: tuple[float, ...]  # from the girdle up
    crown_shares: tuple[float, ...]  # of the way from girdle to table, one for each step
    pavilion_angles_deg: tuple[float, ...]  # from the girdle down
    pavilion_shares: tuple[float, ...]  # of the way from girdle to keel
    girdle_pct: float = 3.0
    corner_pct: float = 0.0  # what is cropped of each side's end; 0: square corners
    culet_pct: float = 0.0  # of the width; 0: a keel or a point
    taper: float = 1.0  # the end at +Y is this much as wide as the other


def step_cut(ratio: float, plan: StepPlan) -> UnitStone:
    """The stone of this length over width."""
    corner = 2.0 * plan.corner_pct / 100.0
    directions, reach, cropped = _sides(ratio, plan.taper, corner)
    girdle = 2.0 * plan.girdle_pct / 100.0
    to_table = 1.0 - plan.table_pct / 100.0
    crown_insets = to_table * np.cumsum([0.0, *plan.crown_shares])
    crown_heights = np.cumsum([0.0, *_rises(crown_insets, plan.crown_angles_deg)])
    keel_insets = np.cumsum([0.0, *plan.pavilion_shares])
    keel_depths = np.cumsum([0.0, *_rises(keel_insets, plan.pavilion_angles_deg)])

    def lines(inset: float, share: float) -> Array:
        """Offsets (sides,) of a section; the corners' sides shrink by `share`."""
        at = reach - inset
        if corner:
            legs = corner * (1.0 - share)
            at[cropped] = (1.0 + ratio - 2.0 * inset - legs) / np.sqrt(2.0)
        return at

    crown = [
        _tier(directions, lines(a, 0.55 * a / to_table), lines(b, 0.55 * b / to_table), z, top, 1.0)
        for a, b, z, top in zip(
            crown_insets[:-1], crown_insets[1:], crown_heights[:-1], crown_heights[1:], strict=True
        )
    ]
    pavilion = [
        _tier(directions, lines(a, a), lines(b, b), -girdle - z, -girdle - low, -1.0)
        for a, b, z, low in zip(
            keel_insets[:-1], keel_insets[1:], keel_depths[:-1], keel_depths[1:], strict=True
        )
    ]
    upright = np.column_stack([directions, np.zeros(len(directions))])
    groups = [("table", np.array([[0.0, 0.0, 1.0]]), np.array([crown_heights[-1]]))]
    groups += [(f"crown_step_{k + 1}", *planes) for k, planes in enumerate(crown)]
    groups += [(f"pavilion_step_{k + 1}", *planes) for k, planes in enumerate(pavilion)]
    if plan.culet_pct:
        last = np.tan(np.radians(plan.pavilion_angles_deg[-1]))
        bottom = girdle + keel_depths[-1] - plan.culet_pct / 100.0 * last
        groups.append(("culet", np.array([[0.0, 0.0, -1.0]]), np.array([bottom])))
    groups.append(("girdle", upright, reach))
    body = polyhedron(assembled(groups), np.array([0.0, 0.0, -girdle / 2.0]))
    low = float(body.vertices[:, 2].min())
    return UnitStone(
        facet_mesh(body),
        facet_counts(body),
        triangle_groups(body),
        body.volume(),
        subdivided(_corners(directions, reach)),
        float(crown_heights[-1]),
        girdle,
        -low - girdle,
        float(np.radians(plan.crown_angles_deg[0])),
        float(np.radians(plan.pavilion_angles_deg[0])),
    )


def _sides(ratio: float, taper: float, corner: float) -> tuple[Array, Array, Array]:
    """Outward directions (n, 2) in order round the stone, their lines' offsets (n,), which are
    corners (n,)."""
    lean = np.arctan2(1.0 - taper, 2.0 * ratio)  # of a tapered stone's long sides
    azimuths = np.array([lean, np.pi / 2.0, np.pi - lean, 1.5 * np.pi])
    middle = (1.0 + taper) / 2.0 * np.cos(lean)
    reach = np.array([middle, ratio, middle, ratio])
    cropped = np.zeros(4, bool)
    if corner:
        azimuths = np.pi / 4.0 * np.arange(8)
        reach = np.where(np.arange(8) % 4 == 0, 1.0, ratio)
        cropped = np.arange(8) % 2 == 1
        reach[cropped] = (1.0 + ratio - corner) / np.sqrt(2.0)
    return np.stack([np.cos(azimuths), np.sin(azimuths)], axis=1), reach, cropped


def _rises(insets: Array, angles_deg: tuple[float, ...]) -> Array:
    """What each step rises over its inset."""
    rises: Array = np.diff(insets) * np.tan(np.radians(angles_deg))
    return rises


def _tier(
    directions: Array, start: Array, stop: Array, z: float, end: float, up: float
) -> tuple[Array, Array]:
    """Planes through the lines direction . x = start at z and = stop at `end`."""
    normals = np.column_stack([directions * abs(end - z), up * (start - stop)])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    offsets = np.einsum("ij,ij->i", normals[:, :2], directions * start[:, None]) + normals[:, 2] * z
    return normals, offsets


def _corners(directions: Array, reach: Array) -> Array:
    """(n, 2) where neighbouring sides meet, counter-clockwise."""
    system = np.stack([directions, np.roll(directions, -1, axis=0)], axis=1)
    points: Array = np.linalg.solve(
        system, np.stack([reach, np.roll(reach, -1)], axis=1)[..., None]
    )[..., 0]
    return points
