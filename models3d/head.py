"""The solitaire's head: a basket of two gallery rails, claws that hold the stone, and their seat.

Model frame: the head's axis is z. The stone's frame has z = 0 at the upper girdle edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d
import numpy as np

from models3d.brilliant import RoundBrilliant
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import Outline, domed_outline
from models3d.prong import Prong, prong
from models3d.solids import skin, solid, union
from models3d.sweep import revolve_path, sweep

LEAN = np.radians(5.0)  # of the claws, outwards
SEAT_DEPTH = 1.0 / 3.0  # of the claw's thickness, at the girdle
SEAT_PLAY = 4e-6  # metres between the seat and the stone
RAIL_PLAY = 0.03e-3  # metres between the upper rail and the pavilion
CULET_GAP = 0.20e-3  # metres from the culet to the bridge
BRIDGE_THICKNESS = 1.05e-3  # under the culet
RAIL_SEGMENTS = 56
AZIMUTHS = {4: np.radians(45.0), 6: np.radians(30.0)}  # of the first claw; none lies on the shank


@dataclass(frozen=True)
class Head:
    """All measures of a head follow from the stone, the finger hole and the number of claws."""

    cut: RoundBrilliant
    prongs: int  # 4 or 6
    inner_radius: float  # of the finger hole, metres

    @property
    def girdle_radius(self) -> float:
        return self.cut.diameter_mm / 2000.0

    @property
    def girdle(self) -> float:
        """Height of the girdle, metres."""
        return self.cut.girdle_pct / 100.0 * 2.0 * self.girdle_radius

    @property
    def scale(self) -> float:
        """Metal grows more slowly than the stone; 1 at one carat."""
        return float((self.girdle_radius / 3.2345e-3) ** 0.6)

    @property
    def prong_thickness(self) -> float:
        return (0.80e-3 if self.prongs == 6 else 0.92e-3) * self.scale

    @property
    def bridge_top(self) -> float:
        """z of the bridge under the culet."""
        return self.inner_radius + BRIDGE_THICKNESS

    @property
    def culet_z(self) -> float:
        """z of the stone's lowest point."""
        return self.bridge_top + CULET_GAP

    @property
    def stone_z(self) -> float:
        """z of the upper girdle edge."""
        pavilion = self.girdle_radius * np.tan(np.radians(self.cut.pavilion_angle_deg))
        return float(self.culet_z + pavilion + self.girdle)

    @property
    def rail_height(self) -> float:
        return 0.70e-3 * self.scale

    @property
    def rail_thickness(self) -> float:
        """Across the wire, from the inside of the basket to its outside."""
        return 0.64e-3 * self.scale

    @property
    def rail_fillet(self) -> float:
        return 0.34 * self.rail_thickness

    @property
    def upper_rail_z(self) -> float:
        """As close under the stone as its inner edge clears the pavilion by `RAIL_PLAY`.

        The edge's fillet (centre rho, z) stays fillet + play away from the cone of the mains,
        (rho - girdle_radius) sin a - (z - girdle_bottom) cos a; both rho and z are linear in the
        height of the rail.
        """
        angle = np.radians(self.cut.pavilion_angle_deg)
        sine, cosine = np.sin(angle), np.cos(angle)
        fillet, bottom = self.rail_fillet, self.stone_z - self.girdle
        to_center = fillet - self.rail_thickness / 2.0
        rho = self.rail_radius(bottom) + to_center - self.girdle_radius
        z = self.rail_height / 2.0 - fillet
        clearance = rho * sine - z * cosine  # of a rail centred at the girdle's bottom
        below = (fillet + RAIL_PLAY - clearance) / (cosine - np.tan(LEAN) * sine)
        return float(bottom - below)

    @property
    def lower_rail_z(self) -> float:
        """Half sunk into the bridge."""
        return self.bridge_top + 0.12 * self.rail_height

    def claw_rho(self, z: float) -> float:
        """Distance of a claw's centre line from the axis at height z of the model."""
        at_girdle = self.girdle_radius + (0.5 - SEAT_DEPTH) * self.prong_thickness
        middle = self.stone_z - self.girdle / 2.0
        return float(at_girdle + (z - middle) * np.tan(LEAN))

    def rail_radius(self, z: float) -> float:
        """Centre of the wire: the claws stand on its outside and hide it from above."""
        return self.claw_rho(z) - 0.5 * self.prong_thickness

    @cached_property
    def azimuths(self) -> Array:
        """(prongs,) radians from +X."""
        turn = 2.0 * np.pi / self.prongs
        return np.asarray(AZIMUTHS[self.prongs] + np.arange(self.prongs) * turn)


def build_head(head: Head, stone: Mesh) -> Mesh:
    """Claws and rails in one piece, with the stone's seat cut.

    Args:
        stone: in its own frame.
    """
    metal = union([solid(part) for part in (*_claws(head), *_rails(head))])
    return skin(metal - seat_tool(head, stone))


def seat_tool(head: Head, stone: Mesh) -> manifold3d.Manifold:
    """What the setter's burr removes: the stone with a hair of play all round."""
    center = np.array([0.0, 0.0, -head.girdle / 2.0])
    grown = (stone.positions - center) * (1.0 + SEAT_PLAY / head.girdle_radius) + center
    lift = np.array([0.0, 0.0, head.stone_z])
    return solid(Mesh(grown + lift, stone.normals, stone.triangles))


def _claws(head: Head) -> list[Mesh]:
    fold = 0.44e-3 * head.scale  # over the crown, from the girdle's edge inwards
    shape = Prong(
        thickness=head.prong_thickness,
        lean=float(LEAN),
        girdle_radius=head.girdle_radius,
        girdle_rho=head.claw_rho(head.stone_z),
        foot_z=head.lower_rail_z - 0.5 * head.rail_height - 0.05e-3 - head.stone_z,
        reach_rho=head.girdle_radius - fold,
        gem_crown_angle=float(np.radians(head.cut.crown_angle_deg)),
    )
    lift = RigidTransform.from_translation([0.0, 0.0, head.stone_z])
    return [prong(shape, float(azimuth)).transformed(lift) for azimuth in head.azimuths]


def _rails(head: Head) -> list[Mesh]:
    section = _rail_section(head)
    rails = []
    for z in (head.upper_rail_z, head.lower_rail_z):
        inner = head.rail_radius(z) - head.rail_thickness / 2.0
        rails.append(sweep(revolve_path(inner, z, RAIL_SEGMENTS), section))
    return rails


def _rail_section(head: Head) -> Outline:
    """A wire with a gently domed face to the outside and well rounded edges."""
    same = np.ones(RAIL_SEGMENTS)
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
