"""The solitaire: one stone of any cut, in claws or a bezel, on cathedral shoulders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from manifold3d import Manifold

from models3d.bill import Bill, Dimension, Measure, StoneLot
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, RigidTransform
from models3d.gems import GRADED_BY_COLOUR
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.settings.bezel import Bezel, bezel_head
from models3d.settings.head import BRIDGE_THICKNESS, Head, build_head, seat_tool
from models3d.shank import ShankForm, Support, cathedral
from models3d.sizes import RingSize
from models3d.solids import skin
from models3d.stones.proportioned import Proportions, round_by_carat
from models3d.stones.stone import Stone, stone_by_carat
from models3d.weigh import metal_lot

CARATS = (0.3, 3.0)
SHANK_WIDTHS_MM = (1.6, 3.0)
PRONGS = (4, 6)
WIDEST_STONE = 1.35  # of the finger hole's radius: beyond, a stone hides the finger
BEZEL_DEPTH = 0.85e-3  # of the bezel's wall under the girdle at one carat


class Source(StrEnum):
    """Where a round stone's angles come from."""

    HOUSE = "house"  # the middle of what is graded excellent
    REPORT = "report"  # a laboratory's grading report


class Setting(StrEnum):
    """What holds the stone."""

    CLAWS = "claws"
    BEZEL = "bezel"


@dataclass(frozen=True, slots=True)
class Solitaire:
    """A stone on cathedral shoulders.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stone is too large for the ring.
    """

    carat: float = 1.0
    cut: str = "round_brilliant"
    gem: str = "diamond"
    colour: str = "F"  # of a diamond, D to Z
    clarity: str = "VS1"
    report: str = ""  # number of the grading report
    proportions: Source = Source.HOUSE  # of a round brilliant; the six below are the report's
    table_pct: float = 57.0
    crown_angle_deg: float = 34.5
    pavilion_angle_deg: float = 40.75
    girdle_pct: float = 3.0
    star_length_pct: float = 55.0
    lower_half_pct: float = 77.0
    setting: Setting = Setting.CLAWS
    prongs: int = 6  # of round and oval stones; other cuts have claws of their own
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
        check_stone_fits(self.stone, self.size, ("carat", "size", "cut"))

    @property
    def stone(self) -> Stone:
        if self.cut == "round_brilliant" and self.proportions is Source.REPORT:
            found = round_by_carat(self.gem, self.carat, self._reported())
        else:
            found = stone_by_carat(self.cut, self.gem, self.carat)
        return found.graded(self.colour) if self.gem in GRADED_BY_COLOUR else found

    def _reported(self) -> Proportions:
        return Proportions(
            self.table_pct,
            self.crown_angle_deg,
            self.pavilion_angle_deg,
            self.girdle_pct,
            self.star_length_pct,
            self.lower_half_pct,
        )

    @property
    def shank_thickness_mm(self) -> float:
        return shank_thickness_mm(self.shank_width_mm)

    def _lot(self, gemstone: Stone) -> StoneLot:
        lot = gemstone.lot(1, "bezel" if self.setting is Setting.BEZEL else "prong")
        graded = self.gem in GRADED_BY_COLOUR
        return replace(
            lot, grade=f"{self.colour} {self.clarity}" if graded else "", report=self.report
        )

    def build(self) -> Model:
        """Parts shank, head and stone.

        Raises:
            ModelError: no such metal or finish.
            Unbuildable: the stone leaves no room for its setting.
        """
        gemstone = self.stone
        head = Head(gemstone, self.prongs, self.size.inner_diameter / 2.0 + BRIDGE_THICKNESS)
        if self.setting is Setting.BEZEL:
            bezel = Bezel(gemstone, head.stone_z, BEZEL_DEPTH * head.scale)
            basket, joint_z = bezel_head(head, bezel), head.stone_z - 0.6 * bezel.below
            joint = bezel.line().reach(np.array([1.0, 0.0])) + 0.5 * bezel.wall
            held = Measure("bezel", "bezel beside the girdle", 1e3 * bezel.wall)
        else:
            basket, joint_z = build_head(head), head.upper_rail_z
            joint = head.rail_reach(joint_z)
            held = Measure("prong", "claws", 1e3 * head.prong_thickness)
        material = metal_material(self.metal, self.finish)
        shank = cathedral(shank_form(self, head, joint, joint_z))
        if self.setting is Setting.BEZEL:
            shank -= seat_tool(gemstone, head.stone_z)  # a deep pavilion reaches the shoulders
        at_stone = RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix[None]
        bill = Bill(
            metals=(metal_lot(self.metal, [shank, basket]),),
            stones=(self._lot(gemstone),),
            dimensions=(
                Dimension("shank_width", "Shank width", self.shank_width_mm),
                Dimension("shank_thickness", "Shank thickness", self.shank_thickness_mm),
                *head_dimensions(self.size, head, [basket]),
            ),
            measures=(Measure("shank", "shank at the palm", self.shank_thickness_mm), held),
            size=self.size,
            resizable=(-2.0, 2.0),
        )
        return Model(
            "solitaire",
            (
                Part("shank", skin(shank), material, slot="metal"),
                Part("head", skin(basket), material, slot="metal"),
                gemstone.part("stone", at_stone),
            ),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )


def shank_thickness_mm(width_mm: float) -> float:
    """At the palm: wider shanks are made thicker, from 1.5 to 1.9 mm."""
    return float(np.clip(0.9 + 0.4 * width_mm, 1.5, 1.9))


def check_stone_fits(stone: Stone, size: RingSize, fields: tuple[str, ...]) -> None:
    """Refuse a stone that is wider than the finger carries.

    Raises:
        Unbuildable: it is; names `fields`.
    """
    if stone.width > WIDEST_STONE * size.inner_diameter / 2.0:
        raise Unbuildable(
            f"A stone {1e3 * stone.width:.1f} mm wide is too large for ring size {size}.", fields
        )


def head_dimensions(size: RingSize, head: Head, metal: list[Manifold]) -> tuple[Dimension, ...]:
    """What a client asks of a ring's head: its metal and stone, across and above the finger."""
    boxes = np.array([body.bounding_box() for body in metal]).reshape(-1, 2, 3)
    across, along, _ = boxes[:, 1].max(axis=0) - boxes[:, 0].min(axis=0)
    width, length = 1e3 * head.stone.width, 1e3 * head.stone.length
    inner_radius = size.inner_diameter / 2.0
    table_z = head.stone_z + head.stone.crown_height
    return (
        Dimension("head_width", "Head width", max(float(across), width)),
        Dimension("head_length", "Head length along the finger", max(float(along), length)),
        Dimension("height", "Height above the finger", 1e3 * (table_z - inner_radius)),
        Dimension("culet_gap", "Culet above the finger", 1e3 * (head.culet_z - inner_radius)),
    )


def shank_form(ring: Solitaire, head: Head, joint: float, joint_z: float) -> ShankForm:
    """The shank whose shoulders end at the joint, buried in the head."""
    base_reach = head.rail_reach(head.lower_rail_z) + head.rail_thickness / 2.0
    width = ring.shank_width_mm * 1e-3
    return ShankForm(
        inner_radius=ring.size.inner_diameter / 2.0,
        profile=ring.profile,
        width=width,
        thickness=ring.shank_thickness_mm * 1e-3,
        joint_radius=joint,
        joint_height=joint_z,
        joint_width=min(0.78 * width, 0.375 * head.stone.length),
        joint_thickness=0.9 * head.rail_thickness,
        supports=(Support(head.base, base_reach),),
    )
