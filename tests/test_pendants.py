"""Pendants, judged as they hang: linked, clear of each other, on the skin, to be read."""

from collections.abc import Callable
from functools import cache

import manifold3d
import numpy as np
import pytest

from models3d.chains.body import Neck
from models3d.chains.chain import ChainForm, wear_necklace
from models3d.chains.clasps import Clasp, clasp
from models3d.chains.link import links
from models3d.chains.styles import LinkStyle
from models3d.engraving.cut import ENGRAVED_UV
from models3d.engraving.limits import fitted
from models3d.errors import Unbuildable
from models3d.frames import Anchor, Array
from models3d.mesh import Model, Part
from models3d.metals import METALS
from models3d.necklaces.heart_pendant import Heart, HeartPendant, Side
from models3d.necklaces.locket import LocketNecklace
from models3d.necklaces.pendant import PendantNecklace
from models3d.necklaces.plate_pendants import Accent, BarPendant, DiscPendant
from models3d.necklaces.stone_pendants import HaloPendant, Held, SolitairePendant
from models3d.pendants.bail import EYE_INNER, EYE_WIRE, bail_for, ring_loop
from models3d.pendants.locket import Shape
from models3d.solids import solid, union
from models3d.weigh import metal_lot

PIECES: dict[str, Callable[[], PendantNecklace]] = {
    "solitaire": SolitairePendant,
    "bezel": lambda: SolitairePendant(cut="pear", setting=Held.BEZEL, carat=1.2),
    "heart_cut": lambda: SolitairePendant(cut="heart", carat=1.0),
    "halo": HaloPendant,
    "bar": lambda: BarPendant(engraving="FLORA"),
    "disc": lambda: DiscPendant(accent=Accent.FLUSH, engraving="Lea"),
    "disc_bezel": lambda: DiscPendant(accent=Accent.BEZEL, link=LinkStyle.CURB),
    "heart": lambda: HeartPendant(engraving="LF", place=Side.FRONT, typeface="serif"),
    "heart_back": lambda: HeartPendant(engraving="LF", typeface="serif"),
    "open_heart": lambda: HeartPendant(heart=Heart.OPEN, link=LinkStyle.ROLO),
    "locket": lambda: LocketNecklace(engraving="LF", typeface="serif"),
    "locket_heart": lambda: LocketNecklace(shape=Shape.HEART, length="matinee"),
}
each_piece = pytest.mark.parametrize("name", list(PIECES))
GRAZE = {"melee": 5e-3}  # beads are pressed over small stones


@cache
def built(name: str) -> Model:
    return PIECES[name]().build()


def part(model: Model, name: str) -> Part:
    return next(p for p in model.parts if p.name == name)


def placed(found: Part, instance: int = 0) -> manifold3d.Manifold:
    """An instance where it stands, in millimetres."""
    place = found.model_from_part[instance][:3].copy()
    place[:, 3] *= 1e3
    return solid(found.mesh).transform(place)


def hung(model: Model) -> list[Part]:
    return [part(model, name) for name in model.extras["hanging"]]


def linking_number(a: Array, b: Array) -> int:
    """Gauss's integral over two closed polygons, by the solid angles of their sides' pairs."""
    p, q = a[:, None], np.roll(a, -1, axis=0)[:, None]
    r, s = b[None], np.roll(b, -1, axis=0)[None]
    sides = [r - p, s - p, s - q, r - q]
    faces = [np.cross(sides[k], sides[(k + 1) % 4]) for k in range(4)]
    faces = [f / np.maximum(np.linalg.norm(f, axis=-1, keepdims=True), 1e-30) for f in faces]
    dots = [np.sum(faces[k] * faces[(k + 1) % 4], axis=-1) for k in range(4)]
    angle = sum(np.arcsin(np.clip(dot, -1.0, 1.0)) for dot in dots)
    sign = np.sign(np.sum(np.cross(q - p, s - r) * (p - r), axis=-1))
    return round(float(np.sum(angle * sign)) / (4.0 * np.pi))


def moved(place: Array, points: Array) -> Array:
    return np.asarray(points @ place[:3, :3].T + place[:3, 3])


@each_piece
def test_every_metal_part_is_a_closed_body(name: str) -> None:
    for found in built(name).parts:
        if found.slot.startswith("metal"):
            body = solid(found.mesh)
            assert body.volume() > 0.0
            assert len(body.decompose()) == 1, found.name


@each_piece
def test_chain_bail_ring_and_eye_pass_through_each_other(name: str) -> None:
    piece, model = PIECES[name](), built(name)
    bail = bail_for(piece.form)
    bail_place = part(model, "bail").model_from_part[0]
    strip = moved(bail_place, bail.center_line())
    ring = moved(part(model, "bail_ring").model_from_part[0], ring_loop().centers)
    angle = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
    radius = (EYE_INNER + EYE_WIRE) / 2.0
    circle = np.stack([0.0 * angle, radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    eye = moved(bail_place, circle + np.array([0.0, bail.eye_top - EYE_INNER / 2.0, 0.0]))
    links_of = part(model, "link").model_from_part[:, :3, 3]
    around = np.arctan2(links_of[:, 0], links_of[:, 2] + 0.05)
    chain = links_of[np.argsort(around)]
    assert abs(linking_number(strip, chain)) == 1
    assert abs(linking_number(strip, ring)) == 1
    assert abs(linking_number(ring, eye)) == 1
    assert linking_number(strip, eye) == 0


@each_piece
def test_nothing_that_hangs_runs_into_anything(name: str) -> None:
    model = built(name)
    bail, ring = part(model, "bail"), part(model, "bail_ring")
    body = union([placed(p) for p in hung(model)[2:] if p.name.startswith(("pendant", "locket"))])
    assert (placed(bail) ^ placed(ring)).volume() < 1e-9
    assert (placed(ring) ^ body).volume() < 1e-9
    assert (placed(bail) ^ body).volume() < 1e-9
    middle = bail.model_from_part[0][:3, 3]
    chain = part(model, "link")
    near = np.flatnonzero(np.linalg.norm(chain.model_from_part[:, :3, 3] - middle, axis=1) < 8e-3)
    assert len(near) > 2
    for k in near.tolist():
        assert (placed(bail) ^ placed(chain, k)).volume() < 1e-9
        assert (placed(ring) ^ placed(chain, k)).volume() < 1e-9
        assert (body ^ placed(chain, k)).volume() < 1e-9


@each_piece
def test_it_hangs_at_the_lowest_point_and_lies_on_the_skin(name: str) -> None:
    model = built(name)
    place = part(model, "bail").model_from_part[0]
    chain = part(model, "link").world_mesh().positions
    lowest = chain[np.argmin(chain[:, 1])]
    assert abs(place[0, 3]) < 1e-9
    assert abs(place[1, 3] - lowest[1]) < 4e-3
    assert place[2, 2] > 0.75  # its face looks out of the chest
    np.testing.assert_allclose(place[:3, 0], [1.0, 0.0, 0.0], atol=1e-12)
    points = np.concatenate([p.world_mesh().positions for p in hung(model)])
    depth = Neck().depth(points)
    assert depth.min() > -0.02e-3
    assert depth.min() < 2.5e-3
    assert Neck().depth(chain[::7]).min() > -0.55e-3  # its links' edges press in
    assert points[:, 1].min() < chain[:, 1].min()


@each_piece
def test_stones_sit_in_their_settings(name: str) -> None:
    model = built(name)
    metal = [p for p in model.parts if p.name in ("pendant", "beads")]
    for found in model.parts:
        if not found.slot.startswith(("gem", "melee")):
            continue
        held = union([placed(p, k) for p in metal for k in range(len(p.model_from_part))])
        for k in range(len(found.model_from_part)):
            stone = placed(found, k)
            assert (stone ^ held).volume() < GRAZE.get(found.name, 2e-4) * stone.volume()
            # pushed out by a tenth of a millimetre it strikes what holds it
            out = 0.1 * model.parts[-1].model_from_part[0][:3, 2]
            assert (stone.translate(out.tolist()) ^ held).volume() > 1e-5


@pytest.mark.parametrize(
    ("name", "text", "height", "turn", "side"),
    [
        ("bar", "FLORA", 2.4, -np.pi / 2.0, 1.0),
        ("disc", "Lea", 2.6, 0.0, 1.0),
        ("heart", "LF", 2.4, 0.0, 1.0),
        ("heart_back", "LF", 2.4, 0.0, -1.0),
        ("locket", "LF", 4.5, 0.0, 1.0),
    ],
)
def test_letters_are_there_and_read_the_right_way(
    name: str, text: str, height: float, turn: float, side: float
) -> None:
    """The floors, seen from their side, cover what the letters cover."""
    model = built(name)
    mesh = next(p.mesh for p in hung(model)[2:] if p.mesh.uvs is not None)
    assert mesh.uvs is not None
    corners = mesh.positions[mesh.triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    ways = face / np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-30)
    cut = np.all(np.abs(mesh.uvs[mesh.triangles[:, 0]] - ENGRAVED_UV) < 1e-6, axis=1)
    floor = cut & (side * ways[:, 2] > 0.75)
    xy = 1e3 * corners[floor][:, :, :2] * (side, 1.0)
    cosine, sine = np.cos(-turn), np.sin(-turn)
    xy = xy @ np.array([[cosine, sine], [-sine, cosine]])
    seen = manifold3d.CrossSection.batch_boolean(
        [manifold3d.CrossSection([t], manifold3d.FillRule.NonZero) for t in xy],
        manifold3d.OpType.Add,
    )
    x0, y0, x1, y1 = seen.bounds()
    seen = seen.translate((-(x0 + x1) / 2.0, -(y0 + y1) / 2.0))
    letters = fitted(text, "serif", height, 99.0, 99.0, "").centered()
    assert (seen ^ letters).area() > 0.93 * letters.area()
    assert seen.area() < 1.06 * letters.area()
    mirrored = letters.scale((-1.0, 1.0))
    assert (seen ^ mirrored).area() < 0.85 * letters.area()


@each_piece
def test_the_bill_weighs_what_is_there(name: str) -> None:
    model = built(name)
    assert model.bill is not None
    pendant, chain = model.bill.metals
    density = METALS[pendant.metal].density_g_cm3
    own = [p for p in hung(model) if p.slot.startswith("metal")]
    bodies = [placed(p, k) for p in own for k in range(len(p.model_from_part))]
    assert pendant.volume_mm3 == pytest.approx(metal_lot("silver_925", bodies).volume_mm3, rel=1e-4)
    assert pendant.mass_g == pytest.approx(1e-3 * density * pendant.volume_mm3)
    links_mm3 = sum(
        solid(p.mesh).volume() * len(p.model_from_part)
        for p in model.parts
        if p not in own and p.slot.startswith("metal")
    )
    assert chain.volume_mm3 == pytest.approx(links_mm3, rel=1e-6)
    box = np.concatenate([moved_back(model, p.world_mesh().positions) for p in hung(model)])
    height = 1e3 * np.ptp(box[:, 1])
    assert model.bill.dimension("pendant_height") == pytest.approx(height, abs=0.05)


def moved_back(model: Model, points: Array) -> Array:
    return moved(np.linalg.inv(part(model, "bail").model_from_part[0]), points)


def test_a_disc_weighs_what_a_disc_weighs() -> None:
    thick, thin = (DiscPendant(diameter_mm=20.0, thickness_mm=t).build().bill for t in (2.0, 1.5))
    assert thick is not None
    assert thin is not None
    more = thick.metals[0].volume_mm3 - thin.metals[0].volume_mm3
    assert more == pytest.approx(np.pi * 100.0 * 0.5, rel=0.01)


def test_a_locket_is_hollow_and_its_halves_touch_only_at_the_pin() -> None:
    model = built("locket")
    front, back = (placed(part(model, f"locket_{side}")) for side in ("front", "back"))
    assert (front ^ back).volume() < 1e-9
    assert front.hull().volume() + back.hull().volume() > 1.7 * (front.volume() + back.volume())
    # the pin holds: the front cannot be lifted off by half a millimetre
    place = part(model, "bail").model_from_part[0]
    for direction in (place[:3, 2], -place[:3, 0]):
        assert (front.translate((0.5 * direction).tolist()) ^ back).volume() > 0.01


@pytest.mark.parametrize("kind", [Clasp.LOBSTER, Clasp.SPRING_RING])
@pytest.mark.parametrize(("style", "wire"), [(LinkStyle.CABLE, 0.4), (LinkStyle.CURB, 0.8)])
def test_the_clasp_passes_through_the_bail(kind: Clasp, style: LinkStyle, wire: float) -> None:
    form = ChainForm(style, wire, kind)
    bail = bail_for(form)
    assert 3.0e-3 <= 2.0 * bail.radius < bail.height
    hole = manifold3d.CrossSection([1e3 * bail.hole()[0]], manifold3d.FillRule.NonZero)
    shadow = 1e3 * clasp(kind, form.clasp_mm).mesh.positions[:, 1:]
    shadow = shadow - (shadow.min(axis=0) + shadow.max(axis=0)) / 2.0
    along = np.linspace(-0.8, 0.8, 17)
    fits = [
        ((manifold3d.CrossSection.hull_points(way * shadow + (y, 0.0))) - hole).area() < 1e-6
        for y in -0.5e3 * bail.height + along
        for way in (1.0, -1.0)
    ]
    assert any(fits)
    assert 2.0 * bail.radius > links(style, wire, 300)[0].height


def test_a_bail_holds_the_chain_off_the_chest_only_in_front() -> None:
    form = ChainForm(LinkStyle.CABLE, 0.4)
    worn = wear_necklace(form, 0.457, 2.0, lift=1.5e-3)
    skin = Neck()
    assert skin.depth(worn.curve.front()[None])[0] > 1.5e-3 + worn.half_height - 5e-6
    lying = wear_necklace(form, 0.457, 2.0).curve
    behind = np.linspace(0.06, 0.2285, 9)
    np.testing.assert_allclose(worn.curve.points(behind), lying.points(behind), atol=1e-5)


@each_piece
def test_pictures_and_pendulums_find_their_parts(name: str) -> None:
    model = built(name)
    names = {p.name for p in model.parts}
    assert set(model.extras["focus"]) <= names
    assert set(model.extras["hanging"]) <= names
    assert model.anchor is Anchor.NECK
    place = part(model, "bail").model_from_part[0]
    away = np.linalg.norm(np.array(model.extras["hangs_from"]) - place[:3, 3])
    assert away < 4e-3


def test_what_does_not_go_together_says_why() -> None:
    with pytest.raises(Unbuildable, match="on the bar"):
        BarPendant(engraving="A name far too long for it", bar_length_mm=20.0)
    with pytest.raises(Unbuildable, match="under the letters"):
        DiscPendant(metal="silver_925", thickness_mm=1.1, engraving="A")
    with pytest.raises(Unbuildable, match="too deep"):
        DiscPendant(accent=Accent.FLUSH, stone_size_mm=2.6, thickness_mm=1.1)
    with pytest.raises(Unbuildable, match="reach into the stone"):
        DiscPendant(accent=Accent.FLUSH, engraving="gj", letter_height_mm=7.0)
    with pytest.raises(Unbuildable, match="wire of"):
        SolitairePendant(link=LinkStyle.ROPE, wire_mm=0.9)
