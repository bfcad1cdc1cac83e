"""A stone chosen by its report: those very angles, that very weight, in the ring."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.bill import Bill
from models3d.errors import ModelError
from models3d.gems import gem
from models3d.rings.solitaire import Solitaire, Source
from models3d.solids import solid
from models3d.stones.proportioned import Proportions, round_by_carat
from models3d.stones.stone import stone_by_carat
from viewer.configuration import configure


@settings(max_examples=15, deadline=None)
@given(
    carat=st.floats(0.3, 3.0),
    table=st.floats(53, 62),
    crown=st.floats(31, 37),
    pavilion=st.floats(40, 42),
)
def test_it_weighs_what_the_report_says_and_has_its_angles(
    carat: float, table: float, crown: float, pavilion: float
) -> None:
    stone = round_by_carat("diamond", carat, Proportions(table, crown, pavilion))
    grams = solid(stone.mesh).volume() / 1000.0 * gem("diamond").density_g_cm3
    assert grams / 0.2 == pytest.approx(carat, rel=1e-6)
    faces = stone.mesh.normals
    slopes = np.degrees(np.arccos(np.clip(faces[:, 2], -1, 1)))
    assert np.abs(slopes - crown).min() < 1e-6  # the mains of the crown
    assert np.abs(180.0 - slopes - pavilion).min() < 1e-6
    table_radius = np.hypot(*stone.mesh.positions[faces[:, 2] > 0.9999, :2].T).max()
    assert 200.0 * table_radius / stone.width == pytest.approx(table, rel=1e-6)


def test_the_house_proportions_are_the_catalogue_stone() -> None:
    ours = round_by_carat("ruby", 1.2, Proportions())
    assert ours.width == pytest.approx(stone_by_carat("round_brilliant", "ruby", 1.2).width)


def bill(ring: Solitaire) -> Bill:
    found = ring.build().bill
    assert found is not None
    return found


def test_a_spread_stone_of_the_same_weight_is_wider_in_its_ring() -> None:
    house = Solitaire(carat=1.0)
    spread = Solitaire(carat=1.0, proportions=Source.REPORT, table_pct=64, crown_angle_deg=31,
                       report="GIA 1234567890", colour="H", clarity="VS2")  # fmt: skip
    (plain,), (lot,) = bill(house).stones, bill(spread).stones
    assert lot.width_mm > plain.width_mm + 0.05
    assert lot.carat == pytest.approx(plain.carat)
    assert (lot.grade, lot.report) == ("H VS2", "GIA 1234567890")
    assert bill(Solitaire(gem="ruby")).stones[0].grade == ""


def test_proportions_that_no_stone_has_are_refused() -> None:
    with pytest.raises(ModelError, match="crown_angle_deg"):
        round_by_carat("diamond", 1.0, Proportions(crown_angle_deg=80))


def test_a_report_matters_only_where_it_is_chosen() -> None:
    plain = configure("solitaire")
    assert configure("solitaire", {"table_pct": 62}) == plain
    assert configure("solitaire", {"table_pct": 62, "proportions": "report"}) != plain
    assert configure("solitaire", {"gem": "ruby", "colour": "J"}) == configure(
        "solitaire", {"gem": "ruby"}
    )
