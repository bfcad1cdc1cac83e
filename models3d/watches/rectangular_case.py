"""The layers of a rectangular case: stepped flanks, bezel, back, crystal. Millimetres.

Case frame: 12 o'clock at +Y, 3 at +X, z = 0 under the case back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import manifold3d

from models3d.watches.crystal import plate
from models3d.watches.form import HANDS_ROOM, PARTING
from models3d.watches.lugs import LugForm, lugs
from models3d.watches.outlines import BRUSHED, Corner, Outline, rectangle, rounded
from models3d.watches.screws import with_seats
from models3d.watches.shells import KEPT, Shell, extruded, from_solid

SIDE_BOW = 0.45  # the long flanks swell a little
CORNER = 3.8  # radius of the outline's corners
LEAST_CORNER = 1.1  # as the dial's
SCREW_INSET = 3.1  # from the case's sides


@dataclass(frozen=True, slots=True)
class RectangularForm:
    """Heights and lengths that the layers share."""

    width: float
    height: float  # from 12 to 6, without the lugs
    thickness: float
    lug_to_lug: float
    lug_width: float
    crown_radius: float
    back_height: float = 1.0
    bezel_height: float = 1.1
    crystal_thickness: float = 1.5
    crystal_rise: float = 0.35
    bezel_width: float = 2.2
    rehaut_width: float = 0.5

    @property
    def bezel_top(self) -> float:
        return self.thickness - self.crystal_rise

    @property
    def flank_top(self) -> float:
        return self.bezel_top - self.bezel_height

    @property
    def flank_bottom(self) -> float:
        return self.back_height + PARTING

    @property
    def dial_z(self) -> float:
        return self.thickness - self.crystal_thickness - HANDS_ROOM

    @property
    def dial_inset(self) -> float:
        """From the case's outline to the dial's edge."""
        return self.bezel_width + self.rehaut_width

    @property
    def dial_size(self) -> tuple[float, float]:
        """Width and height of the dial seen."""
        return self.width - 2.0 * self.dial_inset, self.height - 2.0 * self.dial_inset

    @property
    def back_field(self) -> tuple[float, float]:
        """Width and height of the case back's flat."""
        return self.width - 4.0, self.height - 4.0

    @property
    def crown_z(self) -> float:
        return 0.52 * (self.flank_bottom + self.flank_top)

    def outline(self, inset: float) -> Outline:
        """The case's outline drawn in; its corners stay concentric."""
        return rectangle(
            self.width - 2.0 * inset,
            self.height - 2.0 * inset,
            max(CORNER - inset, LEAST_CORNER),
            SIDE_BOW if inset < 1.0 else 0.0,
        )


def lug_form(form: RectangularForm) -> LugForm:
    """Short lugs flush with the long flanks."""
    root = form.width / 2.0 - form.lug_width / 2.0 - 0.25
    return LugForm(
        inner_x=form.lug_width / 2.0,
        root_width=root,
        tip_width=0.78 * root,
        knee_y=0.80 * form.height / 2.0,
        tip_y=form.lug_to_lug / 2.0,
        root_top=form.flank_top - 0.35,
        root_bottom=form.flank_bottom + 0.4,
        tip_top=0.15 + 2.0,
        tip_bottom=0.15,
        chamfer=0.5,
        flare=1.2,
    )


def flank_profile(form: RectangularForm) -> list[tuple[float, float]]:
    """(distance from the middle, z) of the ends at 12 and 6 from below: what a strap meets."""
    half, low, high = form.height / 2.0, form.flank_bottom, form.flank_top
    return [(half - 0.7, low), (half, low + 0.7), (half, high - 0.35), (half - 0.35, high)]


@lru_cache(maxsize=KEPT)
def mid_case(form: RectangularForm) -> Shell:
    """Flanks with a chamfer below and above, lugs, bored for movement and dial."""
    low, high = form.flank_bottom, form.flank_top
    drum = extruded(
        form.outline(0.0),
        rounded(
            [
                Corner(-1.2, low),
                Corner(-0.7, low, 0.06),
                Corner(0.0, low + 0.7, 0.08, BRUSHED),
                Corner(0.0, high - 0.35, 0.06),
                Corner(-0.35, high, 0.06, BRUSHED),
                Corner(-1.2, high),
            ],
            closed=False,
        ),
    )
    body = manifold3d.Manifold.batch_boolean(
        [shell.solid() for shell in (drum, *lugs(lug_form(form)))], manifold3d.OpType.Add
    )
    bore = extruded(
        form.outline(form.dial_inset - 0.25),
        rounded(
            [
                Corner(-0.2, low - 1.0),
                Corner(0.0, low - 1.0),
                Corner(0.0, high + 1.0),
                Corner(-0.2, high + 1.0),
            ],
            closed=False,
        ),
    )
    return from_solid(body - bore.solid())


@lru_cache(maxsize=KEPT)
def bezel(form: RectangularForm) -> Shell:
    """Two steps up to the crystal, the upper one sloping."""
    low, high = form.flank_top + PARTING, form.bezel_top
    edge = form.dial_inset  # from the dial's edge outwards
    inner = edge - form.bezel_width - 0.05
    step = 0.5 * (low + high) - 0.05
    return extruded(
        form.outline(edge),
        rounded(
            [
                Corner(inner, low - PARTING, 0.04),
                Corner(edge - 0.80, low - PARTING, 0.02),
                Corner(edge - 0.80, low, 0.02),
                Corner(edge - 0.45, low, 0.05),
                Corner(edge - 0.45, step, 0.07, BRUSHED),
                Corner(edge - 1.00, step, 0.03),
                Corner(edge - 1.00, step + 0.18, 0.05),
                Corner(inner + 0.22, high, 0.06),
                Corner(inner, high, 0.05),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def rehaut(form: RectangularForm) -> Shell:
    """The sloping frame between dial and crystal."""
    top = form.thickness - form.crystal_thickness - 0.04
    wide, narrow = form.rehaut_width - 0.10, 0.0
    return extruded(
        form.outline(form.dial_inset),
        rounded(
            [
                Corner(narrow, form.dial_z + 0.02),
                Corner(narrow + 0.22, form.dial_z + 0.02),
                Corner(wide, form.dial_z + 0.5),
                Corner(wide, top, 0.0, BRUSHED),
                Corner(narrow, form.dial_z + 0.22, 0.03),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def case_back(form: RectangularForm) -> Shell:
    """A brushed plate with a polished edge, held by four screws."""
    top = form.back_height
    plate = extruded(
        form.outline(1.1),
        rounded(
            [
                Corner(-1.0, 0.0),
                Corner(-0.45, 0.0, 0.06),
                Corner(0.0, 0.4, 0.07),
                Corner(0.0, top, 0.05),
                Corner(-1.0, top),
            ],
            closed=False,
        ),
        caps=(BRUSHED, 0.0),
    )
    return with_seats(plate, screw_places(form))


@lru_cache(maxsize=KEPT)
def pane(form: RectangularForm) -> Shell:
    """The flat crystal."""
    bottom = form.thickness - form.crystal_thickness
    return plate(form.outline(form.bezel_width), bottom, form.crystal_thickness)


def screw_places(form: RectangularForm) -> tuple[tuple[float, float], ...]:
    """In the corners of the case back."""
    x, y = form.width / 2.0 - SCREW_INSET, form.height / 2.0 - SCREW_INSET
    return (x, y), (-x, y), (-x, -y), (x, -y)
