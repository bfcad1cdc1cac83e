"""Necklaces with an engravable plate: the bar and the disc."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models3d.engraving.limits import check_wall
from models3d.mesh import Material
from models3d.necklaces.pendant import PendantNecklace
from models3d.necklaces.stone_pendants import check_range
from models3d.pendants.body import PendantBody
from models3d.pendants.plates import DEPTH_MM, Words, bar, bar_words, check_disc, disc
from models3d.stones.stone import Stone, stone

BAR_LENGTHS_MM, BAR_WIDTHS_MM, BAR_THICKNESSES_MM = (15.0, 45.0), (3.0, 8.0), (1.2, 2.5)
DIAMETERS_MM, DISC_THICKNESSES_MM, STONES_MM = (10.0, 26.0), (1.1, 2.2), (1.2, 2.6)


class Accent(StrEnum):
    """The small stone on a disc."""

    NONE = "none"
    FLUSH = "flush"
    BEZEL = "bezel"


@dataclass(frozen=True, slots=True)
class BarPendant(PendantNecklace):
    """An upright bar on a chain, letters down its front."""

    bar_length_mm: float = 32.0
    bar_width_mm: float = 4.5
    thickness_mm: float = 1.6
    engraving: str = ""
    typeface: str = "serif"
    letter_height_mm: float = 2.4

    def check(self) -> None:
        check_range("bar_length_mm", self.bar_length_mm, BAR_LENGTHS_MM)
        check_range("bar_width_mm", self.bar_width_mm, BAR_WIDTHS_MM)
        check_range("thickness_mm", self.thickness_mm, BAR_THICKNESSES_MM)
        if self.words is not None:
            bar_words(self.words, self.bar_length_mm, self.bar_width_mm)
            fields = ("thickness_mm", "metal", "engraving")
            check_wall(self.metal, self.thickness_mm, DEPTH_MM, "under the letters", fields)

    @property
    def words(self) -> Words | None:
        if not self.engraving:
            return None
        return Words(self.engraving, self.typeface, self.letter_height_mm)

    def body(self, material: Material) -> PendantBody:
        return bar(self.bar_length_mm, self.bar_width_mm, self.thickness_mm, self.words, material)


@dataclass(frozen=True, slots=True)
class DiscPendant(PendantNecklace):
    """A disc on a chain, with letters, a small stone, both or neither."""

    diameter_mm: float = 18.0
    thickness_mm: float = 1.5
    accent: Accent = Accent.NONE
    stone_size_mm: float = 1.8
    gem: str = "diamond"
    engraving: str = ""
    typeface: str = "serif"
    letter_height_mm: float = 2.6

    def check(self) -> None:
        check_range("diameter_mm", self.diameter_mm, DIAMETERS_MM)
        check_range("thickness_mm", self.thickness_mm, DISC_THICKNESSES_MM)
        check_range("stone_size_mm", self.stone_size_mm, STONES_MM)
        check_disc(
            self.diameter_mm / 2.0,
            self.thickness_mm,
            self.stone,
            self.accent is Accent.FLUSH,
            self.words,
            self.metal,
        )

    @property
    def stone(self) -> Stone | None:
        if self.accent is Accent.NONE:
            return None
        return stone("round_brilliant", self.gem, self.stone_size_mm)

    @property
    def words(self) -> Words | None:
        if not self.engraving:
            return None
        return Words(self.engraving, self.typeface, self.letter_height_mm)

    def body(self, material: Material) -> PendantBody:
        flush = self.accent is Accent.FLUSH
        return disc(
            self.diameter_mm / 2.0, self.thickness_mm, self.stone, flush, self.words, material
        )
