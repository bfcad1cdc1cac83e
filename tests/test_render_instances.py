"""Parts in many places: drawn as if each stood for itself, and baked once for those alike."""

from dataclasses import replace

import numpy as np
import pytest

from models3d.brilliant import RoundBrilliant, build
from models3d.frames import Anchor, Array, Intrinsics, PixelRegion, RigidTransform
from models3d.gems import gem
from models3d.mesh import Material, Mesh, Model, Part
from viewer.render.alike import crowd_of, kinds
from viewer.render.caster import MAX_TRIANGLES, caster_near, caster_of, reaches
from viewer.render.placed import placed
from viewer.render.renderer import BEYOND_LIMB, Renderer
from viewer.render.surface import View
from viewer.render.types import Occluder, Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

GOLD = Material("gold", (1.0, 0.72, 0.32, 1.0), metallic=1.0, roughness=0.15)
SIDE = 160


def torus(ring: float, wire: float, around: int = 40, across: int = 16) -> Mesh:
    u, v = np.meshgrid(
        np.linspace(0, 2 * np.pi, around + 1), np.linspace(0, 2 * np.pi, across + 1), indexing="ij"
    )
    normals = np.stack([np.cos(v) * np.cos(u), np.cos(v) * np.sin(u), np.sin(v)], -1)
    middle = ring * np.stack([np.cos(u), np.sin(u), 0 * u], -1)
    i, j = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
    a = (i * (across + 1) + j).ravel()
    b = a + across + 1
    triangles = np.concatenate([np.stack([a, b, b + 1], -1), np.stack([a, b + 1, a + 1], -1)])
    return Mesh(
        (middle + wire * normals).reshape(-1, 3), normals.reshape(-1, 3),
        triangles.astype(np.int32), np.stack([u, v], -1).reshape(-1, 2) / (2 * np.pi),
    )  # fmt: skip


def links(count: int) -> Array:
    """Places of a straight chain along X, every other link on edge."""
    places = np.tile(np.eye(4), (count, 1, 1))
    places[1::2, :3, :3] = RigidTransform.from_axis_angle((1, 0, 0), np.pi / 2).rotation
    places[:, 0, 3] = (np.arange(count) - (count - 1) / 2) * 3.0e-3
    return places


def apart(part: Part) -> tuple[Part, ...]:
    return tuple(replace(part, model_from_part=m[None]) for m in part.model_from_part)


def picture(renderer: Renderer, model: Model, **options) -> np.ndarray:
    low, high = model.bounds()
    away = 12.0 * float((high - low).max())
    pose = (
        RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, away]))
        @ RigidTransform.from_axis_angle((1, 0, 0), np.radians(35.0))
        @ RigidTransform.from_translation(-(low + high) / 2.0)
    )
    focal = 0.9 * SIDE * 12.0
    shot = Shot(
        Intrinsics(focal, focal, SIDE / 2, SIDE / 2), PixelRegion(0, 0, SIDE, SIDE),
        (Worn(model, pose),), **options,
    )  # fmt: skip
    return renderer.render(shot).rgba.astype(int)


@pytest.mark.gpu
def test_instances_are_drawn_as_separate_parts_are(renderer: Renderer) -> None:
    stone = Part(
        "melee", build(RoundBrilliant(diameter_mm=1.6)), gem("diamond").material(1.0),
        np.array([np.diag([s, s, s, 1.0]) for s in (1.0, 1.4, 1.8)]),
    )  # fmt: skip
    stone.model_from_part[:, 0, 3] = (-2e-3, 0.0, 2.6e-3)
    stone.model_from_part[:, 2, 3] = 2e-3
    rod = Part("rod", torus(3e-3, 5e-4), GOLD, links(3))
    together = Model("together", (rod, stone))
    separate = Model("separate", (*apart(rod), *apart(stone)))
    for surface in (*renderer.uploaded(together).surfaces, *renderer.uploaded(separate).surfaces):
        surface.errors = ()  # the whole meshes: coarser ones heed what all instances see
    for options in ({"supersampling": 1}, {"supersampling": 1, "full_dispersion": True}):
        a = picture(renderer, together, **options)
        b = picture(renderer, separate, **options)
        assert a[..., 3].mean() > 15
        assert np.abs(a - b).max() <= 2


@pytest.mark.gpu
def test_a_mirrored_instance_is_the_mirrored_mesh(renderer: Renderer) -> None:
    half = torus(3e-3, 5e-4)
    mesh = replace(half, positions=half.positions * (1.0, 0.6, 1.0) + (4e-3, 1e-3, 0.0))
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    pair = Part("pair", mesh, GOLD, np.stack([np.eye(4), flip]))
    whole = Part("whole", pair.world_mesh(), GOLD)
    a = picture(renderer, Model("pair", (pair,)))
    b = picture(renderer, Model("whole", (whole,)))
    assert np.abs(a - b).max() <= 2


def test_stretched_and_mirrored_instances_become_meshes_of_their_own() -> None:
    matrices = np.stack([np.eye(4), np.diag([2.0, 2.0, 2.0, 1.0]), np.diag([-1.0, 1.0, 1.0, 1.0]),
                         np.diag([1.0, 1.0, 3.0, 1.0])])  # fmt: skip
    part = Part("part", torus(3e-3, 5e-4), GOLD, matrices)
    found = placed(part)
    assert [len(p.model_from_part) for p in found] == [2, 1, 1]
    assert all((np.linalg.det(p.model_from_part[:, :3, :3]) > 0).all() for p in found)
    together = np.concatenate([p.positions().reshape(-1, 3) for p in found])
    np.testing.assert_allclose(
        np.sort(together, axis=0), np.sort(part.world_mesh().positions, axis=0), atol=1e-12
    )
    for one in found:
        corners = one.mesh.positions[one.mesh.triangles]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        outward = one.mesh.normals[one.mesh.triangles].mean(axis=1)
        assert (np.einsum("ij,ij->i", facing, outward) >= -1e-15).all()


def test_links_of_a_chain_are_of_few_kinds() -> None:
    (chain,) = placed(Part("links", torus(1.2e-3, 3e-4, 20, 8), GOLD, links(200)))
    chosen, kind = kinds(crowd_of([chain]), 0, chain, 8)
    assert len(chosen) <= 6
    inner = kind[4:-4]
    assert len(set(inner[::2])) == 1  # all that lie flat see the same
    assert kind[0] != kind[100]  # the last link has one neighbour only
    assert (kind[chosen] == np.arange(len(chosen))).all()


def test_a_caster_keeps_a_chain_whole_within_its_triangles() -> None:
    (chain,) = placed(Part("links", torus(1.2e-3, 3e-4), GOLD, links(200)))
    caster = caster_of([chain])
    assert 10_000 < len(caster.triangles) <= MAX_TRIANGLES
    whole = chain.positions().reshape(-1, 3)
    np.testing.assert_allclose(np.ptp(caster.positions, axis=0), np.ptp(whole, axis=0), rtol=0.10)
    assert caster.triangles.max() < len(caster.positions)
    near = caster_near([chain], reaches([chain]), chain.centers[100], 4e-3)
    assert 0 < len(near.triangles) < 6 * len(chain.mesh.triangles)


@pytest.mark.gpu
def test_thin_sheets_keep_light_away_from_both_sides(renderer: Renderer) -> None:
    corners = np.array([[-1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]])
    sheet = Mesh(corners * 5e-3, np.tile([0.0, 0.0, 1.0], (4, 1)),
                 np.array([[0, 1, 2], [0, 2, 3]], np.int32))  # fmt: skip
    closed = torus(1.2e-3, 3e-4)
    (thin,), (ring,) = placed(Part("a", sheet, GOLD)), placed(Part("b", closed, GOLD))
    assert len(caster_of([thin]).triangles) == 4
    assert len(caster_of([ring]).triangles) == len(closed.triangles)
    points = np.array([[0.0, 0.0, 2e-3], [0.0, 0.0, -2e-3]])
    directions = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    baker = renderer._uploader.visibility
    seen = np.stack(list(baker.visible(caster_of([thin]), points, directions)))
    np.testing.assert_array_equal(seen, [[True, False], [False, True]])


@pytest.mark.gpu
def test_five_hundred_links_are_uploaded_in_few_draws(renderer: Renderer) -> None:
    chain = Model("chain", (Part("links", torus(1.2e-3, 3e-4), GOLD, links(500)),))
    (surface,) = renderer.uploaded(chain).surfaces
    assert sum(surface.counts) == 500
    assert len(surface.counts) <= 8
    assert picture(renderer, chain, supersampling=6)[..., 3].max() > 20


@pytest.mark.gpu
def test_a_link_is_darker_where_the_next_one_touches_it(renderer: Renderer) -> None:
    chain = Model("chain", (Part("links", torus(1.2e-3, 3e-4), GOLD, links(60)),))
    (surface,) = renderer.uploaded(chain).surfaces
    values = surface.openness.values[surface.openness.kind[30]]
    positions, normals = surface.placed.mesh.positions, surface.placed.mesh.normals
    middle = values[:, 0] + 0.6 * np.einsum("ij,ij->i", values[:, 1:], normals)  # as it is shaded
    rim = np.hypot(*positions[:, :2].T) > 1.4e-3
    ends = rim & (np.abs(positions[:, 1]) < 0.5e-3)  # where the next links touch
    flanks = rim & (np.abs(positions[:, 0]) < 0.5e-3)
    assert middle[ends].mean() < middle[flanks].mean() - 0.2
    assert middle[flanks].mean() == pytest.approx(1.0, abs=0.03)


def bracelet(count: int = 48, radius: float = 28e-3) -> Model:
    """Small rings round a wrist about +Y, each lying on the skin."""
    turn = np.arange(count) * 2.0 * np.pi / count
    places = np.stack([RigidTransform.from_axis_angle((0, 1, 0), t).matrix for t in turn])
    places[:, 0, 3], places[:, 2, 3] = radius * np.sin(turn), radius * np.cos(turn)
    part = Part("links", torus(1.0e-3, 3e-4), GOLD, places)
    section = {"section_mm": [1e3 * radius, 1e3 * radius]}
    return Model("bracelet", (part,), Anchor.WRIST, extras=section)


@pytest.mark.gpu
@pytest.mark.parametrize("turn_deg", [0.0, 70.0, 140.0])
def test_links_behind_the_wrist_are_left_out_and_nothing_is_missed(
    renderer: Renderer, turn_deg: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = bracelet()
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.45]))
    pose = pose @ RigidTransform.from_axis_angle((1.0, 0.3, 0.0), np.radians(turn_deg))
    ends = pose.apply(np.array([[0.0, -0.2, 0.0], [0.0, 0.2, 0.0]]))
    wrist = Occluder(ends[0], ends[1], 27.5e-3, 27.5e-3)
    shot = Shot(
        Intrinsics(900.0, 900.0, SIDE / 2, SIDE / 2), PixelRegion(0, 0, SIDE, SIDE),
        (Worn(model, pose, wearer=0),), (wrist,), live=True, whole_meshes=True,
    )  # fmt: skip
    some = renderer.render(shot).rgba.astype(int)
    (surface,) = renderer.uploaded(model, live=True).surfaces
    eye = pose.inverse().translation
    drawn = sum(crowd.choose(View(eye, BEYOND_LIMB)) for crowd in surface.crowds)
    assert 0 < drawn <= sum(surface.counts)
    assert turn_deg > 0.0 or drawn < 0.75 * sum(surface.counts)
    monkeypatch.setattr("viewer.render.renderer.BEYOND_LIMB", 2.0)  # all are drawn
    whole = renderer.render(shot).rgba.astype(int)
    assert some[..., 3].max() == 255
    assert np.abs(some - whole).max() <= 2
