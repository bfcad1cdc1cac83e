"""One cut stone: its kind, its measures, its facets and the line of its girdle.

Stone frame, metres: table on +Z, z = 0 at the upper girdle edge, the length along +Y, the width
along X. The point of a pear is at +Y; a heart's cleft is at +Y and its point at -Y.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from models3d.bill import GRAMS_PER_CARAT, StoneLot
from models3d.errors import ModelError
from models3d.frames import Array
from models3d.gems import gem
from models3d.mesh import Material, Mesh, Part
from models3d.stones.cuts import cut as cut_of
from models3d.stones.cuts import unit_stone

SMOOTH_CUTS: Final = frozenset({"cabochon", "pearl"})
NARROWEST_MM: Final = 0.5
WIDEST_MM: Final = 60.0
MELEE_MM: Final = 2.0  # narrower stones get a lighter mesh


@dataclass(frozen=True, slots=True, eq=False)
class Stone:
    """A stone as it lies before the setter."""

    gem: str
    cut: str
    carat: float
    mesh: Mesh
    outline: Array  # (n, 2) metres, counter-clockwise from +X: the girdle seen from the table
    crown_height: float  # metres above z = 0
    girdle_height: float  # metres between the girdle's upper and lower edge
    pavilion_depth: float  # metres below the girdle's lower edge
    crown_angle: float  # radians to the girdle plane, of the crown's mains: claws lie on it
    pavilion_angle: float  # radians, of the pavilion's mains: seats are cut to it
    colour: str = ""  # a diamond's grade, D to Z; "": as its kind of gem is

    @property
    def length(self) -> float:
        """Metres, along Y."""
        return float(np.ptp(self.outline[:, 1]))

    @property
    def width(self) -> float:
        """Metres, along X."""
        return float(np.ptp(self.outline[:, 0]))

    @property
    def depth(self) -> float:
        """Metres, table to culet."""
        return self.crown_height + self.girdle_height + self.pavilion_depth

    @property
    def material(self) -> Material:
        """Of a faceted stone one that rays are traced in, if it is transparent."""
        kind, depth_mm = gem(self.gem), 1e3 * self.depth
        if self.colour:
            kind = kind.graded(self.colour)
        return (kind.smooth_material if self.cut in SMOOTH_CUTS else kind.material)(depth_mm)

    def graded(self, colour: str) -> Stone:
        """This diamond in a colour from D to Z.

        Raises:
            ModelError: no such grade, or the stone is not a colourless diamond.
        """
        gem(self.gem).graded(colour)
        return replace(self, colour=colour)

    def part(self, name: str, model_from_stone: Array, slot: str = "gem") -> Part:
        """This stone at (k, 4, 4) places."""
        return Part(name, self.mesh, self.material, model_from_stone, slot)

    def lot(self, count: int, setting: str, role: str = "centre") -> StoneLot:
        """Its line on the bill."""
        return StoneLot(
            self.gem,
            self.cut,
            count,
            self.carat,
            1e3 * self.length,
            1e3 * self.width,
            1e3 * self.depth,
            setting,
            role,
        )


def stone_by_carat(cut: str, gem_id: str, carat: float, ratio: float | None = None) -> Stone:
    """The stone of this weight.

    Args:
        ratio: length over width; None: the cut's classic one.
    Raises:
        ModelError: no such cut or gem, or a measure is out of what is cut.
    """
    if not carat > 0.0:
        raise ModelError(f"a stone weighs more than 0 ct, got {carat!r}")
    unit = unit_stone(cut, cut_of(cut).checked(ratio))
    grams = carat * GRAMS_PER_CARAT
    half_width_mm = (1000.0 * grams / gem(gem_id).density_g_cm3 / unit.volume) ** (1.0 / 3.0)
    return stone(cut, gem_id, 2.0 * half_width_mm, ratio)


@lru_cache(maxsize=256)
def stone(cut: str, gem_id: str, width_mm: float, ratio: float | None = None) -> Stone:
    """The stone of this width; the same object each time.

    A small one has a lighter mesh: the same facets, fewer sides along the girdle.

    Args:
        ratio: length over width; None: the cut's classic one.
    Raises:
        ModelError: no such cut or gem, or a measure is out of what is cut.
    """
    if not NARROWEST_MM <= width_mm <= WIDEST_MM:
        raise ModelError(f"a stone is {NARROWEST_MM:g} to {WIDEST_MM:g} mm wide, got {width_mm!r}")
    unit = unit_stone(cut, cut_of(cut).checked(ratio), width_mm < MELEE_MM)
    scale = width_mm / 2000.0
    volume_mm3 = unit.volume * (width_mm / 2.0) ** 3
    return Stone(
        gem_id,
        cut,
        volume_mm3 * gem(gem_id).density_g_cm3 / 1000.0 / GRAMS_PER_CARAT,
        replace(unit.mesh, positions=unit.mesh.positions * scale),
        unit.outline * scale,
        unit.crown_height * scale,
        unit.girdle_height * scale,
        unit.pavilion_depth * scale,
        unit.crown_angle,
        unit.pavilion_angle,
    )
