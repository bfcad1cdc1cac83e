"""Solitaires and bands, judged as a goldsmith would: by measuring them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import manifold3d
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.bill import Bill
from models3d.errors import ModelError
from models3d.frames import Anchor, Array
from models3d.mesh import Mesh, Model, Part
from models3d.metals import METALS
from models3d.profiles import Profile
from models3d.rings.band import BAND_THICKNESSES_MM, BAND_WIDTHS_MM, Band
from models3d.rings.solitaire import SHANK_WIDTHS_MM, Solitaire
from models3d.sizes import RingSize, parse_ring_size
from models3d.solids import solid, union

TRIANGLE_BUDGET = 15_000
MM = 1e-3

SIZES = st.sampled_from([parse_ring_size(s) for s in ("EU 44", "US 6 1/2", "UK N½", "EU 72")])
SOLITAIRES = st.builds(
    Solitaire,
    carat=st.floats(0.3, 3.0),
    prongs=st.sampled_from([4, 6]),
    shank_width_mm=st.floats(*SHANK_WIDTHS_MM),
    profile=st.sampled_from(Profile),
    size=SIZES,
)
BANDS = st.builds(
    Band,
    profile=st.sampled_from(Profile),
    width_mm=st.floats(*BAND_WIDTHS_MM),
    thickness_mm=st.floats(*BAND_THICKNESSES_MM),
    size=SIZES,
)
EXTREMES = [
    Solitaire(),
    Solitaire(prongs=4),
    Solitaire(carat=0.3, size=parse_ring_size("EU 72"), shank_width_mm=1.6, profile=Profile.FLAT),
    Solitaire(carat=0.3, size=parse_ring_size("EU 38"), shank_width_mm=3.0, prongs=4),
    Solitaire(carat=3.0, size=parse_ring_size("EU 44"), profile=Profile.D_SHAPE),
    Solitaire(carat=3.0, size=parse_ring_size("EU 77"), shank_width_mm=3.0, prongs=4),
    Solitaire(gem="ruby", metal="gold_18k_yellow_3N", finish="satin"),
]
each_extreme = pytest.mark.parametrize("ring", EXTREMES)


@cache
def solitaire(ring: Solitaire) -> Model:
    return ring.build()


def bill(model: Model) -> Bill:
    assert model.bill is not None
    return model.bill


def part(model: Model, name: str) -> Part:
    return next(p for p in model.parts if p.name == name)


def body(model: Model, *names: str) -> manifold3d.Manifold:
    return union([solid(part(model, name).world_mesh()) for name in names])


def metal_points(model: Model) -> Array:
    return np.concatenate([p.mesh.positions for p in model.parts if p.name != "stone"])


def triangle_count(model: Model) -> int:
    return sum(len(p.mesh.triangles) * len(p.model_from_part) for p in model.parts)


def assert_normals_agree_with_the_surface(mesh: Mesh) -> None:
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-9)
    corner = mesh.positions[mesh.triangles]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(face, axis=1)
    told = np.einsum(
        "ij,ikj->ik", face / np.maximum(area, 1e-30)[:, None], mesh.normals[mesh.triangles]
    )
    assert told[area > 2e-10].min() > 0.85  # slivers that a cut leaves have no direction


def radii_in_the_ring_plane(points: Array) -> Array:
    return np.hypot(points[:, 0], points[:, 2])


def centroid(polygon: Array) -> Array:
    """Of a simple polygon (n, 2), by Green's theorem."""
    x, y = polygon.T
    u, v = np.roll(polygon, -1, axis=0).T
    cross = x * v - u * y
    return np.array([((x + u) * cross).sum(), ((y + v) * cross).sum()]) / (3.0 * cross.sum())


def claw_sections(model: Model, z: float) -> list[tuple[float, float, float]]:
    """Azimuth, distance from the axis and thickness (metres) of each piece cut at height z."""
    found = []
    for piece in body(model, "head").slice(z / MM).decompose():
        center = centroid(piece.to_polygons()[0]) * MM
        thickness = np.sqrt(4.0 * piece.area() / np.pi) * MM
        found.append((float(np.arctan2(*center[::-1])), float(np.hypot(*center)), thickness))
    return sorted(found)


def gallery_heights(model: Model) -> tuple[float, float]:
    """Least and greatest height in the open gallery, where only claws are cut, metres."""
    radius, girdle_z = girdle(model)
    heights = np.linspace(part(model, "head").mesh.positions[:, 2].min(), girdle_z, 40)[1:-1]
    only_claws = [
        all(rho > radius / 2.0 for _, rho, _ in claw_sections(model, float(z))) for z in heights
    ]
    changes = np.flatnonzero(np.diff([False, *only_claws, False]))
    runs = changes.reshape(-1, 2)
    first, end = max(runs.tolist(), key=lambda run: run[1] - run[0])
    return float(heights[first]), float(heights[end - 1])


def girdle(model: Model) -> tuple[float, float]:
    """Radius of the stone and the height of its girdle, metres."""
    stone = part(model, "stone").world_mesh().positions
    rho = np.hypot(stone[:, 0], stone[:, 1])
    edge = stone[rho > rho.max() - 1e-9, 2]
    return float(rho.max()), float((edge.min() + edge.max()) / 2.0)


# --- both products ---------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(ring=SOLITAIRES)
def test_any_solitaire_is_sound(ring: Solitaire) -> None:
    model = ring.build()
    radius = ring.size.inner_diameter / 2.0
    assert triangle_count(model) <= TRIANGLE_BUDGET
    assert radii_in_the_ring_plane(metal_points(model)).min() == pytest.approx(radius, abs=1e-9)
    assert len(body(model, "shank", "head").decompose()) == 1
    assert (body(model, "shank", "head") ^ body(model, "stone")).volume() < 1e-6
    for piece in model.parts:
        assert_normals_agree_with_the_surface(piece.mesh)


@settings(max_examples=25, deadline=None)
@given(ring=BANDS)
def test_any_band_is_sound(ring: Band) -> None:
    model = ring.build()
    shank = part(model, "shank").mesh
    radii = radii_in_the_ring_plane(shank.positions)
    assert triangle_count(model) <= TRIANGLE_BUDGET
    assert 2.0 * radii.min() == pytest.approx(ring.size.inner_diameter, abs=1e-9)
    assert radii.max() - radii.min() == pytest.approx(ring.thickness_mm * MM, abs=1e-9)
    assert np.ptp(shank.positions[:, 1]) == pytest.approx(ring.width_mm * MM, abs=1e-9)
    assert solid(shank).genus() == 1
    assert_normals_agree_with_the_surface(shank)


@pytest.mark.parametrize("ring", [Solitaire(), Band()])
def test_mass_is_volume_times_density(ring: Solitaire | Band) -> None:
    model = ring.build()
    names = [p.name for p in model.parts if p.name != "stone"]
    volume_mm3 = body(model, *names).volume()
    (lot,) = bill(model).metals
    assert lot.volume_mm3 == pytest.approx(volume_mm3, rel=1e-6)
    density = METALS[ring.metal].density_g_cm3
    assert lot.mass_g == pytest.approx(volume_mm3 / 1000 * density, rel=1e-4)


@pytest.mark.parametrize("ring", [Solitaire(), Band()])
def test_a_larger_size_takes_more_metal_and_the_same_section(ring: Solitaire | Band) -> None:
    sizes = [parse_ring_size(f"EU {size}") for size in (44, 50, 54, 60, 72)]
    models = [replace(ring, size=size).build() for size in sizes]
    masses = [bill(model).metal_mass_g for model in models]
    assert masses == sorted(masses)
    assert len(set(masses)) == len(masses)
    thicknesses = [palm_thickness(model) for model in models]
    assert thicknesses == pytest.approx([thicknesses[0]] * len(models), abs=1e-9)


def palm_thickness(model: Model) -> float:
    points = part(model, "shank").mesh.positions
    palm = points[(np.abs(points[:, 0]) < 1e-9) & (points[:, 2] < 0.0)]
    return float(np.ptp(palm[:, 2]))


def test_models_say_what_they_are() -> None:
    ring = Solitaire(size=parse_ring_size("US 7"))
    model = solitaire(ring)
    assert [p.name for p in model.parts] == ["shank", "head", "stone"]
    assert model.anchor is Anchor.FINGER
    assert model.inner_diameter == ring.size.inner_diameter
    facts = bill(model)
    assert str(facts.size) == "US 7"
    (stone,) = facts.stones
    assert stone.carat == pytest.approx(1.0, abs=1e-9)
    assert stone.width_mm == pytest.approx(6.469, abs=1e-3)
    assert stone.depth_mm == pytest.approx(3.937, abs=1e-3)
    top = model.bounds()[1, 2] - ring.size.inner_diameter / 2.0
    assert facts.dimension("height") == pytest.approx(top / MM, abs=1e-4)
    assert [p.name for p in Band().build().parts] == ["shank"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Solitaire(carat=0.2),
        lambda: Solitaire(prongs=5),
        lambda: Solitaire(shank_width_mm=3.5),
        lambda: Band(width_mm=1.0),
        lambda: Band(thickness_mm=float("nan")),
        lambda: Band(metal="mithril").build(),
        lambda: Solitaire(gem="kryptonite").build(),
    ],
)
def test_what_cannot_be_made_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ModelError):
        wrong()


# --- the solitaire's head --------------------------------------------------------------------


@each_extreme
def test_each_claw_touches_the_girdle_without_cutting_into_the_stone(ring: Solitaire) -> None:
    model = solitaire(ring)
    assert (body(model, "head") ^ body(model, "stone")).volume() < 1e-6
    radius, girdle_z = girdle(model)
    claws = [azimuth for azimuth, _, _ in claw_sections(model, gallery_heights(model)[1])]
    assert len(claws) == ring.prongs
    slab = body(model, "head").trim_by_plane((0.0, 0.0, 1.0), (girdle_z - 0.02 * radius) / MM)
    slab = slab.trim_by_plane((0.0, 0.0, -1.0), -(girdle_z + 0.02 * radius) / MM)
    for azimuth in claws:
        claw = slab
        for turn in (0.2 - np.pi / 2.0, np.pi / 2.0 - 0.2):  # keep 0.2 rad on either side
            claw = claw.trim_by_plane((np.cos(azimuth + turn), np.sin(azimuth + turn), 0.0), 0.0)
        assert claw.volume() > 0.0
        assert 0.0 <= body(model, "stone").min_gap(claw, 1.0) < 0.02


@each_extreme
def test_the_claws_lean_outwards_evenly_and_are_as_thick_as_the_stone_asks(ring: Solitaire) -> None:
    model = solitaire(ring)
    low, high = gallery_heights(model)
    below, above = claw_sections(model, low), claw_sections(model, high)
    assert len(below) == len(above) == ring.prongs
    turns = np.diff([azimuth for azimuth, _, _ in above])
    assert turns == pytest.approx(2.0 * np.pi / ring.prongs, abs=1e-3)
    for (_, rho_low, _), (_, rho_high, thickness) in zip(below, above, strict=True):
        assert 3.0 <= np.degrees(np.arctan2(rho_high - rho_low, high - low)) <= 8.0
        assert 0.55 * MM < thickness < 1.3 * MM
        if ring.carat == 1.0:
            assert 0.7 * MM <= thickness <= 1.1 * MM


@each_extreme
def test_the_seat_takes_about_a_third_of_the_claw(ring: Solitaire) -> None:
    model = solitaire(ring)
    radius, girdle_z = girdle(model)
    low, high = gallery_heights(model)
    (_, rho_low, thickness), (_, rho_high, _) = (
        claw_sections(model, low)[0],
        claw_sections(model, high)[0],
    )
    rho = rho_high + (girdle_z - high) * (rho_high - rho_low) / (high - low)
    assert 0.25 <= (radius - (rho - thickness / 2.0)) / thickness <= 0.4


@each_extreme
def test_the_tips_fold_over_the_crown_and_stay_below_the_table(ring: Solitaire) -> None:
    model = solitaire(ring)
    stone, head = part(model, "stone").world_mesh(), part(model, "head").mesh
    radius, girdle_z = girdle(model)
    above = head.positions[head.positions[:, 2] > girdle_z + 1e-5]
    fold = radius - np.hypot(*above[:, :2].T).min()
    assert 0.25 * MM < fold < 0.6 * MM
    if ring.carat == 1.0:
        assert 0.3 * MM <= fold <= 0.5 * MM
    assert above[:, 2].max() < stone.positions[:, 2].max() - 0.05 * MM


@each_extreme
def test_the_culet_clears_the_finger_and_the_table_is_level(ring: Solitaire) -> None:
    model = solitaire(ring)
    stone = part(model, "stone").world_mesh()
    assert stone.positions[:, 2].min() - ring.size.inner_diameter / 2.0 >= 0.5 * MM
    table = stone.normals[:, 2] > 1.0 - 1e-9
    assert table.sum() == 8
    assert stone.positions[table, 2] == pytest.approx(stone.positions[:, 2].max(), abs=1e-12)
    gap = body(model, "stone").min_gap(body(model, "shank"), 1.0)
    assert gap > 0.02


@each_extreme
def test_a_solitaire_is_the_same_seen_from_either_side(ring: Solitaire) -> None:
    metal = body(solitaire(ring), "shank", "head")
    for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)):
        assert (metal - metal.mirror(axis)).volume() < 1e-3 * metal.volume()


@each_extreme
def test_the_shank_is_thick_at_the_palm_and_narrows_to_the_head(ring: Solitaire) -> None:
    model = solitaire(ring)
    points = part(model, "shank").mesh.positions
    assert palm_thickness(model) == pytest.approx(ring.shank_thickness_mm * MM, abs=1e-9)
    assert palm_thickness(model) >= 1.3 * MM
    palm = np.ptp(points[points[:, 2] < -0.9 * ring.size.inner_diameter / 2.0, 1])
    assert palm == pytest.approx(ring.shank_width_mm * MM, abs=1e-9)
    head_z = part(model, "head").mesh.positions[:, 2]
    shoulder = points[points[:, 2] > head_z.min() + 0.3 * np.ptp(head_z)]
    narrowing = 1.0 - np.ptp(shoulder[:, 1]) / palm
    assert narrowing > 0.1
    if ring.carat == 1.0 and ring.shank_width_mm == 2.0:
        assert narrowing < 0.25


@each_extreme
def test_the_hoop_looks_round(ring: Solitaire) -> None:
    """The palm's outline leaves a true circle by less than a third of a pixel of 1600."""
    model = solitaire(ring)
    corners = part(model, "shank").mesh
    edges = corners.positions[corners.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)]
    palm = np.all(edges[:, :, 2] < 0.0, axis=1)
    radii = radii_in_the_ring_plane(edges[palm].mean(axis=1))
    outer = ring.size.inner_diameter / 2.0 + ring.shank_thickness_mm * MM
    outline_edges = np.all(
        np.abs(np.hypot(edges[palm][..., 0], edges[palm][..., 2]) - outer) < 1e-7, axis=1
    )
    assert outline_edges.any()
    pixel = 1.25 * np.ptp(model.bounds()[:, 2]) / 1600
    assert outer - radii[outline_edges].min() < 0.34 * pixel


def test_the_stone_keeps_its_own_frame_and_weighs_what_was_asked() -> None:
    for ring in (Solitaire(), Solitaire(gem="ruby", carat=2.0), Solitaire(carat=0.3)):
        model = solitaire(ring)
        stone = part(model, "stone")
        assert stone.material.is_gem
        assert np.abs(stone.model_from_part[0, :3, :3] - np.eye(3)).max() == 0.0
        assert stone.mesh.bounds()[0, 2] < 0.0 < stone.mesh.bounds()[1, 2]
        girdle = np.hypot(*stone.mesh.positions[:, :2].T)
        assert stone.mesh.positions[girdle > girdle.max() - 1e-9, 2].max() <= 1e-9
        assert bill(model).carats == pytest.approx(ring.carat, abs=1e-9)


def test_ruby_is_denser_than_diamond_so_a_carat_of_it_is_smaller() -> None:
    def of(gem: str) -> float:
        return bill(solitaire(Solitaire(gem=gem))).stones[0].width_mm

    assert of("ruby") < of("diamond") < of("emerald")


def test_a_size_is_a_size_in_any_system() -> None:
    size = RingSize("UK", parse_ring_size("UK N½").value)
    assert solitaire(Solitaire(size=size)).inner_diameter == size.inner_diameter
