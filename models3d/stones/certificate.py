"""A stone as a laboratory's grading report describes it, and the stone built from that.

Percentages and angles are those of a GIA report: of the average girdle diameter (round) or of the
width (fancy), to the girdle plane, and rounded: table to 1 %, crown angle to 0.5 degrees, pavilion
angle to 0.2 degrees, star and lower half to 5 %. What is stated twice must agree within that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from models3d.bill import GRAMS_PER_CARAT
from models3d.brilliant import RoundBrilliant
from models3d.errors import ModelError
from models3d.gems import COLOUR_GRADES, gem
from models3d.stones.cuts import cut
from models3d.stones.fitted import fitted
from models3d.stones.rounds import round_stone
from models3d.stones.solid import UnitStone
from models3d.stones.stone import Stone

CLARITY_GRADES: Final = (
    "FL", "IF", "VVS1", "VVS2", "VS1", "VS2", "SI1", "SI2", "I1", "I2", "I3",
)  # fmt: skip
CUT_GRADES: Final = ("Excellent", "Very Good", "Good", "Fair", "Poor")
FINISH_GRADES: Final = ("EX", "VG", "G", "F", "P")  # of polish and symmetry
FLUORESCENCE: Final = ("None", "Faint", "Medium", "Strong", "Very Strong")

# Middle of each of GIA's words, percent of the diameter: girdle at its thick places, culet.
GIRDLE_WORDS: Final = {
    "Extremely Thin": 0.6,
    "Very Thin": 1.2,
    "Thin": 2.0,
    "Medium": 3.0,
    "Slightly Thick": 4.0,
    "Thick": 5.5,
    "Very Thick": 7.5,
    "Extremely Thick": 10.0,
}
CULET_WORDS: Final = {
    "None": 0.0,
    "Very Small": 0.7,
    "Small": 1.5,
    "Medium": 3.0,
    "Slightly Large": 5.0,
    "Large": 7.0,
    "Very Large": 10.0,
    "Extremely Large": 14.0,
}

# How far two statements of one thing may differ, from the report's rounding.
HEIGHT_TOLERANCE_PCT: Final = 0.8  # crown height from its angle and the table
PAVILION_TOLERANCE_PCT: Final = 0.6
DEPTH_TOLERANCE_PCT: Final = 0.35  # depth over diameter
SUM_TOLERANCE_PCT: Final = 1.6  # crown + girdle + pavilion
ROUND_WEIGHT_TOLERANCE: Final = 0.03  # weight of the built stone
FANCY_WEIGHT_TOLERANCE: Final = 0.08  # a report gives a fancy cut's outline by two lengths only
CARAT_ROUNDING: Final = 0.005  # a report gives hundredths
LEAST_ROUND_RATIO: Final = 0.97  # of least to greatest diameter


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a grading report says. Angles and heights are given for round brilliants.

    Raises:
        ModelError: a value is no grade or lies outside of what stones have, or two values
            contradict each other; says which.
    """

    report_number: str
    laboratory: str  # GIA, IGI, HRD …
    shape: str  # id of a cut
    measurements_mm: tuple[float, float, float]  # least, greatest diameter (length, width), depth
    carat: float
    colour: str
    clarity: str
    table_pct: float
    depth_pct: float
    cut: str = ""  # round brilliants only
    polish: str = ""
    symmetry: str = ""
    fluorescence: str = "None"
    crown_angle_deg: float | None = None
    crown_height_pct: float | None = None
    pavilion_angle_deg: float | None = None
    pavilion_depth_pct: float | None = None
    star_length_pct: float = 55.0
    lower_half_pct: float = 77.0
    girdle: str = "Medium"  # words, "Thin to Medium" for a range
    girdle_pct: float | None = None
    culet: str = "None"

    def __post_init__(self) -> None:
        cut(self.shape)
        if not self.report_number.strip():
            raise ModelError("a report has a number")
        self._check_grades()
        self._check_measures()
        if self.shape == "round_brilliant":
            self._check_round()

    @property
    def is_round(self) -> bool:
        return self.shape == "round_brilliant"

    @property
    def width_mm(self) -> float:
        """The average diameter of a round stone, the width of another."""
        first, second, _ = self.measurements_mm
        return (first + second) / 2.0 if self.is_round else min(first, second)

    @property
    def girdle_thickness_pct(self) -> float:
        """As stated, or the middle of its words."""
        if self.girdle_pct is not None:
            return self.girdle_pct
        words = [GIRDLE_WORDS[word] for word in _girdle_words(self.girdle)]
        return sum(words) / len(words)

    def proportions(self) -> RoundBrilliant:
        """Of a round brilliant, its angles as stated or from the heights.

        Raises:
            ModelError: the stone is not a round brilliant, the report gives neither an angle nor
                a height, or no stone has such proportions.
        """
        if not self.is_round:
            raise ModelError("only a round brilliant's report gives angles")
        crown = self.crown_angle_deg
        if crown is None:
            crown = _angle("crown", self.crown_height_pct, 50.0 - self.table_pct / 2.0)
        pavilion = self.pavilion_angle_deg
        if pavilion is None:
            pavilion = _angle("pavilion", self.pavilion_depth_pct, 50.0)
        return RoundBrilliant(
            self.width_mm,
            self.table_pct,
            crown,
            pavilion,
            self.girdle_thickness_pct,
            self.star_length_pct,
            self.lower_half_pct,
            CULET_WORDS[self.culet],
        )

    def _check_grades(self) -> None:
        for name, value, scale, may_lack in (
            ("colour", self.colour, COLOUR_GRADES, False),
            ("clarity", self.clarity, CLARITY_GRADES, False),
            ("cut", self.cut, CUT_GRADES, True),
            ("polish", self.polish, FINISH_GRADES, True),
            ("symmetry", self.symmetry, FINISH_GRADES, True),
            ("fluorescence", self.fluorescence, FLUORESCENCE, False),
            ("culet", self.culet, tuple(CULET_WORDS), False),
        ):
            if value not in scale and not (may_lack and not value):
                raise ModelError(f"no {name} is graded {value!r}; known: {', '.join(scale)}")
        for word in _girdle_words(self.girdle):
            if word not in GIRDLE_WORDS:
                raise ModelError(f"no girdle is {word!r}; known: {', '.join(GIRDLE_WORDS)}")

    def _check_measures(self) -> None:
        for name, value, low, high in (
            *(("measurements_mm", v, 0.5, 60.0) for v in self.measurements_mm),
            ("carat", self.carat, 0.001, 1000.0),
            ("table_pct", self.table_pct, 30.0, 85.0),
            ("depth_pct", self.depth_pct, 30.0, 95.0),
        ):
            if not low <= value <= high:
                raise ModelError(f"{name} must be {low:g} to {high:g}, got {value!r}")
        stated = 100.0 * self.measurements_mm[2] / self.width_mm
        if abs(stated - self.depth_pct) > DEPTH_TOLERANCE_PCT:
            raise ModelError(
                f"depth_pct is {self.depth_pct:g}, but {self.measurements_mm[2]:g} mm of depth "
                f"over {self.width_mm:.2f} mm of width is {stated:.1f} %"
            )

    def _check_round(self) -> None:
        least, greatest, _ = self.measurements_mm
        if min(least, greatest) < LEAST_ROUND_RATIO * max(least, greatest):
            raise ModelError(f"a stone of {least:g} by {greatest:g} mm is not round")
        shape = self.proportions()
        crown = (50.0 - self.table_pct / 2.0) * math.tan(math.radians(shape.crown_angle_deg))
        pavilion = shape.depth_pct - crown - shape.girdle_pct
        for name, angle, value, derived, tolerance in (
            ("crown_height_pct", "crown_angle_deg and table_pct", self.crown_height_pct, crown,
             HEIGHT_TOLERANCE_PCT),
            ("pavilion_depth_pct", "pavilion_angle_deg", self.pavilion_depth_pct, pavilion,
             PAVILION_TOLERANCE_PCT),
        ):  # fmt: skip
            if value is not None and abs(value - derived) > tolerance:
                raise ModelError(f"{name} is {value:g}, but {angle} make it {derived:.1f}")
        if abs(shape.depth_pct - self.depth_pct) > SUM_TOLERANCE_PCT:
            raise ModelError(
                f"depth_pct is {self.depth_pct:g}, but crown ({crown:.1f} %), girdle "
                f"({shape.girdle_pct:g} %) and pavilion ({pavilion:.1f} %) make "
                f"{shape.depth_pct:.1f}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class CertifiedStone:
    """The stone of a report; its carat is the report's, its shape the report's proportions'."""

    certificate: Certificate
    stone: Stone
    shape_carat: float  # what the built shape weighs

    @property
    def weight_difference(self) -> float:
        """The built shape over the report, less one."""
        return self.shape_carat / self.certificate.carat - 1.0


def stone_from_certificate(certificate: Certificate, gem_id: str = "diamond") -> CertifiedStone:
    """Build the stone with the report's angles, in the report's colour.

    Raises:
        ModelError: no stone has such proportions, or its weight is not the report's within 3 %
            (round) or 8 % (fancy), the tolerances of this module.
    """
    unit = _shape(certificate)
    half_width_mm = certificate.width_mm / 2.0
    kind = gem(gem_id)
    grams = unit.volume * half_width_mm**3 * kind.density_g_cm3 / 1000.0
    weight = grams / GRAMS_PER_CARAT
    tolerance = ROUND_WEIGHT_TOLERANCE if certificate.is_round else FANCY_WEIGHT_TOLERANCE
    if abs(weight - certificate.carat) > tolerance * certificate.carat + CARAT_ROUNDING:
        raise ModelError(
            f"the report says {certificate.carat:g} ct, but a {kind.name} of its measurements and "
            f"proportions weighs {weight:.2f} ct"
        )
    scale = half_width_mm / 1000.0
    made = Stone(
        gem_id,
        certificate.shape,
        certificate.carat,
        replace(unit.mesh, positions=unit.mesh.positions * scale),
        unit.outline * scale,
        unit.crown_height * scale,
        unit.girdle_height * scale,
        unit.pavilion_depth * scale,
        unit.crown_angle,
        unit.pavilion_angle,
    ).graded(certificate.colour)
    return CertifiedStone(certificate, made, weight)


def _shape(certificate: Certificate) -> UnitStone:
    if certificate.is_round:
        return round_stone(certificate.proportions())
    first, second, _ = certificate.measurements_mm
    hearts_width = certificate.shape in ("heart", "trillion")
    ratio = first / second if hearts_width else max(first, second) / min(first, second)
    return fitted(
        certificate.shape,
        ratio,
        certificate.table_pct,
        certificate.depth_pct,
        certificate.girdle_thickness_pct,
    )


def _girdle_words(words: str) -> list[str]:
    """ "Thin to Medium" as its two ends."""
    return [word.strip().title() for word in words.replace(" - ", " to ").split(" to ")]


def _angle(part: str, height_pct: float | None, reach_pct: float) -> float:
    """Degrees, of a slope that rises height_pct over reach_pct."""
    if height_pct is None:
        raise ModelError(f"the report gives neither an angle nor a height of the {part}")
    return math.degrees(math.atan(height_pct / reach_pct))
