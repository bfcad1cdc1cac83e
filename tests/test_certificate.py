"""Stones built from grading reports."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.brilliant import RoundBrilliant, carat
from models3d.errors import ModelError
from models3d.gems import COLOUR_GRADES, gem
from models3d.stones.certificate import CULET_WORDS, Certificate, stone_from_certificate
from models3d.stones.cuts import BRILLIANTS, CUTS, MIXED, STEPS, unit_stone
from models3d.stones.stone import stone

ROUND = Certificate(
    report_number="2141438171",
    laboratory="GIA",
    shape="round_brilliant",
    measurements_mm=(6.42, 6.46, 3.97),
    carat=1.01,
    colour="G",
    clarity="VS1",
    cut="Excellent",
    polish="EX",
    symmetry="VG",
    table_pct=56.0,
    depth_pct=61.6,
    crown_angle_deg=35.0,
    crown_height_pct=15.5,
    pavilion_angle_deg=40.8,
    pavilion_depth_pct=43.0,
    star_length_pct=55.0,
    lower_half_pct=75.0,
    girdle="Medium",
    girdle_pct=3.5,
)
FANCY = (*BRILLIANTS, *STEPS, *MIXED, "heart")


def report_of(proportions: RoundBrilliant) -> Certificate:
    """What a laboratory would write about a stone of these proportions."""
    table, diameter = proportions.table_pct, proportions.diameter_mm
    crown = (50.0 - table / 2.0) * np.tan(np.radians(proportions.crown_angle_deg))
    pavilion = proportions.depth_pct - crown - proportions.girdle_pct
    return Certificate(
        report_number="1",
        laboratory="GIA",
        shape="round_brilliant",
        measurements_mm=(
            round(diameter - 0.01, 2),
            round(diameter + 0.01, 2),
            round(diameter * proportions.depth_pct / 100.0, 2),
        ),
        carat=round(carat(proportions), 2),
        colour="F",
        clarity="VVS2",
        table_pct=round(table),
        depth_pct=round(proportions.depth_pct, 1),
        crown_angle_deg=round(2.0 * proportions.crown_angle_deg) / 2.0,
        crown_height_pct=round(2.0 * crown) / 2.0,
        pavilion_angle_deg=round(5.0 * proportions.pavilion_angle_deg) / 5.0,
        pavilion_depth_pct=round(2.0 * pavilion) / 2.0,
        girdle_pct=round(2.0 * proportions.girdle_pct) / 2.0,
        star_length_pct=proportions.star_length_pct,
        lower_half_pct=proportions.lower_half_pct,
    )


def test_the_stone_has_the_reports_angles_measures_and_weight() -> None:
    made = stone_from_certificate(ROUND)
    assert made.stone.carat == 1.01
    assert abs(made.weight_difference) < 0.03
    assert np.degrees(made.stone.crown_angle) == pytest.approx(35.0)
    assert np.degrees(made.stone.pavilion_angle) == pytest.approx(40.8)
    assert 1e3 * made.stone.width == pytest.approx(6.44)
    assert 100.0 * made.stone.depth / made.stone.width == pytest.approx(61.6, abs=1.0)
    slopes = np.degrees(np.arccos(np.abs(made.stone.mesh.normals[:, 2])))
    for angle in (0.0, 35.0, 40.8):
        assert np.abs(slopes - angle).min() < 1e-6


def test_heights_stand_for_angles_that_a_report_does_not_give() -> None:
    heights_only = replace(ROUND, crown_angle_deg=None, pavilion_angle_deg=None)
    found = heights_only.proportions()
    assert found.crown_angle_deg == pytest.approx(35.0, abs=0.5)
    assert found.pavilion_angle_deg == pytest.approx(40.8, abs=0.5)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(4.0, 12.0), st.floats(53.0, 64.0), st.floats(31.0, 37.0), st.floats(40.0, 42.0),
    st.floats(2.0, 5.0),
)  # fmt: skip
def test_the_report_of_any_good_stone_is_consistent_and_builds_it_again(
    diameter: float, table: float, crown: float, pavilion: float, girdle: float
) -> None:
    proportions = RoundBrilliant(diameter, table, crown, pavilion, girdle)
    made = stone_from_certificate(report_of(proportions))
    assert 1e3 * made.stone.depth == pytest.approx(
        diameter * proportions.depth_pct / 100.0, rel=0.02
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "AA"}, "no colour is graded 'AA'; known: D, E, F"),
        ({"clarity": "VS3"}, "no clarity is graded 'VS3'"),
        ({"cut": "Ideal"}, "no cut is graded 'Ideal'; known: Excellent"),
        ({"polish": "Excellent"}, "no polish is graded 'Excellent'; known: EX"),
        ({"fluorescence": "Blue"}, "no fluorescence is graded 'Blue'"),
        ({"girdle": "Medium to Wide"}, "no girdle is 'Wide'"),
        ({"culet": "Tiny"}, "no culet is graded 'Tiny'"),
        ({"shape": "brilliant"}, "no cut is called 'brilliant'"),
        ({"report_number": " "}, "a report has a number"),
        ({"carat": 0.0}, "carat must be 0.001 to 1000"),
        ({"carat": float("nan")}, "carat must be"),
        ({"depth_pct": 63.0}, "depth_pct is 63, but 3.97 mm of depth over 6.44 mm"),
        ({"crown_height_pct": 13.0}, "crown_height_pct is 13, but crown_angle_deg and table_pct "
                                     "make it 15.4"),
        ({"pavilion_depth_pct": 45.0}, "pavilion_depth_pct is 45, but pavilion_angle_deg make"),
        ({"girdle_pct": 8.0}, "depth_pct is 61.6, but crown .15.4 %., girdle .8 %."),
        ({"measurements_mm": (6.0, 6.88, 3.97)}, "6 by 6.88 mm is not round"),
        ({"crown_angle_deg": None, "crown_height_pct": None},
         "neither an angle nor a height of the crown"),
    ],
)  # fmt: skip
def test_a_report_that_contradicts_itself_is_refused_with_what_does(change, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        replace(ROUND, **change)


def test_a_weight_that_the_shape_cannot_have_is_refused() -> None:
    with pytest.raises(ModelError, match=r"the report says 1.3 ct, but .* weighs 1.0"):
        stone_from_certificate(replace(ROUND, carat=1.3))


def test_words_of_girdle_and_culet_give_their_thickness() -> None:
    stated = replace(ROUND, girdle="Thin to Slightly Thick", girdle_pct=None, culet="Small")
    assert stated.girdle_thickness_pct == 3.0
    assert stated.proportions().culet_pct == CULET_WORDS["Small"]


@pytest.mark.parametrize("shape", FANCY)
def test_a_fancy_cut_takes_the_reports_table_depth_and_ratio(shape: str) -> None:
    kind, unit = CUTS[shape], unit_stone(shape, CUTS[shape].ratio)
    own = 50.0 * (unit.crown_height + unit.girdle_height + unit.pavilion_depth)
    depth_pct, width = round(own + 1.5, 1), 6.0
    volume = unit.volume_factor * width**3 * kind.ratio * depth_pct / 100.0
    report = Certificate(
        report_number="7",
        laboratory="IGI",
        shape=shape,
        measurements_mm=(width * kind.ratio, width, width * depth_pct / 100.0),
        carat=round(volume * 3.52 / 200.0, 2),
        colour="H",
        clarity="IF",
        table_pct=60.0,
        depth_pct=depth_pct,
        girdle="Medium",
    )
    made = stone_from_certificate(report).stone
    assert 100.0 * made.depth / made.width == pytest.approx(depth_pct, abs=0.6)
    assert made.length / made.width == pytest.approx(kind.ratio, rel=1e-3)
    assert made.girdle_height / made.width == pytest.approx(0.03, rel=1e-3)


@pytest.mark.parametrize("shape", ["briolette", "cabochon", "rose_cut", "single_cut"])
def test_a_cut_that_reports_give_no_proportions_of_is_refused(shape: str) -> None:
    with pytest.raises(ModelError, match="cannot be built from a report's proportions"):
        stone_from_certificate(replace(ROUND, shape=shape, cut=""))


def test_a_lower_colour_is_a_deeper_yellow_and_d_has_none() -> None:
    blue = [stone("round_brilliant", "diamond", 6.5).graded(g).material.absorption()[2]
            for g in COLOUR_GRADES]  # fmt: skip
    assert blue[0] == 0.0
    assert np.all(np.diff(blue) > 0.0)
    cape = gem("diamond_cape").absorption_per_mm[2] * 1e3
    assert blue[COLOUR_GRADES.index("J")] < cape < blue[COLOUR_GRADES.index("K")]
    assert blue[-1] < gem("diamond_yellow").absorption_per_mm[2] * 1e3
    assert stone_from_certificate(ROUND).stone.colour == "G"


@pytest.mark.parametrize(
    ("gem_id", "grade", "words"),
    [("diamond", "AA", "no colour is graded 'AA'"), ("ruby", "D", "Ruby is not graded")],
)
def test_only_colourless_diamonds_have_grades(gem_id: str, grade: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        stone("oval", gem_id, 6.0).graded(grade)
