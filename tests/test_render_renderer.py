"""The renderer: furnace, coverage, regions, limbs, shadows, caching."""

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from viewer.errors import NoGraphics
from viewer.render.environment import uniform
from viewer.render.renderer import KEPT_MODELS, Renderer
from viewer.render.types import Lighting, Occluder, Shot, Worn
from viewer.render.worker import RenderWorker

pytestmark = pytest.mark.usefixtures("settled")

K = Intrinsics(1000.0, 1000.0, 320.0, 240.0)
REGION = PixelRegion(240, 160, 160, 160)
# finger up in the image, stone to the camera, 200 mm away
FACING = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
WHITE = Material("white", base_color=(1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=0.4)


def tilted(x_deg: float, z_deg: float = 0.0) -> RigidTransform:
    turn = RigidTransform.from_axis_angle
    return FACING @ turn((0, 0, 1), np.radians(z_deg)) @ turn((1, 0, 0), np.radians(x_deg))


def ball(radius: float, material: Material, center: tuple[float, float, float] = (0, 0, 0)) -> Part:
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 49), np.linspace(0, np.pi, 25))
    normals = np.stack([np.sin(v) * np.cos(u), np.cos(v), np.sin(v) * np.sin(u)], -1)
    n = normals.reshape(-1, 3)
    i, j = np.meshgrid(np.arange(48), np.arange(24))
    a = (j * 49 + i).ravel()
    triangles = np.concatenate(
        [np.stack([a, a + 1, a + 50], -1), np.stack([a, a + 50, a + 49], -1)]
    )
    return Part("ball", Mesh(n * radius + center, n, triangles.astype(np.int32)), material)


def finger(pose: RigidTransform, radius: float) -> Occluder:
    return Occluder(pose.apply([0, -0.04, 0]), pose.apply([0, 0.04, 0]), radius, radius)


@pytest.mark.gpu
@pytest.mark.parametrize("roughness", [0.05, 0.4, 1.0])
@pytest.mark.parametrize("metallic", [0.0, 1.0])
def test_a_white_ball_in_a_white_furnace_gives_back_all_light(
    roughness: float, metallic: float
) -> None:
    material = replace(WHITE, roughness=roughness, metallic=metallic)
    model = Model("furnace", (ball(0.01, material),))
    with Renderer(tent=uniform(0.5), gem_studio=uniform(0.5)) as furnace:
        rgba = furnace.render(Shot(K, REGION, (Worn(model, FACING),))).rgba
    inside = rgba[rgba[..., 3] == 255][:, :3] / 255.0
    radiance = ((inside + 0.055) / 1.055) ** 2.4 + 0.04
    assert len(inside) > 5000
    np.testing.assert_allclose(radiance, 0.5, atol=0.012)


@pytest.mark.gpu
def test_colour_never_exceeds_coverage(renderer: Renderer, ring: Model) -> None:
    pose = tilted(25, 10)
    occluders = (finger(pose, 0.0085),)
    for strength in (0.0, 1.0):
        worn = (Worn(ring, pose, 0.7, 0),)
        rgba = renderer.render(
            Shot(K, REGION, worn, occluders, shadow_strength=strength, supersampling=3)
        ).rgba
        assert (rgba[..., :3] <= rgba[..., 3:]).all()
        assert (rgba[rgba[..., 3] == 0] == 0).all()


@pytest.mark.gpu
def test_a_region_is_a_crop_of_the_whole(renderer: Renderer, ring: Model) -> None:
    worn = (Worn(ring, tilted(25, 10)),)
    whole, part = (
        renderer.render(Shot(K, region, worn, whole_meshes=True)).rgba
        for region in (PixelRegion(0, 0, 640, 480), PixelRegion(280, 200, 75, 61))
    )
    crop = whole[200:261, 280:355]
    difference = np.abs(part.astype(int) - crop.astype(int))
    assert crop[..., 3].mean() > 40
    assert np.quantile(difference, 0.999) <= 3


@pytest.mark.gpu
def test_a_region_may_reach_beyond_the_image(renderer: Renderer, ring: Model) -> None:
    shot = Shot(K, PixelRegion(-50, -40, 740, 560), (Worn(ring, FACING),))
    rgba = renderer.render(shot).rgba
    assert rgba.shape == (560, 740, 4)
    columns = np.nonzero(rgba[..., 3])[1]
    assert abs(columns.mean() - 370) < 2  # the image's centre, seen from the region's corner


@pytest.mark.gpu
def test_tiles_meet_without_a_seam(renderer: Renderer, band: Model, monkeypatch) -> None:
    shot = Shot(K, REGION, (Worn(band, tilted(40)),), supersampling=1)
    whole = renderer.render(shot).rgba
    monkeypatch.setattr(type(renderer._targets), "largest_side", 64)
    tiled = renderer.render(shot).rgba
    assert np.quantile(np.abs(whole.astype(int) - tiled.astype(int)), 0.999) <= 2


@pytest.mark.gpu
def test_more_samples_converge_on_the_same_picture(renderer: Renderer, band: Model) -> None:
    def picture(k: int) -> np.ndarray:
        shot = Shot(K, REGION, (Worn(band, tilted(35, 20)),), supersampling=k)
        return renderer.render(shot).rgba.astype(float)

    truth = picture(6)
    errors = [np.sqrt(((picture(k) - truth) ** 2).mean()) for k in (1, 2, 3)]
    assert errors[0] > errors[1] > errors[2]
    assert np.abs(picture(2).mean() - truth.mean()) < 0.5


@pytest.mark.gpu
def test_coverage_at_an_edge_is_the_share_of_the_pixel(renderer: Renderer) -> None:
    model = Model("disc", (ball(0.01, WHITE),))
    rgba = renderer.render(Shot(K, REGION, (Worn(model, FACING),), supersampling=4)).rgba
    area = rgba[..., 3].sum() / 255.0
    # a sphere of 10 mm at 200 mm: its outline is wider than its radius by perspective
    radius = 1000.0 * 0.01 / np.sqrt(0.2**2 - 0.01**2)
    assert area == pytest.approx(np.pi * radius**2, rel=0.01)


@pytest.mark.gpu
def test_the_finger_hides_the_far_half_and_not_the_near(renderer: Renderer, band: Model) -> None:
    pose = tilted(50)
    radius = band.inner_diameter / 2
    bare = renderer.render(Shot(K, REGION, (Worn(band, pose),))).rgba[..., 3]
    worn = Shot(K, REGION, (Worn(band, pose, 1.0, 0),), (finger(pose, radius),))
    hidden = renderer.render(worn).rgba[..., 3]
    near = K.project(pose.apply([0.0, 0.0, radius + 0.001])) - (REGION.x, REGION.y)
    far = K.project(pose.apply([0.0, 0.0, -radius - 0.001])) - (REGION.x, REGION.y)
    near_column, near_row = np.round(near).astype(int)
    far_column, far_row = np.round(far).astype(int)
    assert bare[near_row, near_column] == bare[far_row, far_column] == 255
    assert hidden[near_row, near_column] == 255
    assert hidden[far_row, far_column] == 0
    # the front half keeps every pixel: the lower half of the image of a ring tilted to us
    front = bare[near_row - 3 :, near_column - 20 : near_column + 20] == 255
    assert (hidden[near_row - 3 :, near_column - 20 : near_column + 20][front] > 250).all()


@pytest.mark.gpu
def test_the_ring_fades_softly_where_it_goes_behind(renderer: Renderer, band: Model) -> None:
    pose = tilted(50)
    shot = Shot(
        K, REGION, (Worn(band, pose, 1.0, 0),), (finger(pose, band.inner_diameter / 2),),
        supersampling=4,
    )  # fmt: skip
    soft = renderer.render(shot).rgba[..., 3]
    hard_edged = replace(shot.occluders[0], softness=0.001)
    hard = renderer.render(replace(shot, occluders=(hard_edged,))).rgba[..., 3]
    between = (soft > 25) & (soft < 230)
    assert between.sum() > 1.2 * ((hard > 25) & (hard < 230)).sum()


@pytest.mark.gpu
def test_a_neighbouring_finger_hides_what_it_stands_before(renderer: Renderer, band: Model) -> None:
    before = Occluder(np.array([-0.1, 0, 0.15]), np.array([0.1, 0, 0.15]), 0.03, 0.03)
    behind = Occluder(np.array([-0.1, 0, 0.30]), np.array([0.1, 0, 0.30]), 0.03, 0.03)
    around = Occluder(np.array([-0.1, 0, 0.2]), np.array([0.1, 0, 0.2]), 0.03, 0.03)
    alpha = {
        name: renderer.render(
            Shot(K, REGION, (Worn(band, tilted(50)),), (limb,), whole_meshes=True)
        ).rgba[..., 3]
        for name, limb in {"before": before, "behind": behind, "around": around}.items()
    }
    bare = renderer.render(Shot(K, REGION, (Worn(band, tilted(50)),), whole_meshes=True)).rgba[
        ..., 3
    ]
    assert alpha["before"].max() == 0
    assert alpha["around"].max() == 0
    np.testing.assert_array_equal(alpha["behind"], bare)


@pytest.mark.gpu
def test_the_nearer_of_two_jewels_is_seen(renderer: Renderer) -> None:
    red = Model("red", (ball(0.01, replace(WHITE, base_color=(1, 0.02, 0.02, 1))),))
    blue = Model("blue", (ball(0.01, replace(WHITE, base_color=(0.02, 0.02, 1, 1))),))
    further = RigidTransform(FACING.rotation, FACING.translation * 1.15)
    for worn in (
        (Worn(red, FACING), Worn(blue, further)),
        (Worn(blue, further), Worn(red, FACING)),
    ):
        r, _, b, a = renderer.render(Shot(K, REGION, worn)).rgba[80, 80].astype(int)
        assert a == 255
        assert r > b + 50


@pytest.mark.gpu
def test_opacity_fades_everything(renderer: Renderer, ring: Model) -> None:
    def alpha(opacity: float) -> float:
        shot = Shot(K, REGION, (Worn(ring, tilted(30), opacity),))
        return float(renderer.render(shot).rgba[..., 3].mean())

    assert alpha(0.0) == 0.0
    assert alpha(0.5) == pytest.approx(0.5 * alpha(1.0), rel=0.02)


@pytest.mark.gpu
def test_the_shadow_hugs_the_ring_and_needs_a_wearer(renderer: Renderer, band: Model) -> None:
    pose = tilted(20)
    limb = (finger(pose, band.inner_diameter / 2),)

    def drawn(wearer: int | None, strength: float) -> np.ndarray:
        worn = (Worn(band, pose, 1.0, wearer),)
        return renderer.render(Shot(K, REGION, worn, limb, shadow_strength=strength)).rgba.astype(
            int
        )

    plain, shaded = drawn(0, 0.0), drawn(0, 1.0)
    added = shaded[..., 3] - plain[..., 3]
    assert added.min() >= -1
    assert added.max() > 60
    top = int(np.nonzero(plain[:, 80, 3])[0].min())  # of the band, in the middle column
    just_outside, far_away = top - 2, top - 34
    assert added[just_outside, 70:90].mean() > 3 * max(added[far_away, 70:90].mean(), 1.0)
    shadow_only = (plain[..., 3] == 0) & (shaded[..., 3] > 0)
    assert shaded[shadow_only][:, :3].max() < 40  # dark, at most a little red
    half = drawn(0, 0.5)[..., 3] - plain[..., 3]
    assert half[shadow_only].sum() == pytest.approx(0.5 * added[shadow_only].sum(), rel=0.1)


@pytest.mark.gpu
def test_light_obeys_tint_and_exposure(renderer: Renderer, band: Model) -> None:
    def mean(lighting: Lighting) -> np.ndarray:
        shot = Shot(K, REGION, (Worn(band, tilted(40)),), lighting=lighting)
        rgba = renderer.render(shot).rgba
        return rgba[rgba[..., 3] == 255][:, :3].mean(axis=0)

    plain = mean(Lighting())
    assert (mean(Lighting(exposure=0.5)) < plain - 20).all()
    warm = mean(Lighting(tint=(1.2, 1.0, 0.7)))
    assert warm[2] < plain[2] - 10
    assert warm[0] > plain[0]


@pytest.mark.gpu
def test_prongs_are_seen_through_the_stone(renderer: Renderer, ring: Model) -> None:
    """A stone in black metal shows the metal: it is darker than the same stone in bright metal."""

    def stone_brightness(color: float) -> float:
        metal = replace(WHITE, base_color=(color, color, color, 1.0), roughness=0.05)
        parts = tuple(p if p.material.is_gem else replace(p, material=metal) for p in ring.parts)
        loose = Model("loose", tuple(p for p in ring.parts if p.material.is_gem))
        shot = Shot(K, REGION, (Worn(Model("set", parts), tilted(-60)),))
        mask = renderer.render(replace(shot, worn=(Worn(loose, tilted(-60)),))).rgba[..., 3] == 255
        inner = mask & np.roll(mask, 6, 0) & np.roll(mask, -6, 0)
        return float(renderer.render(shot).rgba[..., :3][inner].mean())

    assert stone_brightness(1.0) > stone_brightness(0.02) + 8


@pytest.mark.gpu
def test_a_model_is_uploaded_once_and_the_oldest_forgotten(renderer: Renderer) -> None:
    models = [Model(f"ball {k}", (ball(0.01, WHITE),)) for k in range(KEPT_MODELS + 2)]
    first = renderer.uploaded(models[0])
    assert renderer.uploaded(models[0]) is first
    for model in models[1:]:
        renderer.uploaded(model)
    assert renderer.uploaded(models[0]) is not first


@pytest.mark.gpu
def test_nothing_worn_draws_nothing(renderer: Renderer) -> None:
    rgba = renderer.render(Shot(K, PixelRegion(0, 0, 7, 5), ())).rgba
    assert rgba.shape == (5, 7, 4)
    assert rgba.max() == 0


def test_an_empty_region_is_the_callers_mistake(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="region"):
        renderer.render(Shot(K, PixelRegion(0, 0, 0, 5), ()))


@pytest.mark.gpu
def test_both_software_paths_draw_the_same(renderer: Renderer, band: Model) -> None:
    try:
        other = RenderWorker("osmesa")
    except NoGraphics as missing:  # the message is all that can be checked here
        assert "libosmesa6" in str(missing)  # noqa: PT017
        return
    with other:
        shot = Shot(K, REGION, (Worn(band, tilted(30)),))
        a, b = renderer.render(shot).rgba, other.render(shot).result().rgba
    assert np.quantile(np.abs(a.astype(int) - b.astype(int)), 0.99) <= 3
