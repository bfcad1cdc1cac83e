"""The pavé solitaire: a stone in claws, its shoulders set with rows of brilliants."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, RigidTransform
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.pave_shank import PaveShank, pave_width
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.rings.solitaire import PRONGS, check_stone_fits, head_dimensions
from models3d.settings.head import BRIDGE_THICKNESS, Head, build_head
from models3d.settings.pave import pave_bead, placed
from models3d.shank import ShankForm, Support
from models3d.sizes import RingSize
from models3d.solids import skin
from models3d.stones.stone import Stone, stone_by_carat
from models3d.weigh import metal_lot

CARATS = (0.3, 3.0)
MELEE_MM = (1.0, 1.6)
ROWS = (1, 3)
FLOOR = 0.80e-3  # metal under the culets
NARROWEST_PALM = 1.8e-3
PALM_SHARE = 0.80  # of the width at the head
JOINT_SHARE = 0.88  # of the palm's thickness, where the shoulder meets the head
CLEARANCE = 0.12e-3  # between the centre stone's girdle, seen from above, and the first of the row


class Coverage(StrEnum):
    """How far the pavé runs round the finger."""

    HALF = "half"
    THREE_QUARTER = "three_quarter"


END_ANGLES = {Coverage.HALF: np.radians(92.0), Coverage.THREE_QUARTER: np.radians(135.0)}


@dataclass(frozen=True, slots=True)
class PaveSolitaire:
    """A stone in claws on shoulders of pavé.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stone or the rows are too large for the ring.
    """

    carat: float = 1.0
    cut: str = "round_brilliant"
    gem: str = "diamond"
    prongs: int = 4
    melee: str = "diamond"
    melee_size_mm: float = 1.3
    rows: int = 1
    coverage: Coverage = Coverage.HALF
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("melee_size_mm", self.melee_size_mm, MELEE_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")
        if self.rows not in ROWS:
            raise ModelError(f"rows must be 1 or 3, got {self.rows!r}")
        check_stone_fits(self.stone, self.size, ("carat", "size", "cut"))
        if pave_width(self.melee_size_mm, self.rows) > 0.86 * self.stone.length:
            raise Unbuildable(
                f"{self.rows} rows of stones {self.melee_size_mm:g} mm wide are broader than "
                "the centre stone.",
                ("rows", "melee_size_mm", "carat"),
            )

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    @property
    def shank_thickness_mm(self) -> float:
        """At the palm; thick enough for the seats at the head, where it is thinner."""
        seat = 0.47 * self.melee_size_mm + 0.12
        return float(np.clip((1e3 * FLOOR + seat) / JOINT_SHARE, 1.6, 2.1))

    def build(self) -> Model:
        """Parts shank, head, stone, melee and beads.

        Raises:
            ModelError: no such metal or finish.
            Unbuildable: there is no room for the rows.
        """
        head, shank = _design(self)
        basket, hoop, bead = build_head(head), shank.shank(), shank.bead()
        material = metal_material(self.metal, self.finish)
        at_stone = RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix[None]
        stones, beads = shank.places
        bead_part = Part("beads", bead, material, beads, "metal")
        bead_diameter = 2e3 * pave_bead(shank.reference, 0.0).radius
        bill = Bill(
            metals=(metal_lot(self.metal, [hoop, basket, *placed(bead, beads)]),),
            stones=(self.stone.lot(1, "prong"), *shank.lots()),
            dimensions=(
                Dimension("shank_width", "Shank width at the head", 1e3 * shank.form.joint_width),
                Dimension("palm_width", "Shank width at the palm", 1e3 * shank.form.width),
                Dimension("shank_thickness", "Shank thickness", self.shank_thickness_mm),
                *head_dimensions(self.size, head, [basket]),
            ),
            measures=(
                Measure("shank", "shank at the palm", self.shank_thickness_mm),
                Measure("prong", "claws", 1e3 * head.prong_thickness),
                Measure("bead", "beads of the pavé", bead_diameter),
                Measure("seat_floor", "under the pavé", 1e3 * shank.seat_floor),
            ),
            size=self.size,
            resizable=(-1.0, 1.0) if self.coverage is Coverage.HALF else (-0.5, 0.5),
        )
        return Model(
            "pave-solitaire",
            (
                Part("shank", skin(hoop), material, slot="metal"),
                Part("head", skin(basket), material, slot="metal"),
                self.stone.part("stone", at_stone),
                shank.reference.part("melee", stones, "melee"),
                bead_part,
            ),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )


@lru_cache(maxsize=8)
def _design(ring: PaveSolitaire) -> tuple[Head, PaveShank]:
    inner_radius = ring.size.inner_diameter / 2.0
    head = Head(ring.stone, ring.prongs, inner_radius + BRIDGE_THICKNESS)
    joint_z = head.lower_rail_z + 0.45 * (head.upper_rail_z - head.lower_rail_z)
    thickness = ring.shank_thickness_mm * 1e-3
    width = pave_width(ring.melee_size_mm, ring.rows)
    form = ShankForm(
        inner_radius=inner_radius,
        profile=Profile.COURT,
        width=max(PALM_SHARE * width, NARROWEST_PALM),
        thickness=thickness,
        joint_radius=head.rail_reach(joint_z),
        joint_height=joint_z,
        joint_width=width,
        joint_thickness=JOINT_SHARE * thickness,
        supports=(
            Support(head.base, head.rail_reach(head.lower_rail_z) + head.rail_thickness / 2.0),
        ),
    )
    melee = ring.melee_size_mm * 1e-3
    clear_x = head.stone.width / 2.0 + CLEARANCE - 0.05 * melee
    return head, PaveShank(
        form, ring.melee_size_mm, ring.rows, ring.melee, clear_x, float(END_ANGLES[ring.coverage])
    )
