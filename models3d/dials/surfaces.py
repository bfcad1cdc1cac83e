"""What a dial's surfaces are made of: colours, finishes, lume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from models3d.dials import textures
from models3d.mesh import Material
from models3d.metals import finish, metal_material
from models3d.tables import find, rows

BRUSH_TURNS = 4.0  # of the brushing's map round a dial
BRUSH_SLOPE = 0.035
GROOVE_MM = 0.11  # pitch of a sub-dial's rings
GROOVE_SLOPE = 0.16


class DialStyle(StrEnum):
    """How the plate is made."""

    SUNRAY = "sunray"  # brushed from the centre, galvanic colour, lacquered
    ENAMEL = "enamel"  # fired glass
    GUILLOCHE = "guilloche"  # cut by a rose engine


@dataclass(frozen=True, slots=True)
class DialColour:
    """Linear sRGB of a plate, and of what is printed on it."""

    id: str
    name: str
    color: tuple[float, float, float]
    print_dark: bool


@dataclass(frozen=True, slots=True)
class Lume:
    """A luminous paint by day and in the dark, linear sRGB."""

    id: str
    name: str
    by_day: tuple[float, float, float]
    glow: tuple[float, float, float]


def dial_colour(colour_id: str) -> DialColour:
    """The colour of this id.

    Raises:
        ModelError: no colour has this id; names those that look like it.
    """
    return find("dial colour", colour_id, DIAL_COLOURS)


def lume(lume_id: str) -> Lume:
    """The luminous paint of this id.

    Raises:
        ModelError: none has this id; names those that look like it.
    """
    return find("lume", lume_id, LUMES)


def plate_material(style: DialStyle, colour: DialColour) -> Material:
    """The chief surface of a dial; brushing follows u across the scratches."""
    name = f"dial/{style}/{colour.id}"
    if style is DialStyle.ENAMEL:
        return Material(
            name,
            (*colour.color, 1.0),
            roughness=0.22,
            ior=1.52,
            clearcoat=1.0,
            clearcoat_roughness=0.03,
        )
    brushed = finish("brushed_circular_sunray")
    return Material(
        name,
        (*colour.color, 1.0),
        metallic=1.0,
        roughness=brushed.roughness,
        anisotropy=brushed.anisotropy,
        clearcoat=0.5,
        clearcoat_roughness=0.04,
        normal_texture=textures.brushed(BRUSH_SLOPE),
    )


def guilloche_material(colour: DialColour, round_dial: bool) -> Material:
    """Engine-turned metal under lacquer: barleycorn when round, hobnails when rectangular."""
    relief = textures.barleycorn() if round_dial else textures.clous_de_paris()
    return Material(
        f"dial/guilloche_cut/{colour.id}",
        (*colour.color, 1.0),
        metallic=1.0,
        roughness=0.17,
        clearcoat=0.4,
        clearcoat_roughness=0.04,
        normal_texture=relief,
    )


def sub_dial_material(style: DialStyle, colour: DialColour) -> Material:
    """Turned in fine rings; on enamel the sub-dial is enamel too."""
    if style is DialStyle.ENAMEL:
        return plate_material(style, colour)
    return Material(
        f"dial/turned/{colour.id}",
        (*colour.color, 1.0),
        metallic=1.0,
        roughness=0.24,
        anisotropy=0.6,
        clearcoat=0.5,
        clearcoat_roughness=0.04,
        normal_texture=textures.grooves(GROOVE_SLOPE),
    )


def print_material(dark: bool) -> Material:
    """Pad-printed lacquer."""
    color = (0.006, 0.006, 0.008, 1.0) if dark else (0.82, 0.82, 0.80, 1.0)
    return Material("print/" + ("black" if dark else "white"), color, roughness=0.42)


def lume_material(paint: Lume, glows: bool) -> Material:
    """Luminous paint, chalky by day; it glows only in the dark variant."""
    return Material(
        f"lume/{paint.id}",
        (*paint.by_day, 1.0),
        roughness=0.75,
        specular=0.5,
        emissive=paint.glow if glows else (0.0, 0.0, 0.0),
    )


def index_material(metal_id: str) -> Material:
    """Diamond-cut indices and frames.

    Raises:
        ModelError: no such metal.
    """
    return replace(metal_material(metal_id, "diamond_cut_edge"), name=f"index/{metal_id}")


def _triple(row: Mapping[str, str], prefix: str) -> tuple[float, float, float]:
    return float(row[prefix + "_r"]), float(row[prefix + "_g"]), float(row[prefix + "_b"])


DIAL_COLOURS: Mapping[str, DialColour] = MappingProxyType(
    {
        row["id"]: DialColour(row["id"], row["name"], _triple(row, "base"), row["print"] == "black")
        for row in rows("dial_colours")
    }
)
LUMES: Mapping[str, Lume] = MappingProxyType(
    {
        row["id"]: Lume(row["id"], row["name"], _triple(row, "day"), _triple(row, "glow"))
        for row in rows("lumes")
    }
)
