"""The dive watch: a turning bezel with a 60-minute scale, lume, a guarded screw-down crown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models3d.dials.dial import DialStyle, Indices
from models3d.dials.surfaces import lume, lume_material
from models3d.mesh import Part
from models3d.metals import metal_material
from models3d.straps.strap import StrapKind
from models3d.watches.assembly import Seat, hand_metal
from models3d.watches.crystal import CrystalForm
from models3d.watches.dive_bezel import grip, inner_ring, insert, pip, scale
from models3d.watches.guards import crown_guards
from models3d.watches.hands import Hands
from models3d.watches.round_watch import RoundWatch, Style
from models3d.watches.shells import Shell

GUARD_REACH = 0.42  # share of the crown's length over the flank
LUME = "c3"


@dataclass(frozen=True, slots=True)
class DiveWatch(RoundWatch):
    """Thick, legible in the dark, its bezel turned one way by 120 clicks."""

    case_diameter_mm: float = 40.0
    thickness_mm: float = 12.0
    dial: DialStyle = DialStyle.SUNRAY
    dial_colour: str = "blue"
    indices: Indices = Indices.DOT
    hands: Hands = Hands.SWORD
    date: bool = True
    strap: StrapKind = StrapKind.THREE_LINK
    insert: str = "ceramic_black"

    style: ClassVar[Style] = Style(
        name="dive",
        words="dive watch",
        diameters_mm=(38.0, 44.0),
        bezel_width=0.205,
        bezel_height=2.5,
        back_height=1.6,
        crystal_form=CrystalForm.FLAT,
        crystal_rise=0.4,
        rehaut_width=0.75,
        movement="automatic_dive",
        movement_words="automatic movement",
        crown_length=0.55,
        back_notches=6,
        lume=True,
    )

    def additions(self) -> tuple[Shell, ...]:
        """Crown guards."""
        form = self.form
        return crown_guards(form, GUARD_REACH * self.style.crown_length * 2.0 * form.crown_radius)

    def bezel_parts(self, seat: Seat) -> tuple[Part, ...]:
        """Grip, insert with its scale, and the ring that holds the crystal."""
        form = self.form
        inlay = metal_material(hand_metal(self.metal), "satin")
        return (
            *seat.metal("bezel", grip(form), self.metal),
            *seat.metal("crystal_ring", inner_ring(form), self.metal),
            Part(
                "bezel_insert",
                insert(form).mesh(),
                metal_material(self.insert, "mirror_polish"),
                seat.matrix(),
                "insert",
            ),
            Part("bezel_scale", scale(form), inlay, seat.matrix(), "index"),
            Part("bezel_pip", pip(form), lume_material(lume(LUME), False), seat.matrix(), "lume"),
        )
