"""Rings with several stones: halo, trilogies, eternity and pavé, measured as a goldsmith would."""

from functools import cache

import manifold3d
import numpy as np
import pytest

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.mesh import Model, Part
from models3d.metals import METALS
from models3d.rings.eternity import Coverage, Eternity, RowSetting
from models3d.rings.halo import HaloRing
from models3d.rings.pave_solitaire import Coverage as PaveCoverage
from models3d.rings.pave_solitaire import PaveSolitaire
from models3d.rings.solitaire import Setting, Solitaire
from models3d.rings.three_stone import ThreeStone, TrilogyBaguette
from models3d.settings.pave import placed
from models3d.sizes import parse_ring_size
from models3d.solids import solid, union
from models3d.workshop import workshop_report

Ring = Solitaire | HaloRing | ThreeStone | TrilogyBaguette | Eternity | PaveSolitaire
MM = 1e-3
SMALL, LARGE = parse_ring_size("EU 46"), parse_ring_size("EU 66")
TOUCH_MM3 = 8e-4  # of metal and one small stone, where a bead presses on its girdle

RINGS: list[Ring] = [
    HaloRing(),
    HaloRing(cut="pear", carat=1.2, gem="sapphire_blue"),
    HaloRing(cut="princess", carat=0.5, size=SMALL),
    ThreeStone(),
    ThreeStone(cut="emerald", side_cut="trillion", side_share=0.4, size=LARGE),
    ThreeStone(cut="oval", side_cut="pear", side_share=0.4, gem_2="ruby"),
    TrilogyBaguette(),
    TrilogyBaguette(cut="pear", side_cut="baguette", side_share=0.12, carat=0.5),
    TrilogyBaguette(cut="asscher", size=LARGE),
    Eternity(),
    Eternity(coverage=Coverage.HALF, stone_size_mm=3.0, size=SMALL),
    Eternity(setting=RowSetting.CHANNEL, size=LARGE),
    Eternity(setting=RowSetting.CHANNEL, coverage=Coverage.HALF, stone_size_mm=1.5),
    Eternity(setting=RowSetting.PAVE, stone_size_mm=1.4),
    Eternity(setting=RowSetting.PAVE, coverage=Coverage.THREE_QUARTER, stone_size_mm=1.8),
    PaveSolitaire(),
    PaveSolitaire(rows=3, melee_size_mm=1.2, carat=1.5, coverage=PaveCoverage.THREE_QUARTER),
    PaveSolitaire(cut="oval", melee_size_mm=1.0, size=SMALL),
    Solitaire(cut="princess"),
    Solitaire(cut="heart", carat=2.0),
    Solitaire(cut="emerald", setting=Setting.BEZEL),
    Solitaire(cut="princess", setting=Setting.BEZEL, carat=0.5),
]
each_ring = pytest.mark.parametrize("ring", RINGS, ids=lambda ring: type(ring).__name__)


@cache
def built(ring: Ring) -> Model:
    return ring.build()


def part(model: Model, name: str) -> Part:
    return next(p for p in model.parts if p.name == name)


def bodies(model: Model, *, metal: bool) -> list[manifold3d.Manifold]:
    return [
        body
        for p in model.parts
        if p.slot.startswith("metal") is metal
        for body in placed(p.mesh, p.model_from_part)
    ]


@cache
def metal_of(ring: Ring) -> manifold3d.Manifold:
    return union(bodies(built(ring), metal=True))


def places(model: Model, name: str) -> Array:
    return part(model, name).model_from_part


@each_ring
def test_the_metal_is_one_body_round_a_finger_and_weighs_what_the_bill_says(ring: Ring) -> None:
    model, metal = built(ring), metal_of(ring)
    assert len(metal.decompose()) == 1
    points = np.concatenate([p.world_mesh().positions for p in model.parts if p.slot == "metal"])
    radius = ring.size.inner_diameter / 2.0
    assert np.hypot(points[:, 0], points[:, 2]).min() == pytest.approx(radius, abs=1e-9)
    assert model.bill is not None
    (lot,) = model.bill.metals
    assert lot.volume_mm3 == pytest.approx(metal.volume(), rel=1e-5)
    assert lot.mass_g == pytest.approx(
        metal.volume() / 1e3 * METALS[ring.metal].density_g_cm3, 1e-4
    )


@each_ring
def test_no_stone_cuts_into_metal_or_another_stone(ring: Ring) -> None:
    model, metal = built(ring), metal_of(ring)
    stones = bodies(model, metal=False)
    assert (metal ^ union(stones)).volume() < TOUCH_MM3 * len(stones)
    assert union(stones).volume() == pytest.approx(sum(s.volume() for s in stones), abs=1e-6)


@each_ring
def test_every_stone_is_held(ring: Ring) -> None:
    """Lifted out of its seat along its own axis, each stone meets metal."""
    model, metal = built(ring), metal_of(ring)
    for p in model.parts:
        if p.slot.startswith("metal"):
            continue
        lift = np.eye(4)
        lift[2, 3] = 0.12 * float(np.ptp(p.mesh.positions[:, 2]))
        for body in placed(p.mesh, p.model_from_part[:6] @ lift):
            assert (metal ^ body).volume() > 1e-5


@each_ring
def test_the_bill_counts_and_weighs_the_stones_that_are_there(ring: Ring) -> None:
    model = built(ring)
    assert model.bill is not None
    there = sum(len(p.model_from_part) for p in model.parts if not p.slot.startswith("metal"))
    assert sum(lot.count for lot in model.bill.stones) == there
    lots = model.bill.stones
    for lot in lots:
        assert lot.carat > 0.0
        assert lot.width_mm <= lot.length_mm + 1e-9 or lot.cut in ("trillion", "heart")
    by_scale = sum(
        float(np.linalg.det(place[:3, :3])) * solid(p.mesh).volume()
        for p in model.parts
        if p.slot in ("melee", "gem_2")
        for place in p.model_from_part
    )
    small = [lot for lot in lots if lot.role != "centre"]
    if by_scale and all(lot.gem == "diamond" for lot in small):
        carats = by_scale * 3.52 / 200.0
        assert sum(lot.count * lot.carat for lot in small) == pytest.approx(carats, rel=0.01)


@each_ring
def test_the_workshop_can_make_it(ring: Ring) -> None:
    model = built(ring)
    assert model.bill is not None
    report = workshop_report(model.bill)
    assert report.can_be_made, report.checks
    assert {measure.kind for measure in model.bill.measures} & {"prong", "bezel", "bead", "wall"}


@each_ring
def test_a_ring_is_the_same_on_both_sides_of_the_finger(ring: Ring) -> None:
    large = [p for p in built(ring).parts if p.slot == "metal" and p.name != "beads"]
    metal = union([body for p in large for body in placed(p.mesh, p.model_from_part)])
    turned = (metal - metal.rotate((0.0, 0.0, 180.0))).volume()
    if turned > 3e-3 * metal.volume():  # a pear or a heart: mirrored, not turned
        assert (metal - metal.mirror((1.0, 0.0, 0.0))).volume() < 3e-3 * metal.volume()
    beads = [p.model_from_part[:, :3, 3] for p in built(ring).parts if p.name == "beads"]
    for places in beads:
        mirrored = places * (-1.0, 1.0, 1.0)
        apart = np.linalg.norm(places[:, None] - mirrored, axis=2).min(axis=0)
        assert apart.max() < 2e-5


# --- eternity --------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", list(RowSetting))
def test_the_stones_close_the_circle_at_every_size(setting: RowSetting) -> None:
    counts = []
    for eu in range(44, 70, 5):
        ring = Eternity(setting=setting, stone_size_mm=1.8, size=parse_ring_size(f"EU {eu}"))
        stones = places(built(ring), "melee")
        angle = np.sort(np.arctan2(stones[:, 0, 3], stones[:, 2, 3]))
        steps = np.diff(np.append(angle, angle[0] + 2.0 * np.pi))
        assert steps == pytest.approx(2.0 * np.pi / len(stones), abs=1e-9)
        bill = built(ring).bill
        assert bill is not None
        assert 0.02 <= bill.dimension("gap") <= (0.1 if setting is RowSetting.CHANNEL else 0.25)
        assert bill.stones[0].width_mm == pytest.approx(1.8, abs=0.1)
        assert bill.resizable == (0.0, 0.0)
        counts.append(len(stones))
    assert counts == sorted(counts)
    assert len(set(counts)) == len(counts)


@pytest.mark.parametrize("size", [1.3, 2.0, 2.6, 3.0])
@pytest.mark.parametrize("eu", [46, 54, 66])
def test_half_eternity_covers_180_to_200_degrees(size: float, eu: int) -> None:
    ring = Eternity(coverage=Coverage.HALF, stone_size_mm=size, size=parse_ring_size(f"EU {eu}"))
    stones = places(built(ring), "melee")
    angle = np.sort(np.arctan2(stones[:, 0, 3], stones[:, 2, 3]))
    covered = np.degrees(angle[-1] - angle[0] + np.median(np.diff(angle)))
    assert 180.0 <= covered <= 200.0
    assert angle[0] == pytest.approx(-angle[-1], abs=1e-9)


def test_channel_stones_lie_level_with_the_walls() -> None:
    ring = Eternity(setting=RowSetting.CHANNEL)
    model = built(ring)
    table = part(model, "melee").world_mesh().positions
    band = part(model, "band").mesh.positions
    top = np.hypot(band[:, 0], band[:, 2]).max()
    assert top - np.hypot(table[:, 0], table[:, 2]).max() == pytest.approx(0.0, abs=0.06 * MM)


# --- three stones ----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.4, 0.5, 0.7])
def test_side_stones_follow_the_finger(share: float) -> None:
    model = built(ThreeStone(side_share=share))
    sides = places(model, "side_stones")
    centre = places(model, "stone")[0]
    tilts = np.degrees(np.arctan2(sides[:, 0, 2], sides[:, 2, 2]))
    assert np.abs(tilts) == pytest.approx(np.abs(tilts[0]), abs=1e-9)
    assert tilts[0] == -tilts[1]
    assert 10.0 <= tilts[0] <= 20.0
    assert sides[:, 2, 3].max() < centre[2, 3]
    lowest = part(model, "side_stones").world_mesh().positions
    assert (
        np.hypot(lowest[:, 0], lowest[:, 2]).min() >= ThreeStone().size.inner_diameter / 2.0 + 5e-4
    )
    bill = model.bill
    assert bill is not None
    assert bill.stones[1].carat == pytest.approx(share * bill.stones[0].carat)
    gap = bodies(model, metal=False)[0].min_gap(bodies(model, metal=False)[1], 2.0)
    assert 0.05 < gap < 1.1


# --- halo ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", ["round_brilliant", "oval", "emerald", "heart", "marquise"])
def test_a_halo_lies_below_the_girdle_close_to_the_stone(cut: str) -> None:
    ring = HaloRing(cut=cut, carat=0.9)
    model = built(ring)
    stone = places(model, "stone")[0]
    melee = part(model, "melee").world_mesh().positions
    assert melee[:, 2].max() < stone[2, 3] - ring.stone.girdle_height
    gap = bodies(model, metal=False)[0].min_gap(union(bodies(model, metal=False)[1:]), 2.0)
    assert 0.1 < gap < 0.45


# --- pavé ------------------------------------------------------------------------------------


def test_pave_graduates_evenly_from_the_head() -> None:
    model = built(PaveSolitaire(rows=3, melee_size_mm=1.2, carat=1.5))
    stones = places(model, "melee")
    right = stones[stones[:, 0, 3] > 0.0]
    middle = right[np.abs(right[:, 1, 3]) < 1e-9]
    order = np.argsort(np.arctan2(middle[:, 0, 3], middle[:, 2, 3]))
    widths = 1.2 * np.linalg.norm(middle[order, :3, 0], axis=1)
    assert np.all(np.diff(widths) <= 1e-9)
    apart = np.linalg.norm(np.diff(middle[order, :3, 3], axis=0), axis=1) / MM
    gaps = apart - (widths[1:] + widths[:-1]) / 2.0
    assert gaps.min() > 0.05
    assert gaps.max() < 0.25
    beads = places(model, "beads")
    near = np.linalg.norm(beads[:, None, :3, 3] - middle[None, :, :3, 3], axis=2)
    assert np.all((near < 1.0 * MM).sum(axis=0) >= 4)  # four beads hold each stone


def test_larger_fingers_take_more_pave() -> None:
    counts = [
        len(places(built(PaveSolitaire(size=parse_ring_size(size))), "melee"))
        for size in ("EU 46", "EU 54", "EU 66")
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Eternity(setting=RowSetting.PAVE, stone_size_mm=2.4), "stone_size_mm"),
        (lambda: PaveSolitaire(rows=3, carat=0.4), "rows"),
        (lambda: ThreeStone(carat=2.5, side_share=0.7, size=SMALL), "carat"),
        (lambda: Solitaire(carat=3.0, cut="trillion", size=parse_ring_size("EU 41")), "carat"),
    ],
)
def test_what_does_not_go_together_says_what_could_give_way(wrong, field: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unbuildable) as refused:
        wrong()
    assert refused.value.fields[0] == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Eternity(stone_size_mm=4.0),
        lambda: HaloRing(prongs=5),
        lambda: PaveSolitaire(rows=2),
        lambda: ThreeStone(side_share=0.9),
        lambda: TrilogyBaguette(side_share=0.5),
    ],
)
def test_measures_out_of_range_are_refused(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError):
        wrong()
