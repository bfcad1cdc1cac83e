"""Gems as materials."""

import math

import pytest

from models3d.errors import ModelError
from models3d.gems import GEMS, Transparency, gem

# n_d, Abbe number, density: Peter 1923; Malitson & Dodge 1972; Ghosh 1999; Wood & Nassau 1982.
MEASURED = {
    "diamond": (2.4175, 55.3, 3.52),
    "ruby": (1.7682, 72.3, 4.0),
    "rock_crystal": (1.5443, 69.7, 2.65),
    "cubic_zirconia": (2.1588, 33.5, 5.8),
}


def test_all_64_stones_are_there_under_their_own_id():
    assert len(GEMS) == 64
    assert all(key == stone.id for key, stone in GEMS.items())


@pytest.mark.parametrize("gem_id", MEASURED)
def test_index_dispersion_and_density_are_the_measured_ones(gem_id: str):
    ior, abbe, density = MEASURED[gem_id]
    material = gem(gem_id).material()
    assert material.ior == ior
    assert material.dispersion == pytest.approx(20.0 / abbe)
    assert gem(gem_id).density_g_cm3 == density


@pytest.mark.parametrize("stone", GEMS.values(), ids=lambda stone: stone.id)
def test_every_stone_is_physically_sensible(stone):
    assert 1.4 < stone.ior < 2.7
    assert 1.0 < stone.density_g_cm3 < 6.0
    assert stone.abbe is None or 20.0 < stone.abbe < 100.0
    assert all(0.0 <= a < 2.0 for a in stone.absorption_per_mm)
    assert all(0.0 <= c <= 1.0 for c in stone.base_color)
    assert stone.source


@pytest.mark.parametrize("stone", GEMS.values(), ids=lambda stone: stone.id)
def test_only_transparent_stones_let_the_renderer_trace_rays_inside(stone):
    material = stone.material()
    assert material.name == f"gem/{stone.id}"
    assert material.metallic == 0.0
    assert material.is_gem == (stone.transparency is Transparency.TRANSPARENT)
    if material.is_gem:
        assert material.transmission == 1.0
        assert material.roughness == 0.0
        assert material.thickness > 0.0
        assert material.base_color == (1.0, 1.0, 1.0, 1.0)
    else:
        assert material.roughness > 0.0
        assert material.dispersion == 0.0
        assert material.base_color[:3] != (1.0, 1.0, 1.0)


@pytest.mark.parametrize("stone", GEMS.values(), ids=lambda stone: stone.id)
def test_the_material_absorbs_what_the_table_says(stone):
    material = stone.material()
    if material.is_gem:
        assert material.absorption() == pytest.approx(
            [1000.0 * a for a in stone.absorption_per_mm], rel=1e-9, abs=1e-9
        )


def test_a_colourless_diamond_absorbs_nothing():
    material = gem("diamond").material()
    assert material.attenuation_distance == math.inf
    assert material.absorption() == (0.0, 0.0, 0.0)


def test_a_small_stone_is_thin_for_viewers_that_do_not_trace_rays():
    assert gem("ruby").material(0.8).thickness == pytest.approx(0.0008)
    assert gem("ruby").material(0.8).absorption() == gem("ruby").material().absorption()


def test_moissanite_has_twice_the_fire_of_diamond():
    spread = [
        iors[2] - iors[0] for iors in (gem(g).material().iors() for g in ("moissanite", "diamond"))
    ]
    assert 2.0 < spread[0] / spread[1] < 3.0


def test_an_unknown_gem_names_those_that_look_like_it():
    with pytest.raises(ModelError, match=r"no gem is called 'saphire_blue'.*sapphire_blue"):
        gem("saphire_blue")


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        GEMS["glass"] = gem("diamond")
