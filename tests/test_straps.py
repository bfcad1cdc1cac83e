"""Straps and bracelets: closed round the wrist, hinged, touching nothing they should not."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from models3d.errors import ModelError, Unbuildable
from models3d.solids import solid
from models3d.straps import textures
from models3d.straps.bracelet import FIVE_LINK, THREE_LINK, bracelet
from models3d.straps.links import Column, LinkSize, link
from models3d.straps.lugs import LugGeometry, WristSection
from models3d.straps.materials import STRAP_MATERIALS
from models3d.straps.strap import Strap, StrapKind
from models3d.straps.two_piece import HOLE_TO_BAR, OVERLAP, leather_halves
from models3d.watches.dress import DressWatch
from models3d.watches.rectangular import RectangularWatch
from models3d.weigh import metal_lot

WRISTS_MM = (150.0, 170.0, 200.0)
BRACELETS = (StrapKind.THREE_LINK, StrapKind.FIVE_LINK)


def lugs_on(wrist_mm, lug_width_mm=20.0):
    wrist = WristSection.from_circumference(wrist_mm)
    back = wrist.half_depth
    profile = [[0.0185, 0.0], [0.0200, 0.0025], [0.0200, 0.0058], [0.0194, 0.0072]]
    return LugGeometry(
        wrist=wrist,
        lug_width=lug_width_mm * 1e-3,
        bar_x=22.25e-3,
        bar_z=back + 3.0e-3,
        bar_radius=0.75e-3,
        back_z=back,
        top_z=back + 4.7e-3,
        lug_tip_x=24.0e-3,
        lug_tip_z=back + 1.2e-3,
        lug_slope=np.radians(27.0),
        case_profile=np.array(profile) + np.array([0.0, back]),
        round_case=True,
    )


@pytest.fixture(scope="module")
def worn():
    """Every kind on every wrist: lugs and parts."""
    made = {}
    for kind in StrapKind:
        for wrist in WRISTS_MM:
            lugs = lugs_on(wrist)
            made[kind, wrist] = lugs, Strap(kind, wrist_circumference_mm=wrist).parts(lugs)
    return made


def test_every_strap_encloses_the_wrist_without_touching_it(worn):
    for (kind, _), (lugs, parts) in worn.items():
        wrist = lugs.wrist
        points = np.concatenate([part.world_mesh().positions for part in parts])
        x, z = points[:, 0] / wrist.half_breadth, points[:, 2] / wrist.half_depth
        assert np.hypot(x, z).min() > 1.0, kind
        around = np.sort(np.arctan2(x, z))
        below = around[(np.abs(around) > np.radians(75.0))]
        gaps = np.diff(np.concatenate([below[below > 0], below[below < 0] + 2.0 * np.pi]))
        assert gaps.max() < np.radians(3.0), kind


def test_straps_fill_the_lugs_and_taper(worn):
    for (kind, _), (lugs, parts) in worn.items():
        points = np.concatenate([part.world_mesh().positions for part in parts])
        at_bar = (np.abs(np.abs(points[:, 0]) - lugs.bar_x) < 1e-3) & (points[:, 2] > 0.0)
        width = np.ptp(points[at_bar, 1])
        assert lugs.lug_width - 0.7e-3 < width < lugs.lug_width + 1e-9, kind
        if kind in (StrapKind.LEATHER, StrapKind.RUBBER):
            strap = Strap(kind).halves(lugs)
            section = strap.six.section
            assert 2e-3 - 1e-9 <= section.width_bar + 0.2e-3 - section.width_tip <= 4e-3


def test_what_the_workshop_casts_is_closed(worn):
    for (kind, _), (_, parts) in worn.items():
        for part in parts:
            if part.slot.startswith("metal"):
                assert solid(part.mesh).volume() > 0.0, (kind, part.name)


def test_budgets_are_kept(worn):
    for (kind, _), (_, parts) in worn.items():
        drawn = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in parts)
        assert drawn < 52_000, kind
        maps = {
            texture.data
            for p in parts
            for texture in (p.material.normal_texture, p.material.base_color_texture)
            if texture is not None
        }
        assert sum(map(len, maps)) < 90_000, kind


def test_maps_are_the_same_every_time():
    for make in (textures.calf, textures.alligator, textures.moulded, textures.milanese):
        again = make.__wrapped__()
        assert make().normal.data == again.normal.data
        assert make().shade == again.shade


def test_leather_closes_at_a_hole_and_overlaps():
    for wrist in WRISTS_MM:
        strap = leather_halves(lugs_on(wrist))
        tongue = strap.pin_station - HOLE_TO_BAR
        assert np.abs(np.array(strap.six.holes) - tongue).min() < 1e-9
        assert np.allclose(np.diff(strap.six.holes), 6.5e-3)
        overlap = strap.lengths.six + strap.lengths.twelve - strap.six.loop.length
        assert overlap >= OVERLAP


def test_a_larger_wrist_takes_a_longer_strap():
    lengths = [leather_halves(lugs_on(w)).lengths.six for w in (140.0, 170.0, 210.0)]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


def test_leather_has_its_holes_and_is_closed_otherwise():
    top, edge, lining = leather_halves(lugs_on(170.0)).six.skins()
    for mesh in (top, edge, lining):
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0)
    corners = top.positions[top.triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing = np.einsum("ij,ij->i", cross, top.normals[top.triangles].mean(axis=1))
    assert (facing > 0.0).all()


def test_stitches_are_three_to_four_a_centimetre_and_sit_on_the_leather(worn):
    lugs, parts = worn[StrapKind.LEATHER, 170.0]
    places = next(p for p in parts if p.name == "stitching").model_from_part
    assert np.allclose(np.linalg.det(places[:, :3, :3]), 1.0)
    strap = leather_halves(lugs)
    total = strap.lengths.six + strap.lengths.twelve
    per_cm = len(places) / 4.0 / (100.0 * total)
    assert 2.6 <= per_cm <= 4.0  # of the whole length: the tips are bare
    leather = np.concatenate([p.world_mesh().positions for p in parts if "strap_" in p.name])
    for place in places[::9]:
        assert np.linalg.norm(leather - place[:3, 3], axis=1).min() < 1.6e-3


@pytest.mark.parametrize("pattern", [THREE_LINK, FIVE_LINK])
@pytest.mark.parametrize("wrist", WRISTS_MM)
def test_links_are_hinged_pin_to_pin_and_mirrored_at_twelve(pattern, wrist):
    on_wrist = bracelet(lugs_on(wrist), pattern)
    half = pattern.size.pitch / 2.0
    far = near = None
    for _, _, places in on_wrist.rows():
        place = places[0]
        assert np.allclose(place[:3, :3].T @ place[:3, :3], np.eye(3))
        near = place[:3, 3] - half * place[:3, 0]
        if far is not None:
            assert np.allclose(near, far, atol=1e-9)
        far = place[:3, 3] + half * place[:3, 0]
        assert np.allclose(places[1], np.diag([-1.0, -1.0, 1.0, 1.0]) @ place)


@pytest.mark.parametrize("pattern", [THREE_LINK, FIVE_LINK])
def test_links_neither_touch_nor_gape(pattern):
    rows = bracelet(lugs_on(170.0), pattern).rows()
    placed = []
    for _, mesh, places in rows:
        matrix = places[0].copy()
        matrix[:3, 3] *= 1e3
        placed.append(solid(mesh).transform(matrix[:3]))
    for first, second in zip(placed[:-2], placed[2:], strict=True):  # of the same columns
        assert first.min_gap(second, 1.0) == pytest.approx(1e3 * pattern.size.gap, abs=0.05)
    for first, second in itertools.pairwise(placed):  # of neighbouring columns
        assert (first ^ second).is_empty()
        assert 0.05 < first.min_gap(second, 1.0) < 0.2


def test_links_may_bend_about_their_pins_without_touching():
    size = LinkSize(3.3e-3, 1.59e-3)
    body = solid(link(size, Column(-2e-3, 2e-3)))
    for bend in (-35.0, 0.0, 35.0):  # each of the two joints between links of one column
        second = body.translate((1.65, 0.0, 0.0)).rotate((0.0, bend, 0.0))
        second = second.translate((3.3, 0.0, 0.0)).rotate((0.0, bend, 0.0)).translate((1.65, 0, 0))
        assert (body ^ second).is_empty()
        assert body.min_gap(second, 2.0) > 0.05


@pytest.mark.parametrize("pattern", [THREE_LINK, FIVE_LINK])
def test_link_count_follows_the_wrist_and_the_length_is_right(pattern):
    counts = []
    for wrist in (145.0, 160.0, 175.0, 190.0, 205.0):
        chain = bracelet(lugs_on(wrist), pattern).chain
        counts.append(chain.links)
        steps = np.linalg.norm(np.diff(chain.pins, axis=0), axis=1)
        assert np.allclose(steps, pattern.size.pitch, atol=1e-8)
        clasp = 2.0 * chain.pins[-1, 0]
        assert 31e-3 <= clasp < 31e-3 + 4.0 * pattern.size.pitch
        along = 2.0 * chain.links * pattern.size.pitch + clasp
        assert along == pytest.approx(chain.loop.length, rel=0.02)
        ease = 2.0 * np.pi * chain.clearance  # over the skin, as a longer girth
        assert 6e-3 < ease < 12e-3
        assert chain.links % 2 == 1
    assert counts == sorted(counts)
    assert counts[-1] - counts[0] >= 60.0 * 0.8 / (2e3 * pattern.size.pitch)


@pytest.mark.parametrize("kind", BRACELETS)
def test_end_links_follow_the_case_between_the_lugs(worn, kind):
    lugs, parts = worn[kind, 170.0]
    points = next(p for p in parts if p.name == "end_links").world_mesh().positions
    assert np.abs(points[:, 1]).max() <= lugs.lug_width / 2.0 - 0.05e-3
    gap = np.abs(points[:, 0]) - lugs.flank_x(points[:, 1], points[:, 2])
    assert 0.02e-3 < gap.min() < 0.2e-3
    over_bar = np.abs(np.abs(points[:, 0]) - lugs.bar_x) < 0.6e-3
    assert abs(points[over_bar, 2].max() - lugs.top_z) < 0.6e-3


@pytest.mark.parametrize("watch", [RectangularWatch(case_width_mm=24.0), DressWatch(28.0, 7.5)])
@pytest.mark.parametrize("kind", BRACELETS)
def test_the_clasp_lies_under_the_wrist_also_where_the_lugs_end_high_over_it(kind, watch):
    small = replace(watch, strap=kind)
    lugs = small.lug_geometry()
    clasp = [p for p in small.strap_piece().parts(lugs) if p.name.startswith("clasp")]
    for part in clasp:
        assert part.mesh.positions[:, 2].max() < 0.0, part.name


@pytest.mark.parametrize("kind", BRACELETS)
def test_the_stated_metal_is_that_of_the_united_bodies(worn, kind):
    lugs, parts = worn[kind, 170.0]
    (stated,) = Strap(kind).metals(lugs)
    bodies = [p.world_mesh() for p in parts if p.slot.startswith("metal")]
    assert stated.volume_mm3 == pytest.approx(metal_lot("steel_316L", bodies).volume_mm3, rel=0.002)
    assert 40.0 < stated.mass_g < 90.0


def test_two_metals_are_stated_apart():
    lots = Strap(StrapKind.FIVE_LINK, center_metal="gold_18k_yellow_3N").metals(lugs_on(170.0))
    assert [lot.metal for lot in lots] == ["steel_316L", "gold_18k_yellow_3N"]


def test_soft_straps_are_components():
    found = Strap(StrapKind.LEATHER).components(lugs_on(170.0))
    assert [lot.id for lot in found] == ["leather_strap", "pin_buckle", "spring_bar"]
    assert 4.0 < found[0].mass_g < 20.0
    assert Strap(StrapKind.LEATHER).metals(lugs_on(170.0)) == ()


def test_what_does_not_go_together_is_refused():
    with pytest.raises(Unbuildable, match="A rubber strap is made in"):
        Strap(StrapKind.RUBBER, colour="cognac")
    with pytest.raises(ModelError):
        Strap(StrapKind.LEATHER, colour="blakc")
    with pytest.raises(ModelError, match="between its lugs"):
        Strap(lug_width_mm=18.0).parts(lugs_on(170.0))
    with pytest.raises(ModelError):
        Strap("rope")


@pytest.mark.parametrize("material", STRAP_MATERIALS, ids=lambda m: f"{m.kind}-{m.id}")
def test_every_material_can_be_worn(material):
    outer = Strap(material.kind, colour=material.id).material.outer()
    assert outer.normal_texture is not None
    assert all(0.0 < c < 0.8 for c in outer.base_color[:3])
