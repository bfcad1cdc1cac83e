"""What the camera did to a photo, measured and given to what is drawn into it."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from models3d.frames import Image, PixelRegion
from tryon.appearance.compose import compose
from tryon.appearance.compression import BLOCK, compressed, find_quality, on_blocks
from tryon.appearance.grain import Grain, measure_grain, noise_level, soften
from tryon.appearance.sharpness import edge_blur
from viewer.render.types import Overlay

WHOLE = PixelRegion(0, 0, 400, 400)


def scene(size: int = 400) -> Image:
    """Discs of many shades: edges of every direction."""
    random = np.random.default_rng(8)
    picture = np.full((size * 4, size * 4, 3), 120, np.uint8)
    for _ in range(40):
        x, y = random.integers(0, size * 4, 2)
        colour = random.integers(20, 240, 3).tolist()
        cv2.circle(picture, (int(x), int(y)), int(random.integers(80, 300)), colour, -1)
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def moved(picture: Image, length_px: float, way: float) -> Image:
    """Blurred along one direction with a variance of length squared."""
    reach = math.ceil(3 * length_px)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(float)
    u, v = math.cos(way) * x + math.sin(way) * y, -math.sin(way) * x + math.cos(way) * y
    kernel = np.exp(-0.5 * ((u / length_px) ** 2 + (v / 0.5) ** 2))
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize("quality", [45, 60, 75, 90])
def test_the_quality_of_a_jpeg_is_found_in_its_pixels(quality: int) -> None:
    noisy = scene().astype(float) + np.random.default_rng(1).normal(0, 3, (400, 400, 3))
    photo = compressed(np.clip(noisy, 0, 255).astype(np.uint8), quality)
    assert find_quality(photo[BLOCK * 3 :, BLOCK * 2 :]) == quality
    assert measure_grain(photo, PixelRegion(37, 51, 300, 290), still=True).quality == quality
    assert measure_grain(photo, WHOLE).quality is None  # streams do not look


def test_a_picture_that_was_never_compressed_has_no_quality() -> None:
    noisy = scene().astype(float) + np.random.default_rng(1).normal(0, 3, (400, 400, 3))
    photo = np.clip(noisy, 0, 255).astype(np.uint8)
    assert find_quality(photo) is None
    assert find_quality(np.asarray(cv2.resize(compressed(photo, 60), (500, 500)), np.uint8)) is None
    assert find_quality(photo[:40, :40]) is None
    assert find_quality(np.full((96, 96, 3), 120, np.uint8)) is None


def test_a_plain_grey_picture_is_neither_hazy_nor_soft_nor_noisy() -> None:
    grain = measure_grain(np.full((400, 400, 3), 120, np.uint8), WHOLE, still=True)
    assert grain == Grain(blur_px=0.7)


def test_blocks_hold_their_region_and_lie_on_the_grid() -> None:
    blocks = on_blocks(PixelRegion(35, 50, 30, 349), 400, 395)
    assert (blocks.x, blocks.y) == (32, 48)
    assert (blocks.x + blocks.width, blocks.y + blocks.height) == (80, 395)


def test_only_what_was_drawn_is_compressed() -> None:
    image = scene()
    alpha = np.zeros((90, 90), np.uint8)
    cv2.circle(alpha, (45, 45), 30, 255, -1, cv2.LINE_AA)
    stripes = np.where(np.arange(90) % 4 < 2, 255, 0)[None, :, None] * (alpha[..., None] / 255.0)
    rgba = np.dstack([np.repeat(stripes, 3, axis=2), alpha]).astype(np.uint8)
    overlay = Overlay(rgba, PixelRegion(61, 73, 90, 90))
    clean = compose(image, [overlay])
    rough = compose(image, [overlay], [Grain(quality=40)])
    drawn = np.zeros(image.shape[:2], bool)
    drawn[73:163, 61:151] = alpha > 0
    np.testing.assert_array_equal(rough[~drawn], image[~drawn])
    assert np.abs(rough[drawn].astype(int) - clean[drawn]).mean() > 3.0


@pytest.mark.parametrize("way_deg", [0.0, 30.0, 90.0, 135.0])
def test_the_way_of_a_moving_hand_is_found(way_deg: float) -> None:
    picture = moved(scene(), 2.2, math.radians(way_deg))
    grain = measure_grain(picture, WHOLE, still=True)
    assert grain.moved_px is not None
    assert grain.moved_px > 1.4 * grain.blur_px
    off = (math.degrees(grain.way) - way_deg + 90.0) % 180.0 - 90.0
    assert abs(off) < 15.0


def test_an_even_blur_has_no_direction() -> None:
    picture = np.asarray(cv2.GaussianBlur(scene(), (0, 0), 1.5), np.uint8)
    assert measure_grain(picture, WHOLE, still=True).moved_px is None


def test_a_drawing_is_smeared_as_the_photo_was() -> None:
    sharp = scene()
    rgba = np.dstack([sharp, np.full((400, 400), 255, np.uint8)])
    smeared = soften(rgba, Grain(0.8, 0.0, moved_px=2.5, way=0.6))[..., :3]
    measured = measure_grain(smeared, WHOLE, still=True)
    assert measured.moved_px == pytest.approx(2.5, rel=0.3)
    assert measured.way == pytest.approx(0.6, abs=0.25)


@pytest.mark.parametrize("blur_px", [2.5, 5.0])
def test_out_of_focus_light_points_become_discs_of_the_photos_blur(blur_px: float) -> None:
    rgba = np.zeros((81, 81, 4), np.uint8)
    rgba[35:46, 35:46] = 255
    disc = soften(rgba, Grain(blur_px))[..., 3].astype(float)
    y, x = np.mgrid[:81, :81] - 40.0
    variance = (disc * (x**2 + y**2)).sum() / disc.sum() / 2.0
    assert math.sqrt(variance) == pytest.approx(math.hypot(blur_px, 11 / math.sqrt(12)), rel=0.1)
    assert disc.sum() == pytest.approx(121 * 255, rel=0.03)


def test_noise_is_darks_or_lights_as_in_the_photo() -> None:
    random = np.random.default_rng(2)
    photo = np.full((300, 300, 3), 60.0)
    photo[:, 150:] = 190.0
    photo[:, :150] += random.normal(0, 4.0, (300, 150, 1))
    photo[:, 150:] += random.normal(0, 2.0, (300, 150, 1))
    picture = np.clip(np.rint(photo), 0, 255).astype(np.uint8)
    grain = measure_grain(picture, PixelRegion(0, 0, 300, 300), still=True)
    assert grain.dark_gain == pytest.approx(2.0, rel=0.15)
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[...] = (40, 40, 40, 255)
    flat[:, 100:] = (200, 200, 200, 255)
    overlay = Overlay(flat, PixelRegion(0, 0, 200, 200))
    result = compose(np.zeros((200, 200, 3), np.uint8), [overlay], [Grain(0.0, 3.0, dark_gain=2.0)])
    grey = cv2.cvtColor(result, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert 1.5 < grey[:, 5:95].std() / grey[:, 105:195].std() < 2.2


def test_a_noisier_channel_is_measured_and_given() -> None:
    random = np.random.default_rng(2)
    photo = 120.0 + random.normal(0, 1.0, (300, 300, 3)) * (1.0, 1.0, 3.0)
    picture = np.clip(np.rint(photo), 0, 255).astype(np.uint8)
    grain = measure_grain(picture, PixelRegion(0, 0, 300, 300), still=True)
    assert grain.channels[2] > 1.8 * grain.channels[1]
    flat = Overlay(
        np.full((200, 200, 4), (120, 120, 120, 255), np.uint8), PixelRegion(0, 0, 200, 200)
    )
    result = compose(np.zeros((200, 200, 3), np.uint8), [flat], [grain]).astype(np.float32)
    assert noise_level(result[..., 2].copy()) > 1.8 * noise_level(result[..., 1].copy())


def test_a_hazy_photo_lifts_black_and_keeps_white_and_the_outline() -> None:
    hazy = (scene() * 0.8 + 28).astype(np.uint8)
    grain = measure_grain(hazy, WHOLE)
    assert all(15 < level < 40 for level in grain.haze)
    deep = np.maximum(scene().astype(np.int16) - 60, 0).astype(np.uint8)
    assert measure_grain(deep, WHOLE).haze == (0.0, 0.0, 0.0)
    rgba = np.zeros((9, 9, 4), np.uint8)
    rgba[3:6, 3:6, 3] = 255
    rgba[5, 5] = 255
    out = soften(rgba, Grain(haze=(30.0, 20.0, 10.0)))
    np.testing.assert_array_equal(out[..., 3], rgba[..., 3])
    assert out[4, 4].tolist() == [30, 20, 10, 255]
    assert out[5, 5].tolist() == [255, 255, 255, 255]
    assert not out[0].any()


def test_a_picture_without_edges_has_an_ordinary_lens() -> None:
    flat = np.full((100, 100), 120, np.float32)
    blur = edge_blur(flat, 0.0)
    assert blur.across_px == blur.along_px == pytest.approx(0.7)
