"""Gem materials: refractive index, dispersion, absorption and density of 64 stones.

A transparent stone is a volume that light crosses: its colour is Beer-Lambert absorption along the
path, so a bigger stone is darker. A translucent or opaque one (jade, turquoise, pearl) scatters
light just below its polish: a dielectric with a colour of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from models3d.errors import ModelError
from models3d.mesh import Material
from models3d.tables import find, rows

# Where glTF's attenuation colour is stated: about the path through a stone of one carat.
ATTENUATION_DISTANCE_MM = 5.0
ONE_CARAT_DEPTH_MM = 4.0

# Of a cabochon of a transparent kind: what its inclusions scatter back, and its polish.
CLOUDED = 0.7
POLISHED_ROUGHNESS = 0.06

COLOUR_GRADES = tuple("DEFGHIJKLMNOPQRSTUVWXYZ")
CAPE_GRADE = 6.5  # between J and K: where the table's cape diamond stands
GRADED_BY_COLOUR = ("diamond", "diamond_lab")


class Transparency(StrEnum):
    """How light gets through a stone."""

    TRANSPARENT = "transparent"
    TRANSLUCENT = "translucent"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Gem:
    """A kind of stone. Colours are linear sRGB."""

    id: str
    name: str
    transparency: Transparency
    ior: float  # n at the d line; of an anisotropic stone the weighted mean
    abbe: float | None  # (n_d - 1) / (n_F - n_C); None: an aggregate, no measurable fire
    density_g_cm3: float
    absorption_per_mm: tuple[float, float, float]  # Beer-Lambert, R, G, B; 0 for opaque stones
    base_color: tuple[float, float, float]  # of the scattered light; white for transparent stones
    roughness: float  # glTF
    clearcoat: float  # of pearls: the clear outer nacre that gives the lustre
    clearcoat_roughness: float
    iridescence: float  # orient of pearls, play of opal, sheen of moonstone: a thin film
    iridescence_ior: float  # of nacre an effective one: many layers reflect more than one film
    iridescence_thickness_nm: float
    source: str

    def material(self, depth_mm: float = ONE_CARAT_DEPTH_MM) -> Material:
        """The stone as glTF describes it.

        The depth, table to culet, is what viewers that do not trace rays take for the light's path.
        dispersion is 20 / Abbe number (KHR_materials_dispersion), the attenuation colour is
        exp(-absorption * distance) at 5 mm (KHR_materials_volume).
        """
        name = f"gem/{self.id}"
        if self.transparency is not Transparency.TRANSPARENT:
            return Material(
                name,
                (*self.base_color, 1.0),
                roughness=self.roughness,
                ior=self.ior,
                clearcoat=self.clearcoat,
                clearcoat_roughness=self.clearcoat_roughness,
                iridescence=self.iridescence,
                iridescence_ior=self.iridescence_ior,
                iridescence_thickness_nm=self.iridescence_thickness_nm,
            )
        r, g, b = (math.exp(-a * ATTENUATION_DISTANCE_MM) for a in self.absorption_per_mm)
        tinted = any(self.absorption_per_mm)
        return Material(
            name,
            (*self.base_color, 1.0),
            roughness=self.roughness,
            ior=self.ior,
            transmission=1.0,
            dispersion=20.0 / self.abbe if self.abbe else 0.0,
            thickness=depth_mm / 1000.0,
            attenuation_color=(r, g, b),
            attenuation_distance=ATTENUATION_DISTANCE_MM / 1000.0 if tinted else math.inf,
        )

    def smooth_material(self, depth_mm: float = ONE_CARAT_DEPTH_MM) -> Material:
        """The stone cut without facets: a cabochon or a bead.

        Rough that is clear enough is faceted; what is cut as a cabochon scatters light inside, so a
        transparent kind of stone shows the colour that its light has after crossing it twice. Rays
        are not traced in it.
        """
        if self.transparency is not Transparency.TRANSPARENT:
            return self.material(depth_mm)
        r, g, b = (CLOUDED * math.exp(-2.0 * a * depth_mm) for a in self.absorption_per_mm)
        return Material(
            f"gem/{self.id}/smooth", (r, g, b, 1.0), roughness=POLISHED_ROUGHNESS, ior=self.ior
        )

    def graded(self, colour: str) -> Gem:
        """This diamond in a colour of GIA's scale, D to Z.

        The table's cape diamond, of the look of J to K, sets the hue; its absorption is taken in
        proportion up to there and by 15 % a grade beyond, so that Z comes close to the light fancy
        colours. A look: the scale is defined by comparison stones, not by absorption.

        Raises:
            ModelError: no such grade, or the stone is not a colourless diamond.
        """
        if colour not in COLOUR_GRADES:
            raise ModelError(f"no colour is graded {colour!r}; known: D to Z")
        if self.id not in GRADED_BY_COLOUR:
            raise ModelError(f"{self.name} is not graded from D to Z")
        grade = COLOUR_GRADES.index(colour)
        share = grade / CAPE_GRADE if grade < CAPE_GRADE else 1.15 ** (grade - CAPE_GRADE)
        r, g, b = GEMS["diamond_cape"].absorption_per_mm
        return replace(self, absorption_per_mm=(share * r, share * g, share * b))


def gem(gem_id: str) -> Gem:
    """The gem of this id.

    Raises:
        ModelError: no gem has this id; names those that look like it.
    """
    return find("gem", gem_id, GEMS)


def _read() -> dict[str, Gem]:
    return {
        row["id"]: Gem(
            id=row["id"],
            name=row["name"],
            transparency=Transparency(row["transparency"]),
            ior=float(row["ior"]),
            abbe=float(row["abbe"]) if row["abbe"] else None,
            density_g_cm3=float(row["density_g_cm3"]),
            absorption_per_mm=(
                float(row["absorption_r_per_mm"] or 0.0),
                float(row["absorption_g_per_mm"] or 0.0),
                float(row["absorption_b_per_mm"] or 0.0),
            ),
            base_color=(float(row["base_r"]), float(row["base_g"]), float(row["base_b"])),
            roughness=float(row["roughness"]),
            clearcoat=float(row["clearcoat"]),
            clearcoat_roughness=float(row["clearcoat_roughness"]),
            iridescence=float(row["iridescence"]),
            iridescence_ior=float(row["iridescence_ior"]),
            iridescence_thickness_nm=float(row["iridescence_thickness_nm"]),
            source=row["source"],
        )
        for row in rows("gems")
    }


GEMS: Mapping[str, Gem] = MappingProxyType(_read())
