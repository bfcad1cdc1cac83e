"""Dials: plates, indices, print, sub-dials, date, lume."""

import itertools
import string

import numpy as np
import pytest

from models3d.dials import textures
from models3d.dials.capitals import capitals
from models3d.dials.date import window
from models3d.dials.dial import Dial, DialShape, DialStyle, Indices, SubDial, SubDialKind
from models3d.dials.digits import figures
from models3d.dials.regions import Circle, Rectangle, plate
from models3d.dials.relief import raised
from models3d.dials.roman import NUMERALS
from models3d.dials.strokes import STROKE
from models3d.errors import ModelError, Unbuildable
from models3d.solids import solid

SUB_DIALS = (
    SubDial((-7.0, 0.0), 4.0, SubDialKind.SECONDS),
    SubDial((7.0, 0.0), 4.0, SubDialKind.MINUTES_30),
    SubDial((0.0, -7.0), 4.0, SubDialKind.HOURS_12),
)


def _part(dial, name):
    return next(part for part in dial.parts() if part.name == name)


def _areas(mesh):
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    return np.cross(b - a, c - a) / 2.0


@pytest.mark.parametrize(
    ("style", "indices", "shape"), list(itertools.product(DialStyle, Indices, DialShape))
)
def test_every_dial_stays_inside_its_edge_and_faces_up(style, indices, shape):
    dial = Dial(shape=shape, style=style, indices=indices, diameter_mm=31.0)
    for part in dial.parts():
        mesh = part.world_mesh()
        assert dial.outline.distance(mesh.positions[:, :2] * 1e3).max() < 1e-6, part.name
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0)
        agree = np.einsum("ij,ij->i", _areas(mesh), mesh.normals[mesh.triangles[:, 0]])
        assert agree.min() > -1e-15, part.name
        if part.slot == "print":
            assert mesh.normals[:, 2].min() > 0.99
    assert sum(len(p.mesh.triangles) * len(p.model_from_part) for p in dial.parts()) < 22_000


def test_a_plate_covers_its_region_once():
    hole = Rectangle(3.0, 2.0, 0.3, (5.0, 1.0))
    disc = Circle(1.5, (-4.0, -3.0))
    mesh = plate(Circle(12.0), [hole, disc, Circle(0.5)], 0.0)
    rounded = 3.0 * 2.0 - (4.0 - np.pi) * 0.3**2
    wanted = np.pi * (12.0**2 - 1.5**2 - 0.5**2) - rounded
    assert _areas(mesh)[:, 2].min() >= 0.0
    assert _areas(mesh)[:, 2].sum() * 1e6 == pytest.approx(wanted, rel=4e-3)
    middles = mesh.positions[mesh.triangles].mean(axis=1)[:, :2] * 1e3
    assert min(hole.distance(middles).min(), disc.distance(middles).min()) > -0.03


def test_brushing_runs_from_the_centre_so_u_runs_round_it():
    mesh = _part(Dial(), "dial").mesh
    p0, p1, p2 = np.moveaxis(mesh.positions[mesh.triangles][..., :2], 1, 0)
    t0, t1, t2 = np.moveaxis(mesh.uvs[mesh.triangles], 1, 0)
    (du1, dv1), (du2, dv2) = (t1 - t0).T, (t2 - t0).T
    along_u = (p1 - p0) * dv2[:, None] - (p2 - p0) * dv1[:, None]
    along_u /= np.linalg.norm(along_u, axis=1, keepdims=True)
    middle = (p0 + p1 + p2) / 3.0
    radial = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    assert np.abs(np.einsum("ij,ij->i", along_u, radial)).max() < 0.05
    assert np.abs(du1 * dv2 - du2 * dv1).min() > 0.0
    assert np.ptp(mesh.uvs[:, 0]) == pytest.approx(4.0, abs=0.01)


def test_batons_stand_at_the_hours_two_at_twelve():
    part = _part(Dial(), "indices")
    places = part.model_from_part
    assert len(places) == 13
    clock = np.degrees(np.arctan2(places[:, 0, 3], places[:, 1, 3])) % 360.0
    at_twelve = np.minimum(clock, 360.0 - clock) < 6.0
    assert at_twelve.sum() == 2
    assert np.allclose(np.sort(clock[~at_twelve]), np.arange(30.0, 360.0, 30.0))
    turns = np.einsum("kij,kil->kjl", places[:, :3, :3], places[:, :3, :3])
    assert np.allclose(turns, np.eye(3))
    top = part.world_mesh().positions[:, 2].max() * 1e3
    assert 0.3 <= top <= 0.5


@pytest.mark.parametrize("lume", [False, True])
def test_applied_indices_are_closed_bodies(lume):
    for indices in Indices:
        dial = Dial(indices=indices, lume=lume)
        for part in dial.parts():
            if part.slot in ("index", "lume") and "edge" not in part.name:
                assert solid(part.mesh).volume() > 0.0


def test_lume_lies_in_every_index_and_glows_only_in_the_dark():
    for indices in (Indices.BATON, Indices.DOT):
        day = Dial(indices=indices, lume=True, lume_colour="bgw9")
        dark = Dial(indices=indices, lume=True, lume_colour="bgw9", glows=True)
        frames = [p for p in day.parts() if p.slot == "index"]
        plots = [p for p in day.parts() if p.slot == "lume"]
        for frame, plot in zip(frames, plots, strict=True):
            assert np.array_equal(frame.model_from_part, plot.model_from_part)
            low, high = plot.mesh.bounds()
            assert (low[:2] > frame.mesh.bounds()[0, :2]).all()
            assert (high[:2] < frame.mesh.bounds()[1, :2]).all()
            assert plot.material.emissive == (0.0, 0.0, 0.0)
        glow = [p.material.emissive for p in dark.parts() if p.slot == "lume"]
        assert all(blue > red for red, _, blue in glow)


def test_the_date_takes_the_place_of_three_and_lies_below_the_plate():
    dial = Dial(date=True, day=31)
    places = _part(dial, "indices").model_from_part
    clock = np.degrees(np.arctan2(places[:, 0, 3], places[:, 1, 3])) % 360.0
    assert not np.isclose(clock, 90.0).any()
    assert len(places) == 12
    opening = window(dial.half_width_mm, dial.index_outer_radius_mm - 0.25)
    plate_mesh = _part(dial, "dial").mesh
    middles = plate_mesh.positions[plate_mesh.triangles].mean(axis=1)[:, :2] * 1e3
    assert opening.distance(middles).min() > -1e-3
    for name in ("date_disc", "date_figure"):
        assert _part(dial, name).mesh.positions[:, 2].max() < -0.25e-3
    figure = _part(dial, "date_figure").mesh.positions[:, :2] * 1e3
    assert opening.distance(figure).max() < -0.1


def test_sub_dials_are_sunk_and_indices_give_way():
    dial = Dial(diameter_mm=33.0, sub_dials=SUB_DIALS)
    discs = _part(dial, "sub_dial")
    assert len(discs.model_from_part) == 3
    assert -0.2e-3 <= discs.mesh.positions[:, 2].max() <= -0.1e-3
    for part in dial.parts():
        if "indices" in part.name:
            points = part.world_mesh().positions[:, :2] * 1e3
            for sub_dial in SUB_DIALS:
                assert sub_dial.outline.distance(points).min() > 0.1
    plate_mesh = _part(dial, "dial").mesh
    middles = plate_mesh.positions[plate_mesh.triangles].mean(axis=1)[:, :2] * 1e3
    for sub_dial in SUB_DIALS:
        assert sub_dial.outline.distance(middles).min() > -0.02


def test_the_minute_track_has_sixty_marks_and_the_hands_can_reach_it():
    dial = Dial(date=False)
    mesh = _part(dial, "printing").mesh
    marks = mesh.positions[: 60 * 4, :2].reshape(60, 4, 2) * 1e3
    radius = np.linalg.norm(marks, axis=2)
    lengths, middles = np.ptp(radius, axis=1), marks.mean(axis=1)
    clock = np.degrees(np.arctan2(middles[:, 0], middles[:, 1])) % 360.0
    assert np.allclose(clock, np.arange(60) * 6.0, atol=1e-6)
    assert lengths[::5].min() > 1.3 * np.delete(lengths, np.s_[::5]).max()
    widths = np.linalg.norm(marks[:, 1] - marks[:, 2], axis=1)
    assert 0.08 <= np.delete(widths, np.s_[::5]).max() <= 0.12
    plain = radius[1::5]
    assert plain.min() < dial.minute_track_radius_mm < plain.max()
    indices = _part(dial, "indices").world_mesh().positions[:, :2] * 1e3
    assert np.linalg.norm(indices, axis=1).max() < plain.min()
    assert np.linalg.norm(indices, axis=1).min() >= dial.index_inner_radius_mm - 1e-6


def test_four_is_written_with_four_strokes():
    assert NUMERALS[4] == "IIII"
    assert len({*NUMERALS}) == 12


@pytest.mark.parametrize("shape", DialShape)
def test_roman_numerals_keep_inside_the_track(shape):
    dial = Dial(shape=shape, indices=Indices.ROMAN, style=DialStyle.ENAMEL)
    points = _part(dial, "numerals").mesh.positions[:, :2] * 1e3
    edge = dial.outline.grown(dial.index_outer_radius_mm - dial.half_width_mm)
    assert edge.distance(points).max() < 1e-6


@pytest.mark.parametrize("digit", "0123456789")
def test_figures_fill_their_height_and_can_be_raised(digit):
    region = figures(digit)
    _, low, _, high = region.bounds()
    assert (low, high) == (pytest.approx(0.0, abs=0.05), pytest.approx(1.0, abs=0.05))
    assert region.num_contour() == {"0": 2, "4": 2, "6": 2, "8": 3, "9": 2}.get(digit, 1)
    body = solid(raised(region.scale((3.0, 3.0)), 0.3, inset_mm=0.05, drop_mm=0.05))
    assert body.volume() == pytest.approx(9.0 * region.area() * 0.3, rel=0.12)


def test_maps_are_small_and_the_same_every_time():
    made = [
        (textures.brushed, (0.035,)),
        (textures.grooves, (0.16,)),
        (textures.barleycorn, ()),
        (textures.clous_de_paris, ()),
    ]
    for make, arguments in made:
        assert make.__wrapped__(*arguments).data == make.__wrapped__(*arguments).data
    assert sum(len(make(*arguments).data) for make, arguments in made) < 60_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"diameter_mm": 60.0},
        {"colour": "blu"},
        {"index_metal": "unobtainium"},
        {"lume_colour": "x"},
        {"day": 32},
        {"shape": DialShape.RECTANGULAR, "width_mm": 3.0},
    ],
)
def test_what_cannot_be_made_is_refused(wrong):
    with pytest.raises(ModelError):
        Dial(**wrong)


@pytest.mark.parametrize("letter", string.ascii_uppercase)
def test_capitals_are_one_piece_from_foot_to_cap_line_and_nowhere_thin(letter):
    region = capitals(letter)
    left, low, right, high = region.bounds()
    assert high == pytest.approx(1.0, abs=0.01)
    assert low == pytest.approx(-0.08 if letter == "Q" else 0.0, abs=0.012)
    assert (right + left) / 2.0 == pytest.approx(0.0, abs=0.08)
    assert len(region.decompose()) == 1
    opened = region.offset(-0.3 * STROKE).offset(0.3 * STROKE)
    assert opened.area() > 0.93 * region.area()
    assert region.num_contour() == {"A": 2, "B": 3, "D": 2, "O": 2, "P": 2, "Q": 2, "R": 2}.get(
        letter, 1
    )


@pytest.mark.parametrize("indices", Indices)
@pytest.mark.parametrize("shape", DialShape)
def test_the_longest_signature_stands_clear_of_indices_and_the_empty_one_is_not_there(
    shape, indices
):
    def printing(text):
        dial = Dial(shape=shape, indices=indices, style=DialStyle.ENAMEL, signature=text)
        return dial, len(_part(dial, "printing").mesh.positions)

    dial, signed_count = printing("MWMWMWMWMWMW")
    assert signed_count > printing("")[1] == printing("  ")[1]
    name = _part(dial, "printing").mesh.positions[printing("")[1] :, :2] * 1e3
    for part in dial.parts():
        if part.slot == "index" or part.name == "numerals":
            points = part.world_mesh().positions[:, :2] * 1e3
            low, high = name.min(axis=0), name.max(axis=0)
            assert not np.any(np.all((points > low) & (points < high), axis=1)), part.name


@pytest.mark.parametrize("text", ["THIRTEEN CHAR", "É", "R2D2", "A-B"])
def test_a_signature_that_cannot_be_printed_is_refused(text):
    with pytest.raises(Unbuildable, match="ignature") as refusal:
        Dial(signature=text)
    assert refusal.value.fields == ("signature",)
