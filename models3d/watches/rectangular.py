"""The rectangular watch: stepped bezel, bowed flanks, small seconds at 6."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from models3d.bill import Bill, ComponentLot, Dimension, Measure
from models3d.dials.dial import NAME, Dial, DialShape, DialStyle, Indices, SubDial, SubDialKind
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
    small_hand_material,
    time_extras,
)
from models3d.watches.back_text import (
    engraved_across,
    engraved_parts,
    engraving_lot,
    flat_line,
)
from models3d.watches.crown import crown, on_flank
from models3d.watches.form import DIAL_THICKNESS
from models3d.watches.hands import Hands, arbor_cap, hour_and_minute, small_hand
from models3d.watches.rectangular_case import (
    SIDE_BOW,
    RectangularForm,
    bezel,
    case_back,
    flank_profile,
    lug_form,
    mid_case,
    pane,
    rehaut,
    screw_places,
)
from models3d.watches.round_watch import HOUR_CLEARANCE
from models3d.watches.screws import screws
from models3d.watches.sizes import check_wrist, figure
from models3d.wrists import Wears, worn_on

WIDTHS_MM = (24.0, 32.0)
THICKNESSES_MM = (7.0, 9.5)
HEIGHT_OF_WIDTH = 1.30
LUGS_BEYOND = 7.0  # both ends together
LUG_WIDTH_OF_WIDTH = 0.70
SECONDS_AT, SECONDS_RADIUS = 0.29, 0.17  # shares of the dial's height and width
SMALL_HAND_HEIGHT = 0.16
CAP_ABOVE = 0.19  # over the minute hand’s underside: its hub is in between
BACK_HOLLOW = 0.6  # of the case back's height is metal


@dataclass(frozen=True, slots=True)
class RectangularWatch:
    """Two hands over a railway track, small seconds below.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: sizes do not go together.
    """

    case_width_mm: float = 28.0
    thickness_mm: float = 7.8
    metal: str = "gold_18k_yellow_3N"
    dial: DialStyle = DialStyle.ENAMEL
    dial_colour: str = "ivory"
    indices: Indices = Indices.ROMAN
    hands: Hands = Hands.DAUPHINE
    strap: StrapKind = StrapKind.LEATHER
    leather: str = "black"
    rubber: str = "black"
    wrist_mm: float = 170.0
    time: Time = Time.SHOWN
    signature: str = NAME
    engraving: str = ""
    typeface: str = "serif"

    def __post_init__(self) -> None:
        for name, value, (low, high) in (
            ("case_width_mm", self.case_width_mm, WIDTHS_MM),
            ("thickness_mm", self.thickness_mm, THICKNESSES_MM),
        ):
            if not low <= value <= high:
                raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")
        WristSection.from_circumference(self.wrist_mm)
        form = self.form
        needed = figure("movement", "form", "thickness")
        spare = form.dial_z - DIAL_THICKNESS - BACK_HOLLOW * form.back_height - needed
        if spare < 0.0:
            raise Unbuildable(
                f"The hand-wound movement is {needed:g} mm high: over it a watch is at least "
                f"{self.thickness_mm - spare + 0.05:.1f} mm thick.",
                ("thickness_mm",),
            )
        check_wrist(self.wrist_mm, form.lug_to_lug, "case_width_mm")
        self.dial_piece()
        self.strap_piece()
        self.back_line()

    @property
    def form(self) -> RectangularForm:
        """How the case is divided."""
        height = round(HEIGHT_OF_WIDTH * self.case_width_mm, 1)
        return RectangularForm(
            width=self.case_width_mm,
            height=height,
            thickness=self.thickness_mm,
            lug_to_lug=height + LUGS_BEYOND,
            lug_width=2.0 * round(LUG_WIDTH_OF_WIDTH * self.case_width_mm / 2.0),
            crown_radius=figure("crown", "rectangular", "diameter") * self.case_width_mm / 2.0,
            crystal_thickness=figure("crystal", "rectangular", "thickness"),
        )

    def dial_piece(self) -> Dial:
        """The dial that fills the opening, small seconds let in at 6."""
        width, height = (round(side, 3) for side in self.form.dial_size)
        at, radius = round(SECONDS_AT * height, 3), round(SECONDS_RADIUS * width, 3)
        return Dial(
            shape=DialShape.RECTANGULAR,
            width_mm=width,
            height_mm=height,
            style=self.dial,
            colour=self.dial_colour,
            indices=self.indices,
            index_metal=hand_metal(self.metal),
            signature=self.signature,
            sub_dials=(SubDial((0.0, -at), radius, SubDialKind.SECONDS),),
        )

    def strap_piece(self) -> Strap:
        """The strap that fits between the lugs."""
        return Strap(
            kind=self.strap,
            lug_width_mm=self.form.lug_width,
            colour=self.rubber if self.strap is StrapKind.RUBBER else self.leather,
            metal=self.metal,
            wrist_circumference_mm=self.wrist_mm,
        )

    def lug_geometry(self) -> LugGeometry:
        """What the strap is told of the case."""
        form, seat = self.form, Seat(WristSection.from_circumference(self.wrist_mm))
        return seat.lugs(lug_form(form), form.lug_width, flank_profile(form), False)

    def back_line(self) -> Lettering | None:
        """The words across the case back.

        Raises:
            Unbuildable: they do not fit.
        """
        if not self.engraving:
            return None
        width, height = self.form.back_field
        return flat_line(self.engraving, self.typeface, width, height)

    def back_parts(self, seat: Seat, line: Lettering | None) -> tuple[Part, ...]:
        """The case back, with the words on it, and its screws."""
        back = case_back(self.form)
        held = seat.metal("case_screws", screws(screw_places(self.form)), self.metal)
        if line is None:
            return *seat.metal("case_back", back, self.metal), *held
        return *engraved_parts(engraved_across(back, line), self.metal, seat.matrix()), *held

    def hand_parts(self, seat: Seat, dial: Dial) -> tuple[Part, ...]:
        """Hour and minute in the middle, the second on its own small dial."""
        metal, z = hand_material(self.metal), self.form.dial_z
        blued = small_hand_material(self.metal, self.dial_colour)
        hour, minute = hour_and_minute(
            self.hands,
            dial.minute_track_radius_mm,
            dial.index_inner_radius_mm,
            dial.highest_mm + HOUR_CLEARANCE,
            False,
        )
        (seconds,) = dial.sub_dials
        small = small_hand(seconds.track_radius_mm, seconds.floor_mm + SMALL_HAND_HEIGHT)
        cap = arbor_cap(0.036 * dial.minute_track_radius_mm, minute.height + CAP_ABOVE)
        return (
            *seat.hand(
                small, blued, z, period_s=60.0, arbor_mm=seconds.center_mm, name="small_second"
            ),
            *seat.hand(hour, metal, z, period_s=43200.0),
            *seat.hand(minute, metal, z, period_s=3600.0),
            *seat.hand(cap, metal, z, period_s=None),
        )

    def case_parts(self, seat: Seat, line: Lettering | None) -> tuple[Part, ...]:
        """All metal of the case."""
        form = self.form
        winder = on_flank(
            crown(form.crown_radius, 1.05 * form.crown_radius),
            0.0,
            form.width / 2.0 + SIDE_BOW,
            form.crown_z,
        )
        return (
            *seat.metal("case", mid_case(form), self.metal),
            *seat.metal("bezel", bezel(form), self.metal),
            *seat.metal("rehaut", rehaut(form), self.metal),
            *self.back_parts(seat, line),
            *seat.metal("crown", winder, self.metal),
        )

    def build(self) -> Model:
        """Case, dial, hands, crystal and strap in the wrist frame.

        Raises:
            ModelError: no such metal, colour or strap.
        """
        form, dial, strap = self.form, self.dial_piece(), self.strap_piece()
        wrist = WristSection.from_circumference(self.wrist_mm)
        seat = Seat(wrist)
        line, lugs, crystal = self.back_line(), self.lug_geometry(), pane(form)
        case, on_dial, on_wrist = made_apart(
            partial(self.case_parts, seat, line), dial.parts, partial(strap.parts, lugs)
        )
        parts = (
            *case,
            *seat.on_dial(on_dial, form.dial_z),
            *self.hand_parts(seat, dial),
            *on_wrist,
            seat.crystal(crystal),
        )
        movement = ComponentLot(
            "form_movement", "Hand-wound form movement", mass_g=figure("movement", "form", "mass")
        )
        wall = form.dial_inset - 0.25
        bill = Bill(
            metals=(case_lot(self.metal, case), *strap.metals(lugs)),
            components=(movement, crystal_lot(crystal), *strap.components(lugs)),
            engravings=() if line is None else (engraving_lot(line),),
            dimensions=(
                Dimension("case_width", "Case width", self.case_width_mm),
                Dimension("case_height", "Case height", form.height),
                Dimension("lug_to_lug", "Lug to lug", form.lug_to_lug),
                Dimension("thickness", "Thickness", self.thickness_mm),
                Dimension("lug_width", "Lug width", form.lug_width),
            ),
            measures=(Measure("wall", "mid-case round the movement", wall),),
        )
        return Model(
            "rectangular_watch",
            parts,
            Anchor.WRIST,
            wrist.circumference / np.pi,
            time_extras(self.time) | worn_on(wrist.half_breadth, wrist.half_depth, Wears.SITS),
            bill,
        )
