"""The solitaire: one round brilliant in a basket of claws on cathedral shoulders."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models3d import brilliant
from models3d.bill import Bill, Dimension, Measure
from models3d.brilliant import RoundBrilliant
from models3d.errors import ModelError
from models3d.frames import Anchor, RigidTransform
from models3d.gems import gem
from models3d.head import Head, build_head
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.shank import ShankForm, cathedral
from models3d.sizes import RingSize
from models3d.stones.stone import stone
from models3d.weigh import metal_lot

CARATS = (0.3, 3.0)
SHANK_WIDTHS_MM = (1.6, 3.0)
PRONGS = (4, 6)


@dataclass(frozen=True, slots=True)
class Solitaire:
    """A round brilliant in a basket of claws on cathedral shoulders.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    carat: float = 1.0
    gem: str = "diamond"
    prongs: int = 6
    shank_width_mm: float = 2.0
    profile: Profile = Profile.COURT
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("shank_width_mm", self.shank_width_mm, SHANK_WIDTHS_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")

    @property
    def shank_thickness_mm(self) -> float:
        """At the palm: wider shanks are made thicker, from 1.5 to 1.9 mm."""
        return float(np.clip(0.9 + 0.4 * self.shank_width_mm, 1.5, 1.9))

    def build(self) -> Model:
        """Parts shank, head and stone.

        Raises:
            ModelError: no such gem, metal or finish.
        """
        kind = gem(self.gem)
        width = brilliant.diameter_mm_for_carat(self.carat, kind.density_g_cm3)
        cut, gemstone = RoundBrilliant(diameter_mm=width), stone("round_brilliant", self.gem, width)
        head = Head(cut, self.prongs, self.size.inner_diameter / 2.0)
        material = metal_material(self.metal, self.finish)
        shank = cathedral(_shank_form(self, head))
        basket = build_head(head, gemstone.mesh)
        model_from_stone = RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix[None]
        table_z = head.stone_z + gemstone.crown_height
        bill = Bill(
            metals=(metal_lot(self.metal, [shank, basket]),),
            stones=(gemstone.lot(1, "prong"),),
            dimensions=(
                Dimension("shank_width", "Shank width", self.shank_width_mm),
                Dimension("shank_thickness", "Shank thickness", self.shank_thickness_mm),
                Dimension("height", "Height above the finger", 1e3 * (table_z - head.inner_radius)),
                Dimension(
                    "culet_gap",
                    "Culet above the finger",
                    1e3 * (head.culet_z - head.inner_radius),
                ),
            ),
            measures=(
                Measure("shank", "shank at the palm", self.shank_thickness_mm),
                Measure("prong", "claws", 1e3 * head.prong_thickness),
            ),
            size=self.size,
            resizable=(-2.0, 2.0),
        )
        return Model(
            "solitaire",
            (
                Part("shank", shank, material, slot="metal"),
                Part("head", basket, material, slot="metal"),
                gemstone.part("stone", model_from_stone),
            ),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )


def _shank_form(ring: Solitaire, head: Head) -> ShankForm:
    """The shank that meets this head: its shoulders end inside the upper rail."""
    joint_z = head.upper_rail_z
    end_thickness = 0.9 * head.rail_thickness
    rail_outside = head.rail_radius(head.lower_rail_z) + head.rail_thickness / 2.0
    return ShankForm(
        inner_radius=head.inner_radius,
        profile=ring.profile,
        width=ring.shank_width_mm * 1e-3,
        thickness=ring.shank_thickness_mm * 1e-3,
        joint_radius=head.rail_radius(joint_z),
        joint_height=joint_z,
        joint_width=min(0.78 * ring.shank_width_mm * 1e-3, 0.75 * head.girdle_radius),
        joint_thickness=end_thickness,
        bridge_height=head.bridge_top,
        bridge_reach=rail_outside,
    )
