"""The tennis necklace: a line of hinged stones, equal or graduated as a riviera."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.bill import Bill, ComponentLot, Dimension, Measure
from models3d.chains.chain import neck_curve
from models3d.chains.lengths import LENGTHS_CM, necklace_length
from models3d.chains.lots import metal_lot_of_volume
from models3d.chains.strand import lay
from models3d.chains.tennis_form import GAP_MM, tennis_form
from models3d.chains.tennis_line import TennisLine, equal_sizes, graduated_sizes, skin_to_hinge
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.metals import metal_material
from models3d.stones.stone import stone

STONES_MM = (2.0, 4.0)
LEAST_STONE_MM = 2.0
SHARE_AT_CLASP = 0.62  # of the largest stone, where a line is graduated


@dataclass(frozen=True, slots=True)
class TennisNecklace:
    """Round brilliants in four-claw baskets, each hinged to the next.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stones are too small to be graduated.
    """

    gem: str = "diamond"
    stone_mm: float = 3.0  # the largest
    graduated: bool = True
    length: str = "princess"
    length_cm: float = 42.0
    metal: str = "gold_18k_white_rhodium"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        for name, value, (least, greatest) in (
            ("stone_mm", self.stone_mm, STONES_MM),
            ("length_cm", self.length_cm, LENGTHS_CM),
        ):
            if not least <= value <= greatest:
                raise ModelError(f"{name} must be from {least:g} to {greatest:g}, got {value!r}")
        if self.graduated and self.stone_mm < 2.5:
            raise Unbuildable(
                "Stones of less than 2.5 mm leave no room to grow smaller towards the clasp.",
                ("graduated", "stone_mm"),
            )
        if necklace_length(self.length, self.length_cm) < 0.36:
            raise Unbuildable(
                "A line of stones needs at least 36 cm to lie round a neck.",
                ("length", "length_cm"),
            )

    def build(self) -> Model:
        """Parts basket, clasp and stone.

        Raises:
            ModelError: no such gem, metal or finish.
        """
        largest = stone("round_brilliant", self.gem, round(self.stone_mm, 2))
        length = necklace_length(self.length, self.length_cm)
        line = TennisLine(largest, self._sizes(1e3 * length), 1e3 * length)
        items = line.items()
        form = tennis_form(largest)
        total = round(sum(item.bearing for item in items), 9)
        row = lay(items, neck_curve(total, round(skin_to_hinge(form), 9)))
        bill = Bill(
            metals=(metal_lot_of_volume(self.metal, row.volume),),
            stones=line.lots(),
            components=(ComponentLot("clasp_spring", "Spring tongue of the clasp", 1, 0.03),),
            dimensions=(
                Dimension("length", "Length", 1e3 * row.length),
                Dimension("width", "Width at the front", form.diameter),
            ),
            measures=tennis_measures(form.claw, form.wire, form.pin, line.least),
        )
        material = metal_material(self.metal, self.finish)
        parts = (*row.parts(material), line.stones(row))
        return Model("tennis-necklace", parts, Anchor.NECK, bill=bill)

    def _sizes(self, length_mm: float) -> tuple[float, ...]:
        largest = round(self.stone_mm, 2)
        if not self.graduated:
            return equal_sizes(largest, length_mm)
        return graduated_sizes(largest, max(LEAST_STONE_MM, SHARE_AT_CLASP * largest), length_mm)


def tennis_measures(claw: float, rail: float, pin: float, least: float) -> tuple[Measure, ...]:
    """What the workshop checks of a line of stones, at its smallest link.

    Args:
        least: the smallest link over the largest, whose measures are given.
    """
    return (
        Measure("prong", "claws of the smallest basket", claw * least),
        Measure("wire", "rails of the smallest basket", rail * least),
        Measure("wire", "hinge pins", 2.0 * pin * least),
        Measure("link_gap", "between stones", GAP_MM * least),
    )
