"""Laying drawings over an image, softened and noisy like it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models3d.frames import Image, PixelRegion
from tryon.appearance.compose import compose
from tryon.appearance.grain import Grain, measure_grain, noise_level, noise_patch, soften
from viewer.render.types import Overlay

REGION = PixelRegion(37, 21, 60, 50)
WHOLE = PixelRegion(0, 0, 400, 400)


def random_image(height: int = 120, width: int = 160) -> Image:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def random_overlay(region: PixelRegion = REGION) -> Overlay:
    random = np.random.default_rng(5)
    alpha = random.integers(0, 256, (region.height, region.width, 1))
    alpha[:8], alpha[:, :8], alpha[-8:], alpha[:, -8:] = 0, 0, 0, 0
    colour = random.integers(0, 256, (region.height, region.width, 3))
    rgba = np.concatenate([colour * alpha // 255, alpha], axis=2)
    return Overlay(rgba.astype(np.uint8), region)


def disc(radius: float, size: int = 80) -> Image:
    y, x = np.mgrid[:size, :size] - size / 2 + 0.5
    alpha = np.clip(radius - np.hypot(x, y) + 0.5, 0, 1)
    return np.round(255 * np.stack([alpha * 0.5, alpha * 0.4, alpha * 0.3, alpha], -1)).astype(
        np.uint8
    )


def edges(blur: float, noise: float) -> Image:
    """A bright quadrangle on dark, drawn finely, then blurred and made noisy."""
    fine = np.full((1600, 1600), 90, np.float32)
    cv2.fillPoly(fine, [np.array([[300, 300], [1300, 420], [1180, 1200], [390, 1300]])], 180)
    grey = cv2.resize(fine, (400, 400), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(grey, (0, 0), blur) if blur else grey
    grey = grey + np.random.default_rng(1).standard_normal(grey.shape) * noise
    return np.repeat(np.clip(np.round(grey), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_the_law_of_premultiplied_alpha_holds() -> None:
    image, overlay = random_image(), random_overlay()
    inside = image[21:71, 37:97].astype(float)
    rgba = overlay.rgba.astype(float)
    expected = rgba[..., :3] + inside * (1 - rgba[..., 3:] / 255)
    got = compose(image, [overlay])[21:71, 37:97]
    assert np.abs(got - np.clip(expected, 0, 255)).max() <= 1.0


@pytest.mark.parametrize("grain", [None, Grain(1.2, 3.0)])
def test_pixels_outside_the_region_are_never_touched(grain: Grain | None) -> None:
    image = random_image()
    before = image.copy()
    result = compose(image, [random_overlay()], [grain], seed=9)
    outside = np.ones(image.shape[:2], bool)
    outside[21:71, 37:97] = False
    np.testing.assert_array_equal(result[outside], image[outside])
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(result, image)


def test_noise_falls_only_on_what_was_drawn() -> None:
    image, rgba = random_image(), disc(15.0)
    result = compose(image, [Overlay(rgba, PixelRegion(10, 10, 80, 80))], [Grain(0.0, 5.0)], seed=1)
    undrawn = np.ones(image.shape[:2], bool)
    undrawn[10:90, 10:90] = rgba[..., 3] == 0
    np.testing.assert_array_equal(result[undrawn], image[undrawn])


def test_an_empty_overlay_changes_nothing() -> None:
    empty = Overlay(np.zeros((50, 60, 4), np.uint8), REGION)
    for grain in (None, Grain(2.0, 6.0)):
        np.testing.assert_array_equal(compose(random_image(), [empty], [grain]), random_image())


def test_an_opaque_overlay_replaces_and_a_clear_glow_adds() -> None:
    opaque = np.full((50, 60, 4), 255, np.uint8)
    assert compose(random_image(), [Overlay(opaque, REGION)])[21:71, 37:97].min() == 255
    glow = np.zeros((50, 60, 4), np.uint8)
    glow[..., 0] = 40
    result = compose(random_image(), [Overlay(glow, REGION)])[21:71, 37:97]
    np.testing.assert_array_equal(
        result[..., 0], np.minimum(random_image()[21:71, 37:97, 0] + 40.0, 255)
    )


@pytest.mark.parametrize(("x", "y"), [(-30, -20), (130, 90), (-30, 90), (500, 0), (-300, -300)])
def test_an_overlay_beyond_the_edge_shows_its_inner_part(x: int, y: int) -> None:
    image, region = random_image(), PixelRegion(x, y, 60, 50)
    rgba = np.full((50, 60, 4), 255, np.uint8)
    result = compose(image, [Overlay(rgba, region)])
    inside = region.clipped(160, 120)
    changed = np.zeros(image.shape[:2], bool)
    changed[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width] = True
    assert (result[changed] == 255).all()
    np.testing.assert_array_equal(result[~changed], image[~changed])


def test_the_same_seed_gives_the_same_grain_and_another_another() -> None:
    def composed(seed: int) -> Image:
        return compose(random_image(), [random_overlay()], [Grain(0.6, 3.0)], seed)

    np.testing.assert_array_equal(composed(4), composed(4))
    assert (composed(4) != composed(5)).any()


@pytest.mark.parametrize("blur", [0.8, 1.0, 1.5, 2.0, 4.0, 7.0])
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_blur_and_noise_of_a_photo_are_measured(blur: float, noise: float) -> None:
    grain = measure_grain(edges(blur, noise), WHOLE, still=True)
    assert grain.blur_px == pytest.approx(blur, rel=0.15)
    assert grain.noise == pytest.approx(noise, abs=0.1)


def test_a_drawing_made_as_soft_as_a_photo_measures_as_soft() -> None:
    # the same quadrangle, drawn sharp and softened for a photo of blur 1.5
    sharp = edges(0.0, 0.0)
    rgba = np.dstack([sharp, np.full((400, 400), 255, np.uint8)])
    softened = soften(rgba, Grain(1.5, 0.0))[..., :3]
    assert measure_grain(softened, WHOLE, still=True).blur_px == pytest.approx(1.5, rel=0.1)


@pytest.mark.parametrize("noise", [1.0, 2.5, 5.0])
def test_a_drawing_made_as_noisy_as_a_photo_measures_as_noisy(noise: float) -> None:
    flat = Overlay(
        np.full((200, 200, 4), (120, 120, 120, 255), np.uint8), PixelRegion(50, 50, 200, 200)
    )
    result = compose(np.full((300, 300, 3), 128, np.uint8), [flat], [Grain(0.0, noise)])
    grey = cv2.cvtColor(result[60:240, 60:240], cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert noise_level(grey) == pytest.approx(noise, rel=0.1)
    assert grey.mean() == pytest.approx(120, abs=0.5)


def test_noise_larger_than_its_tile_has_no_seam() -> None:
    patch = noise_patch(700, 900, Grain(0.0, 2.0), seed=3).astype(float)
    assert patch.shape == (700, 900, 3)
    steps = np.abs(np.diff(patch[..., 0], axis=1)).mean(axis=0)
    assert steps.max() < 1.3 * steps.mean()


def test_a_place_too_small_to_measure_has_no_grain() -> None:
    assert measure_grain(random_image(), PixelRegion(150, 110, 100, 100)) == Grain()
