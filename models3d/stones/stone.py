"""One cut stone: its kind, its measures, its facets and the line of its girdle.

Stone frame, metres: table on +Z, z = 0 at the upper girdle edge, the length along +Y, the width
along X. The point of a pear is at +Y; a heart's cleft is at +Y and its point at -Y.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models3d import brilliant
from models3d.bill import StoneLot
from models3d.brilliant import RoundBrilliant
from models3d.errors import ModelError
from models3d.frames import Array
from models3d.gems import gem
from models3d.mesh import Material, Mesh, Part


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
        return gem(self.gem).material(1e3 * self.depth)

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
    _known(cut)
    density = gem(gem_id).density_g_cm3
    return stone(cut, gem_id, brilliant.diameter_mm_for_carat(carat, density), ratio)


@lru_cache(maxsize=256)
def stone(cut: str, gem_id: str, width_mm: float, ratio: float | None = None) -> Stone:
    """The stone of this width; the same object each time.

    Args:
        ratio: length over width; None: the cut's classic one.
    Raises:
        ModelError: no such cut or gem, or a measure is out of what is cut.
    """
    _known(cut)
    shape = RoundBrilliant(diameter_mm=width_mm)
    mesh = brilliant.build(shape)
    angle = np.arange(96) * (2.0 * np.pi / 96)
    radius = width_mm / 2000.0
    girdle = shape.girdle_pct / 100.0 * 2.0 * radius
    low, high = mesh.bounds()[:, 2]
    return Stone(
        gem_id,
        cut,
        brilliant.carat(shape, gem(gem_id).density_g_cm3),
        mesh,
        radius * np.stack([np.cos(angle), np.sin(angle)], axis=1),
        float(high),
        girdle,
        float(-low) - girdle,
        float(np.radians(shape.crown_angle_deg)),
        float(np.radians(shape.pavilion_angle_deg)),
    )


def _known(cut: str) -> None:
    if cut != "round_brilliant":
        raise ModelError(f"no cut is called {cut!r}; known: round_brilliant")
