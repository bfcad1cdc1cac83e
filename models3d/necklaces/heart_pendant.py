"""The heart on a chain: puffed and engraved, or open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models3d.mesh import Material
from models3d.necklaces.pendant import PendantNecklace
from models3d.necklaces.stone_pendants import check_range
from models3d.pendants.body import PendantBody
from models3d.pendants.heart import heart_words, open_heart, puffed
from models3d.pendants.plates import Words

WIDTHS_MM = (9.0, 22.0)


class Heart(StrEnum):
    """How a heart is made."""

    PUFFED = "puffed"
    OPEN = "open"


class Side(StrEnum):
    """Where a heart is engraved."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class HeartPendant(PendantNecklace):
    """A heart on a chain."""

    heart: Heart = Heart.PUFFED
    heart_width_mm: float = 15.0
    engraving: str = ""  # of a puffed heart
    place: Side = Side.BACK
    typeface: str = "script"
    letter_height_mm: float = 2.4

    def check(self) -> None:
        check_range("heart_width_mm", self.heart_width_mm, WIDTHS_MM)
        if self.words is not None:
            heart_words(self.words, self.heart_width_mm)

    @property
    def words(self) -> Words | None:
        if not self.engraving or self.heart is Heart.OPEN:
            return None
        return Words(self.engraving, self.typeface, self.letter_height_mm)

    def body(self, material: Material) -> PendantBody:
        if self.heart is Heart.OPEN:
            return open_heart(self.heart_width_mm, material)
        return puffed(self.heart_width_mm, self.words, self.place is Side.BACK, material)
