"""What a piece is made of, measured on its geometry: the one source of price, sheet and report.

Millimetres, grams and carats, as the trade writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models3d.sizes import RingSize, ring_sizes

GRAMS_PER_CARAT = 0.2


@dataclass(frozen=True, slots=True)
class MetalLot:
    """All of one alloy in a piece; `models3d.weigh` makes it from solids."""

    metal: str
    volume_mm3: float
    mass_g: float
    place: str = ""  # words, when there is more than one: "outer band"


@dataclass(frozen=True, slots=True)
class StoneLot:
    """Stones of one kind, cut and size."""

    gem: str
    cut: str
    count: int
    carat: float  # of each
    length_mm: float
    width_mm: float
    depth_mm: float
    setting: str  # prong, bezel, channel, pave, flush, drilled (pearls), loose
    role: str = "centre"  # centre, side or melee
    grade: str = ""  # of a diamond: colour and clarity, "F VS1"
    report: str = ""  # number of its grading report


@dataclass(frozen=True, slots=True)
class ComponentLot:
    """Something not sold by weight of metal: a movement, a crystal, a strap, a spring."""

    id: str  # leather_strap, sapphire_crystal, automatic_movement …
    name: str
    count: int = 1
    mass_g: float = 0.0


@dataclass(frozen=True, slots=True)
class Dimension:
    """A length someone may ask for."""

    id: str  # shank_width, height_above_finger, lug_to_lug …
    label: str  # "Shank width"
    mm: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A thickness that the workshop checks against what the alloy allows.

    Kinds: wall, shank, prong, bezel, bead, seat_floor (metal left under a stone), wire, link_gap,
    engraving_stroke, under_engraving.
    """

    kind: str
    place: str  # words: "shank at the palm"
    mm: float


@dataclass(frozen=True, slots=True)
class EngravingLot:
    """One engraved text."""

    text: str
    typeface: str
    place: str  # inside, outside, table, disc, case_back …
    letter_height_mm: float
    depth_mm: float


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything that can be stated about a piece."""

    metals: tuple[MetalLot, ...] = ()
    stones: tuple[StoneLot, ...] = ()
    components: tuple[ComponentLot, ...] = ()
    engravings: tuple[EngravingLot, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    size: RingSize | None = None  # rings only
    resizable: tuple[float, float] | None = None  # EU sizes down and up: (-2, +2)

    @property
    def metal_mass_g(self) -> float:
        return sum(lot.mass_g for lot in self.metals)

    @property
    def carats(self) -> float:
        """Total stone weight."""
        return sum(lot.count * lot.carat for lot in self.stones)

    @property
    def mass_g(self) -> float:
        """Gross: metal, stones and components."""
        parts = sum(lot.count * lot.mass_g for lot in self.components)
        return self.metal_mass_g + self.carats * GRAMS_PER_CARAT + parts

    def dimension(self, dimension_id: str) -> float:
        """Millimetres of the dimension of this id.

        Raises:
            KeyError: the piece does not state it.
        """
        found = {item.id: item.mm for item in self.dimensions}
        return found[dimension_id]

    def document(self) -> dict[str, Any]:
        """As it goes into a model's `extras.parure`: JSON values, four decimals."""
        document: dict[str, Any] = {
            "metals": [
                {
                    "metal": lot.metal,
                    "volume_mm3": _rounded(lot.volume_mm3),
                    "mass_g": _rounded(lot.mass_g),
                }
                for lot in self.metals
            ],
            "stones": [
                {
                    "gem": lot.gem,
                    "cut": lot.cut,
                    "count": lot.count,
                    "carat": _rounded(lot.carat),
                    "size_mm": [_rounded(mm) for mm in (lot.length_mm, lot.width_mm, lot.depth_mm)],
                    "setting": lot.setting,
                }
                for lot in self.stones
            ],
            "dimensions_mm": {item.id: _rounded(item.mm) for item in self.dimensions},
            "mass_g": _rounded(self.mass_g),
        }
        if self.components:
            document["components"] = [lot.id for lot in self.components]
        if self.engravings:
            document["engravings"] = [
                {"text": lot.text, "typeface": lot.typeface, "place": lot.place}
                for lot in self.engravings
            ]
        if self.size is not None:
            document["size"] = str(self.size)
            document["sizes"] = ring_sizes(self.size.inner_diameter)
        return document


def _rounded(value: float) -> float:
    """Four decimals: a tenth of a micrometre, and stable text in the file."""
    return round(float(value), 4)
