"""The wedding band: one or two metals, polished, brushed or hammered, millgrained, engraved."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models3d.bill import Bill, Dimension, EngravingLot, Measure
from models3d.engraving.limits import (
    FIGURES,
    check_wall,
    fitted,
    inside_length_mm,
    outside_length_mm,
)
from models3d.engraving.text import Lettering
from models3d.errors import Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.profiles import Profile
from models3d.rings.band_bodies import BandForm, Letters, TwoTone, band_parts, metal_lots
from models3d.rings.millgrain import ROW_MM
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.sizes import RingSize
from models3d.surfaces import HAMMER_DEPTH_MM, RELIEF_FINISHES

BAND_WIDTHS_MM = (2.0, 8.0)
BAND_THICKNESSES_MM = (1.3, 2.5)
LEAST_TWO_TONE_MM = 3.0  # width: a narrower inlay has no hold
LEAST_MILLGRAIN_MM = 2.5
JOINT_MARGIN_MM = 0.3  # between letters outside and the other metal
UNREADABLE = ("hammered", "florentine_engine_turned")  # finishes that letters drown in


@dataclass(frozen=True, slots=True)
class Band:
    """A hoop, as for weddings.

    The finish is that of the outside, of a two-tone band's second metal; all else is polished.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: options do not go together, or an engraving does not fit.
    """

    profile: Profile = Profile.COURT
    width_mm: float = 4.0
    thickness_mm: float = 1.8
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"
    two_tone: TwoTone = TwoTone.NONE
    metal_2: str = "platinum_950"
    millgrain: bool = False
    engraving: str = ""
    typeface: str = "serif"
    letter_height_mm: float = 1.5
    engraving_outside: str = ""
    outside_letter_height_mm: float = 2.0
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("width_mm", self.width_mm, BAND_WIDTHS_MM)
        check_range("thickness_mm", self.thickness_mm, BAND_THICKNESSES_MM)
        if self.two_tone is not TwoTone.NONE and self.width_mm < LEAST_TWO_TONE_MM:
            raise Unbuildable(
                f"Two metals need a band of at least {LEAST_TWO_TONE_MM:g} mm.",
                ("width_mm", "two_tone"),
            )
        if self.millgrain and self.width_mm < LEAST_MILLGRAIN_MM:
            raise Unbuildable(
                f"Millgrained edges need a band of at least {LEAST_MILLGRAIN_MM:g} mm.",
                ("width_mm", "millgrain"),
            )
        if self.engraving_outside and self.finish in UNREADABLE:
            raise Unbuildable(
                "Letters cannot be read on a hammered or engine-turned outside.",
                ("finish", "engraving_outside"),
            )
        if self.engraving or self.engraving_outside:
            self._letterings()

    @property
    def _form(self) -> BandForm:
        return BandForm(
            self.profile,
            self.width_mm,
            self.thickness_mm,
            self.size.inner_diameter_mm / 2.0,
            self.metal,
            self.finish,
            self.two_tone,
            self.metal_2,
            self.millgrain,
        )

    def _letterings(self) -> Letters:
        """Inside and outside.

        Raises:
            Unbuildable: one does not fit.
        """
        form = self._form
        inside = outside = None
        if self.engraving:
            if self.width_mm < FIGURES["band_for_inside"]:
                raise Unbuildable(
                    f"A band needs {FIGURES['band_for_inside']:g} mm for letters inside.",
                    ("width_mm", "engraving"),
                )
            inside = fitted(
                self.engraving,
                self.typeface,
                self.letter_height_mm,
                inside_length_mm(form.inner_radius_mm),
                self.width_mm - 2.0 * FIGURES["margin_inside"],
                "inside the band",
                ("letter_height_mm", "engraving", "width_mm", "size"),
            )
            self._check_wall(inside, 0.0)
        if self.engraving_outside:
            outside = fitted(
                self.engraving_outside,
                self.typeface,
                self.outside_letter_height_mm,
                outside_length_mm(form.inner_radius_mm + self.thickness_mm),
                self._outside_room_mm(form),
                "outside the band",
                ("outside_letter_height_mm", "engraving_outside", "width_mm", "size"),
            )
            self._check_wall(outside, form.face_middle_mm)
        return Letters(inside, outside, FIGURES["depth"])

    def _outside_room_mm(self, form: BandForm) -> float:
        """Height that letters outside may take."""
        left, right = form.section.face_ends
        joints = 2.0 * JOINT_MARGIN_MM if self.two_tone is not TwoTone.NONE else 0.0
        beads = 2.0 * ROW_MM if self.millgrain and self.two_tone is TwoTone.NONE else 0.0
        room = 1e3 * (right - left) - joints - beads
        return min(room, self.width_mm - 2.0 * FIGURES["margin_outside"])

    def _wall_mm(self, lettering: Lettering, centre_mm: float) -> float:
        """Of the metal where it is thinnest under a lettering, before the cut."""
        shape = self._form.section
        reach = lettering.height_mm / 2.0
        u = (centre_mm + np.linspace(-reach, reach, 9)) * 1e-3
        wall = 1e3 * float((shape.outside_v(u) - shape.inside_v(u)).min())
        return wall - (HAMMER_DEPTH_MM[1] if self.finish == "hammered" else 0.0)

    def _check_wall(self, lettering: Lettering, centre_mm: float) -> None:
        wall = self._wall_mm(lettering, centre_mm)
        check_wall(self.metal, wall, FIGURES["depth"], "under the letters")

    def build(self) -> Model:
        """Parts face, where a finish or second metal has its own, shank and millgrain.

        Raises:
            ModelError: no such metal or finish.
        """
        form, letters = self._form, self._letterings()
        parts = band_parts(form, letters)
        relief = HAMMER_DEPTH_MM[1] if self.finish == "hammered" else 0.0
        plain = self.two_tone is TwoTone.NONE and not self.millgrain
        eu_sizes = 2.0 if plain and self.finish not in RELIEF_FINISHES else 1.0
        bill = Bill(
            metals=metal_lots(form, parts),
            engravings=tuple(
                EngravingLot(
                    line.text, self.typeface, place, line.letter_height_mm, letters.depth_mm
                )
                for line, place in ((letters.inside, "inside"), (letters.outside, "outside"))
                if line is not None
            ),
            dimensions=(
                Dimension("width", "Width", self.width_mm),
                Dimension("thickness", "Thickness", self.thickness_mm),
            ),
            measures=(
                Measure("shank", "band", self.thickness_mm - relief),
                *self._engraving_measures(letters),
            ),
            size=self.size,
            resizable=(-eu_sizes, eu_sizes),  # a pattern all round does not survive much
        )
        return Model("band", parts, Anchor.FINGER, self.size.inner_diameter, bill=bill)

    def _engraving_measures(self, letters: Letters) -> list[Measure]:
        found = []
        for lettering, centre_mm, place in (
            (letters.inside, 0.0, "inside"),
            (letters.outside, self._form.face_middle_mm, "outside"),
        ):
            if lettering is not None:
                left = self._wall_mm(lettering, centre_mm) - letters.depth_mm
                found.append(Measure("engraving_stroke", f"letters {place}", lettering.stroke_mm))
                found.append(Measure("under_engraving", f"under the letters {place}", left))
        return found
