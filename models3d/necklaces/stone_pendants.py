"""Necklaces with a set stone: the solitaire and the halo."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models3d.errors import ModelError
from models3d.mesh import Material
from models3d.necklaces.pendant import PendantNecklace
from models3d.pendants.body import PendantBody
from models3d.pendants.set_stones import bezelled, clawed, halo_design, haloed
from models3d.settings.halo_row import MELEE_MM
from models3d.stones.stone import Stone, stone_by_carat

CARATS = (0.1, 3.0)
HALO_CARATS = (0.2, 2.5)
CLAWS = (4, 6)


class Held(StrEnum):
    """What holds the stone."""

    CLAWS = "claws"
    BEZEL = "bezel"


@dataclass(frozen=True, slots=True)
class SolitairePendant(PendantNecklace):
    """One stone on a chain."""

    carat: float = 0.7
    cut: str = "round_brilliant"
    gem: str = "diamond"
    setting: Held = Held.CLAWS
    prongs: int = 4
    metal: str = "platinum_950"

    def check(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_claws(self.prongs)

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    def body(self, material: Material) -> PendantBody:
        if self.setting is Held.BEZEL:
            return bezelled(self.stone, material)
        return clawed(self.stone, self.prongs, material)


@dataclass(frozen=True, slots=True)
class HaloPendant(PendantNecklace):
    """A stone with small brilliants all round it, on a chain."""

    carat: float = 0.7
    cut: str = "round_brilliant"
    gem: str = "diamond"
    melee: str = "diamond"
    melee_size_mm: float = 1.2
    prongs: int = 4
    metal: str = "platinum_950"

    def check(self) -> None:
        check_range("carat", self.carat, HALO_CARATS)
        check_range("melee_size_mm", self.melee_size_mm, MELEE_MM)
        check_claws(self.prongs)
        halo_design(self.stone, self.prongs, self.melee, self.melee_size_mm)

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    def body(self, material: Material) -> PendantBody:
        return haloed(self.stone, self.prongs, self.melee, self.melee_size_mm, material)


def check_range(field: str, value: float, limits: tuple[float, float]) -> None:
    """Raises:
    ModelError: the value is out of what is made.
    """
    if not limits[0] <= value <= limits[1]:
        raise ModelError(f"{field} must be from {limits[0]:g} to {limits[1]:g}, got {value!r}")


def check_claws(prongs: int) -> None:
    """Raises:
    ModelError: there are neither 4 nor 6.
    """
    if prongs not in CLAWS:
        raise ModelError(f"prongs must be 4 or 6, got {prongs!r}")
