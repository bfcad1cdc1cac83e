"""Chains, judged as a chain maker would: links closed, through each other, touching nothing."""

import time
from functools import cache

import manifold3d
import numpy as np
import pytest

from models3d.chains.body import BODY_SIZES, Neck, Wrist, ellipse_girth, normals
from models3d.chains.chain import ChainForm, WornChain, neck_curve, wear_necklace, wrist_curve
from models3d.chains.clasps import Clasp, box_clasp, clasp, lobster, spring_ring
from models3d.chains.fittings import end_cap, end_drop, jump_ring
from models3d.chains.link import Link, links
from models3d.chains.strand import Row
from models3d.chains.styles import STYLES, LinkStyle
from models3d.chains.wire import polygon_growth, round_wire, stadium, volume
from models3d.errors import Unbuildable
from models3d.frames import Array
from models3d.solids import solid

each_style = pytest.mark.parametrize("style", list(LinkStyle))


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


@cache
def worn(style: LinkStyle, pendant_g: float = 0.0) -> WornChain:
    form = ChainForm(style, STYLES[style].default_wire_mm)
    return wear_necklace(form, 0.457, pendant_g)


def placed(row: Row, number: int) -> manifold3d.Manifold:
    """An item of a row where it stands, in millimetres."""
    place = row.places()[number][:3].copy()
    place[:, 3] *= 1e3
    return solid(row.items[number].link.mesh).transform(place)


def center_line(row: Row, number: int) -> Array:
    place = row.places()[number]
    return np.asarray(row.items[number].link.center_line @ place[:3, :3].T + place[:3, 3])


@each_style
def test_a_link_is_one_closed_ring(style: LinkStyle) -> None:
    for link in links(style, STYLES[style].default_wire_mm, 240):
        body = solid(link.mesh)
        assert body.genus() == 1
        assert len(body.decompose()) == 1
        assert body.volume() == pytest.approx(1e9 * link.volume, rel=1e-9)


@each_style
@pytest.mark.parametrize("pendant_g", [0.0, 4.0])
def test_neighbours_pass_through_each_other_and_touch_nowhere(
    style: LinkStyle, pendant_g: float
) -> None:
    row = worn(style, pendant_g).row
    count, reach = len(row.items), row.items[0].link.passes
    passed = worn(style).pattern[0].passes
    for number in (0, 1, 2, count // 5, count // 3, 2 * count // 3, count - 2):
        body, line = placed(row, number), center_line(row, number)
        for step in range(1, reach + 3):
            other = (number + step) % count
            if not row.items[number].part.endswith("link") or not row.items[other].part.endswith(
                "link"
            ):
                continue
            linked = abs(linking_number(line, center_line(row, other)))
            assert linked == (1 if step <= passed else 0)
            if pendant_g:  # bent under a bail, corners of coarse wire may graze
                assert (body ^ placed(row, other)).volume() < 1e-4
            else:
                assert body.min_gap(placed(row, other), 0.5) > 0.0


@each_style
@pytest.mark.parametrize("kind", [Clasp.LOBSTER, Clasp.SPRING_RING])
def test_jump_rings_hold_the_clasp_and_the_chain(style: LinkStyle, kind: Clasp) -> None:
    form = ChainForm(style, STYLES[style].default_wire_mm, kind)
    row = wear_necklace(form, 0.457).row
    at = next(k for k, item in enumerate(row.items) if item.part == "clasp")
    for first in range(at - 3, at + 3):
        overlap = (placed(row, first) ^ placed(row, first + 1)).volume()
        assert overlap < 1e-9, (row.items[first].part, row.items[first + 1].part)


@each_style
def test_every_link_bears_on_the_next(style: LinkStyle) -> None:
    row = worn(style).row
    apart = np.linalg.norm(np.diff(row.joints, axis=0), axis=1)
    np.testing.assert_allclose(apart, [item.bearing for item in row.items], atol=1e-9)
    np.testing.assert_allclose(row.joints[0], row.joints[-1])


@each_style
def test_places_are_rigid(style: LinkStyle) -> None:
    linear = worn(style).row.places()[:, :3, :3]
    identity = np.broadcast_to(np.eye(3), linear.shape)
    np.testing.assert_allclose(linear @ np.swapaxes(linear, 1, 2), identity, atol=1e-12)
    assert (np.linalg.det(linear) > 0.0).all()


@each_style
def test_a_chain_is_drawn_within_its_budget(style: LinkStyle) -> None:
    row = worn(style).row
    drawn = sum(len(item.link.mesh.triangles) for item in row.items)
    assert drawn < 116_000


@pytest.mark.parametrize("around", [6, 9, 14])
def test_a_coarse_wire_weighs_what_a_round_one_does(around: int) -> None:
    wire, across = 1e-3, 6e-3
    mesh = round_wire(stadium(across, across, 48), wire, around)
    torus = np.pi * across * np.pi * wire**2 / 4.0
    assert volume(mesh) == pytest.approx(torus, rel=0.002)
    assert polygon_growth(around) * np.cos(np.pi / around) < 1.0


def test_links_lie_flat_in_a_curb_and_alternate_in_a_cable() -> None:
    curb, cable = worn(LinkStyle.CURB).row.items, worn(LinkStyle.CABLE).row.items
    assert {item.roll for item in curb if item.part == "link"} == {0.0}
    rolls = [item.roll for item in cable if item.part == "link"][:10]
    np.testing.assert_allclose(np.abs(np.diff(rolls)), np.pi / 2.0)


def test_figaro_has_three_short_links_and_a_long_one() -> None:
    parts = [item.part for item in worn(LinkStyle.FIGARO).row.items]
    parts = parts[: parts.index("jump_ring")]
    half = parts[: len(parts) // 2]  # the loop's other half runs the same way round
    steps = np.diff([k for k, part in enumerate(half) if part == "long_link"])
    assert set(steps.tolist()) == {4}


@pytest.mark.parametrize("length", [0.36, 0.406, 0.457, 0.559, 0.813])
def test_a_necklace_lies_on_the_skin_or_off_it(length: float) -> None:
    curve = neck_curve(length, 1e-3)
    depth, _ = normals(curve.body, curve.points(np.linspace(0.0, curve.length, 400)))
    assert depth.min() > 0.8e-3
    points = curve.points(np.linspace(0.0, curve.length, 4000))
    length_drawn = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    assert length_drawn == pytest.approx(length, rel=2e-3)


def test_a_longer_necklace_hangs_lower() -> None:
    fronts = [neck_curve(length, 1e-3).front()[1] for length in (0.36, 0.41, 0.46, 0.56, 0.81)]
    assert fronts == sorted(fronts, reverse=True)
    assert -0.070 < fronts[2] < -0.025  # a princess necklace lies below the collar bones


def test_a_pendant_pulls_the_chain_down_into_a_v() -> None:
    plain, pulled = neck_curve(0.457, 1e-3), neck_curve(0.457, 1e-3, 0.4)
    assert pulled.front()[1] < plain.front()[1] - 3e-3
    beside = np.array([1e-4, 4e-3])
    slope = [np.diff(curve.points(beside)[:, 1])[0] / 3.9e-3 for curve in (plain, pulled)]
    assert slope[0] < 0.15 < 0.3 < slope[1]


def test_a_necklace_is_the_same_left_and_right() -> None:
    curve = neck_curve(0.457, 1e-3, 0.1)
    along = np.linspace(0.01, 0.2, 17)
    mirrored = curve.points(curve.length - along) * (-1.0, 1.0, 1.0)
    np.testing.assert_allclose(curve.points(along), mirrored, atol=1e-12)


def test_a_chain_at_rest_moves_no_more_when_it_is_let_hang_for_longer() -> None:
    """The potential energy is least: shaking the curve along itself raises its centre of mass."""
    curve = neck_curve(0.559, 1e-3)
    along = np.linspace(0.0, curve.length, 600, endpoint=False)
    height = curve.points(along)[:, 1].mean()
    for length in (0.549, 0.569):
        other = neck_curve(length, 1e-3)
        share = other.points(np.linspace(0.0, other.length, 600, endpoint=False))[:, 1].mean()
        assert (share < height) == (length > 0.559)


def test_hanging_is_quick_and_repeats_itself() -> None:
    neck_curve.cache_clear()
    start = time.thread_time()  # of the processor: what else the machine does is no matter
    first = neck_curve(0.4561, 1e-3)
    assert time.thread_time() - start < 0.5  # 25 ms
    neck_curve.cache_clear()
    again = neck_curve(0.4561, 1e-3)
    along = np.linspace(0.0, first.length, 50)
    np.testing.assert_array_equal(first.points(along), again.points(along))


def test_a_bracelet_rests_on_the_wrist_and_hangs_below_it() -> None:
    curve = wrist_curve(0.155, 0.172, 1e-3)
    points = curve.points(np.linspace(0.0, curve.length, 300))
    wrist = Wrist(0.155)
    depth, _ = normals(wrist, points)
    assert depth.min() > 0.8e-3
    assert points[:, 2].max() == pytest.approx(wrist.half_depth + 1e-3, abs=3e-4)
    assert points[:, 2].min() < -wrist.half_depth - 4e-3
    assert ellipse_girth(wrist.half_breadth, wrist.half_depth) == pytest.approx(0.155, rel=1e-6)


def test_the_neck_is_as_wide_as_the_table_says() -> None:
    """A tape drawn tight round the neck's base reads its girth."""
    mean = BODY_SIZES["neck_base"].mean_mm
    tight = neck_curve(0.372, 1e-4)
    assert abs(tight.front()[1]) < 0.02  # round the base, at the notch
    assert isinstance(tight.body, Neck)
    assert 1e3 * tight.body.base == pytest.approx(mean, rel=0.04)


def test_a_bail_stands_upright_at_the_lowest_point() -> None:
    chain = worn(LinkStyle.CABLE, 4.0)
    bail = chain.bail
    np.testing.assert_allclose(bail.translation[0], 0.0, atol=1e-9)
    assert chain.curve.front()[1] == chain.row.joints[:, 1].min()
    assert bail.rotation[1, 1] > 0.8
    assert bail.rotation[2, 2] > 0.8
    np.testing.assert_allclose(bail.rotation[:, 0], [1.0, 0.0, 0.0], atol=1e-9)


FITTINGS = [
    lobster(9.0),
    lobster(15.0),
    spring_ring(5.0),
    spring_ring(7.0),
    box_clasp(12.0, 6.0, 4.0),
    jump_ring(0.7, 1.8),
    end_cap(3.4, 0.5),
    end_drop(0.6),
]


@pytest.mark.parametrize("link", FITTINGS)
def test_a_fitting_is_one_closed_body_with_its_eyes_open(link: Link) -> None:
    body = solid(link.mesh)
    assert len(body.decompose()) == 1
    assert body.genus() >= 1
    assert body.volume() > 0.0


@pytest.mark.parametrize("kind", list(Clasp))
def test_rings_bear_inside_a_clasp(kind: Clasp) -> None:
    link = clasp(
        kind, 11.0 if kind is Clasp.LOBSTER else 7.0 if kind is Clasp.SPRING_RING else 14.0
    )
    body = solid(link.mesh)
    for end in (-0.5, 0.5):
        inside = np.sign(end) * 0.25
        probe = manifold3d.Manifold.sphere(0.1, 12).translate(
            [end * link.bearing * 1e3 - inside, 0.0, 0.0]
        )
        assert (body ^ probe).volume() == 0.0
        beyond = manifold3d.Manifold.sphere(0.1, 12).translate(
            [end * link.bearing * 1e3 + inside, 0.0, 0.0]
        )
        assert (body ^ beyond).volume() > 0.0


def test_wire_that_a_style_is_not_made_of_is_refused() -> None:
    with pytest.raises(Unbuildable, match=r"0\.15 to 0\.6 mm"):
        ChainForm(LinkStyle.ROPE, 1.0)
    with pytest.raises(Unbuildable, match="closes round no neck"):
        neck_curve(0.29, 1e-3)
