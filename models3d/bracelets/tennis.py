"""The tennis bracelet: a line of hinged stones round a wrist."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models3d.bill import Bill, ComponentLot, Dimension, Measure
from models3d.bracelets.wear import check_wrist, draped_on
from models3d.chains.chain import wrist_curve
from models3d.chains.lots import metal_lot_of_volume
from models3d.chains.strand import lay
from models3d.chains.tennis_form import GAP_MM, tennis_form
from models3d.chains.tennis_line import TennisLine, equal_sizes, skin_to_hinge
from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.metals import metal_material
from models3d.stones.stone import stone

STONES_MM = (2.0, 4.0)


@dataclass(frozen=True, slots=True)
class TennisBracelet:
    """Equal round brilliants in four-claw baskets, as many as the wrist takes.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    gem: str = "diamond"
    stone_mm: float = 3.0
    wrist_mm: float = 155.0
    ease_mm: float = 15.0
    metal: str = "gold_18k_white_rhodium"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_wrist(self.wrist_mm, self.ease_mm)
        least, greatest = STONES_MM
        if not least <= self.stone_mm <= greatest:
            raise ModelError(
                f"stone_mm must be from {least:g} to {greatest:g}, got {self.stone_mm!r}"
            )

    def build(self) -> Model:
        """Parts basket, clasp and stone.

        Raises:
            ModelError: no such gem, metal or finish.
        """
        kind = stone("round_brilliant", self.gem, round(self.stone_mm, 2))
        length_mm = self.wrist_mm + self.ease_mm
        line = TennisLine(kind, equal_sizes(round(self.stone_mm, 2), length_mm), length_mm)
        items = line.items()
        form = tennis_form(kind)
        total = round(sum(item.bearing for item in items), 9)
        radius = round(skin_to_hinge(form), 9)
        row = lay(items, wrist_curve(self.wrist_mm * 1e-3, total, radius))
        bill = Bill(
            metals=(metal_lot_of_volume(self.metal, row.volume),),
            stones=line.lots(),
            components=(ComponentLot("clasp_spring", "Spring tongue of the clasp", 1, 0.03),),
            dimensions=(
                Dimension("length", "Length", 1e3 * row.length),
                Dimension("wrist", "Wrist", self.wrist_mm),
                Dimension("width", "Width", form.diameter),
            ),
            measures=(
                Measure("prong", "claws", form.claw),
                Measure("wire", "rails", form.wire),
                Measure("wire", "hinge pins", 2.0 * form.pin),
                Measure("link_gap", "between stones", GAP_MM),
            ),
        )
        material = metal_material(self.metal, self.finish)
        parts = (*row.parts(material), line.stones(row))
        return Model(
            "tennis-bracelet",
            parts,
            Anchor.WRIST,
            self.wrist_mm * 1e-3 / math.pi,
            draped_on(self.wrist_mm),
            bill,
        )
