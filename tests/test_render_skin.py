"""Skin near a worn jewel: where it lies, the shadow on it, and what metal mirrors of it."""

from dataclasses import replace

import numpy as np
import pytest

from models3d.chains.body import Neck, normals
from models3d.frames import Anchor, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from models3d.necklaces.chain import ChainNecklace
from viewer.render.renderer import Renderer
from viewer.render.skin import (
    NO_SKIN,
    Quadric,
    has_skin,
    mirrored,
    patch_of,
    section,
    shadow_bounds,
    skin_mesh,
)
from viewer.render.types import Lighting, Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

K = Intrinsics(1000.0, 1000.0, 320.0, 240.0)
REGION = PixelRegion(200, 120, 240, 240)
FACE = np.diag([1.0, -1.0, -1.0])
GOLD = Material("gold", base_color=(1.0, 0.85, 0.5, 1.0), metallic=1.0, roughness=0.1)
CLAY = Material("clay", base_color=(0.8, 0.8, 0.8, 1.0), metallic=0.0, roughness=0.9)


def ball(radius: float, center: tuple[float, float, float], material: Material = GOLD) -> Part:
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 49), np.linspace(0, np.pi, 25))
    n = np.stack([np.sin(v) * np.cos(u), np.cos(v), np.sin(v) * np.sin(u)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(48), np.arange(24))
    a = (j * 49 + i).ravel()
    triangles = np.concatenate(
        [np.stack([a, a + 1, a + 50], -1), np.stack([a, a + 50, a + 49], -1)]
    ).astype(np.int32)
    return Part("ball", Mesh(n * radius + np.array(center), n, triangles), material)


def at(depth: float, *turns_deg: float) -> RigidTransform:
    placed = RigidTransform(FACE, np.array([0.0, 0.0, depth]))
    for axis, turn in zip(np.eye(3), turns_deg, strict=False):
        placed = placed @ RigidTransform.from_axis_angle(axis, np.radians(turn))
    return placed


def watch() -> Model:
    """A ball that lies on top of an elliptic wrist."""
    part = ball(0.006, (0.0, 0.0, 0.0262))
    return Model("watch", (part,), Anchor.WRIST, 0.05, {"section_mm": [28.0, 20.0]})


def stud(material: Material = GOLD) -> Model:
    return Model("stud", (ball(0.003, (0.0, 0.0, 0.0032), material),), Anchor.EAR)


@pytest.fixture(scope="module")
def necklace() -> Model:
    return ChainNecklace().build()


def value(skin: Quadric, points: np.ndarray) -> np.ndarray:
    x, y, z = points.T
    xx, yy, zz, yz = skin.squares
    y0, z0, c = skin.rest
    return (xx * x * x + yy * y * y + zz * z * z) / 2 + yz * y * z + y * y0 + z * z0 + c


def slope(skin: Quadric, points: np.ndarray) -> np.ndarray:
    step = 1e-5
    return np.stack(
        [(value(skin, points + d) - value(skin, points - d)) / 2 / step for d in step * np.eye(3)],
        axis=-1,
    )


def test_a_wrist_has_the_section_that_the_model_was_made_for() -> None:
    assert section(watch()) == (0.028, 0.020)
    assert section(replace(watch(), extras={})) == (0.025, 0.025)
    for wrong in ("wide", [28.0], [0.0, 20.0], [28.0, "20"], [float("nan"), 20.0], None):
        assert section(replace(watch(), extras={"section_mm": wrong})) == (0.025, 0.025)


def test_a_model_that_does_not_say_where_it_is_worn_has_no_skin() -> None:
    loose = Model("loose", (ball(0.01, (0, 0, 0)),))
    assert not has_skin(loose)
    assert patch_of(loose, loose.parts[0].mesh.positions) is None
    assert skin_mesh(loose) is None
    assert len(shadow_bounds(loose, loose.parts[0].mesh.positions)) == 0
    assert mirrored(loose, loose.parts[0].mesh.positions) == NO_SKIN


def test_the_mirrored_limb_is_the_limb() -> None:
    turn = np.linspace(0, 2 * np.pi, 40)
    on_skin = np.stack([0.028 * np.sin(turn), 0.01 * turn, 0.020 * np.cos(turn)], axis=-1)
    skin = mirrored(watch(), on_skin)
    np.testing.assert_allclose(value(skin, on_skin), 0.0, atol=1e-12)
    assert (value(skin, 1.1 * on_skin * [1, 0, 1]) > 1e-3).all()


def test_the_mirrored_neck_follows_the_neck(necklace: Model) -> None:
    positions = np.concatenate([part.world_mesh().positions for part in necklace.parts])[::40]
    skin = mirrored(necklace, positions)
    height, outward = normals(Neck(), positions)
    steep = slope(skin, positions)
    steep /= np.linalg.norm(steep, axis=1, keepdims=True)
    assert np.quantile((steep * outward).sum(axis=1), 0.1) > np.cos(np.radians(25))
    assert np.quantile(np.abs(value(skin, positions) - height), 0.9) < 4e-3


def test_patches_lie_on_the_skin_and_face_outwards(necklace: Model) -> None:
    positions = np.concatenate([part.world_mesh().positions for part in necklace.parts])[::10]
    patch = patch_of(necklace, positions)
    assert patch is not None
    shown = patch.fade > 0
    assert 0.02 < shown.mean() < 0.5
    depth = Neck().depth(patch.points[shown])
    assert np.quantile(np.abs(depth), 0.99) < 1.2e-3
    assert np.linalg.norm(patch.normals, axis=-1) == pytest.approx(1.0, abs=1e-6)
    for model, points in ((watch(), watch().parts[0].mesh.positions), (necklace, positions)):
        found = patch_of(model, points)
        assert found is not None
        a, b, c = (found.positions[found.triangles[:, k]] for k in range(3))
        facing = np.cross(b - a, c - a)
        agree = (facing * found.position_normals[found.triangles[:, 0]]).sum(axis=1)
        assert (agree > 0).mean() > 0.99


@pytest.mark.gpu
@pytest.mark.parametrize("model", [watch(), stud()], ids=lambda m: m.name)
def test_the_shadow_lies_within_the_bounds_that_are_drawn(renderer: Renderer, model: Model) -> None:
    pose = at(0.2, 20, 10)
    shot = Shot(K, REGION, (Worn(model, pose, on_skin=True),), shadow_strength=1.0)
    bare = renderer.render(replace(shot, shadow_strength=0.0)).rgba[..., 3].astype(int)
    shaded = renderer.render(shot).rgba[..., 3].astype(int)
    rows, columns = np.nonzero(shaded - bare > 12)
    assert len(rows) > 200
    bounds = pose.apply(shadow_bounds(model, model.parts[0].mesh.positions))
    low, high = K.project(bounds).min(axis=0), K.project(bounds).max(axis=0)
    assert columns.min() + REGION.x >= low[0] - 3
    assert columns.max() + REGION.x <= high[0] + 3
    assert rows.min() + REGION.y >= low[1] - 3
    assert rows.max() + REGION.y <= high[1] + 3


@pytest.mark.gpu
def test_a_piece_darkens_skin_most_where_it_touches_it(renderer: Renderer) -> None:
    shot = Shot(K, REGION, (Worn(watch(), at(0.25), on_skin=True),), shadow_strength=1.0)
    bare = renderer.render(replace(shot, shadow_strength=0.0)).rgba[120, :, 3].astype(int)
    added = renderer.render(shot).rgba[120, :, 3].astype(int) - bare
    edge = int(np.nonzero(bare == 255)[0].max()) + 2
    assert added[edge] > 60
    assert added[edge] > 1.5 * added[edge + 20]
    assert (np.diff(added[edge : edge + 40]) <= 3).all()


@pytest.mark.gpu
def test_a_necklace_shades_the_skin_along_it(renderer: Renderer, necklace: Model) -> None:
    shot = Shot(K, PixelRegion(200, 150, 240, 200), (Worn(necklace, at(0.6), on_skin=True),),
                shadow_strength=1.0)  # fmt: skip
    bare = renderer.render(replace(shot, shadow_strength=0.0)).rgba[..., 3].astype(int)
    added = renderer.render(shot).rgba[..., 3].astype(int) - bare
    assert added.min() >= -1
    beside = np.zeros_like(bare, bool)
    for step in (1, 2, 3):
        beside |= (np.roll(bare, step, 0) > 128) & (bare == 0)
    assert added[beside].mean() > 25
    far = np.ones_like(bare, bool)
    reach = int(1000 * 0.014 / 0.6)
    for y in range(-reach, reach + 1, 3):
        for x in range(-reach, reach + 1, 3):
            far &= np.roll(bare, (y, x), (0, 1)) == 0
    assert added[far].max() <= 2


@pytest.mark.gpu
def test_who_wears_nothing_has_no_shadow(renderer: Renderer) -> None:
    for model in (watch(), stud()):
        shot = Shot(K, REGION, (Worn(model, at(0.2, 20)),), whole_meshes=True)
        shaded = renderer.render(replace(shot, shadow_strength=1.0)).rgba
        np.testing.assert_array_equal(shaded, renderer.render(shot).rgba)


@pytest.mark.gpu
@pytest.mark.parametrize("material", [GOLD, CLAY], ids=lambda m: m.name)
def test_what_faces_the_skin_takes_its_colour_and_what_faces_away_does_not(
    renderer: Renderer, material: Material
) -> None:
    worn = Worn(stud(material), at(0.1, 0, 90), on_skin=True)  # skin beside it
    light = Lighting(skin=(0.5, 0.05, 0.02))
    shot = Shot(K, REGION, (worn,), lighting=light)
    red = renderer.render(shot).rgba[..., :3].astype(int)
    blue = renderer.render(replace(shot, lighting=Lighting(skin=(0.02, 0.05, 0.5)))).rgba.astype(
        int
    )
    turned = np.nonzero(np.abs(red - blue[..., :3]).max(axis=-1) > 30)[1]
    solid = np.nonzero(blue[..., 3] == 255)[1]
    middle = (solid.min() + solid.max()) / 2.0
    width = solid.max() - solid.min()
    assert len(turned) > 100
    side = np.sign(turned.mean() - middle)
    towards_skin = at(0.1, 0, 90).rotation[0, 2]  # +Z leads away from the head
    assert side == -np.sign(towards_skin)
    assert ((turned - middle) * side > -0.2 * width).mean() > 0.97


@pytest.mark.gpu
def test_the_seen_skin_is_mirrored_as_bright_as_it_was_seen(renderer: Renderer) -> None:
    def mirrored_skin(exposure: float) -> np.ndarray:
        light = Lighting(exposure=exposure, skin=(0.4, 0.2, 0.1))
        silver = replace(GOLD, base_color=(1.0, 1.0, 1.0, 1.0), roughness=0.02)
        worn = Worn(stud(silver), at(0.1, 0, 90), on_skin=True)
        rgba = renderer.render(Shot(K, REGION, (worn,), lighting=light)).rgba.astype(float)
        solid = rgba[..., 3] == 255
        seen = rgba[solid][:, :3]
        return np.quantile(seen[seen[:, 0] > 2.0 * seen[:, 2]], 0.8, axis=0)

    np.testing.assert_allclose(mirrored_skin(1.0), mirrored_skin(0.5), atol=12)
