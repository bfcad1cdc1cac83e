"""The locket on a chain."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.engraving.limits import least_wall_mm
from models3d.mesh import Material
from models3d.necklaces.pendant import PendantNecklace
from models3d.necklaces.stone_pendants import check_range
from models3d.pendants.body import PendantBody
from models3d.pendants.locket import Shape, locket, locket_words
from models3d.pendants.plates import DEPTH_MM, Words

WIDTHS_MM = (13.0, 26.0)


@dataclass(frozen=True, slots=True)
class LocketNecklace(PendantNecklace):
    """A locket, closed, on a chain."""

    shape: Shape = Shape.OVAL
    locket_width_mm: float = 17.0
    engraving: str = ""
    typeface: str = "script"
    letter_height_mm: float = 4.5

    def check(self) -> None:
        check_range("locket_width_mm", self.locket_width_mm, WIDTHS_MM)
        if self.words is not None:
            locket_words(self.words, self.shape, self.locket_width_mm)

    @property
    def words(self) -> Words | None:
        if not self.engraving:
            return None
        return Words(self.engraving, self.typeface, self.letter_height_mm)

    def body(self, material: Material) -> PendantBody:
        return locket(self.shape, self.locket_width_mm, wall_mm(self.metal), self.words, material)


def wall_mm(metal_id: str) -> float:
    """Of the shells: what the alloy needs under an engraving, and the engraving."""
    return least_wall_mm(metal_id) + DEPTH_MM
