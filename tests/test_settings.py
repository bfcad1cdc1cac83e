"""Settings: claws, rails, bezels, beads and halos, for stones of any outline."""

import numpy as np
import pytest

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.settings.bezel import Bezel, bezel_head
from models3d.settings.channel import BITE, channel_width, groove
from models3d.settings.claws import CLAWS, claw_places
from models3d.settings.girdle import Line, offset_line, surface_z
from models3d.settings.halo_row import GAPS, MELEE_MM, halo_row
from models3d.settings.head import Head, build_head, seat_tool
from models3d.settings.lathe import lathe
from models3d.settings.pave import bead_mesh, drill, frames, paired, pave_bead
from models3d.settings.trough import DEPTH, trough
from models3d.settings.wire import rounded_polygon
from models3d.solids import solid
from models3d.stones.stone import Stone, stone, stone_by_carat

BASE = 0.0096
FACETED = [cut for cut in CLAWS if cut not in ("cabochon", "single_cut")]
each_cut = pytest.mark.parametrize("cut", FACETED)


def of(cut: str, carat: float = 1.0) -> Stone:
    return stone_by_carat(cut, "diamond", carat)


def distance_to_outline(points: Array, outline: Array) -> Array:
    """(m,) from points to the nearest place on a closed polygon."""
    ahead = np.roll(outline, -1, axis=0) - outline
    rest = points[:, None] - outline
    share = np.einsum("mij,ij->mi", rest, ahead) / np.einsum("ij,ij->i", ahead, ahead)
    feet = np.clip(share, 0.0, 1.0)[..., None] * ahead
    return np.asarray(np.linalg.norm(rest - feet, axis=2).min(axis=1))


def set_stone(gem: Stone, z: float) -> Mesh:
    return Mesh(gem.mesh.positions + np.array([0.0, 0.0, z]), gem.mesh.normals, gem.mesh.triangles)


# --- lines round the girdle ------------------------------------------------------------------


@each_cut
@pytest.mark.parametrize("away", [-0.4e-3, 0.8e-3])
def test_an_offset_line_keeps_its_distance(cut: str, away: float) -> None:
    outline = of(cut).outline
    line = offset_line(outline, away, 0.05e-3, 96, 0.3e-3)
    apart = distance_to_outline(line.points, outline)
    straight = np.median(apart)
    assert straight == pytest.approx(abs(away), rel=0.02)
    assert apart.min() > 0.9 * abs(away) or away < 0.0
    assert line.points[0, 0] == 0.0
    assert np.all(np.linalg.norm(np.diff(line.points, axis=0), axis=1) > 1e-6)
    assert np.linalg.norm(line.normals, axis=1) == pytest.approx(1.0)
    mirrored = line.points * (-1.0, 1.0)
    assert np.abs(mirrored - line.points[-np.arange(96) % 96]).max() < 1e-12


def test_a_line_is_told_by_its_stations() -> None:
    line: Line = offset_line(of("oval").outline, 0.5e-3, 0.0, 120)
    at, normals = line.at(line.station[[3, 40]] + line.length)
    np.testing.assert_allclose(at, line.points[[3, 40]], atol=1e-9)
    np.testing.assert_allclose(normals, line.normals[[3, 40]], atol=1e-6)
    assert line.nearest_station(line.points[7]) == line.station[7]
    assert line.reach(np.array([1.0, 0.0])) == pytest.approx(line.points[:, 0].max(), rel=1e-3)


def test_a_line_inside_a_narrow_stone_is_refused() -> None:
    with pytest.raises(ModelError, match="too narrow"):
        offset_line(of("baguette", 0.05).outline, -2e-3, 0.0, 48)


@each_cut
def test_a_stone_is_as_high_and_deep_as_its_surface(cut: str) -> None:
    gem = of(cut)
    axis = np.array([[0.0, 0.0], [1.0, 1.0]])
    top, bottom = (surface_z(gem.mesh, axis, upper=upper) for upper in (True, False))
    assert top[0] <= gem.crown_height + 1e-12
    assert -gem.girdle_height - gem.pavilion_depth - 1e-12 <= bottom[0] < 0.0
    assert np.isnan(top[1])


# --- claws -----------------------------------------------------------------------------------


@each_cut
def test_claws_stand_on_the_girdle_and_the_same_on_both_sides(cut: str) -> None:
    gem = of(cut)
    places = claw_places(gem, 4)
    points = np.array([place.point for place in places])
    assert len(places) >= 3
    assert distance_to_outline(points, gem.outline).max() < 0.02e-3
    mirrored = points * (-1.0, 1.0)
    nearest = np.linalg.norm(points[:, None] - mirrored, axis=2).min(axis=0)
    assert nearest.max() < 1e-5
    assert np.abs(points[:, 1]).min() > 0.05e-3  # none where the shank comes in
    corners = {"princess": 4, "marquise": 2, "pear": 1, "heart": 1, "trillion": 3, "baguette": 4}
    assert sum(place.pointed for place in places) == corners.get(
        cut, 4 if cut == "tapered_baguette" else 0
    )


def test_what_claws_cannot_hold_is_refused() -> None:
    with pytest.raises(Unbuildable, match="briolette") as refused:
        claw_places(of("briolette"), 4)
    assert refused.value.fields == ("cut",)


@each_cut
def test_a_basket_is_one_body_that_holds_without_cutting_in(cut: str) -> None:
    gem = of(cut)
    head = Head(gem, 4, BASE)
    metal = build_head(head)
    placed = solid(set_stone(gem, head.stone_z))
    assert len(metal.decompose()) == 1
    assert (metal ^ placed).volume() < 1e-6
    assert metal.min_gap(placed, 1.0) < 0.02
    top, bottom = metal.bounding_box()[5], metal.bounding_box()[2]
    assert 1e-3 * top > head.stone_z  # claws fold over the crown
    assert 1e-3 * bottom == pytest.approx(head.lower_rail_z, abs=1.2e-3)
    lifted = placed.translate((0.0, 0.0, 0.15))
    assert (metal ^ lifted).volume() > 1e-4  # it cannot be lifted out
    mirrored = metal.mirror((1.0, 0.0, 0.0))
    assert (metal - mirrored).volume() < 3e-3 * metal.volume()


@pytest.mark.parametrize("cut", ["round_brilliant", "princess", "pear", "heart", "emerald"])
def test_a_bezel_closes_round_the_stone(cut: str) -> None:
    gem = of(cut)
    head = Head(gem, 4, BASE)
    bezel = Bezel(gem, head.stone_z)
    metal = bezel_head(head, bezel)
    placed = solid(set_stone(gem, head.stone_z))
    assert len(metal.decompose()) == 1
    assert (metal ^ placed).volume() < 1e-6
    assert 0.4e-3 <= bezel.wall <= 0.6e-3
    assert 0.15e-3 <= bezel.top <= 0.36e-3
    lifted = placed.translate((0.0, 0.0, 0.12))
    caught = (metal ^ lifted).bounding_box()
    assert caught[3] - caught[0] == pytest.approx(1e3 * gem.width, rel=0.1)  # all round
    assert caught[4] - caught[1] == pytest.approx(1e3 * gem.length, rel=0.1)


# --- small stones ----------------------------------------------------------------------------


def test_a_burr_clears_its_stone() -> None:
    gem = stone("round_brilliant", "diamond", 1.3)
    assert (solid(gem.mesh) - solid(drill(gem))).volume() < 1e-9
    assert solid(drill(gem)).bounding_box()[2] > -1.1e3 * (gem.girdle_height + gem.pavilion_depth)


@pytest.mark.parametrize("width", [1.0, 1.3, 1.8])
def test_a_bead_laps_over_both_girdles_and_keeps_below_the_tables(width: float) -> None:
    gem = stone("round_brilliant", "diamond", width)
    bead = pave_bead(gem, 1.1 * gem.width)
    metal = solid(bead_mesh(bead))
    assert 0.3e-3 <= 2.0 * bead.radius <= 0.45e-3
    for x in (-bead.pitch / 2.0, bead.pitch / 2.0):
        beside = solid(gem.mesh).translate((1e3 * x, -1e3 * bead.aside, 0.0))
        assert (metal ^ beside).volume() < 1e-6
        assert (metal ^ beside.translate((0.0, 0.0, 0.05))).volume() > 1e-6
    assert metal.bounding_box()[5] < 1e3 * gem.crown_height


def test_beads_come_in_pairs_on_either_side_of_the_row() -> None:
    middles = frames(np.zeros((1, 3)), np.array([[1.0, 0, 0]]), np.array([[0, 0, 1.0]]), 0.5)
    np.testing.assert_allclose(paired(middles, 2.0)[:, :3, 3], [[0, 1, 0], [0, -1, 0]])


@pytest.mark.parametrize("cut", ["round_brilliant", "oval", "pear", "princess", "heart", "emerald"])
@pytest.mark.parametrize("carat", [0.5, 1.5])
def test_a_halo_closes_evenly_with_its_claws_in_gaps(cut: str, carat: float) -> None:
    gem = of(cut, carat)
    row = halo_row(gem, claw_places(gem, 4), "diamond", 1.2)
    points, _ = row.line.at(row.stations)
    assert MELEE_MM[0] <= 1e3 * row.stone.width <= MELEE_MM[1] + 1e-9
    apart = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1) - row.stone.width
    assert GAPS[0] - 0.08e-3 <= apart.min()
    assert apart.max() <= GAPS[1] + 1e-6
    from_centre = distance_to_outline(points, gem.outline) - row.stone.width / 2.0
    assert from_centre.min() >= 0.15e-3
    assert from_centre.max() <= 0.34e-3  # a cleft is bridged
    gaps, _ = row.line.at(row.gaps)
    for claw in row.claws:
        assert np.linalg.norm(gaps - claw.point, axis=1).min() < 1.25e-3
    assert row.claw_gaps.sum() == len(row.claws)


def test_a_channel_bites_into_the_girdles() -> None:
    gem = stone("round_brilliant", "diamond", 2.0)
    points, normals = groove(gem)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0)
    at_girdle = points[np.abs(points[:, 1] + gem.girdle_height / 2.0) < 0.06e-3]
    assert np.abs(at_girdle[:, 0]).max() > gem.width / 2.0
    above = points[points[:, 1] > 0.8 * gem.crown_height]
    assert np.abs(above[:, 0]).min() == pytest.approx(gem.width / 2.0 - BITE, abs=0.05e-3)
    assert 0.7e-3 <= (channel_width(gem) - gem.width) / 2.0 <= 0.9e-3


# --- shapes ----------------------------------------------------------------------------------


def test_a_turned_body_has_the_volume_of_its_profile() -> None:
    cone = solid(lathe(np.array([[0.0, 0.0], [1e-3, 3e-3], [0.0, 3e-3]]), 256))
    assert cone.volume() == pytest.approx(np.pi, rel=1e-3)


def test_rounded_corners_are_tangent_to_their_sides() -> None:
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 2.0], [0.0, 4.0]])
    points, normals = rounded_polygon(square, np.full(5, 0.4), 6)
    steps = np.roll(points, -1, axis=0) - points
    assert np.linalg.norm(steps, axis=1).min() > 1e-3
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0)
    middles = (normals + np.roll(normals, -1, axis=0)) / 2.0
    along = np.einsum("ij,ij->i", steps, middles) / np.linalg.norm(steps, axis=1)
    assert np.abs(along).max() < 1e-9


def test_a_trough_is_cut_between_two_threads_of_metal() -> None:
    section = trough(np.array([2e-3]), np.array([1.5e-3]), np.array([DEPTH]), np.array([0.1e-3]))
    (points,) = section.points
    top = points[points[:, 1] > 1.5e-3 - 1e-9]
    assert np.abs(top[:, 0]).min() > 0.5e-3
    middle = points[np.abs(points[:, 0]) < 1e-9]
    assert middle[:, 1].max() == pytest.approx(1.5e-3 - DEPTH)


def test_the_seat_has_play_all_round() -> None:
    gem = of("emerald")
    assert (solid(gem.mesh) - seat_tool(gem, 0.0)).volume() < 1e-9
