"""The halo ring: a centre stone in fine claws, small brilliants all round it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from models3d.bill import Bill, Dimension, Measure
from models3d.errors import ModelError
from models3d.frames import Anchor, RigidTransform
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.rings.solitaire import (
    PRONGS,
    SHANK_WIDTHS_MM,
    check_stone_fits,
    head_dimensions,
    shank_thickness_mm,
)
from models3d.settings.claws import claw_places
from models3d.settings.halo import Halo, halo_head
from models3d.settings.halo_row import MELEE_MM, halo_row
from models3d.settings.head import BRIDGE_THICKNESS, Head
from models3d.settings.pave import bead_mesh, placed
from models3d.shank import ShankForm, Support, cathedral
from models3d.sizes import RingSize
from models3d.solids import skin
from models3d.stones.stone import Stone, stone_by_carat
from models3d.weigh import metal_lot

CARATS = (0.3, 2.5)
FINENESS = 0.76  # of claws and rails, beside those of a solitaire


@dataclass(frozen=True, slots=True)
class HaloRing:
    """A centre stone with a halo.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stone is too large for the ring, or no halo closes round it.
    """

    carat: float = 0.8
    cut: str = "round_brilliant"
    gem: str = "diamond"
    melee: str = "diamond"
    melee_size_mm: float = 1.2
    prongs: int = 4
    shank_width_mm: float = 1.9
    profile: Profile = Profile.COURT
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("melee_size_mm", self.melee_size_mm, MELEE_MM)
        check_range("shank_width_mm", self.shank_width_mm, SHANK_WIDTHS_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")
        check_stone_fits(self.stone, self.size, ("carat", "size", "cut"))
        _design(self)

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    def build(self) -> Model:
        """Parts shank, head, stone, melee and beads.

        Raises:
            ModelError: no such metal or finish.
        """
        head, halo = _design(self)
        basket, bead = halo_head(head, halo), bead_mesh(halo.bead)
        shank = cathedral(_shank_form(self, head))
        material = metal_material(self.metal, self.finish)
        at_stone = RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix[None]
        beads = Part("beads", bead, material, halo.bead_places, "metal")
        thickness_mm = shank_thickness_mm(self.shank_width_mm)
        bill = Bill(
            metals=(metal_lot(self.metal, [shank, basket, *placed(bead, halo.bead_places)]),),
            stones=(
                self.stone.lot(1, "prong"),
                halo.stone.lot(len(halo.stone_places), "pave", "melee"),
            ),
            dimensions=(
                Dimension("shank_width", "Shank width", self.shank_width_mm),
                Dimension("shank_thickness", "Shank thickness", thickness_mm),
                *head_dimensions(self.size, head, [basket]),
            ),
            measures=(
                Measure("shank", "shank at the palm", thickness_mm),
                Measure("prong", "claws", 1e3 * head.prong_thickness),
                Measure("bead", "beads of the halo", 2e3 * halo.bead.radius),
            ),
            size=self.size,
            resizable=(-2.0, 2.0),
        )
        return Model(
            "halo",
            (
                Part("shank", skin(shank), material, slot="metal"),
                Part("head", skin(basket), material, slot="metal"),
                self.stone.part("stone", at_stone),
                halo.stone.part("melee", halo.stone_places, "melee"),
                beads,
            ),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )


@lru_cache(maxsize=64)
def _design(ring: HaloRing) -> tuple[Head, Halo]:
    base = ring.size.inner_diameter / 2.0 + BRIDGE_THICKNESS
    usual = claw_places(ring.stone, ring.prongs)
    row = halo_row(ring.stone, usual, ring.melee, ring.melee_size_mm)
    head = Head(ring.stone, ring.prongs, base, FINENESS, row.claws)
    return head, Halo(head, row)


def _shank_form(ring: HaloRing, head: Head) -> ShankForm:
    """The shank whose shoulders end in the gallery, under the halo."""
    joint_z = head.upper_rail_z - 0.1 * (head.upper_rail_z - head.lower_rail_z)
    base_reach = head.rail_reach(head.lower_rail_z) + head.rail_thickness / 2.0
    width = ring.shank_width_mm * 1e-3
    return ShankForm(
        inner_radius=ring.size.inner_diameter / 2.0,
        profile=ring.profile,
        width=width,
        thickness=shank_thickness_mm(ring.shank_width_mm) * 1e-3,
        joint_radius=head.rail_reach(joint_z),
        joint_height=joint_z,
        joint_width=min(0.78 * width, 0.375 * head.stone.length),
        joint_thickness=0.9 * head.rail_thickness,
        supports=(Support(head.base, base_reach),),
    )
