"""Cut stones: facets that meet, closed bodies, symmetry, weights of the trade."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d import brilliant
from models3d.brilliant import RoundBrilliant
from models3d.errors import ModelError
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.stones import outline as outlines
from models3d.stones.cuts import CUTS, TAPER, cut, unit_stone
from models3d.stones.outlined import BrilliantPlan, brilliant_on
from models3d.stones.solid import UnitStone
from models3d.stones.stone import MELEE_MM, stone, stone_by_carat

SMOOTH = ("cabochon", "pearl")
FACETED = [c for c in CUTS if c not in SMOOTH]
MIRRORED_IN_X = FACETED  # every cut of ours has its left like its right
MIRRORED_IN_Y = [c for c in FACETED if c not in ("pear", "heart", "trillion", "tapered_baguette",
                                                 "briolette")]  # fmt: skip
FOURFOLD = ["round_brilliant", "princess", "asscher", "cushion", "single_cut", "old_european"]
BRILLIANT_57 = {
    "table": 1, "star": 8, "bezel_facet": 8, "upper_girdle": 16, "pavilion_main": 8,
    "lower_girdle": 16,
}  # fmt: skip
STEPS_8 = {f"{side}_step_{k}": 8 for side in ("crown", "pavilion") for k in (1, 2, 3)}
STEPS_4 = {f"{side}_step_{k}": 4 for side in ("crown", "pavilion") for k in (1, 2)}
GROUPS = {
    "round_brilliant": BRILLIANT_57,
    "oval": BRILLIANT_57,
    "pear": BRILLIANT_57,
    "marquise": BRILLIANT_57,
    "old_european": BRILLIANT_57 | {"culet": 1},
    "cushion": BRILLIANT_57 | {"belt": 16},
    # the cleft's mains are a pair above and a pair below
    "heart": BRILLIANT_57 | {"bezel_facet": 9, "pavilion_main": 9},
    "trillion": {
        "table": 1, "star": 6, "bezel_facet": 6, "upper_girdle": 12, "pavilion_main": 6,
        "lower_girdle": 12,
    },
    "princess": {
        "table": 1, "star": 4, "bezel_facet": 4, "upper_girdle": 8, "side_facet": 4,
        "pavilion_side": 4, "chevron_1": 8, "chevron_2": 8, "chevron_3": 8, "pavilion_main": 8,
    },
    "radiant": {
        "table": 1, "star": 4, "upper_girdle": 8, "side_facet": 4, "corner_facet": 4,
        "corner_girdle": 4, "pavilion_side": 4, "chevron_1": 8, "chevron_2": 8,
        "pavilion_main": 8, "corner_step": 4, "corner_main": 4, "culet": 1, "girdle": 8,
    },
    "emerald": {"table": 1, "girdle": 8} | STEPS_8,
    "asscher": {"table": 1, "girdle": 8, "culet": 1} | STEPS_8,
    "baguette": {"table": 1, "girdle": 4} | STEPS_4,
    "tapered_baguette": {"table": 1, "girdle": 4} | STEPS_4,
    "single_cut": {"table": 1, "bezel_facet": 8, "pavilion_main": 8},
    "rose_cut": {"star": 6, "lower_facet": 18},
    "briolette": {f"row_{k}": 12 for k in range(1, 8)},
}  # fmt: skip
NOT_COUNTED = {"rose_cut": ("base",)}  # the trade counts the dome's facets only


def unit(cut_id: str) -> UnitStone:
    return unit_stone(cut_id, CUTS[cut_id].ratio)


def welded(mesh: Mesh) -> Array:
    """Triangles by the number of their corners' places."""
    rounded = np.round(mesh.positions / np.ptp(mesh.positions), 9) + 0.0
    return np.unique(rounded, axis=0, return_inverse=True)[1].ravel()[mesh.triangles]


def mesh_volume(mesh: Mesh) -> float:
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def corner_set(points: Array) -> set[tuple[float, ...]]:
    return set(map(tuple, (np.round(points, 7) + 0.0).tolist()))


def girdle_thickness_pct(shape: UnitStone) -> tuple[float, float]:
    """Least and greatest over the girdle's upright edges, of the width."""
    sides = np.array([group == "girdle" for group in shape.groups])
    points = shape.mesh.positions[np.unique(shape.mesh.triangles[sides])]
    _, column = np.unique(np.round(points[:, :2], 6), axis=0, return_inverse=True)
    spans = [np.ptp(points[column.ravel() == k, 2]) for k in range(column.max() + 1)]
    return 50.0 * min(spans), 50.0 * max(spans)


@pytest.mark.parametrize("cut_id", FACETED)
def test_facets_are_those_that_the_trade_counts(cut_id: str) -> None:
    found = {g: n for g, n in unit(cut_id).facets.items() if g not in NOT_COUNTED.get(cut_id, ())}
    if "girdle" not in GROUPS[cut_id]:
        found.pop("girdle", None)  # a bruted or polished girdle is no facet
    assert found == GROUPS[cut_id]
    assert sum(found.values()) == CUTS[cut_id].facets


@pytest.mark.parametrize("melee", [False, True])
@pytest.mark.parametrize("cut_id", CUTS)
def test_every_edge_is_shared_by_two_triangles_with_opposite_winding(
    cut_id: str, melee: bool
) -> None:
    shape = unit_stone(cut_id, CUTS[cut_id].ratio, melee)
    edges = Counter((a, b) for t in welded(shape.mesh).tolist()
                    for a, b in zip(t, t[1:] + t[:1], strict=True))  # fmt: skip
    assert max(edges.values()) == 1
    assert all((b, a) in edges for a, b in edges)
    assert mesh_volume(shape.mesh) > 0.0


@pytest.mark.parametrize("cut_id", FACETED)
def test_facets_are_flat_and_face_outwards(cut_id: str) -> None:
    shape = unit(cut_id)
    a, b, c = np.moveaxis(shape.mesh.positions[shape.mesh.triangles], 1, 0)
    cross = np.cross(b - a, c - a)
    area = np.linalg.norm(cross, axis=1)
    plain = (np.array(shape.groups) != "girdle") & (area > 1e-7)
    for corner in shape.mesh.triangles.T:
        facing = np.einsum("ij,ij->i", shape.mesh.normals[corner], cross / area[:, None])
        assert facing[plain].min() > 1.0 - 1e-9
        assert facing[area > 1e-7].min() > 0.97


@pytest.mark.parametrize("cut_id", MIRRORED_IN_X)
def test_left_is_like_right(cut_id: str) -> None:
    points = unit(cut_id).mesh.positions
    assert corner_set(points * (-1.0, 1.0, 1.0)) == corner_set(points)


@pytest.mark.parametrize("cut_id", MIRRORED_IN_Y)
def test_both_ends_are_alike(cut_id: str) -> None:
    points = unit(cut_id).mesh.positions
    assert corner_set(points * (1.0, -1.0, 1.0)) == corner_set(points)


@pytest.mark.parametrize("cut_id", FOURFOLD)
def test_a_quarter_turn_changes_nothing(cut_id: str) -> None:
    points = unit(cut_id).mesh.positions
    assert corner_set(points[:, [1, 0, 2]] * (-1.0, 1.0, 1.0)) == corner_set(points)


def test_a_trillion_of_its_natural_height_looks_the_same_after_a_third_of_a_turn() -> None:
    bend = outlines.TRILLION_BEND
    natural = (np.sqrt(3.0) + np.tan(bend / 2.0)) / 2.0
    to_middle = np.tan(bend / 2.0) + 1.0 / np.sqrt(3.0)  # from the base to the triangle's centre
    shift = to_middle - natural
    shape = brilliant_on(outlines.trillion(natural), BrilliantPlan(table_pct=55.0, center_y=shift))
    points = shape.mesh.positions - (0.0, shift, 0.0)
    turn = 2.0 * np.pi / 3.0
    c, s = np.cos(turn), np.sin(turn)
    turned = points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    assert corner_set(turned.round(6)) == corner_set(points.round(6))


def test_the_plan_laid_on_a_circle_is_the_round_brilliant() -> None:
    shape = brilliant_on(
        outlines.oval(1.0),
        BrilliantPlan(57.0, 34.5, 40.75, girdle_pct=3.0, star_length_pct=55.0, lower_half_pct=77.0),
        sides=12,
    )
    body = brilliant.unit_body(RoundBrilliant())
    assert shape.volume == pytest.approx(body.volume(), rel=1e-12)
    assert corner_set(shape.mesh.positions) == corner_set(body.vertices)


def test_an_oval_whose_table_repeats_the_outline_is_a_stretched_round_brilliant() -> None:
    plan = BrilliantPlan(table_spread=1.0)
    round_one = brilliant_on(outlines.oval(1.0), plan)
    oval = brilliant_on(outlines.oval(1.4), plan)
    assert corner_set(oval.mesh.positions) == corner_set(round_one.mesh.positions * (1.0, 1.4, 1.0))


@pytest.mark.parametrize("cut_id", ["oval", "pear", "marquise", "trillion", "round_brilliant"])
def test_meets_meet(cut_id: str) -> None:
    """A star is a triangle, mains are kites: no facet's corner is cut off by a third plane."""
    shape = unit(cut_id)
    corners = {"star": 3, "bezel_facet": 4}
    triangles = Counter(shape.groups)
    for group, count in corners.items():
        assert triangles[group] == shape.facets[group] * (count - 2)
    assert triangles["table"] == shape.facets["star"] - 2


@pytest.mark.parametrize("cut_id", ["princess", "radiant"])
def test_chevrons_are_triangles_from_a_corner_to_the_sides_middle_line(cut_id: str) -> None:
    shape = unit(cut_id)
    triangles = Counter(shape.groups)
    for group in ("pavilion_side", *(g for g in shape.facets if g.startswith("chevron"))):
        assert triangles[group] == shape.facets[group]
        mine = np.array(shape.groups) == group
        corners = shape.mesh.positions[shape.mesh.triangles[mine]]
        on_middle = (np.abs(corners[..., :2]) < 1e-9).any(axis=2)
        assert np.all(on_middle.sum(axis=1) == (1 if group == "pavilion_side" else 2))


@pytest.mark.parametrize("cut_id", ["pear", "oval", "marquise", "princess", "trillion", "heart"])
def test_a_pointed_pavilion_ends_in_one_point(cut_id: str) -> None:
    points = unit(cut_id).mesh.positions
    lowest = points[points[:, 2] < points[:, 2].min() + 1e-9]
    assert len(corner_set(lowest)) == 1
    assert abs(lowest[0, 0]) < 1e-9


def test_an_emerald_cut_ends_in_a_keel_and_its_steps_are_parallel() -> None:
    shape = unit("emerald")
    points = shape.mesh.positions
    keel = np.array(sorted(corner_set(points[points[:, 2] < points[:, 2].min() + 1e-9])))
    assert len(keel) == 2
    assert keel[1, 1] - keel[0, 1] == pytest.approx(2.0 * (1.4 - 1.0), abs=1e-6)
    level = [abs(n) < 1e-9 for n in shape.mesh.normals[:, 0] * shape.mesh.normals[:, 1]]
    corners = np.abs(np.abs(shape.mesh.normals[:, 0]) - np.abs(shape.mesh.normals[:, 1])) < 1e-9
    assert np.all(level | corners)


def test_a_heart_is_two_convex_halves_that_are_mirror_images() -> None:
    mesh = unit("heart").mesh
    half = len(mesh.positions) // 2
    right, left = mesh.positions[:half], mesh.positions[half:]
    np.testing.assert_array_equal(right * (-1.0, 1.0, 1.0), left)
    assert right[:, 0].min() == 0.0
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles[: len(mesh.triangles) // 2]], 1, 0)
    normals = np.cross(b - a, c - a)
    area = np.linalg.norm(normals, axis=1)
    normals = normals[area > 1e-7] / area[area > 1e-7, None]
    beyond = right @ normals.T - np.einsum("ij,ij->i", normals, a[area > 1e-7])
    assert beyond.max() < 1e-9


def test_a_heart_has_a_cleft_of_a_tenth_to_a_sixth_of_its_length() -> None:
    line = unit("heart").outline
    on_axis = line[np.abs(line[:, 0]) < 1e-9]
    cleft = line[:, 1].max() - on_axis[:, 1].max()
    assert 0.10 < cleft / np.ptp(line[:, 1]) < 0.18
    assert on_axis[:, 1].min() == pytest.approx(line[:, 1].min())


def test_a_marquise_is_a_vesica() -> None:
    line = unit("marquise").outline
    radius = (2.0**2 + 1.0) / 2.0
    centers = np.column_stack([np.sign(line[:, 0]) * (1.0 - radius), np.zeros(len(line))])
    off_axis = np.abs(line[:, 0]) > 1e-9
    reach = np.linalg.norm(line - centers, axis=1)[off_axis]
    np.testing.assert_allclose(reach, radius, rtol=1e-12)


@pytest.mark.parametrize("cut_id", [c for c in FACETED if c != "briolette"])
def test_the_girdle_is_neither_a_knife_edge_nor_thick(cut_id: str) -> None:
    thin, thick = girdle_thickness_pct(unit(cut_id))
    assert thin > 0.4
    assert thick < (7.0 if cut_id == "single_cut" else 4.4)
    assert thick == pytest.approx(50.0 * unit(cut_id).girdle_height, abs=1e-6)


@pytest.mark.parametrize("cut_id", CUTS)
def test_a_stone_has_the_measures_it_states(cut_id: str) -> None:
    gem = "pearl_white" if cut_id == "pearl" else "sapphire_blue"
    made = stone(cut_id, gem, 6.0)
    low, high = made.mesh.bounds()
    assert made.width == pytest.approx(0.006, rel=1e-3)
    assert made.length == pytest.approx(0.006 * CUTS[cut_id].ratio, rel=1e-3)
    assert high[0] - low[0] == pytest.approx(made.width, rel=2e-3)
    assert high[1] - low[1] == pytest.approx(made.length, rel=1e-3)
    assert high[2] - low[2] == pytest.approx(made.depth, rel=1e-9)
    assert high[2] == pytest.approx(made.crown_height)
    assert (low + high)[:2] == pytest.approx([0.0, 0.0], abs=2e-6)
    turn = np.unwrap(np.arctan2(made.outline[:, 1], made.outline[:, 0]))
    assert len(made.outline) >= 96
    assert np.all(np.diff(turn) > 0.0)
    assert abs(turn[0]) < 0.1


@pytest.mark.parametrize("cut_id", CUTS)
def test_weight_is_volume_times_density(cut_id: str) -> None:
    made = stone(cut_id, "emerald", 7.0)
    # the mesh of a smooth or a small stone lies inside it
    share = {"cabochon": 1.02, "pearl": 1.02, "single_cut": 1.01}.get(cut_id, 1.0 + 1e-9)
    exact = mesh_volume(made.mesh) * 1e9 * 2.72 / 200.0
    assert exact * (1.0 - 1e-9) <= made.carat < exact * share


@pytest.mark.parametrize("cut_id", [c.id for c in CUTS.values() if c.trade_factor])
def test_weight_is_within_two_percent_of_the_trades_formula(cut_id: str) -> None:
    made = stone_by_carat(cut_id, "diamond", 1.0)
    length, width, depth = (1e3 * v for v in (made.length, made.width, made.depth))
    assert cut(cut_id).trade_carat(length, width, depth) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("cut_id", CUTS)
@pytest.mark.parametrize("gem", ["diamond", "ruby"])
def test_a_stone_by_carat_weighs_that(cut_id: str, gem: str) -> None:
    assert stone_by_carat(cut_id, gem, 0.73).carat == pytest.approx(0.73, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CUTS)), st.floats(0.0, 1.0))
def test_any_ratio_in_the_range_shows_every_facet(cut_id: str, share: float) -> None:
    kind = CUTS[cut_id]
    ratio = kind.least_ratio + share * (kind.greatest_ratio - kind.least_ratio)
    shape = unit_stone(cut_id, ratio)
    assert shape.facets == unit(cut_id).facets
    assert np.ptp(shape.outline[:, 1]) / np.ptp(shape.outline[:, 0]) == pytest.approx(
        ratio, rel=1e-3
    )


@pytest.mark.parametrize("cut_id", FACETED)
def test_melee_is_light_and_weighs_the_same(cut_id: str) -> None:
    ratio = CUTS[cut_id].ratio
    light = unit_stone(cut_id, ratio, melee=True)
    assert light.volume == unit(cut_id).volume
    assert mesh_volume(light.mesh) == pytest.approx(light.volume, rel=0.03)
    assert len(light.mesh.triangles) <= len(unit(cut_id).mesh.triangles)
    if cut_id not in ("old_european", "rose_cut", "briolette"):
        assert len(light.mesh.triangles) <= 174
    below, above = (len(stone(cut_id, "diamond", w).mesh.triangles) for w in (1.5, MELEE_MM))
    assert below == len(light.mesh.triangles)
    assert above == len(unit(cut_id).mesh.triangles)


@pytest.mark.parametrize("cut_id", FACETED)
def test_the_renderer_can_trace_it(cut_id: str) -> None:
    """Uniforms hold 192 planes; a round girdle is one cylinder."""
    shape = unit(cut_id)
    assert sum(n for g, n in shape.facets.items() if g != "girdle" or cut_id not in FOURFOLD) < 192


def test_a_tapered_baguette_is_narrow_at_plus_y() -> None:
    line = unit("tapered_baguette").outline
    ends = [np.ptp(line[np.abs(line[:, 1] - y) < 1e-9, 0]) for y in (-2.0, 2.0)]
    assert ends == pytest.approx([2.0, 2.0 * TAPER], rel=1e-9)


def test_points_and_clefts_lie_where_the_frame_says() -> None:
    for cut_id, sign in (("pear", 1.0), ("briolette", 1.0), ("trillion", 1.0), ("heart", -1.0)):
        line = unit(cut_id).outline
        tip = line[np.argmax(sign * line[:, 1])]
        assert abs(tip[0]) < 1e-6, cut_id
        near = np.abs(line[:, 1] - tip[1]) < 0.05 * np.ptp(line[:, 1])
        assert np.ptp(line[near, 0]) < 0.3, cut_id


def test_a_smooth_stone_is_not_traced_through_facets_it_does_not_have() -> None:
    assert not stone("cabochon", "ruby", 6.0).material.is_gem
    assert stone("oval", "ruby", 6.0).material.is_gem
    deep = stone("cabochon", "ruby", 12.0).material.base_color
    shallow = stone("cabochon", "ruby", 4.0).material.base_color
    assert deep[1] < shallow[1]
    assert stone("pearl", "pearl_white", 7.0).material.clearcoat == 1.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stone("brilliant", "diamond", 5.0), "no cut is called 'brilliant'.*round_brill"),
        (lambda: stone("oval", "glass", 5.0), "no gem is called 'glass'"),
        (
            lambda: stone("oval", "diamond", 5.0, 2.5),
            "1.3 to 1.7 times as long as wide",
        ),
        (lambda: stone("oval", "diamond", 0.1), "0.5 to 60 mm wide"),
        (lambda: stone("oval", "diamond", float("nan")), "0.5 to 60 mm wide"),
        (lambda: stone_by_carat("oval", "diamond", 0.0), "more than 0 ct"),
        (lambda: cut("briolette").trade_carat(6, 4, 4), "no weight formula for a briolette"),
    ],
)
def test_what_cannot_be_cut_is_refused_with_the_reason(call, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        call()
