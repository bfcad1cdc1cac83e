"""Necklaces as worn: what their bills say is what their geometry holds."""

import manifold3d
import numpy as np
import pytest

from models3d.bill import Bill
from models3d.chains.lengths import necklace_length
from models3d.chains.link import PLAY
from models3d.chains.styles import STYLES, LinkStyle
from models3d.chains.tennis import tennis_clasp, tennis_link
from models3d.chains.tennis_drawn import DETAILS, drawn_link
from models3d.chains.tennis_form import GAP_MM, tennis_form
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.metals import METALS
from models3d.necklaces.chain import ChainNecklace
from models3d.necklaces.pearls import KNOT_GAP_MM, STEEPEST_STEP_MM, PearlStrand
from models3d.necklaces.tennis import TennisNecklace
from models3d.solids import solid
from models3d.stones.stone import stone


def bill(model: Model) -> Bill:
    assert model.bill is not None
    return model.bill


def metal_volume_mm3(model: Model) -> float:
    """Every instance of every metal part by itself."""
    total = 0.0
    for part in model.parts:
        if part.slot.startswith("metal"):
            scale = np.abs(np.linalg.det(part.model_from_part[:, :3, :3])).sum()
            made = part.mesh if part.workshop_mesh is None else part.workshop_mesh
            total += solid(made).volume() * scale
    return float(total)


@pytest.mark.parametrize("style", list(LinkStyle))
def test_a_chain_weighs_its_links(style: LinkStyle) -> None:
    model = ChainNecklace(style, STYLES[style].default_wire_mm).build()
    lot = bill(model).metals[0]
    assert lot.volume_mm3 == pytest.approx(metal_volume_mm3(model), rel=1e-6)
    density = METALS["gold_18k_yellow_3N"].density_g_cm3
    assert lot.mass_g == pytest.approx(lot.volume_mm3 * density / 1000.0)
    assert model.anchor is Anchor.NECK


@pytest.mark.parametrize(
    ("name", "length_mm"), [("choker", 406), ("princess", 457), ("opera", 813)]
)
def test_a_necklace_is_as_long_as_its_name_says_to_half_a_link(name: str, length_mm: float) -> None:
    found = bill(ChainNecklace(length=name).build()).dimension("length")
    assert found == pytest.approx(length_mm, abs=2.1)


def test_a_length_in_centimetres_counts_when_it_is_asked_for() -> None:
    assert bill(ChainNecklace(length="custom", length_cm=60.0).build()).dimension(
        "length"
    ) == pytest.approx(600.0, abs=2.1)


def test_the_workshop_is_told_the_wire_and_the_play() -> None:
    measures = {m.kind: m.mm for m in bill(ChainNecklace(wire_mm=1.0).build()).measures[:1]}
    assert measures["wire"] == pytest.approx(1.0)
    gap = next(m for m in bill(ChainNecklace(wire_mm=1.0).build()).measures if m.kind == "link_gap")
    assert gap.mm == pytest.approx(PLAY)


def test_a_necklace_hangs_below_the_notch_and_closes_at_the_nape() -> None:
    model = ChainNecklace().build()
    low, high = model.bounds()
    assert low[1] < -0.03 < 0.05 < high[1]
    clasp = next(part for part in model.parts if part.name == "clasp")
    assert clasp.model_from_part[0, 2, 3] < -0.06
    assert abs(clasp.model_from_part[0, 0, 3]) < 3e-3


def test_what_cannot_be_made_is_refused_with_the_field_to_change() -> None:
    with pytest.raises(Unbuildable) as refusal:
        ChainNecklace(LinkStyle.ROPE, 0.8)
    assert refusal.value.fields[0] == "wire_mm"
    with pytest.raises(ModelError, match="length_cm"):
        ChainNecklace(length_cm=10.0)
    with pytest.raises(ModelError, match="necklace length"):
        ChainNecklace(length="ankle")
    with pytest.raises(Unbuildable, match="grow smaller"):
        TennisNecklace(stone_mm=2.0, graduated=True)


@pytest.mark.parametrize("diameter", [2.0, 3.0, 4.0])
def test_tennis_links_are_hinged_and_hold_their_stones(diameter: float) -> None:
    gem = stone("round_brilliant", "diamond", diameter)
    link, form = tennis_link(gem), tennis_form(gem)
    body = solid(link.mesh)
    assert len(body.decompose()) == 1
    pitch = 1e3 * link.bearing
    assert pitch - diameter == pytest.approx(GAP_MM)
    following = body.translate([pitch, 0.0, 0.0])
    assert (body ^ following).volume() == 0.0
    assert body.min_gap(following, 1.0) > 0.02
    # pulled apart by more than the play, the pin meets the tongue: the links hold each other
    assert (body ^ body.translate([pitch + 0.2, 0.0, 0.0])).volume() > 1e-4
    seated = solid(gem.mesh).translate([0.0, 0.0, form.stone_z])
    assert (seated ^ body).volume() < 1e-3
    assert (seated.translate([0.0, 0.0, 0.1]) ^ body).volume() > 1e-3  # claws hold it down
    assert (seated.translate([0.0, 0.0, -0.1]) ^ body).volume() > 1e-3  # and it lies in seats
    clasp = tennis_clasp(gem, 2.4 * form.pitch)
    reach = 500.0 * (link.bearing + clasp.bearing)
    closed = solid(clasp.mesh)
    for side in (-1.0, 1.0):
        assert (closed ^ body.translate([side * reach, 0.0, 0.0])).volume() < 1e-9


@pytest.mark.parametrize("diameter", [2.0, 3.0, 4.0])
def test_a_basket_is_drawn_as_it_is_made(diameter: float) -> None:
    gem = stone("round_brilliant", "diamond", diameter)
    form, made = tennis_form(gem), solid(tennis_link(gem).mesh)
    sizes = []
    for detail in DETAILS:
        mesh = drawn_link(form, detail)
        drawn = solid(mesh)
        np.testing.assert_allclose(drawn.bounding_box(), made.bounding_box(), atol=0.16)
        assert (made - drawn).volume() < 0.35 * made.volume()
        sizes.append(len(mesh.triangles))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] < 1000
    assert sizes[2] < 500


@pytest.mark.parametrize("length", ["choker", "princess", "matinee"])
@pytest.mark.parametrize("graduated", [False, True])
def test_lines_of_stones_and_pearls_come_to_their_length(length: str, graduated: bool) -> None:
    wanted = 1e3 * necklace_length(length, 45.0)
    line = TennisNecklace(length=length, graduated=graduated).build()
    assert bill(line).dimension("length") == pytest.approx(wanted, abs=0.01)
    strand = PearlStrand(length=length, graduated=graduated, pearl_mm=7.5).build()
    assert bill(strand).dimension("length") == pytest.approx(wanted, abs=2.0)


def test_a_riviera_grows_smoothly_to_the_front() -> None:
    model = TennisNecklace(stone_mm=4.0).build()
    stones = next(part for part in model.parts if part.name == "stone")
    sizes = 4.0 * np.linalg.norm(stones.model_from_part[:, :3, 0], axis=1)
    middle = len(sizes) // 2
    assert np.abs(np.diff(sizes)).max() < 0.11
    assert (np.diff(sizes[:middle]) <= 1e-9).all()
    np.testing.assert_allclose(sizes, sizes[::-1], atol=1e-9)
    counted = bill(model)
    assert sum(lot.count for lot in counted.stones) == len(sizes)
    by_volume = sum(
        stone("round_brilliant", "diamond", round(float(size), 1)).carat for size in sizes
    )
    assert counted.carats == pytest.approx(by_volume, rel=1e-9)
    assert counted.metals[0].volume_mm3 == pytest.approx(metal_volume_mm3(model), rel=1e-6)


@pytest.mark.parametrize("strand", [PearlStrand(), PearlStrand(graduated=True, pearl_mm=9.5)])
def test_pearls_do_not_touch_and_a_knot_keeps_any_two_apart(strand: PearlStrand) -> None:
    model = strand.build()
    pearls = next(part for part in model.parts if part.name == "pearl")
    places = pearls.model_from_part
    radius = np.linalg.norm(places[:, :3, 0], axis=1) * pearls.mesh.bounds()[1, 0]
    apart = np.linalg.norm(np.diff(places[:, :3, 3], axis=0), axis=1)
    gaps = 1e3 * (apart - radius[1:] - radius[:-1])
    inside = np.arange(len(gaps)) != int(np.argmax(gaps))  # the clasp stands between two
    assert (gaps[inside] > 0.1).all()
    assert (gaps[inside] < 0.5).all()
    sizes = 2e3 * radius
    steps = np.abs(np.diff(sizes))
    assert steps[inside].max() <= STEEPEST_STEP_MM
    assert sizes.max() == pytest.approx(strand.pearl_mm)
    silk = next(part for part in model.parts if part.slot == "thread")
    assert len(silk.model_from_part) == len(places) + 1
    knots = silk.model_from_part[:, :3, 3]
    assert len(np.unique(np.round(knots, 6), axis=0)) == len(knots)
    assert KNOT_GAP_MM <= 0.5


@pytest.mark.parametrize("strand", [PearlStrand(), PearlStrand(graduated=True, pearl_mm=11.0)])
def test_a_strand_is_as_heavy_as_its_pearls(strand: PearlStrand) -> None:
    model = strand.build()
    pearls = next(part for part in model.parts if part.name == "pearl")
    volume = solid(pearls.mesh).volume() * np.linalg.det(pearls.model_from_part[:, :3, :3]).sum()
    carats = volume * 2.71e-3 / 0.2
    assert bill(model).carats == pytest.approx(carats, rel=0.02)
    assert sum(lot.count for lot in bill(model).stones) == len(pearls.model_from_part)
    assert {component.id for component in bill(model).components} >= {"silk"}
    assert bill(model).metals[0].volume_mm3 == pytest.approx(metal_volume_mm3(model), rel=1e-6)


def test_an_odd_strand_has_a_pearl_in_the_middle_of_the_front() -> None:
    model = PearlStrand(graduated=True).build()
    places = next(part for part in model.parts if part.name == "pearl").model_from_part
    lowest = places[np.argmin(places[:, 1, 3])]
    assert abs(lowest[0, 3]) < 1e-4
    sizes = np.linalg.norm(places[:, :3, 0], axis=1)
    assert np.linalg.norm(lowest[:3, 0]) == pytest.approx(sizes.max())


@pytest.mark.parametrize("style", [LinkStyle.CABLE, LinkStyle.CURB, LinkStyle.ROPE])
def test_an_extender_hangs_in_the_ring_that_the_clasp_takes(style: LinkStyle) -> None:
    model = ChainNecklace(style, STYLES[style].default_wire_mm, extender=True).build()
    parts = {part.name: part for part in model.parts}

    def placed(name: str, number: int) -> manifold3d.Manifold:
        place = parts[name].model_from_part[number][:3].copy()
        place[:, 3] *= 1e3
        return solid(parts[name].mesh).transform(place)

    first, ring = placed("extender", 0), placed("extender_ring", 0)
    for other in (ring, placed("clasp", 0), placed("extender", 1)):
        assert (first ^ other).volume() < 1e-9
    assert (first.translate([0.0, -0.3, -0.3]) ^ ring).volume() > 1e-4
    drop = parts["extender_drop"].model_from_part[0]
    assert parts["clasp"].model_from_part[0, 1, 3] - drop[1, 3] > 0.02  # it hangs down the back
    assert drop[2, 3] < -0.09
    assert bill(model).metals[0].volume_mm3 == pytest.approx(metal_volume_mm3(model), rel=1e-6)
