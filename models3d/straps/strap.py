"""A watch's strap or bracelet from its options.

Wrist frame: +Y towards the hand, +Z dorsal; 12 o'clock lies at -X. The strap runs round the wrist
about Y.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.bill import ComponentLot, MetalLot
from models3d.errors import ModelError
from models3d.mesh import Part
from models3d.metals import finish, metal, metal_material
from models3d.straps.bracelet import (
    FIVE_LINK,
    THREE_LINK,
    Bracelet,
    bracelet,
    bracelet_parts,
    shared_mm3,
)
from models3d.straps.lugs import WRIST_CIRCUMFERENCES_MM, LugGeometry
from models3d.straps.materials import StrapMaterial, strap_material
from models3d.straps.mesh_band import mesh_halves, mesh_parts
from models3d.straps.two_piece import TwoPiece, leather_halves, rubber_halves, two_piece_parts

LUG_WIDTHS_MM = (10.0, 26.0)
LEATHER_G_CM3, RUBBER_G_CM3 = 0.95, 1.85  # padded calf; fluoroelastomer (general knowledge)
WOVEN_SHARE = 0.62  # of a woven band that is metal (general knowledge)


class StrapKind(StrEnum):
    """What holds the watch to the wrist."""

    LEATHER = "leather"
    RUBBER = "rubber"
    MESH = "mesh"
    THREE_LINK = "three_link"
    FIVE_LINK = "five_link"


SOFT = (StrapKind.LEATHER, StrapKind.RUBBER)


@dataclass(frozen=True, slots=True)
class Strap:
    """A strap or bracelet; which wrist it closes round, its lugs say.

    Raises:
        ModelError: a measure is out of range, or no such kind, colour, metal or finish.
        Unbuildable: this kind is not made in this colour.
    """

    kind: StrapKind | str = StrapKind.LEATHER
    lug_width_mm: float = 20.0
    colour: str = "black"  # of leather and rubber
    metal: str = "steel_316L"  # of the bracelet, or the buckle
    center_metal: str = ""  # of a bracelet's polished columns; empty: the same
    finish: str = "brushed_linear"  # of a bracelet's outer columns
    wrist_circumference_mm: float = 170.0

    def __post_init__(self) -> None:
        if self.kind not in list(StrapKind):
            raise ModelError(f"strap must be one of {', '.join(StrapKind)}, got {self.kind!r}")
        _check("lug_width_mm", self.lug_width_mm, LUG_WIDTHS_MM)
        _check("wrist_circumference_mm", self.wrist_circumference_mm, WRIST_CIRCUMFERENCES_MM)
        if self.kind in SOFT:
            strap_material(self.kind, self.colour)
        metal(self.metal)
        metal(self.center_metal or self.metal)
        finish(self.finish)

    @property
    def material(self) -> StrapMaterial:
        """Leather or rubber."""
        return strap_material(self.kind, self.colour)

    def parts(self, lugs: LugGeometry) -> tuple[Part, ...]:
        """The strap in the wrist frame, metres.

        Raises:
            ModelError: the strap was chosen for other lugs, or does not close round this wrist.
        """
        return _parts(self, lugs)

    def halves(self, lugs: LugGeometry) -> TwoPiece:
        """The two halves of a leather, rubber or mesh strap on the wrist.

        Raises:
            ModelError: the strap was chosen for other lugs, or no length fits.
        """
        self._check_lugs(lugs)
        if self.kind == StrapKind.MESH:
            return mesh_halves(lugs)
        return leather_halves(lugs) if self.kind == StrapKind.LEATHER else rubber_halves(lugs)

    def bracelet(self, lugs: LugGeometry) -> Bracelet:
        """The links of a bracelet on the wrist.

        Raises:
            ModelError: the bracelet was chosen for other lugs, or this wrist is too small.
        """
        self._check_lugs(lugs)
        return bracelet(lugs, THREE_LINK if self.kind == StrapKind.THREE_LINK else FIVE_LINK)

    def metals(self, lugs: LugGeometry) -> tuple[MetalLot, ...]:
        """The metal of a bracelet, by alloy; a soft strap's buckle is one of its components."""
        if self.kind in SOFT:
            return ()
        parts, other = self.parts(lugs), self.center_metal or self.metal
        if other == self.metal:
            return (_lot(self.metal, self._metal_mm3(parts), "bracelet"),)
        center = [p for p in parts if p.slot == "metal_strap_center"]
        outer = [p for p in parts if p.slot == "metal_strap"]
        return (
            _lot(self.metal, self._metal_mm3(outer), "bracelet"),
            _lot(other, self._metal_mm3(center), "bracelet's middle"),
        )

    def components(self, lugs: LugGeometry) -> tuple[ComponentLot, ...]:
        """A soft strap with its buckle; spring bars."""
        bars = ComponentLot("spring_bar", "Spring bar", 2, 0.2)
        if self.kind not in SOFT:
            return (bars,)
        parts = self.parts(lugs)
        soft = [p for p in parts if p.name.startswith("strap_")]
        density = LEATHER_G_CM3 if self.kind == StrapKind.LEATHER else RUBBER_G_CM3
        buckle_mm3 = _volume_mm3(p for p in parts if p.slot == "metal_buckle")
        strap = ComponentLot(
            f"{self.kind}_strap",
            f"{self.material.name} strap",
            mass_g=round(_volume_mm3(soft) * 1e-3 * density, 2),
        )
        buckle = ComponentLot(
            "pin_buckle", "Pin buckle", mass_g=_lot(self.metal, buckle_mm3, "").mass_g
        )
        return (strap, buckle, bars)

    def _metal_mm3(self, parts: Iterable[Part]) -> float:
        listed = list(parts)
        if self.kind != StrapKind.MESH:
            return _volume_mm3(listed) - shared_mm3(listed)
        woven = _volume_mm3(p for p in listed if p.name != "mesh_slider")
        return WOVEN_SHARE * woven + _volume_mm3(p for p in listed if p.name == "mesh_slider")

    def _check_lugs(self, lugs: LugGeometry) -> None:
        if abs(1e3 * lugs.lug_width - self.lug_width_mm) > 0.05:
            raise ModelError(
                f"lug_width_mm is {self.lug_width_mm:g}, but the case has "
                f"{1e3 * lugs.lug_width:g} mm between its lugs"
            )


@lru_cache(maxsize=16)
def _parts(strap: Strap, lugs: LugGeometry) -> tuple[Part, ...]:
    """Built once for a piece, which asks for parts, metal and components in turn, and its like."""
    if strap.kind == StrapKind.MESH:
        return mesh_parts(strap.halves(lugs), strap.metal)
    polished = metal_material(strap.metal, "mirror_polish")
    if strap.kind in SOFT:
        return two_piece_parts(strap.halves(lugs), strap.material, polished)
    return bracelet_parts(
        strap.bracelet(lugs),
        metal_material(strap.metal, strap.finish),
        polished,
        metal_material(strap.center_metal or strap.metal, "mirror_polish"),
    )


def _check(name: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not low <= value <= high:
        raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")


def _lot(metal_id: str, volume_mm3: float, place: str) -> MetalLot:
    return MetalLot(metal_id, volume_mm3, volume_mm3 * 1e-3 * metal(metal_id).density_g_cm3, place)


def _volume_mm3(parts: Iterable[Part]) -> float:
    """What closed parts enclose, by the divergence theorem; what two of them share counts twice."""
    total = 0.0
    for part in parts:
        a, b, c = np.moveaxis(part.mesh.positions[part.mesh.triangles], 1, 0)
        volume = np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0
        total += float(volume) * len(part.model_from_part)
    return 1e9 * total
