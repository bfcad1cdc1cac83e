"""Watches: layers that fit, hands that clear each other and tell the time, refusals."""

from dataclasses import replace

import manifold3d
import numpy as np
import pytest

from models3d.dials.dial import DialStyle, Indices
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model, Part
from models3d.metals import metal
from models3d.solids import solid
from models3d.straps.lugs import WristSection
from models3d.straps.strap import StrapKind
from models3d.watches.assembly import Time
from models3d.watches.chronograph import Chronograph
from models3d.watches.diver import DiveWatch
from models3d.watches.dress import DressWatch
from models3d.watches.frame import model_from_dial
from models3d.watches.hands import Hands
from models3d.watches.rectangular import RectangularWatch
from models3d.watches.sizes import case_size

WATCHES = {
    "dress": DressWatch(),
    "dive": DiveWatch(),
    "chronograph": Chronograph(),
    "rectangular": RectangularWatch(),
}
ROUND = ("dress", "dive", "chronograph")
MM = 1e3


@pytest.fixture(scope="module")
def built() -> dict[str, Model]:
    return {name: watch.build() for name, watch in WATCHES.items()}


def part(model: Model, name: str) -> Part:
    return next(p for p in model.parts if p.name == name)


def body(item: Part) -> manifold3d.Manifold:
    """In millimetres, where it stands."""
    return solid(item.world_mesh())


def overlap_mm3(a: manifold3d.Manifold, b: manifold3d.Manifold) -> float:
    return float((a ^ b).volume())


def heights_mm(model: Model, name: str) -> tuple[float, float]:
    z = part(model, name).world_mesh().positions[:, 2] * MM
    return float(z.min()), float(z.max())


def test_twelve_o_clock_points_away_from_the_wearer_and_the_dial_is_not_mirrored():
    wrist_from_dial = model_from_dial(0.02)
    np.testing.assert_allclose(wrist_from_dial.rotate([0.0, 1.0, 0.0]), [-1.0, 0.0, 0.0])
    np.testing.assert_allclose(wrist_from_dial.rotate([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    assert np.linalg.det(wrist_from_dial.rotation) == pytest.approx(1.0)


@pytest.mark.parametrize("name", WATCHES)
def test_all_metal_of_the_case_is_closed_bodies(built: dict[str, Model], name: str):
    case = [p for p in built[name].parts if p.slot == "metal"]
    assert {p.name for p in case} >= {"case", "case_brushed", "bezel", "rehaut", "crown"}
    for item in case:
        assert solid(item.mesh).volume() > 0.0, item.name


@pytest.mark.parametrize("name", WATCHES)
def test_every_normal_is_a_unit_vector_on_its_triangles_side(built: dict[str, Model], name: str):
    for item in built[name].parts:
        mesh = item.mesh
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
        if item.slot not in ("metal", "hand", "crystal"):
            continue
        a, b, c = (mesh.positions[mesh.triangles[:, k]] for k in range(3))
        facing = np.cross(b - a, c - a)
        mean = mesh.normals[mesh.triangles].mean(axis=1)
        area = np.linalg.norm(facing, axis=1)
        wrong = np.einsum("ij,ij->i", facing, mean) < 0.0
        assert area[wrong].sum() < 2e-3 * area.sum(), item.name


@pytest.mark.parametrize("name", ROUND)
def test_the_layers_of_a_case_do_not_share_metal(built: dict[str, Model], name: str):
    model = built[name]
    layers = ("case", "bezel", "case_back", "rehaut")
    bodies = [body(part(model, layer)) for layer in layers]
    for i, one in enumerate(bodies):
        for other in bodies[i + 1 :]:
            assert overlap_mm3(one, other) < 0.5


@pytest.mark.parametrize("name", WATCHES)
def test_the_case_weighs_what_an_independent_sum_of_its_bodies_weighs(
    built: dict[str, Model], name: str
):
    model, watch = built[name], WATCHES[name]
    names = ["case", "bezel", "case_back", "rehaut", "crystal_ring"]
    bodies = [p for p in model.parts if p.slot == "metal" and p.name in names]
    stems = [p for p in model.parts if p.slot == "metal" and p.name in ("crown", "pusher")]
    case = body(part(model, "case"))
    mm3 = sum(_divergence_mm3(p) for p in bodies)
    mm3 += sum(_divergence_mm3(p) - overlap_mm3(body(p), case) for p in stems)
    lot = next(lot for lot in model.bill.metals if lot.place == "case")
    assert lot.volume_mm3 == pytest.approx(mm3, rel=0.01)
    assert lot.mass_g == pytest.approx(mm3 * 1e-3 * metal(watch.metal).density_g_cm3, rel=0.01)


def _divergence_mm3(item: Part) -> float:
    """Volume by Gauss' theorem, without the solid modeller."""
    mesh = item.world_mesh()
    a, b, c = (mesh.positions[mesh.triangles[:, k]] * MM for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


@pytest.mark.parametrize("name", WATCHES)
def test_brushed_lands_lie_on_the_polished_body(built: dict[str, Model], name: str):
    land, case = body(part(built[name], "case_brushed")), body(part(built[name], "case"))
    outside = land - case
    _, top = land.bounding_box()[:3], land.bounding_box()[3:]
    assert outside.volume() < 0.5 * land.volume()  # most of each land is within the body
    assert top[2] - case.bounding_box()[5] < 0.03


@pytest.mark.parametrize("name", ROUND)
def test_a_parting_line_shows_between_flank_and_bezel(built: dict[str, Model], name: str):
    model = built[name]
    bezel = part(model, "bezel").world_mesh().positions * MM
    reach = np.hypot(bezel[:, 0], bezel[:, 1])
    outer = bezel[reach > reach.max() - 0.31]
    _, flank_top = heights_mm(model, "case")
    assert 0.05 <= outer[:, 2].min() - flank_top <= 0.1


@pytest.mark.parametrize("name", WATCHES)
def test_hands_clear_dial_each_other_and_crystal(built: dict[str, Model], name: str):
    model = built[name]
    names = [p.name for p in model.parts if p.slot == "hand"]
    bodies = {n: body(part(model, n)) for n in names}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert overlap_mm3(bodies[one], bodies[other]) < 1e-6, (one, other)
    under, _ = heights_mm(model, "crystal")
    assert max(heights_mm(model, n)[1] for n in names) < under - 0.05
    applied = [
        p.name for p in model.parts if p.slot in ("index", "print") and "bezel" not in p.name
    ]
    highest = max(heights_mm(model, n)[1] for n in applied)
    assert heights_mm(model, "hour_hand")[0] > highest
    assert heights_mm(model, "minute_hand")[0] > heights_mm(model, "hour_hand")[0] + 0.2


@pytest.mark.parametrize(
    ("hand", "period", "seconds_per_turn"),
    [("hour_hand", 43200.0, 43200), ("minute_hand", 3600.0, 3600), ("second_hand", 60.0, 60)],
)
def test_hands_show_eight_past_ten_and_turn_clockwise_about_their_own_axis(
    built: dict[str, Model], hand: str, period: float, seconds_per_turn: int
):
    item = part(built["dress"], hand)
    assert item.turn_period == period
    shown = 10 * 3600 + 8 * 60 + 35
    clock = 2.0 * np.pi * (shown % seconds_per_turn) / seconds_per_turn
    # 12 o'clock is -X and 3 o'clock is +Y of the wrist
    expected = np.array([-np.cos(clock), np.sin(clock), 0.0])
    np.testing.assert_allclose(item.model_from_part[0, :3, 1], expected, atol=1e-9)
    np.testing.assert_allclose(item.model_from_part[0, :3, 2], [0.0, 0.0, 1.0], atol=1e-12)
    tip = item.mesh.positions[:, 1].max()
    assert tip > 2.0 * -item.mesh.positions[:, 1].min()


@pytest.mark.parametrize("style", Hands)
@pytest.mark.parametrize("name", ROUND)
def test_the_minute_hand_reaches_the_track_and_the_hour_hand_the_indices(name: str, style: Hands):
    watch = replace(WATCHES[name], hands=style)
    dial, model = watch.dial_piece(), watch.build()
    reach = {
        n: float(part(model, n).mesh.positions[:, 1].max()) * MM
        for n in ("hour_hand", "minute_hand")
    }
    track = dial.minute_track_radius_mm
    assert 0.85 * track <= reach["minute_hand"] <= 0.96 * track
    assert 0.49 * track <= reach["hour_hand"] <= 0.63 * track
    assert reach["hour_hand"] < dial.index_inner_radius_mm + 0.3


def test_a_chronograph_at_rest_points_to_zero_while_its_small_seconds_run(
    built: dict[str, Model],
):
    model = built["chronograph"]
    periods = {p.name: p.turn_period for p in model.parts if p.slot == "hand"}
    assert periods["small_second_hand"] == 60.0
    stopped = [n for n, period in periods.items() if period is None]
    assert sorted(stopped) == ["chronograph_hand", "counter_hours12_hand", "counter_minutes30_hand"]
    for name in stopped:
        up = part(model, name).model_from_part[0, :3, 1]
        np.testing.assert_allclose(up, [-1.0, 0.0, 0.0], atol=1e-12)


def test_pushers_stand_either_side_of_the_crown(built: dict[str, Model]):
    model = built["chronograph"]
    crown = part(model, "crown").world_mesh().positions.mean(axis=0)
    upper, lower = (
        p.world_mesh().positions.mean(axis=0) for p in model.parts if p.name == "pusher"
    )
    assert crown[1] > 0.019  # 3 o'clock is +Y
    np.testing.assert_allclose(upper * (-1.0, 1.0, 1.0), lower, atol=2e-4)


@pytest.mark.parametrize("name", ROUND)
def test_crown_crystal_and_bezel_keep_to_the_craft_s_numbers(built: dict[str, Model], name: str):
    model, watch = built[name], WATCHES[name]
    crown = part(model, "crown").world_mesh().positions
    assert 0.145 <= np.ptp(crown[:, 0]) * MM / watch.case_diameter_mm <= 0.18
    foot, top = heights_mm(model, "crystal")
    assert 1.5 <= watch.form.crystal_thickness <= 2.5
    assert 0.3 <= watch.form.crystal_rise <= 0.8
    back, _ = heights_mm(model, "case_back")
    assert foot - back == pytest.approx(watch.thickness_mm - watch.form.crystal_thickness, abs=0.02)
    assert top - back >= watch.thickness_mm - 1e-6
    pane = part(model, "crystal").material
    assert (pane.transmission, pane.thickness) == (1.0, 0.0)
    assert pane.specular < 0.2
    assert pane.specular_color[2] > pane.specular_color[0]


def test_the_dive_bezel_has_a_groove_for_each_of_120_clicks(built: dict[str, Model]):
    grip = part(built["dive"], "bezel").mesh.positions
    reach = np.hypot(grip[:, 0], grip[:, 1])
    heights = np.round(grip[:, 2] * 1e6)
    middle = heights[reach == reach.max()][0]
    at = np.flatnonzero(heights == middle)
    # the outermost points at this height, once around
    outer = at[reach[at] > reach.max() - 0.3e-3]
    angle = np.arctan2(grip[outer, 1], grip[outer, 0])
    _, once = np.unique(np.round(angle, 6), return_index=True)
    around = reach[outer][once][np.argsort(angle[once])]
    hollow = (around < np.roll(around, 1)) & (around < np.roll(around, -1))
    assert hollow.sum() == 120


def test_the_dive_bezel_counts_clockwise_from_a_luminous_pip_at_twelve(built: dict[str, Model]):
    model = built["dive"]
    pip = part(model, "bezel_pip").world_mesh().positions.mean(axis=0)
    assert pip[0] < -0.016
    assert abs(pip[1]) < 1e-4
    marks = part(model, "bezel_scale").world_mesh().positions
    clock = np.degrees(np.arctan2(marks[:, 1], -marks[:, 0])) % 360.0
    first, last = (clock > 5.0) & (clock < 27.0), (clock > 333.0) & (clock < 355.0)
    assert first.sum() > 0  # minutes 1 to 4 are marked one by one, 56 to 59 are not
    assert last.sum() == 0


@pytest.mark.parametrize("name", WATCHES)
def test_the_back_rests_on_the_wrist_and_the_lugs_stay_off_it(built: dict[str, Model], name: str):
    model, watch = built[name], WATCHES[name]
    wrist = WristSection.from_circumference(watch.wrist_mm)
    back, _ = heights_mm(model, "case_back")
    assert back == pytest.approx(wrist.half_depth * MM, abs=0.03)
    case = part(model, "case").world_mesh().positions
    assert np.all(case[:, 2] > wrist.top(case[:, 0]) - 1e-6)
    assert np.ptp(case[:, 0]) * MM == pytest.approx(model.bill.dimension("lug_to_lug"), abs=0.1)


@pytest.mark.parametrize("name", WATCHES)
def test_spring_bars_end_inside_the_lugs_and_pass_free_between_them(
    built: dict[str, Model], name: str
):
    watch = WATCHES[name]
    lugs = watch.lug_geometry()
    case = body(part(built[name], "case"))
    x, z, half = lugs.bar_x * MM, lugs.bar_z * MM, lugs.lug_width * MM / 2.0
    bar = manifold3d.Manifold.cylinder(2.0 * half - 0.2, 0.75, circular_segments=24, center=True)
    across = bar.rotate((90.0, 0.0, 0.0)).translate((x, 0.0, z))
    assert overlap_mm3(case, across) < 1e-6
    pin = manifold3d.Manifold.cylinder(2.0 * half + 2.0, 0.7, circular_segments=24, center=True)
    ends = pin.rotate((90.0, 0.0, 0.0)).translate((x, 0.0, z)) - across
    assert overlap_mm3(case, ends) > 0.5


@pytest.mark.parametrize("name", WATCHES)
def test_the_flank_told_to_the_strap_is_the_case_s(built: dict[str, Model], name: str):
    lugs = WATCHES[name].lug_geometry()
    case = part(built[name], "case").world_mesh().positions
    between = np.abs(case[:, 1]) < 0.002
    height = lugs.case_profile[1, 1] + 0.3e-3
    section = case[between & (np.abs(case[:, 2] - height) < 1.5e-3)]
    assert section[:, 0].max() == pytest.approx(lugs.flank_x(0.0, height), abs=0.1e-3)


def test_a_watch_s_bill_says_what_it_is_made_of(built: dict[str, Model]):
    for name, model in built.items():
        assert model.anchor is Anchor.WRIST
        components = {lot.id for lot in model.bill.components}
        assert "sapphire_crystal" in components, name
        assert any(c.endswith("_movement") for c in components)
        assert model.bill.mass_g > 25.0
    assert any(lot.place == "bracelet" for lot in built["dive"].bill.metals)


LONG = {"engraving": "For my dearest Alexander with love", "typeface": "script", "wrist_mm": 200.0}
HEAVIEST = (
    DiveWatch(44.0, strap=StrapKind.LEATHER, indices=Indices.ARABIC, hands=Hands.SWORD, **LONG),
    DiveWatch(44.0, strap=StrapKind.FIVE_LINK, dial=DialStyle.GUILLOCHE, **LONG),
    Chronograph(44.0, strap=StrapKind.LEATHER, indices=Indices.ARABIC, **LONG),
    Chronograph(44.0, strap=StrapKind.FIVE_LINK, dial=DialStyle.GUILLOCHE, **LONG),
    RectangularWatch(32.0, strap=StrapKind.FIVE_LINK, wrist_mm=200.0, engraving="For Alexander"),
)


@pytest.mark.parametrize("watch", HEAVIEST, ids=lambda watch: f"{watch.strap}-{watch.dial}")
def test_the_heaviest_mixes_of_options_have_at_most_100_000_triangles(watch):
    count = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in watch.build().parts)
    assert count <= 100_000


@pytest.mark.parametrize("name", ["dress", "rectangular"])
def test_a_back_without_thread_is_held_by_four_screws_sunk_in_their_seats(
    built: dict[str, Model], name: str
):
    back, held = (part(built[name], n) for n in ("case_back", "case_screws"))
    heads = body(held).decompose()
    assert len(heads) == 4
    assert overlap_mm3(body(held), body(back)) < 1e-6
    assert heights_mm(built[name], "case_screws")[0] > heights_mm(built[name], "case_back")[0]
    x, y = np.abs([h.bounding_box()[k] + h.bounding_box()[k + 3] for k in (0, 1) for h in heads]
                  ).reshape(2, 4)  # fmt: skip
    np.testing.assert_allclose(x, x[0], atol=0.02)
    np.testing.assert_allclose(y, y[0], atol=0.02)


def test_a_signature_of_one_s_own_is_printed_and_engine_turning_leaves_none():
    def ink(**options) -> int:
        model = DressWatch(**options).build()
        return len(part(model, "printing").mesh.triangles)

    plain = ink(signature="")
    assert plain < ink(signature="VEGA") < ink(signature="MAISON VEGA")
    turned = {ink(dial=DialStyle.GUILLOCHE, signature=name) for name in ("", "VEGA")}
    assert turned == {plain}


def test_a_watch_of_the_time_of_day_says_so_and_where_its_hands_stand():
    extras = DressWatch(time=Time.LIVE).build().extras
    assert extras["time"] == "live"
    assert extras["shown_seconds"] == 10 * 3600 + 8 * 60 + 35


@pytest.mark.parametrize("diameter", range(28, 45))
def test_cases_of_every_size_fit_straps_that_are_sold(diameter: int):
    size = case_size(float(diameter))
    assert size.lug_width_mm % 2 == 0
    assert 0.42 <= size.lug_width_mm / diameter <= 0.55
    assert 7.5 <= size.lug_to_lug_mm - diameter <= 8.5


@pytest.mark.parametrize("diameter", [28.0, 33.0, 40.0])
def test_small_and_large_dress_watches_are_built(diameter: float):
    thickness = sum(case_size(diameter).thickness_mm) / 2.0
    watch = DressWatch(case_diameter_mm=diameter, thickness_mm=thickness, wrist_mm=175.0)
    model = watch.build()
    case = part(model, "case").world_mesh().bounds()
    assert np.ptp(case[:, 1]) * MM == pytest.approx(diameter, abs=0.05)


def test_a_watch_too_large_for_the_wrist_is_refused_with_what_fits():
    with pytest.raises(Unbuildable, match="44 mm is the most") as refusal:
        DressWatch(case_diameter_mm=38.0, wrist_mm=145.0)
    assert refusal.value.fields == ("case_diameter_mm", "wrist_mm")


def test_a_case_too_thin_for_its_movement_is_refused_with_what_would_do():
    with pytest.raises(Unbuildable, match="at least") as refusal:
        Chronograph(thickness_mm=10.0)
    needed = float(str(refusal.value).split("at least ")[1].split(" mm")[0])
    Chronograph(thickness_mm=needed)
    assert refusal.value.fields == ("thickness_mm",)


def test_a_thickness_out_of_the_size_s_range_is_refused():
    with pytest.raises(Unbuildable, match="8 to 11 mm"):
        DressWatch(case_diameter_mm=38.0, thickness_mm=6.5)
    with pytest.raises(ModelError, match="case_diameter_mm"):
        DiveWatch(case_diameter_mm=30.0)
