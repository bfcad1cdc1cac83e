"""Three stones in a row over the finger: a centre and two sides tilted to follow it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, RigidTransform
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.rings.side_heads import SideHead
from models3d.rings.solitaire import (
    PRONGS,
    check_stone_fits,
    head_dimensions,
    shank_thickness_mm,
)
from models3d.settings.head import BRIDGE_THICKNESS, Head, build_head
from models3d.settings.pave import placed
from models3d.shank import ShankForm, Support, cathedral
from models3d.sizes import RingSize
from models3d.solids import skin
from models3d.stones.stone import Stone, stone_by_carat
from models3d.weigh import metal_lot

CARATS = (0.3, 2.5)
SIDE_SHARES = (0.4, 0.7)  # of the centre's carat
BAGUETTE_SHARES = (0.12, 0.4)
SHANK_WIDTHS_MM = (1.8, 3.0)
WIDEST_SPREAD = 1.12  # of the finger hole's radius, from the middle to the outermost girdle
# How a side stone lies: its length along the finger, or along the ring with its point outwards.
TURNS = {"pear": -np.pi / 2.0, "trillion": -np.pi / 2.0, "baguette": -np.pi / 2.0,
         "tapered_baguette": -np.pi / 2.0, "heart": np.pi / 2.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ThreeStone:
    """A centre stone between two smaller ones.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stones together are too wide for the ring.
    """

    carat: float = 1.0
    cut: str = "round_brilliant"
    gem: str = "diamond"
    side_share: float = 0.5  # carat of each side stone over the centre's
    side_cut: str = "round_brilliant"
    gem_2: str = "diamond"
    prongs: int = 4
    shank_width_mm: float = 2.2
    profile: Profile = Profile.COURT
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    name: ClassVar[str] = "three-stone"
    shares: ClassVar[tuple[float, float]] = SIDE_SHARES

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("side_share", self.side_share, self.shares)
        check_range("shank_width_mm", self.shank_width_mm, SHANK_WIDTHS_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")
        check_stone_fits(self.stone, self.size, ("carat", "size", "cut"))
        _, side = _design(self)
        _check_spread(side, self.size, ("carat", "side_share", "size"))

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    @property
    def side_stone(self) -> Stone:
        return stone_by_carat(self.side_cut, self.gem_2, self.side_share * self.carat)

    def build(self) -> Model:
        """Parts shank, head, side heads, stone and side stones.

        Raises:
            ModelError: no such metal or finish.
        """
        centre, side = _design(self)
        return _assembled(self, centre, side)


def _assembled(ring: ThreeStone, centre: Head, side: SideHead) -> Model:
    """Shank, heads and stones put together."""
    material = metal_material(ring.metal, ring.finish)
    basket, flank = build_head(centre), build_head(side.head)
    thickness_mm = shank_thickness_mm(ring.shank_width_mm)
    shank = cathedral(_shank_form(ring, centre, side))
    flanks = Part("side_heads", skin(flank), material, side.places, "metal")
    at_stone = RigidTransform.from_translation([0.0, 0.0, centre.stone_z]).matrix[None]
    heads = [basket, *placed(flank, side.places)]
    bill = Bill(
        metals=(metal_lot(ring.metal, [shank, *heads]),),
        stones=(centre.stone.lot(1, "prong"), side.head.stone.lot(2, "prong", "side")),
        dimensions=(
            Dimension("shank_width", "Shank width", ring.shank_width_mm),
            Dimension("shank_thickness", "Shank thickness", thickness_mm),
            *head_dimensions(ring.size, centre, heads),
            Dimension("side_tilt", "Side stones' fall from girdle to girdle", 1e3 * _fall(side)),
        ),
        measures=(
            Measure("shank", "shank at the palm", thickness_mm),
            Measure("prong", "claws of the centre", 1e3 * centre.prong_thickness),
            Measure("prong", "claws of the sides", 1e3 * side.head.prong_thickness),
        ),
        size=ring.size,
        resizable=(-1.0, 1.0),
    )
    return Model(
        ring.name,
        (
            Part("shank", skin(shank), material, slot="metal"),
            Part("head", skin(basket), material, slot="metal"),
            flanks,
            centre.stone.part("stone", at_stone),
            side.head.stone.part("side_stones", side.stone_places, "gem_2"),
        ),
        Anchor.FINGER,
        ring.size.inner_diameter,
        bill=bill,
    )


def _check_spread(side: SideHead, size: RingSize, fields: tuple[str, ...]) -> None:
    """Refuse stones that together reach beyond the finger.

    Raises:
        Unbuildable: they do; names `fields`.
    """
    _, greatest = side.extent
    edge = (side.shift + greatest) * np.cos(side.tilt) + side.head.stone_z * np.sin(side.tilt)
    if edge > WIDEST_SPREAD * size.inner_diameter / 2.0:
        raise Unbuildable(
            f"The three stones together are {2e3 * edge:.1f} mm wide: too much for ring size "
            f"{size}.",
            fields,
        )


def _fall(side: SideHead) -> float:
    """Metres by which the sides' girdles lie below the centre's, at their middles."""
    at = side.stone_places[0][:3, 3]
    return float(side.centre.stone_z - at[2])


@lru_cache(maxsize=64)
def _design(ring: ThreeStone) -> tuple[Head, SideHead]:
    base = ring.size.inner_diameter / 2.0 + BRIDGE_THICKNESS
    centre = Head(ring.stone, ring.prongs, base)
    flank = Head(ring.side_stone, 4, base)
    turn = float(TURNS.get(ring.side_cut, 0.0))
    return centre, SideHead(flank, turn, centre, "baguette" in ring.side_cut)


def _shank_form(ring: ThreeStone, centre: Head, side: SideHead) -> ShankForm:
    """The shank whose shoulders end in the outer sides of the side heads."""
    flank = side.head
    joint_x, joint_z = side.joint(flank.upper_rail_z)
    width = ring.shank_width_mm * 1e-3
    reach = centre.rail_reach(centre.lower_rail_z) + centre.rail_thickness / 2.0
    return ShankForm(
        inner_radius=ring.size.inner_diameter / 2.0,
        profile=ring.profile,
        width=width,
        thickness=shank_thickness_mm(ring.shank_width_mm) * 1e-3,
        joint_radius=joint_x,
        joint_height=joint_z,
        joint_width=min(0.78 * width, 0.375 * flank.stone.length),
        joint_thickness=0.9 * flank.rail_thickness,
        supports=(Support(centre.base, reach), side.support()),
    )


@dataclass(frozen=True, slots=True)
class TrilogyBaguette(ThreeStone):
    """A centre stone between two baguettes that lie along the ring.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stones together are too wide for the ring.
    """

    side_share: float = 0.22
    side_cut: str = "tapered_baguette"

    name: ClassVar[str] = "trilogy-baguette"
    shares: ClassVar[tuple[float, float]] = BAGUETTE_SHARES
