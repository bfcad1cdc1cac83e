"""What hides jewels: flattened limbs, and bodies as surfaces."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from viewer.render.environment import uniform
from viewer.render.limb_pass import LimbPass
from viewer.render.limbs import Limbs, reaching
from viewer.render.renderer import Renderer
from viewer.render.targets import CAPACITY
from viewer.render.types import BodyMesh, Occluder, Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

K = Intrinsics(900.0, 900.0, 320.0, 240.0)
REGION = PixelRegion(240, 160, 160, 160)
AWAY = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.4]))
WHITE = Material("white", base_color=(1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=0.5)


def plate(half: float) -> Model:
    """A square that fills the region when it is half a metre away."""
    corners = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    normals = np.tile([0.0, 0.0, 1.0], (4, 1))
    mesh = Mesh(corners, normals, np.array([[0, 1, 2], [0, 2, 3]], np.int32))
    return Model("plate", (Part("plate", mesh, WHITE),))


PLATE = Worn(plate(0.2), AWAY)


def globe(center: tuple[float, float, float], radius: float) -> BodyMesh:
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 97), np.linspace(0, np.pi, 49))
    n = np.stack([np.sin(v) * np.cos(u), np.cos(v), np.sin(v) * np.sin(u)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(96), np.arange(48))
    a = (j * 97 + i).ravel()
    triangles = np.concatenate(
        [np.stack([a, a + 1, a + 98], -1), np.stack([a, a + 98, a + 97], -1)]
    )
    return BodyMesh(n * radius + np.array(center), triangles.astype(np.int32))


def flattened(turn_deg: float, flatness: float, softness: float = 1e-3) -> Occluder:
    """A long limb 300 mm away, turned about its own axis, which leans in the image."""
    axis = np.array([0.3, 1.0, 0.15]) / np.linalg.norm([0.3, 1.0, 0.15])
    turn = RigidTransform.from_axis_angle(axis, np.radians(turn_deg))
    thinner = turn.rotate(
        np.cross(axis, [1.0, 0.0, 0.0]) / np.linalg.norm(np.cross(axis, [1, 0, 0]))
    )
    middle = np.array([0.0, 0.0, 0.3])
    return Occluder(
        middle - 0.2 * axis, middle + 0.2 * axis, 0.016, 0.016, softness, thinner, flatness
    )


def hidden_by(limb: Occluder, samples: int) -> np.ndarray:
    """Share of each pixel of the region whose rays meet the endless elliptic cylinder."""
    axis = (limb.end - limb.start) / np.linalg.norm(limb.end - limb.start)
    frame = np.stack([np.cross(axis, limb.flat), limb.flat])
    halves = np.array([limb.start_radius, limb.start_radius * limb.flatness])
    steps = (np.arange(160 * samples) + 0.5) / samples
    x, y = np.meshgrid(steps + REGION.x, steps + REGION.y)
    rays = np.stack([(x - K.cx) / K.fx, (y - K.cy) / K.fy, np.ones_like(x)], -1)
    d, o = rays @ frame.T / halves, -(frame @ limb.start) / halves
    a, b, c = (d * d).sum(-1), d @ o, o @ o - 1.0
    hit = (b * b - a * c > 0.0).astype(float)
    return hit.reshape(160, samples, 160, samples).mean((1, 3))


@pytest.fixture(scope="module")
def furnace() -> Iterator[Renderer]:
    with Renderer(tent=uniform(0.5), gem_studio=uniform(0.5)) as created:
        yield created


@pytest.mark.gpu
@pytest.mark.parametrize(("turn_deg", "flatness"), [(50, 0.7), (80, 0.5), (140, 1.3)])
def test_a_flattened_limb_hides_what_its_elliptic_silhouette_says(
    furnace: Renderer, turn_deg: float, flatness: float
) -> None:
    limb = flattened(turn_deg, flatness)
    shot = Shot(K, REGION, (PLATE,), (limb,), supersampling=4)
    seen = furnace.render(shot).rgba[..., 3] / 255.0
    off = np.abs(seen - 1.0 + hidden_by(limb, 4))
    assert off.max() < 2.5 / 16  # of the samples in a pixel
    assert off.mean() < 2e-3
    round_one = replace(shot, occluders=(replace(limb, flat=None),))
    assert np.abs(furnace.render(round_one).rgba[..., 3] / 255.0 - seen).max() > 0.9


@pytest.mark.gpu
def test_a_flatness_of_one_changes_nothing(renderer: Renderer, ring: Model) -> None:
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
    pose = pose @ RigidTransform.from_axis_angle((1, 0.2, 0), 0.6)
    limb = Occluder(pose.apply([0, -0.04, 0]), pose.apply([0, 0.04, 0]), 0.0085, 0.008)
    shot = Shot(
        K, REGION, (Worn(ring, pose, 1.0, 0),), (limb,), shadow_strength=1.0, supersampling=3,
        whole_meshes=True,
    )  # fmt: skip
    flat = replace(shot, occluders=(replace(limb, flat=pose.rotation[:, 2], flatness=1.0),))
    np.testing.assert_array_equal(renderer.render(shot).rgba, renderer.render(flat).rgba)


@pytest.mark.gpu
def test_the_bands_of_flattened_limbs_hide_only_what_the_limbs_hide(
    furnace: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn_deg, flatness in ((0, 0.75), (60, 0.6), (110, 1.2)):
        limb = flattened(turn_deg, flatness, softness=0.15)
        for wearer in (None, 0):
            worn = replace(PLATE, wearer=wearer)
            shot = Shot(K, REGION, (worn,), (limb,), supersampling=1)
            with monkeypatch.context() as patch:
                patch.setattr(LimbPass, "draw", lambda *_: None)
                slow = furnace.render(shot).rgba.astype(int)
            assert slow[..., 3].min() < 10
            assert np.abs(furnace.render(shot).rgba.astype(int) - slow).max() <= 3


def test_a_thick_flattened_limb_reaches_as_far_as_its_thickest_side() -> None:
    point = np.array([[0.0, 0.028, 0.3]])
    limb = Occluder(
        np.array([-0.1, 0, 0.3]), np.array([0.1, 0, 0.3]), 0.02, 0.02, 0.1,
        np.array([0.0, 1.0, 0.0]),
    )  # fmt: skip
    assert not reaching(Limbs.of((limb,)), point, 0.0).any()
    assert reaching(Limbs.of((replace(limb, flatness=1.5),)), point, 0.0).all()


@pytest.mark.gpu
def test_limbs_left_out_of_a_part_would_not_have_hidden_it(
    renderer: Renderer, ring: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn in (0.0, 0.9, 2.0, 3.6, 5.0):
        pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.004, 0.0, 0.2]))
        pose = pose @ RigidTransform.from_axis_angle((1, 0.3, 0), 0.5)
        pose = pose @ RigidTransform.from_axis_angle((0, 1, 0), turn)
        limbs = tuple(
            Occluder(
                pose.apply([x, -0.04, z]), pose.apply([x, 0.04, z]), 0.0088, 0.008, 0.1,
                pose.rotation[:, 2], 0.85,
            )
            for x, z in ((0.0, 0.0), (0.018, 0.0), (-0.018, 0.004))
        )  # fmt: skip
        shot = Shot(
            K, REGION, (Worn(ring, pose, 1.0, 0),), limbs, shadow_strength=1.0, whole_meshes=True
        )
        quick = renderer.render(shot).rgba
        with monkeypatch.context() as patch:
            patch.setattr(
                "viewer.render.limbs.reaching",
                lambda limbs, points, *_: np.ones((len(limbs), len(points)), bool),
            )
            np.testing.assert_array_equal(quick, renderer.render(shot).rgba)


@pytest.mark.gpu
def test_a_body_hides_its_disc_of_what_lies_behind_it(furnace: Renderer) -> None:
    whole = furnace.render(Shot(K, REGION, (PLATE,))).rgba
    assert (whole[..., 3] == 255).all()
    for depth in (0.3, 0.06):  # the second: nearer than the depth range of the plate
        radius = 0.04 * depth
        shot = Shot(K, REGION, (PLATE,), bodies=(globe((0.0, 0.0, depth), radius),))
        hidden = 1.0 - furnace.render(shot).rgba[..., 3] / 255.0
        outline_px = K.fx * radius / np.sqrt(depth**2 - radius**2)
        assert hidden.sum() == pytest.approx(np.pi * outline_px**2, rel=0.01)
    behind = Shot(K, REGION, (PLATE,), bodies=(globe((0.0, 0.0, 0.6), 0.05),))
    np.testing.assert_array_equal(furnace.render(behind).rgba, whole)


@pytest.mark.gpu
def test_both_sides_of_a_body_hide(furnace: Renderer) -> None:
    body = globe((0.01, 0.0, 0.3), 0.02)
    turned = replace(body, triangles=np.ascontiguousarray(body.triangles[:, ::-1]))
    shots = [Shot(K, REGION, (PLATE,), bodies=(b,)) for b in (body, turned)]
    np.testing.assert_array_equal(*(furnace.render(shot).rgba for shot in shots))


@pytest.mark.gpu
def test_the_edge_of_a_body_has_neither_a_bright_nor_a_dark_rim(furnace: Renderer) -> None:
    shot = Shot(K, REGION, (PLATE,), bodies=(globe((0.0, 0.0, 0.3), 0.015),), supersampling=4)
    rgba = furnace.render(shot).rgba.astype(float)
    edge = (rgba[..., 3] > 40) & (rgba[..., 3] < 250)
    assert edge.sum() > 100
    colour = rgba[edge][:, :3] / rgba[edge][:, 3:]
    plain = rgba[2, 2, :3] / 255.0
    np.testing.assert_allclose(colour, np.broadcast_to(plain, colour.shape), atol=0.02)


@pytest.mark.gpu
def test_a_body_set_back_keeps_its_outline_and_gives_way_to_what_lies_on_it(
    furnace: Renderer,
) -> None:
    body = globe((0.0, 0.0, 0.3), 0.015)
    shot = Shot(K, REGION, (PLATE,), bodies=(body,))
    back = replace(shot, bodies=(replace(body, set_back=0.01),))
    np.testing.assert_allclose(
        furnace.render(shot).rgba.astype(int), furnace.render(back).rgba.astype(int), atol=20
    )
    sunk = RigidTransform(AWAY.rotation, np.array([0.0, 0.0, 0.290]))  # 5 mm inside the front
    inside = replace(shot, worn=(Worn(plate(0.002), sunk),))
    assert furnace.render(inside).rgba[..., 3].max() == 0
    seen = furnace.render(replace(inside, bodies=back.bodies)).rgba[..., 3]
    assert seen[78:82, 78:82].min() == 255


@pytest.mark.gpu
def test_bodies_come_and_go_from_shot_to_shot(furnace: Renderer) -> None:
    bare = Shot(K, REGION, (PLATE,))
    large, small = globe((0.0, 0.0, 0.3), 0.012), globe((0.018, 0.01, 0.3), 0.004)
    both = replace(bare, bodies=(large, small))
    first = furnace.render(both).rgba
    one = furnace.render(replace(bare, bodies=(small,))).rgba
    assert furnace.render(bare).rgba[..., 3].min() == 255
    np.testing.assert_array_equal(furnace.render(both).rgba, first)
    alone = furnace.render(replace(bare, bodies=(large,))).rgba
    np.testing.assert_array_equal(np.minimum(one[..., 3], alone[..., 3]), first[..., 3])
    nothing = BodyMesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32))
    assert furnace.render(replace(bare, bodies=(nothing,))).rgba[..., 3].min() == 255


def test_a_triangle_without_its_vertex_is_the_callers_mistake(furnace: Renderer) -> None:
    body = BodyMesh(np.ones((3, 3)), np.array([[0, 1, 3]], np.int32))
    with pytest.raises(ValueError, match="3 vertices"):
        furnace.render(Shot(K, REGION, (PLATE,), bodies=(body,)))


@pytest.mark.gpu
def test_a_body_before_it_hides_the_shadow_on_skin_too(renderer: Renderer, band: Model) -> None:
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
    pose = pose @ RigidTransform.from_axis_angle((1, 0, 0), 0.4)
    radius = band.inner_diameter / 2
    limb = Occluder(pose.apply([0, -0.04, 0]), pose.apply([0, 0.04, 0]), radius, radius)
    shot = Shot(K, REGION, (Worn(band, pose, 1.0, 0),), (limb,), shadow_strength=1.0)
    assert renderer.render(shot).rgba[..., 3].max() > 200
    wall = BodyMesh(
        np.array([[-1.0, -1, 0.12], [1.0, -1, 0.12], [1.0, 1, 0.12], [-1.0, 1, 0.12]]),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
    )
    assert renderer.render(replace(shot, bodies=(wall,))).rgba.max() == 0


@pytest.mark.gpu
def test_shots_drawn_together_are_those_drawn_one_by_one(renderer: Renderer, band: Model) -> None:
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
    shots = [
        Shot(
            K,
            REGION,
            (Worn(band, pose @ RigidTransform.from_axis_angle((1, 0.2, 0), 0.2 * turn), 1.0, 0),),
            (Occluder(pose.apply([0, -0.04, 0]), pose.apply([0, 0.04, 0]), 0.0085, 0.008),),
            shadow_strength=1.0,
            whole_meshes=True,  # not those that arrive between the two drawings
        )
        for turn in range(CAPACITY + 2)
    ]
    single = [renderer.render(shot).rgba for shot in shots]
    for one, other in zip(single, renderer.render_all(shots), strict=True):
        np.testing.assert_array_equal(one, other.rgba)
    assert not np.array_equal(single[0], single[-1])
