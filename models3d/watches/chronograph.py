"""The chronograph: three sub-dials, two pushers, a box crystal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from models3d.dials.dial import Dial, DialStyle, Indices, SubDial, SubDialKind
from models3d.mesh import Part
from models3d.watches.assembly import Seat, small_hand_material
from models3d.watches.crown import on_flank, pusher
from models3d.watches.crystal import CrystalForm
from models3d.watches.hands import Hands, lengths, second_hand, small_hand
from models3d.watches.round_watch import RoundWatch, Style
from models3d.watches.shells import Shell

PUSHER_ANGLE = np.radians(29.0)  # from the crown, towards 2 and 4 o'clock
SUB_DIAL_AT = 0.49  # shares of the dial's radius
SUB_DIAL_RADIUS = 0.255
SMALL_HAND_HEIGHT = 0.16  # over the sub-dial's ground


@dataclass(frozen=True, slots=True)
class Chronograph(RoundWatch):
    """Running seconds at 9, minutes at 3, hours at 6; the long hand waits at 12."""

    case_diameter_mm: float = 40.0
    thickness_mm: float = 11.8
    dial: DialStyle = DialStyle.SUNRAY
    dial_colour: str = "salmon"
    indices: Indices = Indices.BATON
    hands: Hands = Hands.BATON

    style: ClassVar[Style] = Style(
        name="chronograph",
        words="chronograph",
        diameters_mm=(38.0, 44.0),
        bezel_width=0.115,
        bezel_height=1.9,
        back_height=1.4,
        crystal_form=CrystalForm.BOX,
        crystal_rise=0.75,
        rehaut_width=0.85,
        movement="chronograph",
        movement_words="chronograph movement",
        crown_length=0.5,
        back_notches=6,
        lume=False,
    )

    def sub_dials(self) -> tuple[SubDial, ...]:
        """At 3, 6 and 9 o'clock."""
        at, radius = (
            round(share * self.form.dial_radius, 3) for share in (SUB_DIAL_AT, SUB_DIAL_RADIUS)
        )
        return (
            SubDial((at, 0.0), radius, SubDialKind.MINUTES_30),
            SubDial((0.0, -at), radius, SubDialKind.HOURS_12),
            SubDial((-at, 0.0), radius, SubDialKind.SECONDS),
        )

    def flank_parts(self, seat: Seat) -> tuple[Part, ...]:
        """Crown and pushers."""
        form = self.form
        head = pusher(0.092 * form.radius, 0.15 * form.radius)
        pushers: list[Shell] = [
            on_flank(head, angle, form.radius, form.crown_z)
            for angle in (PUSHER_ANGLE, -PUSHER_ANGLE)
        ]
        return (
            *RoundWatch.flank_parts(self, seat),
            *(part for shell in pushers for part in seat.metal("pusher", shell, self.metal)),
        )

    def hand_parts(self, seat: Seat, dial: Dial) -> tuple[Part, ...]:
        """Two hands and six stands: the stopped ones point to zero."""
        hour, minute, above = self.two_hands(dial)
        length = lengths(self.hands, dial.minute_track_radius_mm, dial.index_inner_radius_mm)
        blued = small_hand_material(self.metal, self.dial_colour)
        z = self.form.dial_z
        small: list[Part] = []
        for sub_dial in dial.sub_dials:
            hand = small_hand(sub_dial.track_radius_mm, sub_dial.floor_mm + SMALL_HAND_HEIGHT)
            runs = sub_dial.kind is SubDialKind.SECONDS
            small += seat.hand(
                hand,
                blued,
                z,
                period_s=60.0 if runs else None,
                arbor_mm=sub_dial.center_mm,
                name="small_second" if runs else f"counter_{sub_dial.kind}",
            )
        stopped = second_hand(length["second"], above)
        return (
            *small,
            *self.turning(seat, {43200.0: hour, 3600.0: minute}),
            *seat.hand(stopped, blued, z, period_s=None, name="chronograph"),
        )
