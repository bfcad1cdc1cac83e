"""Metals and finishes as materials."""

import itertools

import pytest

from models3d.errors import ModelError
from models3d.metals import FINISHES, METALS, finish, metal, metal_material


def test_all_metals_and_finishes_are_there_under_their_own_id():
    assert len(METALS) == 37
    assert len(FINISHES) == 12
    assert all(key == value.id for key, value in (METALS | FINISHES).items())


def test_gold_is_warmer_than_platinum_and_silver_the_brightest():
    gold, platinum, silver = (
        metal_material(m).base_color for m in ("gold_18k_yellow_3N", "platinum_950", "silver_999")
    )
    assert gold[0] / gold[2] > 1.9
    assert platinum[0] / platinum[2] < 1.15
    assert min(silver[:3]) > max(platinum[:3])


# F0 of gold from Babar & Weaver 2015 and of platinum from Tselin under D65, linear sRGB.
@pytest.mark.parametrize(
    ("metal_id", "color"),
    [("gold_24k", (1.0, 0.773, 0.307, 1.0)), ("platinum_950", (0.761, 0.73, 0.683, 1.0))],
)
def test_the_colour_of_a_metal_is_its_reflectance(metal_id: str, color: tuple[float, ...]):
    material = metal_material(metal_id)
    assert material.base_color == color
    assert material.metallic == 1.0
    assert not material.is_gem


def test_every_metal_takes_every_finish():
    for m, f in itertools.product(METALS, FINISHES):
        material = metal_material(m, f)
        assert material.name == f"metal/{m}/{f}"
        assert 0.0 < material.roughness <= 1.0
        assert 0.0 <= material.anisotropy < 1.0
        assert all(0.0 <= c <= 1.0 for c in material.base_color)
        assert material.metallic in (0.0, 1.0)


def test_only_brushed_and_engraved_finishes_have_a_direction():
    assert {f.id for f in FINISHES.values() if f.anisotropy} == {
        "brushed_linear",
        "brushed_circular_sunray",
        "florentine_engine_turned",
    }


def test_ceramic_is_a_dielectric_with_the_index_of_zirconia():
    material = metal_material("ceramic_black")
    assert material.metallic == 0.0
    assert material.ior == 2.16
    assert material.transmission == 0.0


def test_a_watch_crystal_is_transparent():
    assert metal_material("sapphire_crystal").transmission == 1.0
    assert metal_material("sapphire_crystal").ior == 1.768


def test_hallmarked_metals_know_their_fineness():
    assert metal("gold_18k_rose_5N").fineness_ppt == 750
    assert metal("platinum_950").fineness_ppt == 950
    assert metal("steel_316L").fineness_ppt is None


@pytest.mark.parametrize(
    ("ask", "wanted", "hint"),
    [
        (metal, "platinum", "platinum_950"),
        (metal, "gold_18k_yellow", "gold_18k_yellow_3N"),
        (finish, "mirror", "mirror_polish"),
    ],
)
def test_an_unknown_id_names_those_that_look_like_it(ask, wanted: str, hint: str):
    with pytest.raises(ModelError, match=rf"{wanted!r}.*{hint}"):
        ask(wanted)
