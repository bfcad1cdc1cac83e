"""A basket for one stone of any outline: two gallery rails, and claws or a bezel that hold it.

Frame of the head: the stone's axis is z and its outline lies as in the stone's own frame; heights
count from the centre of the finger hole. The stone's frame has z = 0 at the upper girdle edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d
import numpy as np

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import Outline, domed_outline
from models3d.settings.claws import claw_places
from models3d.settings.girdle import Line, offset_line, surface_z
from models3d.settings.prong import ClawPlace, Prong, prong
from models3d.settings.v_prong import VProng, v_prong
from models3d.solids import solid, union
from models3d.stones.stone import Stone
from models3d.sweep import sweep

LEAN = np.radians(5.0)  # of the claws, outwards
SEAT_DEPTH = 1.0 / 3.0  # of the claw's thickness, at the girdle
SEAT_PLAY = 4e-6  # metres between the seat and the stone
RAIL_PLAY = 0.03e-3  # metres between the upper rail and the pavilion
CULET_GAP = 0.20e-3  # metres from the culet to the bridge
BRIDGE_THICKNESS = 1.05e-3  # under the culet
RAIL_POINTS = 60
FINEST_CLAW = 0.60e-3  # a thinner one bends
SMALLEST_V = 0.6  # of the size at one carat
RAIL_CORNER = 0.06e-3  # radius inside a rail's corners at scale 1, metres
LEAST_RISE = 2.1  # rail heights from the bridge to the girdle: a flat stone still has a gallery
ONE_CARAT_RADIUS = 3.2345e-3  # of the round brilliant that `scale` is 1 for
FOLD = 0.44e-3  # of a claw over the crown at scale 1, from the girdle's edge inwards
V_ARM, V_RADIUS = 0.50e-3, 0.27e-3  # at scale 1
V_HOOD = 0.21e-3


@dataclass(frozen=True)
class Head:
    """All measures follow from the stone, where the head stands and the number of claws.

    Raises:
        Unbuildable: claws do not hold such a stone, or it leaves no room for a rail.
    """

    stone: Stone
    claws: int  # round ones, where the cut leaves a choice
    base: float  # height of the bridge under the stone, metres
    fineness: float = 1.0  # thickness of claws and rails; below 1 where melee stands close
    moved: tuple[ClawPlace, ...] = ()  # the claws' places, where they are not the usual ones

    @property
    def girdle(self) -> float:
        """Height of the girdle, metres."""
        return self.stone.girdle_height

    @cached_property
    def scale(self) -> float:
        """Metal grows more slowly than the stone; 1 at one carat."""
        radius = np.sqrt(self.stone.length * self.stone.width) / 2.0
        return float((radius / ONE_CARAT_RADIUS) ** 0.6)

    @cached_property
    def places(self) -> tuple[ClawPlace, ...]:
        return self.moved or claw_places(self.stone, self.claws)

    @property
    def prong_thickness(self) -> float:
        round_claws = sum(not place.pointed for place in self.places)
        thickness = 0.80e-3 if round_claws == 6 else 0.92e-3
        return max(thickness * self.scale * self.fineness, FINEST_CLAW)

    @property
    def culet_z(self) -> float:
        """Height of the stone's lowest point."""
        return self.stone_z - self.girdle - self.stone.pavilion_depth

    @cached_property
    def stone_z(self) -> float:
        """Height of the upper girdle edge."""
        below = max(CULET_GAP + self.stone.pavilion_depth, LEAST_RISE * self.rail_height)
        return float(self.base + below + self.girdle)

    @property
    def rail_height(self) -> float:
        return 0.70e-3 * self.scale * self.fineness

    @property
    def rail_thickness(self) -> float:
        """Across the wire, from the inside of the basket to its outside."""
        return 0.64e-3 * self.scale * self.fineness

    @property
    def rail_fillet(self) -> float:
        return 0.34 * self.rail_thickness

    @cached_property
    def upper_rail_z(self) -> float:
        """As close under the stone as its inner edge clears the pavilion by `RAIL_PLAY`.

        The edge's fillet stays fillet + play away from the pavilion; the rail moves inwards as it
        goes down, so a few steps settle it.
        """
        bottom = self.stone_z - self.girdle
        height = bottom - self.rail_height
        outline = self.stone.outline
        normals = _normals(outline)
        away = (self.rail_fillet + RAIL_PLAY) / np.cos(self.stone.pavilion_angle)
        for _ in range(4):
            inner = self.rail_offset(height) - self.rail_thickness / 2.0 + self.rail_fillet
            depth = surface_z(self.stone.mesh, outline + min(inner, -1e-5) * normals, upper=False)
            under = self.stone_z + np.nanmin(depth) - away
            height = float(under + self.rail_fillet - self.rail_height / 2.0)
        return max(height, self.lower_rail_z + 0.8 * self.rail_height)

    @property
    def lower_rail_z(self) -> float:
        """Half sunk into the bridge."""
        return self.base + 0.12 * self.rail_height

    def claw_offset(self, z: float) -> float:
        """From the girdle's outline outwards to a claw's centre line at a height."""
        at_girdle = (0.5 - SEAT_DEPTH) * self.prong_thickness
        middle = self.stone_z - self.girdle / 2.0
        return float(at_girdle + (z - middle) * np.tan(LEAN))

    def rail_offset(self, z: float) -> float:
        """Centre of the wire: the claws stand on its outside and hide it from above."""
        return self.claw_offset(z) - 0.5 * self.prong_thickness

    def rail_line(self, z: float) -> Line:
        """The inside of a rail at a height.

        Raises:
            Unbuildable: the stone leaves no room for it.
        """
        inner = self.rail_offset(z) - self.rail_thickness / 2.0
        try:
            return offset_line(
                self.stone.outline,
                inner,
                RAIL_CORNER * self.scale,
                RAIL_POINTS,
                1.4 * self.rail_thickness,
            )
        except ModelError as error:
            raise Unbuildable("The stone is too narrow for a basket.", ("carat",)) from error

    def rail_reach(self, z: float) -> float:
        """From the axis to the middle of the wire where it meets the shank's plane."""
        return self.rail_line(z).reach(np.array([1.0, 0.0])) + self.rail_thickness / 2.0


def build_head(head: Head) -> manifold3d.Manifold:
    """Claws and rails in one piece, with the stone's seat cut."""
    return basket(head) - seat_tool(head.stone, head.stone_z)


def basket(head: Head) -> manifold3d.Manifold:
    """Claws and rails before the seat is cut."""
    return union([solid(part) for part in (*_claws(head), *rails(head))])


def seat_tool(stone: Stone, stone_z: float, play: float = SEAT_PLAY) -> manifold3d.Manifold:
    """What the setter's burr removes: the stone with a hair of play all round."""
    center = np.array([0.0, 0.0, -stone.girdle_height / 2.0])
    narrowest = min(stone.width, stone.length) / 2.0
    grown = (stone.mesh.positions - center) * (1.0 + play / narrowest) + center
    lift = np.array([0.0, 0.0, stone_z])
    return solid(Mesh(grown + lift, stone.mesh.normals, stone.mesh.triangles))


def rails(head: Head) -> list[Mesh]:
    """The two wires of the gallery."""
    section = _rail_section(head)
    return [
        sweep(head.rail_line(z).path(z), section) for z in (head.upper_rail_z, head.lower_rail_z)
    ]


def crown_slope(stone: Stone, place: ClawPlace, reach: float) -> float:
    """Angle at which the crown rises from a place on the girdle, over `reach` metres inwards."""
    inside = place.point - np.array([[0.25], [1.0]]) * reach * place.outward
    low, high = surface_z(stone.mesh, inside, upper=True)
    return float(np.arctan2(high - low, 0.75 * reach))


def _claws(head: Head) -> list[Mesh]:
    lift = RigidTransform.from_translation([0.0, 0.0, head.stone_z])
    return [_claw(head, place).transformed(lift) for place in head.places]


def _claw(head: Head, place: ClawPlace) -> Mesh:
    foot_z = head.lower_rail_z - 0.5 * head.rail_height - 0.05e-3 - head.stone_z
    size = head.scale * head.fineness
    if place.pointed:
        size = max(size, SMALLEST_V)
        arm = V_ARM * size
        return v_prong(
            VProng(
                arm=arm,
                radius=V_RADIUS * size,
                lean=float(LEAN),
                foot_z=foot_z,
                hood=V_HOOD * size,
                crown_slope=crown_slope(head.stone, place, arm),
            ),
            place,
        )
    fold = FOLD * size
    return prong(
        Prong(
            thickness=head.prong_thickness,
            lean=float(LEAN),
            girdle_rho=head.claw_offset(head.stone_z),
            foot_z=foot_z,
            reach_rho=-fold,
            gem_crown_angle=max(crown_slope(head.stone, place, fold), np.radians(20.0)),
        ),
        place,
    )


def _rail_section(head: Head) -> Outline:
    """A wire with a gently domed face to the outside and well rounded edges."""
    same = np.ones(RAIL_POINTS)
    return domed_outline(
        width=head.rail_height * same,
        thickness=head.rail_thickness * same,
        outer_rise=0.12 * head.rail_height * same,
        inner_rise=0.0 * same,
        outer_fillet=head.rail_fillet * same,
        inner_fillet=head.rail_fillet * same,
        steps=(2, 1),
        fillet_steps=2,
    )


def _normals(outline: Array) -> Array:
    """(n, 2) outwards, at each corner of a counter-clockwise polygon."""
    along = np.roll(outline, -1, axis=0) - np.roll(outline, 1, axis=0)
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return np.asarray(normals / np.linalg.norm(normals, axis=1, keepdims=True))
