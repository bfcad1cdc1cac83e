"""Earrings: posts, lobes, hinges, joints, settings and the pair's bill."""

import itertools
from collections import defaultdict

import manifold3d
import numpy as np
import pytest

from models3d.earrings.chandelier import Chandeliers
from models3d.earrings.drop import Above, Drops, DropSetting, Ear
from models3d.earrings.findings import POST_LENGTH, POST_RADIUS, butterfly
from models3d.earrings.hoop import Front, Hoops, Section
from models3d.earrings.hung import JOINT
from models3d.earrings.lever import lever_back
from models3d.earrings.pair import pair_bill
from models3d.earrings.pearl import PearlEarrings, PearlStyle
from models3d.earrings.stud import Studs, StudSetting
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, Array
from models3d.mesh import Model, Part
from models3d.metals import METALS
from models3d.settings.pave import placed
from models3d.solids import solid, union
from viewer.display import MIRROR, twin

PIECES = {
    "stud": Studs(),
    "stud_bezel": Studs(cut="emerald", carat=1.2, setting=StudSetting.BEZEL),
    "stud_halo": Studs(cut="pear", carat=0.7, setting=StudSetting.HALO, tilt=20),
    "hoop": Hoops(),
    "huggie": Hoops(outer_mm=13, tube_mm=2.5, front=Front.PAVE),
    "knife_hoop": Hoops(outer_mm=34, tube_mm=3, section=Section.KNIFE),
    "half_round_hoop": Hoops(outer_mm=26, tube_mm=2, section=Section.HALF_ROUND),
    "drop": Drops(),
    "lever_drop": Drops(cut="oval", ear=Ear.LEVER_BACK, above=Above.STONES,
                        setting=DropSetting.BEZEL),
    "bar_drop": Drops(cut="marquise", above=Above.BAR),
    "chandelier": Chandeliers(),
    "pearl_stud": PearlEarrings(),
    "pearl_drop": PearlEarrings(style=PearlStyle.DROP, pearl_mm=11),
}  # fmt: skip
each_piece = pytest.mark.parametrize("name", PIECES)
HUNG = ("drop", "lever_drop", "bar_drop", "chandelier", "pearl_drop")
POSTED = ("stud", "stud_bezel", "stud_halo", "chandelier", "pearl_stud")


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: piece.build() for name, piece in PIECES.items()}


def metal_parts(model: Model) -> list[Part]:
    return [part for part in model.parts if part.slot.startswith("metal")]


def whole(part: Part) -> manifold3d.Manifold:
    return union(placed(part.mesh, part.model_from_part))


def named(model: Model, name: str) -> manifold3d.Manifold:
    return whole(next(part for part in model.parts if part.name == name))


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> manifold3d.Manifold:
    """Millimetres."""
    size = np.subtract(high, low).tolist()
    return manifold3d.Manifold.cube(size).translate(low)


def centers(model: Model, name: str) -> Array:
    part = next(part for part in model.parts if part.name == name)
    return part.model_from_part[:, :3, 3]


@each_piece
def test_every_body_of_metal_is_closed_and_in_one_piece(
    name: str, models: dict[str, Model]
) -> None:
    model = models[name]
    assert model.anchor is Anchor.EAR
    for part in metal_parts(model):
        body = solid(part.mesh)
        pieces = [piece for piece in body.decompose() if abs(piece.volume()) > 1e-6]
        assert len(pieces) == 1, part.name
        assert body.volume() > 0.0
        lengths = np.linalg.norm(part.mesh.normals, axis=1)
        assert lengths == pytest.approx(1.0, abs=1e-6)


@each_piece
def test_nothing_but_post_or_wire_is_in_the_lobe(name: str, models: dict[str, Model]) -> None:
    lobe = manifold3d.Manifold.cylinder(4.3, 3.0, 3.0, 64).translate([0, 0, -4.5])
    wire = box((-0.5, -3.2, -4.6), (0.5, 0.46, 0.0))
    for part in model_parts(models[name]):
        body = union(placed(part.mesh, part.model_from_part))
        inside = body ^ lobe
        assert (inside - wire).volume() < 1e-6, part.name
        # it stays where the lobe is pierced: a wire of at most 0.95 mm
        assert inside.volume() < np.pi * 0.475**2 * 5.2


def model_parts(model: Model) -> list[Part]:
    return [p for p in model.parts if p.slot not in ("melee", "gem")]


@pytest.mark.parametrize("name", POSTED)
def test_a_post_runs_through_the_origin_into_its_butterfly(
    name: str, models: dict[str, Model]
) -> None:
    stud, grip = named(models[name], "stud"), named(models[name], "butterfly")
    behind = (stud ^ box((-1, -1, -20), (1, 1, 0))).bounding_box()
    assert -behind[2] >= 9.5
    assert -behind[2] == pytest.approx(1e3 * POST_LENGTH, abs=1e-6)
    assert behind[0] == pytest.approx(-behind[3], abs=0.02)
    assert behind[1] == pytest.approx(-behind[4], abs=0.02)
    assert (stud ^ grip).volume() < 1e-4  # a friction fit
    assert stud.min_gap(grip, 0.2) < 0.03
    assert grip.genus() >= 1  # the post goes through a hole
    assert grip.bounding_box()[5] < -4.5
    assert grip.bounding_box()[2] > -1e3 * POST_LENGTH


def test_scrolls_do_not_touch_themselves() -> None:
    body = solid(butterfly())
    assert body.genus() == 1
    post = manifold3d.Manifold.cylinder(20, 1e3 * POST_RADIUS, 1e3 * POST_RADIUS, 48, True)
    assert (body ^ post).volume() < 1e-4


@pytest.mark.parametrize("name", ["hoop", "huggie", "knife_hoop", "half_round_hoop"])
def test_a_hoop_opens_on_its_hinge_and_closes_on_its_latch(
    name: str, models: dict[str, Model]
) -> None:
    piece = PIECES[name]
    assert isinstance(piece, Hoops)
    front, back = named(models[name], "front"), named(models[name], "back")
    assert (front ^ back).volume() < 1e-6
    assert front.min_gap(back, 1.0) < 0.06
    # the pin of the front goes through the barrel of the back
    assert back.genus() >= 1
    sizes = np.array((front + back).bounding_box()).reshape(2, 3)
    across = sizes[1] - sizes[0]
    assert across[2] == pytest.approx(piece.outer_mm, rel=0.03)
    assert across[0] < 1.2 * piece.tube_mm
    probe = manifold3d.Manifold.cylinder(3.5, 0.2, 0.2, 24).translate([0, 0, -4.0])
    assert (front ^ probe).volume() == pytest.approx(probe.volume(), rel=1e-6)


def test_a_lever_turns_free_of_its_fork_and_closes_on_the_wire() -> None:
    frame, lever = lever_back()
    assert (frame ^ lever).volume() < 1e-3
    assert frame.min_gap(lever, 1.0) < 0.07
    assert lever.genus() >= 1


def linked(a: Array, facing_a: int, b: Array, facing_b: int, radius: float) -> bool:
    """Whether two round rings pass through each other: b's plane is crossed once inside a."""
    angle = np.linspace(0.0, 2.0 * np.pi, 720, endpoint=False) + 0.001
    plane = [axis for axis in range(3) if axis != facing_b]
    ring = np.zeros((720, 3))
    ring[:, plane[0]], ring[:, plane[1]] = np.cos(angle) * radius, np.sin(angle) * radius
    ring += b
    side = ring[:, facing_a] - a[facing_a]
    crossing = np.flatnonzero(np.sign(side) != np.sign(np.roll(side, -1)))
    inside = np.linalg.norm(ring[crossing] - a, axis=1) < radius
    return int(inside.sum()) % 2 == 1


@pytest.mark.parametrize("name", HUNG)
def test_every_jump_ring_passes_through_the_eyes_above_and_below(
    name: str, models: dict[str, Model]
) -> None:
    model = models[name]
    rings = centers(model, "jump_ring")
    others = [union(placed(p.mesh, p.model_from_part)) for p in metal_parts(model)
              if p.name != "jump_ring"]  # fmt: skip
    (jump,) = (p for p in model.parts if p.name == "jump_ring")
    middle = (JOINT.jump_inner_mm + JOINT.jump_wire_mm) / 2.0
    disc = manifold3d.Manifold.cylinder(0.02, middle, middle, 48, True)
    for body, at in zip(placed(jump.mesh, jump.model_from_part), rings, strict=True):
        for other in others:
            assert (body ^ other).volume() < 1e-6
        # one wire crosses the ring's disc near its top, one near its bottom
        film = disc.translate(1e3 * at)
        crossings = [
            piece.bounding_box() for other in others for piece in (film ^ other).decompose()
        ]
        heights = sorted((b[1] + b[4]) / 2.0 - 1e3 * at[1] for b in crossings)
        assert len(heights) == 2
        assert heights[0] < -0.3
        assert heights[1] > 0.3
        for below in (JOINT.fall, -JOINT.fall):
            eye = at + np.array([0.0, below, 0.0])
            assert linked(at, 2, eye, 0, 1e-3 * (JOINT.eye_inner_mm + JOINT.eye_wire_mm) / 2.0)


@pytest.mark.parametrize("name", HUNG)
def test_what_hangs_hangs_from_one_point(name: str, models: dict[str, Model]) -> None:
    model = models[name]
    hanging = set(model.extras["hanging"])
    names = {part.name for part in model.parts}
    assert hanging < names
    point = np.array(model.extras["hangs_from"])
    tops = [p.world_mesh().bounds()[1, 1] for p in model.parts if p.name in hanging]
    assert max(tops) == pytest.approx(point[1], abs=0.6e-3)
    assert point[0] == 0.0
    fixed = [whole(p) for p in metal_parts(model) if p.name not in hanging]
    swinging = [whole(p) for p in metal_parts(model) if p.name in hanging]
    for a, b in itertools.product(fixed, swinging):
        assert (a ^ b).volume() < 1e-6


@each_piece
def test_stones_sit_in_their_metal_without_cutting_it(name: str, models: dict[str, Model]) -> None:
    model = models[name]
    metal = union([whole(part) for part in metal_parts(model)])
    for part in model.parts:
        if part.slot not in ("gem", "melee"):
            continue
        for stone in placed(part.mesh, part.model_from_part):
            shared = (stone ^ metal).volume()
            assert shared < 0.004 * stone.volume() + 1e-4, part.name
            assert metal.min_gap(stone, 0.3) < 0.06, part.name


def test_a_pearl_is_held_by_cup_and_peg(models: dict[str, Model]) -> None:
    for name, part in (("pearl_stud", "stud"), ("pearl_drop", "cap")):
        pearl, metal = named(models[name], "pearl"), named(models[name], part)
        drilled = (pearl ^ metal).volume()
        diameter = 1e3 * np.ptp(models[name].parts[-1].mesh.positions[:, 0])
        assert drilled == pytest.approx(np.pi * 0.4**2 * 0.62 * diameter, rel=0.1)


@each_piece
def test_the_bill_counts_the_pair(name: str, models: dict[str, Model]) -> None:
    model = models[name]
    bill = model.bill
    assert bill is not None
    (lot,) = bill.metals
    volume = union([whole(part) for part in metal_parts(model)]).volume()
    assert lot.volume_mm3 == pytest.approx(2.0 * volume, rel=0.01)
    density = METALS[PIECES[name].metal].density_g_cm3
    assert lot.mass_g == pytest.approx(lot.volume_mm3 * 1e-3 * density, rel=1e-9)
    counted: dict[str, int] = defaultdict(int)
    for part in model.parts:
        if part.slot in ("gem", "melee", "pearl"):
            counted["stones"] += 2 * len(part.model_from_part)
    assert sum(stone.count for stone in bill.stones) == counted["stones"]
    assert pair_bill(bill).mass_g == pytest.approx(2.0 * bill.mass_g)
    assert pair_bill(bill).dimensions == bill.dimensions


def test_the_other_ear_gets_the_mirror_image_of_a_leaning_stone(models: dict[str, Model]) -> None:
    leaning, upright = models["stud_halo"], models["stud"]
    assert leaning.extras["pair"] == "mirrored"
    assert upright.extras["pair"] == "alike"
    other = twin(leaning)
    for part, mirrored in zip(leaning.parts, other.parts, strict=True):
        assert mirrored.model_from_part == pytest.approx(MIRROR @ part.model_from_part)
    assert twin(upright) is upright


@each_piece
def test_alike_pairs_are_symmetric(name: str, models: dict[str, Model]) -> None:
    model = models[name]
    low, high = model.bounds()
    if model.extras["pair"] == "alike":
        assert low[0] == pytest.approx(-high[0], abs=0.05e-3)


def test_what_does_not_fit_an_ear_is_refused() -> None:
    with pytest.raises(Unbuildable, match="covers the lobe"):
        Studs(cut="marquise", carat=4.0)
    with pytest.raises(Unbuildable, match="pinches the lobe"):
        Hoops(outer_mm=12, tube_mm=3)
    with pytest.raises(Unbuildable, match="drags at the lobe"):
        Hoops(outer_mm=40, tube_mm=4, metal="platinum_950").build()
    with pytest.raises(ModelError, match="carat"):
        Drops(carat=40)
    with pytest.raises(ModelError, match="arms"):
        Chandeliers(arms=4)
