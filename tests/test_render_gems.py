"""Stones: facets found again from the mesh, light neither made nor lost, Beer's law."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from models3d.brilliant import RoundBrilliant, build, planes
from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.gems import gem
from models3d.mesh import Material, Mesh, Model, Part
from models3d.stones.stone import stone as cut_stone
from viewer.render.environment import uniform
from viewer.render.gem_defines import facet_literals, facet_terms, gem_defines
from viewer.render.gem_shape import MAX_PLANES, cluster_planes, gem_shape
from viewer.render.renderer import Renderer
from viewer.render.types import Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

CUT = RoundBrilliant()
DIAMOND = replace(gem("diamond").material(), attenuation_distance=float("inf"))
CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
CUBE_QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def box(half: tuple[float, float, float]) -> Mesh:
    positions, normals, triangles = [], [], []
    for quad in CUBE_QUADS:
        corners = CUBE[list(quad)] * half
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        first = len(positions)
        positions += list(corners)
        normals += [normal / np.linalg.norm(normal)] * 4
        triangles += [(first, first + 1, first + 2), (first, first + 2, first + 3)]
    return Mesh(np.array(positions), np.array(normals), np.array(triangles, np.int32))


def stone(material: Material = DIAMOND, mesh: Mesh | None = None) -> Model:
    return Model("stone", (Part("stone", mesh or build(CUT), material),))


def facing_shot(model: Model, side: int = 96, **options) -> Shot:
    """The stone's +Z towards the camera, the picture as wide as the stone."""
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.3]))
    focal = side * 0.3 / float(np.ptp(model.bounds(), axis=0).max())
    return Shot(
        Intrinsics(focal, focal, side / 2, side / 2),
        PixelRegion(0, 0, side, side),
        (Worn(model, pose),),
        **{"supersampling": 1, "gem_bounces": 10, **options},
    )


def tone_curve_inverse(level: float) -> float:
    """Radiance of a grey that the picture shows at 0..1, below the highlights."""
    linear = ((level + 0.055) / 1.055) ** 2.4
    return linear + 0.04


@pytest.fixture(scope="module")
def furnace() -> Iterator[Renderer]:
    with Renderer(tent=uniform(0.5), gem_studio=uniform(0.5)) as renderer:
        yield renderer


def test_facets_found_from_the_mesh_are_the_planes_of_the_cut() -> None:
    shape = gem_shape(build(CUT))
    assert shape is not None
    assert shape.convex
    assert shape.girdle is not None
    exact = planes(CUT)
    metres = CUT.diameter_mm / 2e3
    # back from unit size to the cut's own frame, girdle radius 1
    offsets = (shape.offsets * shape.radius + shape.normals @ shape.center) / metres
    facets = np.abs(exact.normals[:, 2]) > 1e-6
    expected = np.column_stack([exact.normals, exact.offsets])[facets]
    found = np.column_stack([shape.normals, offsets])
    assert len(found) == len(expected) == 57
    distance = np.abs(found[:, None] - expected[None]).max(axis=-1)
    assert distance.min(axis=0).max() < 1e-5
    assert sorted(distance.argmin(axis=0).tolist()) == list(range(57))
    girdle_radius = shape.girdle.radius * shape.radius / metres
    assert girdle_radius == pytest.approx(1.0, abs=2e-3)


def test_equal_cuts_of_different_size_share_one_program() -> None:
    small, large = (gem_shape(build(replace(CUT, diameter_mm=d))) for d in (1.3, 8.0))
    assert small is not None
    assert large is not None
    options = {"bounces": 6, "full_dispersion": False, "has_setting": True}
    assert gem_defines(small, **options) == gem_defines(large, **options)
    assert large.radius / small.radius == pytest.approx(8.0 / 1.3, rel=1e-6)
    other = gem_shape(build(replace(CUT, crown_angle_deg=33.0)))
    assert other is not None
    assert facet_literals(other) != facet_literals(small)


@pytest.mark.parametrize("cut", ["round_brilliant", "emerald", "pear", "princess"])
def test_shared_terms_say_what_every_plane_says(cut: str) -> None:
    shape = gem_shape(cut_stone(cut, "diamond", 6.0).mesh)
    assert shape is not None
    rng = np.random.default_rng(1)
    p = SimpleNamespace(**dict(zip("xyz", (0.3 * rng.normal(size=3)).tolist(), strict=True)))
    d = SimpleNamespace(**dict(zip("xyz", rng.normal(size=3).tolist(), strict=True)))
    direction, point = (np.array([v.x, v.y, v.z]) for v in (d, p))
    said: dict[int, float] = {}
    names: dict[str, float] = {}
    for name, formula in re.findall(r"float (\w+) = ([^;]+);", facet_terms(shape)):
        names[name] = eval(formula, {"p": p, "d": d})
    for number, along, room in re.findall(r"MEET\((\d+), ([^,]+), ([^,]+)\)", facet_terms(shape)):
        said[int(number)] = eval(along, dict(names)) / eval(room, dict(names))
    for text in re.findall(r"FACET\(([^A-Z]+)\)(?= |$)", facet_terms(shape)):
        number, *row = (float(value.strip(" ()")) for value in text.split(","))
        said[int(number)] = (direction @ row[:3]) / (row[3] - point @ row[:3])
    expected = (shape.normals @ direction) / (shape.offsets - shape.normals @ point)
    assert sorted(said) == list(range(len(shape.normals)))
    found = np.array([said[number] for number in range(len(expected))])
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=2e-4)


def test_a_box_has_six_facets_and_no_girdle() -> None:
    normals, offsets = cluster_planes(*(box((1, 1, 1)).positions, box((1, 1, 1)).triangles))
    assert len(normals) == 6
    np.testing.assert_allclose(offsets, 1.0)
    np.testing.assert_allclose(np.abs(normals).sum(axis=0), 2.0)
    shape = gem_shape(box((1, 2, 3)))
    assert shape is not None
    assert shape.girdle is None


def test_a_mesh_that_is_not_convex_gets_its_hull() -> None:
    whole = box((1e-3, 1e-3, 1e-3))
    dented = whole.positions.copy()
    middle = np.array([[0.0, 0.0, 0.2e-3]])  # the lid's centre pushed in
    top = np.flatnonzero(whole.normals[:, 2] > 0.5)
    triangles = [t for t in whole.triangles.tolist() if not set(t) <= set(top.tolist())]
    centre = len(dented)
    ring = sorted(top.tolist(), key=lambda i: np.arctan2(*dented[i, 1::-1]))
    triangles += [(ring[k], ring[(k + 1) % 4], centre) for k in range(4)]
    positions = np.concatenate([dented, middle])
    mesh = Mesh(positions, np.zeros_like(positions), np.array(triangles, np.int32))
    shape = gem_shape(mesh)
    assert shape is not None
    assert not shape.convex
    assert len(shape.normals) == 6


def test_glass_with_too_many_facets_is_not_traced() -> None:
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 41)[:-1], np.linspace(0.05, np.pi - 0.05, 24))
    ball = np.stack([np.sin(v) * np.cos(u), np.sin(v) * np.sin(u), np.cos(v)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(40), np.arange(23))
    a, b = (j * 40 + i).ravel(), (j * 40 + (i + 1) % 40).ravel()
    triangles = np.concatenate([np.stack([a, a + 40, b], -1), np.stack([b, a + 40, b + 40], -1)])
    assert len(triangles) > MAX_PLANES
    assert gem_shape(Mesh(ball, ball, triangles.astype(np.int32))) is None


def test_the_prism_encloses_the_stone() -> None:
    shape = gem_shape(build(CUT))
    assert shape is not None
    corners = shape.prism().reshape(-1, 3, 3)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    heights = np.einsum("ij,kj->ik", normals, shape.positions) - np.einsum(
        "ij,ij->i", normals, corners[:, 0]
    )[:, None]  # fmt: skip
    assert heights.max() <= 0.0


@pytest.mark.gpu
@pytest.mark.parametrize("full", [False, True])
def test_a_stone_in_a_furnace_disappears(furnace: Renderer, full: bool) -> None:
    rgba = furnace.render(facing_shot(stone(), full_dispersion=full)).rgba
    inside = rgba[rgba[..., 3] == 255][:, :3] / 255.0
    assert len(inside) > 4000
    radiance = tone_curve_inverse(inside)
    assert np.abs(radiance.mean() - 0.5) < 0.01
    assert np.abs(radiance - 0.5).max() < 0.03


@pytest.mark.gpu
def test_light_through_a_slab_obeys_beers_law(furnace: Renderer) -> None:
    thickness, per_metre = 1e-3, 700.0
    tinted = Material(
        "slab", ior=1.0001, transmission=1.0,
        attenuation_color=(float(np.exp(-per_metre * 1e-3)), 1.0, 1.0),
        attenuation_distance=1e-3,
    )  # fmt: skip
    slab = stone(tinted, box((4e-3, 4e-3, thickness / 2)))
    pixel = furnace.render(facing_shot(slab, gem_bounces=4)).rgba[48, 48, :3] / 255.0
    # the tone curve works on all channels: undo it from its definition
    linear = ((pixel + 0.055) / 1.055) ** 2.4 + 0.04
    assert linear[1] == pytest.approx(0.5, abs=0.01)
    assert linear[0] == pytest.approx(0.5 * np.exp(-per_metre * thickness), abs=0.01)


@pytest.mark.gpu
def test_white_light_through_dispersion_stays_white_only_without_structure() -> None:
    with Renderer() as renderer:
        dispersed = renderer.render(facing_shot(stone(), full_dispersion=True)).rgba
        plain = replace(DIAMOND, dispersion=0.0)
        grey = renderer.render(facing_shot(stone(plain), full_dispersion=True)).rgba

    def colourfulness(rgba: np.ndarray) -> float:
        return float(np.ptp(rgba[..., :3].astype(int), axis=-1)[rgba[..., 3] == 255].mean())

    assert colourfulness(dispersed) > 2.0 * colourfulness(grey)


def test_a_transparent_cabochon_is_an_ellipsoid_on_its_base() -> None:
    mesh = cut_stone("cabochon", "ruby", 6.0).mesh
    shape = gem_shape(mesh)
    assert shape is not None
    assert shape.dome is not None
    assert len(shape.normals) == 1
    high = shape.positions[mesh.normals[:, 2] > 0.3]
    off = np.linalg.norm((high - shape.dome.center) / shape.dome.radii, axis=1)
    np.testing.assert_allclose(off, 1.0, atol=0.01)
    assert shape.offsets[0] == pytest.approx(-shape.positions[:, 2].min())


@pytest.mark.gpu
@pytest.mark.parametrize("full", [False, True])
def test_a_cabochon_in_a_furnace_disappears(furnace: Renderer, full: bool) -> None:
    model = stone(DIAMOND, cut_stone("cabochon", "diamond", 6.0).mesh)
    rgba = furnace.render(facing_shot(model, full_dispersion=full)).rgba
    inside = rgba[rgba[..., 3] == 255][:, :3] / 255.0
    assert len(inside) > 4000
    assert np.abs(tone_curve_inverse(inside) - 0.5).max() < 0.03
