"""What round watches share: layers, dial, hands, strap, and the rules between their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from models3d.bill import Bill, ComponentLot, Dimension, Measure
from models3d.dials.dial import NAME, Dial, DialStyle, Indices, SubDial
from models3d.engraving.text import Lettering
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model, Part
from models3d.straps.lugs import LugGeometry, WristSection
from models3d.straps.strap import Strap, StrapKind
from models3d.watches.assembly import (
    Seat,
    Time,
    case_lot,
    crystal_lot,
    hand_material,
    hand_metal,
    made_apart,
    time_extras,
)
from models3d.watches.back_text import (
    engraved_parts,
    engraved_round,
    engraving_lot,
    ring_line,
)
from models3d.watches.crown import crown, on_flank
from models3d.watches.crystal import CrystalForm, crystal
from models3d.watches.form import RoundForm
from models3d.watches.hands import Hand, Hands, hour_and_minute, lengths, second_hand
from models3d.watches.round_case import (
    case_back,
    flank_profile,
    lug_form,
    mid_case,
    movement_room,
    polished_bezel,
    rehaut,
    screw_places,
    text_ring,
)
from models3d.watches.screws import screws
from models3d.watches.shells import Shell
from models3d.watches.sizes import case_size, check_wrist, figure
from models3d.wrists import Wears, worn_on

HOUR_CLEARANCE = 0.12  # over the indices


@dataclass(frozen=True, slots=True)
class Style:
    """Figures that make a kind of watch."""

    name: str  # dress, dive, chronograph: rows of the table
    words: str
    diameters_mm: tuple[float, float]
    bezel_width: float  # share of the case's radius
    bezel_height: float
    back_height: float
    crystal_form: CrystalForm
    crystal_rise: float
    rehaut_width: float
    movement: str
    movement_words: str
    crown_length: float  # share of the crown's diameter
    back_notches: int
    lume: bool


@dataclass(frozen=True, slots=True)
class RoundWatch:
    """A round watch on a wrist; kinds give it their style and their own parts.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: sizes do not go together.
    """

    case_diameter_mm: float = 38.0
    thickness_mm: float = 8.6
    metal: str = "steel_316L"
    dial: DialStyle = DialStyle.SUNRAY
    dial_colour: str = "silver"
    indices: Indices = Indices.BATON
    hands: Hands = Hands.DAUPHINE
    date: bool = False
    strap: StrapKind = StrapKind.LEATHER
    leather: str = "black"
    rubber: str = "black"
    wrist_mm: float = 170.0
    time: Time = Time.SHOWN
    signature: str = NAME
    engraving: str = ""
    typeface: str = "serif"

    style: ClassVar[Style]

    def __post_init__(self) -> None:
        low, high = self.style.diameters_mm
        if not low <= self.case_diameter_mm <= high:
            raise ModelError(
                f"case_diameter_mm must be from {low:g} to {high:g}, got {self.case_diameter_mm!r}"
            )
        WristSection.from_circumference(self.wrist_mm)
        size = case_size(self.case_diameter_mm)
        thinnest = float(np.ceil(10.0 * size.thickness_mm[0] - 1e-6)) / 10.0
        thickest = float(np.floor(10.0 * size.thickness_mm[1] + 1e-6)) / 10.0
        if not thinnest - 1e-9 <= self.thickness_mm <= thickest + 1e-9:
            raise Unbuildable(
                f"A case of {self.case_diameter_mm:g} mm is {thinnest:g} to {thickest:g} mm thick.",
                ("thickness_mm", "case_diameter_mm"),
            )
        needed = figure("movement", self.style.movement, "thickness")
        spare = movement_room(self.form) - needed
        if spare < 0.0:
            raise Unbuildable(
                f"The {self.style.movement_words} is {needed:g} mm high: over it a watch is at "
                f"least {self.thickness_mm - spare + 0.05:.1f} mm thick.",
                ("thickness_mm",),
            )
        check_wrist(self.wrist_mm, size.lug_to_lug_mm, "case_diameter_mm")
        self.strap_piece()
        self.dial_piece()
        self.back_line()

    @property
    def form(self) -> RoundForm:
        """How the case is divided."""
        size, style = case_size(self.case_diameter_mm), self.style
        return RoundForm(
            radius=self.case_diameter_mm / 2.0,
            thickness=self.thickness_mm,
            lug_to_lug=size.lug_to_lug_mm,
            lug_width=size.lug_width_mm,
            bezel_width=style.bezel_width * self.case_diameter_mm / 2.0,
            bezel_height=style.bezel_height,
            back_height=style.back_height,
            crystal_thickness=figure("crystal", style.name, "thickness"),
            crystal_rise=style.crystal_rise,
            rehaut_width=style.rehaut_width,
            crown_radius=figure("crown", style.name, "diameter") * self.case_diameter_mm / 2.0,
        )

    def dial_piece(self) -> Dial:
        """The dial that fills the opening."""
        return Dial(
            diameter_mm=round(2.0 * self.form.dial_radius, 3),
            style=self.dial,
            colour=self.dial_colour,
            indices=self.indices,
            index_metal=hand_metal(self.metal),
            lume=self.style.lume,
            date=self.date,
            signature=self.signature,
            sub_dials=self.sub_dials(),
        )

    def strap_piece(self) -> Strap:
        """The strap that fits between the lugs."""
        return Strap(
            kind=self.strap,
            lug_width_mm=case_size(self.case_diameter_mm).lug_width_mm,
            colour=self.rubber if self.strap is StrapKind.RUBBER else self.leather,
            metal=self.metal,
            wrist_circumference_mm=self.wrist_mm,
        )

    def sub_dials(self) -> tuple[SubDial, ...]:
        """Small dials; none on most watches."""
        return ()

    def additions(self) -> tuple[Shell, ...]:
        """Bodies that are one with the mid-case."""
        return ()

    def bezel_parts(self, seat: Seat) -> tuple[Part, ...]:
        """What lies between flank and crystal."""
        return seat.metal("bezel", polished_bezel(self.form), self.metal)

    def flank_parts(self, seat: Seat) -> tuple[Part, ...]:
        """The crown at 3 o'clock."""
        form = self.form
        length = self.style.crown_length * 2.0 * form.crown_radius
        shell = on_flank(crown(form.crown_radius, length), 0.0, form.radius, form.crown_z)
        return seat.metal("crown", shell, self.metal)

    def hand_parts(self, seat: Seat, dial: Dial) -> tuple[Part, ...]:
        """Hour, minute and second from the middle."""
        hour, minute, above = self.two_hands(dial)
        length = lengths(self.hands, dial.minute_track_radius_mm, dial.index_inner_radius_mm)
        second = second_hand(length["second"], above)
        return self.turning(seat, {43200.0: hour, 3600.0: minute, 60.0: second})

    def two_hands(self, dial: Dial) -> tuple[Hand, Hand, float]:
        """Hour and minute hand, and the height over them."""
        hour, minute = hour_and_minute(
            self.hands,
            dial.minute_track_radius_mm,
            dial.index_inner_radius_mm,
            dial.highest_mm + HOUR_CLEARANCE,
            self.style.lume,
        )
        return hour, minute, minute.height + 0.34

    def turning(self, seat: Seat, hands: dict[float, Hand]) -> tuple[Part, ...]:
        """Hands from the middle of the dial, by the seconds of their turn."""
        z = self.form.dial_z
        return tuple(
            part
            for period, hand in hands.items()
            for part in seat.hand(hand, hand_material(self.metal), z, period_s=period)
        )

    def lug_geometry(self) -> LugGeometry:
        """What the strap is told of the case."""
        form, seat = self.form, Seat(WristSection.from_circumference(self.wrist_mm))
        return seat.lugs(lug_form(form), form.lug_width, flank_profile(form), True)

    def back_line(self) -> Lettering | None:
        """The words on the case back.

        Raises:
            Unbuildable: they do not fit.
        """
        if not self.engraving:
            return None
        ring = text_ring(self.form, self.style.back_notches)
        return ring_line(self.engraving, self.typeface, *ring)

    def back_parts(self, seat: Seat, line: Lettering | None) -> tuple[Part, ...]:
        """The case back, with the words on it, and its screws."""
        form = self.form
        notches = self.style.back_notches
        back = case_back(form, notches, line is not None)
        held = () if notches else seat.metal("case_screws", screws(screw_places(form)), self.metal)
        if line is None:
            return *seat.metal("case_back", back, self.metal), *held
        back = engraved_round(back, line, *text_ring(form, notches))
        return *engraved_parts(back, self.metal, seat.matrix()), *held

    def case_parts(self, seat: Seat, line: Lettering | None) -> tuple[Part, ...]:
        """All metal of the case."""
        form = self.form
        return (
            *seat.metal("case", mid_case(form, self.additions(), self.style.lume), self.metal),
            *self.bezel_parts(seat),
            *seat.metal("rehaut", rehaut(form), self.metal),
            *self.back_parts(seat, line),
            *self.flank_parts(seat),
        )

    def build(self) -> Model:
        """Case, dial, hands, crystal and strap in the wrist frame.

        Raises:
            ModelError: no such metal, colour or strap.
        """
        form, dial, strap = self.form, self.dial_piece(), self.strap_piece()
        wrist = WristSection.from_circumference(self.wrist_mm)
        seat = Seat(wrist)
        pane = crystal(
            self.style.crystal_form,
            form.crystal_radius,
            form.thickness - form.crystal_thickness,
            form.crystal_thickness,
        )
        line, lugs = self.back_line(), self.lug_geometry()
        case, on_dial, on_wrist = made_apart(
            partial(self.case_parts, seat, line), dial.parts, partial(strap.parts, lugs)
        )
        parts = (
            *case,
            *seat.on_dial(on_dial, form.dial_z),
            *self.hand_parts(seat, dial),
            *on_wrist,
            seat.crystal(pane),
        )
        movement = ComponentLot(
            f"{self.style.movement}_movement",
            self.style.movement_words[0].upper() + self.style.movement_words[1:],
            mass_g=figure("movement", self.style.movement, "mass"),
        )
        bill = Bill(
            metals=(case_lot(self.metal, case), *strap.metals(lugs)),
            components=(movement, crystal_lot(pane), *strap.components(lugs)),
            engravings=() if line is None else (engraving_lot(line),),
            dimensions=(
                Dimension("case_diameter", "Case diameter", self.case_diameter_mm),
                Dimension("lug_to_lug", "Lug to lug", form.lug_to_lug),
                Dimension("thickness", "Thickness", self.thickness_mm),
                Dimension("lug_width", "Lug width", form.lug_width),
                Dimension("dial_diameter", "Dial", round(2.0 * form.dial_radius, 2)),
            ),
            measures=(
                Measure("wall", "mid-case round the movement", form.radius - form.cavity_radius),
                Measure("wall", "case back", form.back_height - 0.12),
            ),
        )
        return Model(
            f"{self.style.name}_watch",
            parts,
            Anchor.WRIST,
            wrist.circumference / np.pi,
            time_extras(self.time) | worn_on(wrist.half_breadth, wrist.half_depth, Wears.SITS),
            bill,
        )
