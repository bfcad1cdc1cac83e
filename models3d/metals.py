"""Metals, ceramics, enamel and watch crystals, and the finishes a workshop gives them.

A metal's colour is its reflectance at normal incidence: where optical constants are measured,
((n - 1)^2 + k^2) / ((n + 1)^2 + k^2) over the visible under D65 (CIE 1931), in linear sRGB
clamped to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models3d.mesh import Material
from models3d.tables import find, rows

CRYSTAL_THICKNESS_MM = 1.0  # of a thin watch crystal, for viewers that do not trace rays


@dataclass(frozen=True, slots=True)
class Metal:
    """What a shank, a case or a dial is made of. Colours are linear sRGB."""

    id: str
    name: str
    is_metal: bool  # False: a dielectric (ceramic, enamel, crystal)
    fineness_ppt: int | None  # parts per thousand of the precious metal, as hallmarked
    density_g_cm3: float
    base_color: tuple[float, float, float]  # metal: F0; dielectric: colour of the body
    ior: float | None  # dielectrics only
    transmission: float
    source: str


@dataclass(frozen=True, slots=True)
class Finish:
    """What the surface was given last."""

    id: str
    name: str
    roughness: float  # glTF: GGX alpha = roughness squared
    anisotropy: float  # KHR_materials_anisotropy strength, along the texture's u axis
    source: str


def metal(metal_id: str) -> Metal:
    """The metal of this id.

    Raises:
        ModelError: no metal has this id; names those that look like it.
    """
    return find("metal", metal_id, METALS)


def finish(finish_id: str) -> Finish:
    """The finish of this id.

    Raises:
        ModelError: no finish has this id; names those that look like it.
    """
    return find("finish", finish_id, FINISHES)


def metal_material(metal_id: str, finish_id: str = "mirror_polish") -> Material:
    """The metal with this finish as glTF describes it.

    Raises:
        ModelError: no such metal or finish; names those that look like it.
    """
    body, surface = metal(metal_id), finish(finish_id)
    return Material(
        f"metal/{body.id}/{surface.id}",
        (*body.base_color, 1.0),
        metallic=1.0 if body.is_metal else 0.0,
        roughness=surface.roughness,
        ior=1.5 if body.ior is None else body.ior,
        transmission=body.transmission,
        thickness=CRYSTAL_THICKNESS_MM / 1000.0 if body.transmission else 0.0,
        anisotropy=surface.anisotropy,
    )


def _read_metals() -> dict[str, Metal]:
    return {
        row["id"]: Metal(
            id=row["id"],
            name=row["name"],
            is_metal=row["kind"] == "metal",
            fineness_ppt=int(row["fineness_ppt"]) if row["fineness_ppt"] else None,
            density_g_cm3=float(row["density_g_cm3"]),
            base_color=(float(row["base_r"]), float(row["base_g"]), float(row["base_b"])),
            ior=float(row["ior"]) if row["ior"] else None,
            transmission=float(row["transmission"]),
            source=row["source"],
        )
        for row in rows("metals")
    }


def _read_finishes() -> dict[str, Finish]:
    return {
        row["id"]: Finish(
            id=row["id"],
            name=row["name"],
            roughness=float(row["roughness"]),
            anisotropy=float(row["anisotropy"]),
            source=row["source"],
        )
        for row in rows("finishes")
    }


METALS: Mapping[str, Metal] = MappingProxyType(_read_metals())
FINISHES: Mapping[str, Finish] = MappingProxyType(_read_finishes())
