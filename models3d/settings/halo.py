"""A halo: a ring of small stones round a centre stone, below its girdle, on a plate of its own.

Frame of the head, as in `models3d.settings.head`; the plate's heights count from the girdle plane
of the halo's own stones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d
import numpy as np

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.settings.girdle import offset_line
from models3d.settings.halo_row import FROM_CENTRE, HaloRow
from models3d.settings.head import Head, basket, seat_tool
from models3d.settings.pave import Bead, drill, frames, paired, pave_bead, placed
from models3d.settings.wire import constant_section
from models3d.solids import solid, union
from models3d.stones.stone import Stone
from models3d.sweep import sweep

BELOW_GIRDLE = 0.06e-3  # from the centre stone's girdle down to the halo's tables
EDGE = 0.17e-3  # the thread of metal outside the stones
DEPTH = 0.10e-3  # of the bright cut inside it
FLOOR = 0.30e-3  # under the culets
POINTS = 88


@dataclass(frozen=True)
class Halo:
    """A row of small stones round the stone of a head whose claws stand in its gaps."""

    head: Head
    row: HaloRow

    @property
    def stone(self) -> Stone:
        return self.row.stone

    @cached_property
    def z(self) -> float:
        """Height of the halo's girdles in the head's frame."""
        table = self.head.stone_z - self.head.girdle - BELOW_GIRDLE
        return table - self.stone.crown_height

    @cached_property
    def stone_places(self) -> Array:
        return self._places(self.row.stations)

    @cached_property
    def bead_places(self) -> Array:
        """Two in each gap; beside a claw only the outer one, for the claw holds too."""
        taken = self.row.claw_gaps
        pairs = paired(self._places(self.row.gaps[~taken]), self.bead.aside)
        out = np.diag([-1.0, -1.0, 1.0, 1.0])  # y of the row looks inwards, x counter-clockwise
        out[1, 3] = -self.bead.aside
        return np.concatenate([pairs, self._places(self.row.gaps[taken]) @ out])

    @cached_property
    def bead(self) -> Bead:
        """For the narrowest gap: in wider ones the beads stand a hair clear."""
        after = np.roll(self.row.stations, -1) - self.row.stations
        return pave_bead(self.stone, float(after[after > 0.0].min()))

    def _places(self, stations: Array) -> Array:
        points, normals = self.row.line.at(stations)
        along = np.stack([-normals[:, 1], normals[:, 0], 0.0 * stations], axis=1)
        at = np.concatenate([points, np.full((len(points), 1), self.z)], axis=1)
        return frames(at, along, np.tile([0.0, 0.0, 1.0], (len(at), 1)))

    @property
    def seat_floor(self) -> float:
        return FLOOR

    @property
    def thickness(self) -> float:
        """Of the plate, metres."""
        return FLOOR + self.stone.girdle_height + self.stone.pavilion_depth

    @property
    def width(self) -> float:
        """Across the whole halo, metres."""
        return self.head.stone.width + 2.0 * (FROM_CENTRE + self.stone.width + EDGE + 0.06e-3)


def plate(halo: Halo) -> Mesh:
    """The ring of metal before its seats are drilled."""
    inner = FROM_CENTRE - 0.10e-3
    try:
        line = offset_line(halo.head.stone.outline, inner, 0.0, POINTS, 0.9 * halo.stone.width)
    except ModelError as error:
        raise Unbuildable("A halo does not fit this stone.", ("cut",)) from error
    across = halo.stone.width + 0.10e-3 + EDGE + 0.06e-3
    low, crest = -halo.thickness, DEPTH
    corners = np.array(
        [
            [crest, across],
            [0.45 * low, across],
            [low, 0.72 * across],
            [low, 0.16 * across],
            [0.5 * low, 0.0],
            [0.0, 0.0],
            [0.0, across - EDGE - 0.08e-3],
            [crest, across - EDGE],
        ]
    )
    radii = 1e-3 * np.array([0.06, 0.25, 0.15, 0.12, 0.12, 0.05, 0.02, 0.02])
    body = sweep(line.path(0.0), constant_section(corners, radii, POINTS))
    return body.transformed(RigidTransform.from_translation([0.0, 0.0, halo.z]))


def halo_head(head: Head, halo: Halo) -> manifold3d.Manifold:
    """The centre's basket with the halo's plate soldered round it, all seats cut."""
    struts = _struts(head, halo)
    metal = union([basket(head), solid(plate(halo)), *struts])
    seats = [seat_tool(head.stone, head.stone_z), *placed(drill(halo.stone), halo.stone_places)]
    return manifold3d.Manifold.batch_boolean([metal, *seats], manifold3d.OpType.Subtract)


def _struts(head: Head, halo: Halo) -> list[manifold3d.Manifold]:
    """A gallery wire that bridges from the upper rail to the plate."""
    top = halo.z - 0.45 * halo.thickness
    inner = head.rail_offset(head.upper_rail_z)
    low = min(head.upper_rail_z - halo.z, -0.75 * halo.thickness)
    line = offset_line(
        head.stone.outline, inner, 0.12e-3, POINTS, 1.4 * (FROM_CENTRE + 0.4e-3 - inner)
    )
    reach = FROM_CENTRE + 0.25e-3 - inner
    corners = np.array(
        [[top - halo.z, reach], [low - 0.12e-3, 0.1e-3], [low - 0.1e-3, 0.0], [top - halo.z, 0.0]]
    )
    ring = sweep(line.path(halo.z), constant_section(corners, np.full(4, 0.03e-3), POINTS, 1))
    return [solid(ring)]
