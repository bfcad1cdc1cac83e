"""Live shots sample where jewels can be, for the limbs in reach: the picture stays the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from viewer.configuration import build_model, configure
from viewer.render import renderer as drawing
from viewer.render import shadow_pass, stone_pass, targets
from viewer.render.limbs import MAX_LIMBS
from viewer.render.renderer import Renderer
from viewer.render.types import Occluder, Shot, Worn
from viewer.render.window import window_of

K = Intrinsics(700.0, 700.0, 160.0, 120.0)
REGION = PixelRegion(0, 0, 320, 240)
POSE = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
POSE = POSE @ RigidTransform.from_axis_angle((1, 0.2, 0), 0.9)


@pytest.fixture(scope="module")
def ring() -> Model:
    return build_model(configure("solitaire"))


def shot(ring: Model, limbs: int) -> Shot:
    radius = ring.inner_diameter / 2
    fingers = [
        Occluder(POSE.apply([x, -0.03, 0.0]), POSE.apply([x, 0.03, 0.0]), radius, radius)
        for x in (0.0, *(0.9 * radius * side * n for n in (2, 3, 4) for side in (1, -1)))
    ]
    worn = Worn(ring, POSE, 1.0, 0 if limbs else None, on_skin=not limbs)
    return Shot(
        K, REGION, (worn,), tuple(fingers[:limbs]), shadow_strength=1.0, gem_bounces=4, live=True,
        whole_meshes=True,
    )  # fmt: skip


@pytest.mark.gpu
def test_a_picture_of_which_a_part_is_sampled_is_the_whole_one(
    ring: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Renderer() as renderer:
        partly = renderer.render(shot(ring, 2)).rgba.astype(int)
        sampled = []
        monkeypatch.setattr(
            drawing, "window_of", lambda region, *_: sampled.append(region) or region
        )
        wholly = renderer.render(shot(ring, 2)).rgba.astype(int)
    assert sampled == [REGION]
    touched = wholly[..., 3] > 0
    assert touched.any()
    assert np.abs(partly - wholly)[touched].mean() < 0.05  # edges between samples may fall apart
    assert not partly[~touched].any()


@pytest.mark.gpu
@pytest.mark.parametrize("limbs", [0, 1, 2, 3, 5])
def test_programs_for_few_limbs_draw_what_the_one_for_all_draws(
    ring: Model, limbs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Renderer() as renderer:
        few = renderer.render(shot(ring, limbs)).rgba
        for module in (drawing, stone_pass, shadow_pass):
            monkeypatch.setattr(module, "most_limbs", lambda *_, **__: MAX_LIMBS)
        every = renderer.render(shot(ring, limbs)).rgba
    assert few[..., 3].max() == 255
    np.testing.assert_allclose(few.astype(int), every, atol=1)


@pytest.mark.gpu
@pytest.mark.parametrize("side", [128, 176])
def test_the_coarser_shadow_of_a_live_picture_looks_like_the_finer(
    ring: Model, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lens = Intrinsics(5.0 * side, 5.0 * side, 0.5 * side, 0.5 * side)
    drawn = replace(shot(ring, 3), intrinsics=lens, region=PixelRegion(0, 0, side, side))
    with Renderer() as renderer:
        coarse = renderer.render(drawn).rgba.astype(int)
        monkeypatch.setattr(targets, "COARSE_SHADOW_STEP", targets.SHADOW_STEP)
        fine = renderer.render(drawn).rgba.astype(int)
    touched = (fine[..., 3] > 0) | (coarse[..., 3] > 0)
    assert ((fine[..., 3] > 0) & (fine[..., 3] < 200)).sum() > 0.02 * side**2  # in shadow
    squares = ((coarse - fine)[touched] ** 2).mean()
    assert 10.0 * np.log10(255.0**2 / squares) > 45.0


def test_the_window_holds_every_sphere_about_its_points() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform((-0.02, -0.01, 0.18), (0.01, 0.012, 0.24), (50, 3))
    gaps = rng.uniform(0.0, 2e-3, 50)
    window = window_of(REGION, K, [(points, gaps)])
    directions = rng.normal(size=(50, 400, 3))
    directions /= np.linalg.norm(directions, axis=2, keepdims=True)
    seen = K.project((points[:, None] + gaps[:, None, None] * directions).reshape(-1, 3))
    inside = seen[((seen >= 0) & (seen <= (REGION.width, REGION.height))).all(axis=1)]
    assert (inside >= (window.x, window.y)).all()
    assert (inside <= (window.x + window.width, window.y + window.height)).all()
    assert window.width * window.height < 0.7 * REGION.width * REGION.height


def test_the_whole_region_is_the_window_where_a_thing_may_stand_beside_the_camera() -> None:
    near = np.array([[0.0, 0.0, 1e-3]]), np.array([2e-3])
    assert window_of(REGION, K, [near]) == REGION
    filling = np.array([[0.0, 0.0, 0.2]]), np.array([0.03])
    assert window_of(REGION, K, [filling]) == REGION


def test_a_window_beside_the_region_is_one_pixel() -> None:
    aside = np.array([[10.0, 0.0, 1.0]]), np.array([1e-3])
    window = window_of(REGION, K, [aside])
    assert (window.width, window.height) == (1, window.height)
    assert window.x == REGION.width - 1
    shifted = replace(REGION, x=5000)
    assert window_of(shifted, K, [aside]).x >= 5000
