"""The round brilliant: planes, weight, symmetry, limits."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_facets import assert_closed_convex_body

from models3d.brilliant import (
    LIMITS,
    RoundBrilliant,
    build,
    carat,
    diameter_mm_for_carat,
    facet_groups,
    planes,
    unit_body,
)
from models3d.errors import ModelError

# One plane of each group at the default proportions, girdle radius 1, computed independently of
# this code (six decimals): normal x, y, z and offset.
EXPECTED = {
    "table": (0.0, 0.0, 1.0, 0.295531),
    "star": (0.353848, 0.146568, 0.923748, 0.474689),
    "bezel_facet": (0.566406, 0.0, 0.824126, 0.566406),
    "upper_girdle": (0.655224, 0.130332, 0.744107, 0.655224),
    "pavilion_main": (0.65276, 0.0, -0.757565, 0.698214),
    "lower_girdle": (0.655511, 0.130389, -0.743844, 0.700141),
}
COUNTS = {
    "table": 1,
    "star": 8,
    "bezel_facet": 8,
    "upper_girdle": 16,
    "pavilion_main": 8,
    "lower_girdle": 16,
}


def proportions() -> st.SearchStrategy[dict[str, float]]:
    ranges = {name: st.floats(*limits) for name, limits in LIMITS.items()}
    return st.fixed_dictionaries(ranges | {"culet_pct": st.just(0.0) | st.floats(0.1, 3.0)})


def cut_or_reject(values: dict[str, float]) -> RoundBrilliant:
    try:
        return RoundBrilliant(**values)
    except ModelError:
        assume(False)
        raise


def turned(normals: np.ndarray, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return normals @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def in_order(table: np.ndarray) -> np.ndarray:
    rounded = table.round(9) + 0.0
    return rounded[np.lexsort(rounded.T)]


def test_the_default_has_57_facets_and_a_girdle():
    groups = Counter(planes(RoundBrilliant()).groups)
    assert groups.pop("girdle") >= 96
    assert groups == COUNTS
    assert sum(groups.values()) == 57


def test_a_culet_is_the_58th_facet_and_faces_down():
    cut = planes(RoundBrilliant(culet_pct=1.0))
    assert cut.groups.count("culet") == 1
    np.testing.assert_array_equal(cut.normals[cut.groups.index("culet")], [0.0, 0.0, -1.0])


def test_the_default_planes_are_the_expected_ones_in_all_eight_positions():
    cut = planes(RoundBrilliant())
    for group, (x, y, z, offset) in EXPECTED.items():
        mine = np.array([g == group for g in cut.groups])
        for eighth in range(8):
            for side in (1.0, -1.0):
                normal = turned(np.array([[x, side * y, z]]), eighth * np.pi / 4.0)
                miss = np.abs(cut.normals[mine] - normal).max(axis=1)
                assert miss.min() < 1e-6
                assert abs(cut.offsets[mine][miss.argmin()] - offset) < 1e-6


def test_girdle_planes_circle_the_stone_with_corners_at_radius_one():
    body = unit_body(RoundBrilliant())
    corners = np.concatenate(
        [f for f, g in zip(body.facets, body.planes.groups, strict=True) if g == "girdle"]
    )
    np.testing.assert_allclose(
        np.linalg.norm(body.vertices[corners, :2], axis=1), 1.0, rtol=0, atol=1e-12
    )


def test_the_girdle_is_scalloped_thickest_at_the_mains_as_stated():
    body = unit_body(RoundBrilliant(girdle_pct=3.0))
    rim = body.vertices[np.linalg.norm(body.vertices[:, :2], axis=1) > 1.0 - 1e-9]
    azimuth = np.degrees(np.arctan2(rim[:, 1], rim[:, 0])) % 22.5
    at_main = np.minimum(azimuth, 22.5 - azimuth) < 1e-6
    assert rim[:, 2].max() == pytest.approx(0.0, abs=1e-12)
    assert rim[:, 2].min() == pytest.approx(-0.06, abs=1e-12)
    assert set(np.abs(rim[at_main][:, 2] + 0.03).round(9)) == {0.03}
    valley = np.abs(azimuth - 11.25) < 1e-6
    assert np.abs(rim[valley][:, 2] + 0.03).max() < 0.015


def test_depth_and_volume_are_those_of_the_default_proportions():
    cut = RoundBrilliant()
    assert cut.depth_pct == pytest.approx(60.86, abs=0.005)
    body = unit_body(cut)
    assert np.ptp(body.vertices[:, 2]) * 50.0 == pytest.approx(cut.depth_pct, abs=1e-9)
    assert body.volume() / 8.0 == pytest.approx(0.20991, abs=3e-5)


def test_one_carat_of_diamond_measures_6_469_mm():
    assert diameter_mm_for_carat(1.0) == pytest.approx(6.469, abs=5e-4)
    assert carat(RoundBrilliant(diameter_mm=6.469)) == pytest.approx(1.0, abs=1e-4)


def test_carat_is_the_weight_of_the_mesh():
    cut = RoundBrilliant(diameter_mm=5.1, table_pct=61.0, crown_angle_deg=33.0)
    mesh = build(cut)
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles] * 1000.0, 1, 0)
    volume_mm3 = np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0
    assert carat(cut, 4.0) == pytest.approx(volume_mm3 * 4.0 / 200.0, rel=1e-12)


@settings(deadline=None)
@given(st.floats(0.001, 100.0), st.floats(1.0, 8.0))
def test_carat_undoes_diameter_for_carat(weight_ct: float, density: float):
    diameter = diameter_mm_for_carat(weight_ct, density)
    assume(LIMITS["diameter_mm"][0] <= diameter <= LIMITS["diameter_mm"][1])
    assert carat(RoundBrilliant(diameter_mm=diameter), density) == pytest.approx(
        weight_ct, rel=1e-12
    )


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_stone_without_weight_is_refused(weight: float):
    with pytest.raises(ModelError, match="more than 0 ct"):
        diameter_mm_for_carat(weight)


@settings(max_examples=80, deadline=None)
@given(proportions())
def test_any_proportions_in_the_limits_close_and_show_every_facet(values: dict[str, float]):
    cut = cut_or_reject(values)
    body = unit_body(cut)
    assert_closed_convex_body(body)
    shown = Counter(
        g for g, f in zip(body.planes.groups, body.facets, strict=True) if len(f) and g != "girdle"
    )
    assert shown == COUNTS | ({"culet": 1} if cut.culet_pct > 0.0 else {})


@settings(max_examples=40, deadline=None)
@given(proportions())
def test_the_stone_looks_the_same_after_an_eighth_of_a_turn_and_in_a_mirror(
    values: dict[str, float],
):
    cut = planes(cut_or_reject(values))
    table = np.column_stack([cut.normals, cut.offsets])
    quarter = np.column_stack([turned(cut.normals, np.pi / 4.0), cut.offsets])
    mirrored = table * (1.0, -1.0, 1.0, 1.0)
    np.testing.assert_allclose(in_order(quarter), in_order(table), atol=2e-9)
    np.testing.assert_allclose(in_order(mirrored), in_order(table), atol=2e-9)


def test_the_mesh_is_in_metres_with_flat_facets_and_a_smooth_girdle():
    cut = RoundBrilliant(diameter_mm=6.5)
    mesh = build(cut)
    assert np.linalg.norm(mesh.positions[:, :2], axis=1).max() == pytest.approx(0.00325, rel=1e-12)
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-12)
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    cross = np.cross(b - a, c - a)
    geometric = cross / np.linalg.norm(cross, axis=1, keepdims=True)
    groups = np.array(facet_groups(cut))
    assert len(groups) == len(mesh.triangles)
    girdle = groups == "girdle"
    for corner in mesh.triangles.T:
        np.testing.assert_allclose(mesh.normals[corner[~girdle]], geometric[~girdle], atol=1e-9)
        normals, positions = mesh.normals[corner[girdle]], mesh.positions[corner[girdle]]
        np.testing.assert_allclose(normals * 0.00325, positions * (1, 1, 0), atol=1e-12)
        assert (normals * geometric[girdle]).sum(axis=1).min() > 0.999


def test_the_planes_can_be_read_back_from_the_mesh_in_single_precision():
    cut = RoundBrilliant()
    body = unit_body(cut)
    mesh = build(cut)
    corners = mesh.positions.astype(np.float32).astype(np.float64)[mesh.triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(cross, axis=1)
    sizes = [max(len(f) - 2, 0) for f in body.facets]
    starts = np.cumsum([0, *sizes[:-1]])
    for k in range(57):
        mine = slice(starts[k], starts[k] + sizes[k])
        largest = int(area[mine].argmax()) + starts[k]
        assert np.abs(cross[largest] / area[largest] - body.planes.normals[k]).max() < 3e-6


@pytest.mark.parametrize("name", LIMITS)
def test_a_proportion_beyond_its_limits_is_named_with_its_range(name: str):
    low, high = LIMITS[name]
    for value in (low - 0.1, high + 0.1, float("nan")):
        with pytest.raises(ModelError, match=rf"{name} must be from {low:g} to {high:g}"):
            RoundBrilliant(**{name: value})


def test_a_culet_too_small_to_polish_is_refused():
    with pytest.raises(ModelError, match=r"at least 0\.1"):
        RoundBrilliant(culet_pct=0.01)


def test_stars_too_short_for_a_wide_table_are_refused():
    with pytest.raises(ModelError, match="star length must be at least"):
        RoundBrilliant(table_pct=80.0, star_length_pct=40.0)


def test_a_culet_that_reaches_the_lower_halves_is_refused():
    with pytest.raises(ModelError, match="reaches the lower halves"):
        RoundBrilliant(lower_half_pct=90.0, culet_pct=12.0)


@pytest.mark.parametrize(
    ("table", "crown", "pavilion", "girdle", "star", "lower"),
    [
        (52.0, 31.5, 40.6, 2.5, 45.0, 70.0),  # the corners of GIA's Excellent
        (62.0, 36.5, 41.8, 4.5, 65.0, 85.0),
        (53.0, 34.5, 40.75, 1.0, 50.0, 60.0),  # Tolkowsky
        (42.0, 42.0, 42.0, 2.0, 50.0, 45.0),  # old European
    ],
)
def test_cuts_of_the_trade_can_be_built(
    table: float, crown: float, pavilion: float, girdle: float, star: float, lower: float
):
    mesh = build(RoundBrilliant(6.5, table, crown, pavilion, girdle, star, lower))
    assert len(mesh.triangles) > 57
