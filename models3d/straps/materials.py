"""What straps are made of: leathers and rubbers with their grain, thread, edge paint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models3d.errors import Unbuildable
from models3d.mesh import Material
from models3d.straps import textures
from models3d.tables import find, rows

LINING_COLOR = (0.20, 0.125, 0.075)  # undyed calf
EDGE_PAINT = 0.55  # of the leather's own colour


class Grain(StrEnum):
    """What the outer face shows."""

    CALF = "calf"
    ALLIGATOR = "alligator"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class StrapMaterial:
    """A leather or rubber. Colours are linear sRGB."""

    id: str
    name: str
    kind: str  # leather or rubber
    grain: Grain
    color: tuple[float, float, float]
    roughness: float
    thread: tuple[float, float, float]

    @property
    def tile(self) -> float:
        """Metres of strap that one tile of its texture covers."""
        return 20e-3 if self.grain is Grain.ALLIGATOR else 12e-3

    def outer(self) -> Material:
        """The face that shows."""
        grain = {
            Grain.CALF: textures.calf,
            Grain.ALLIGATOR: textures.alligator,
            Grain.PLAIN: textures.moulded,
        }[self.grain]()
        return Material(
            f"{self.kind}/{self.id}",
            (*self.color, 1.0),
            roughness=self.roughness,
            specular=0.8 if self.kind == "leather" else 0.6,
            normal_texture=grain.normal,
            base_color_texture=grain.shade,
        )

    def edge(self) -> Material:
        """Painted and burnished; a rubber's edge is the rubber."""
        share = EDGE_PAINT if self.kind == "leather" else 1.0
        r, g, b = (share * c for c in self.color)
        return Material(f"{self.kind}_edge/{self.id}", (r, g, b, 1.0), roughness=0.42, specular=0.8)

    def lining(self) -> Material:
        """The side to the skin."""
        if self.kind == "rubber":
            return self.edge()
        return Material(
            "strap_lining/calf",
            (*LINING_COLOR, 1.0),
            roughness=0.62,
            specular=0.6,
            normal_texture=textures.calf().normal,
        )

    def stitching(self) -> Material:
        """Waxed linen thread."""
        return Material(f"thread/{self.id}", (*self.thread, 1.0), roughness=0.6, specular=0.7)


def strap_material(kind: str, colour: str) -> StrapMaterial:
    """The leather or rubber of this colour.

    Raises:
        ModelError: no strap has this colour; names those that look like it.
        Unbuildable: straps of this kind are not made in it.
    """
    made = {m.id: m for m in STRAP_MATERIALS if m.kind == kind}
    if colour not in made and any(m.id == colour for m in STRAP_MATERIALS):
        words = ", ".join(m.id.replace("_", " ") for m in made.values())
        raise Unbuildable(f"A {kind} strap is made in {words}.", ("strap_colour", "strap"))
    return find("strap colour", colour, made)


def _read() -> Iterator[StrapMaterial]:
    for row in rows("strap_materials"):
        yield StrapMaterial(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            grain=Grain(row["grain"]),
            color=(float(row["r"]), float(row["g"]), float(row["b"])),
            roughness=float(row["roughness"]),
            thread=(float(row["thread_r"]), float(row["thread_g"]), float(row["thread_b"])),
        )


STRAP_MATERIALS = tuple(_read())
