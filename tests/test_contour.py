"""A drawn finger's edges are known to the fraction of a pixel; so must what is measured be."""

from __future__ import annotations

import numpy as np
import pytest
from arms import shadowed_limb
from hands import drawn_finger

from tryon.anchors.contour import Contour, Phalanx, find_contour

CENTER = np.array([200.3, 199.6])


def look(image, angle, expected, offset_px=0.0, tilt=0.0, bone=90.0, **limits) -> Contour:
    """Search along a bone that errs by `offset_px` sideways and `tilt` radians."""
    axis = np.array([np.sin(angle + tilt), -np.cos(angle + tilt)])
    right = np.array([np.cos(angle), np.sin(angle)])
    start = CENTER + offset_px * right - 0.6 * bone * axis
    return find_contour(
        image, Phalanx(start, start + bone * axis, 0.6, 0.46, 0.96, expected, **limits)
    )


@pytest.mark.parametrize("width", [14.0, 23.7, 45.2, 88.0])
@pytest.mark.parametrize("angle_deg", [0.0, 33.0, 90.0, 200.0])
def test_the_width_is_found_to_a_third_of_a_pixel(width, angle_deg):
    angle = np.radians(angle_deg)
    found = look(drawn_finger(width, angle, tuple(CENTER)), angle, width, bone=max(2 * width, 60))
    tolerance = max(0.3, 0.006 * width)
    assert found.left.offset_px + found.right.offset_px == pytest.approx(width, abs=tolerance)
    assert found.right.offset_px == pytest.approx(width / 2, abs=max(0.25, 0.6 * tolerance))
    assert min(found.left.confidence, found.right.confidence) > 0.9


@pytest.mark.parametrize("expected_share", [0.75, 1.0, 1.3])
@pytest.mark.parametrize("offset_share", [-0.15, 0.0, 0.15])
def test_landmarks_that_err_do_not_move_the_edges(expected_share, offset_share):
    width = 40.0
    picture = drawn_finger(width, 0.4, tuple(CENTER), noise=4.0)
    found = look(picture, 0.4, expected_share * width, offset_share * width)
    assert found.left.offset_px + found.right.offset_px == pytest.approx(width, abs=0.5)
    middle = (found.right.offset_px - found.left.offset_px) / 2
    assert middle == pytest.approx(-offset_share * width, abs=0.3)


@pytest.mark.parametrize("tilt_deg", [-8.0, 5.0])
def test_the_edges_show_how_far_the_bone_is_turned(tilt_deg):
    picture = drawn_finger(44.0, 0.2, tuple(CENTER), noise=3.0)
    found = look(picture, 0.2, 44.0, tilt=np.radians(tilt_deg))
    turn = np.degrees(np.arctan(found.right.slope) - np.arctan(found.left.slope)) / 2
    assert turn == pytest.approx(-tilt_deg, abs=0.6)


def test_a_taper_does_not_turn_the_axis():
    found = look(drawn_finger(44.0, 0.0, tuple(CENTER), taper=-0.12), 0.0, 44.0)
    assert found.left.slope == pytest.approx(-0.06, abs=0.01)
    assert found.right.slope == pytest.approx(-0.06, abs=0.01)


def touching_fingers(width: float, crease: float = 5.0) -> np.ndarray:
    """Three upright fingers side by side with dark creases between them."""
    x = (np.arange(400) + 0.5 - CENTER[0])[None, :]
    nearest = np.abs((x + 1.5 * width) % width)
    nearest = np.minimum(nearest, width - nearest)  # distance to a crease
    skin = 180.0 - 0.012 * (width / 2 - nearest) ** 2 * 40.0 / width
    dark = 95.0 * np.exp(-0.5 * (nearest / (crease / 2.35)) ** 2)
    lightness = np.where(np.abs(x) < 1.5 * width, skin - dark, 40.0)
    picture = np.repeat(lightness, 400, axis=0)[..., None] * np.array([1.0, 0.8, 0.68])
    picture += np.random.default_rng(6).normal(0.0, 2.0, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("expected_share", [0.85, 1.0, 1.2])
def test_a_finger_between_two_touching_ones_ends_at_the_creases(expected_share):
    width = 40.0
    found = look(touching_fingers(width), 0.0, expected_share * width)
    assert found.left.offset_px + found.right.offset_px == pytest.approx(width, abs=1.5)


def test_a_limit_keeps_the_search_off_a_neighbour():
    width = 40.0
    picture = drawn_finger(width, 0.0, tuple(CENTER))
    found = look(picture, 0.0, 0.75 * width, left_limit_px=15.0)
    assert found.left.offset_px < 17.5
    assert found.right.offset_px == pytest.approx(width / 2, abs=0.3)


def test_without_contrast_there_is_no_confidence():
    plain = drawn_finger(40.0, 0.3, tuple(CENTER), ground=(205.0, 160.0, 135.0), noise=4.0)
    flat = np.full_like(plain, (205, 160, 135))
    flat = np.clip(flat + np.random.default_rng(7).normal(0, 4, flat.shape), 0, 255)
    found = look(flat.astype(np.uint8), 0.3, 40.0)
    assert max(found.left.confidence, found.right.confidence) < 0.15


def test_a_phalanx_that_leaves_the_image_is_no_error():
    picture = drawn_finger(40.0, 0.0, (10.0, 390.0))
    found = find_contour(
        picture, Phalanx(np.array([10.0, 500.0]), np.array([10.0, 410.0]), 0.6, 0.4, 0.95, 40.0)
    )
    assert np.isfinite([found.left.offset_px, found.right.offset_px]).all()


def test_mirroring_the_image_swaps_the_edges():
    picture = drawn_finger(36.0, 0.3, (190.0, 200.0), noise=3.0)
    axis = np.array([np.sin(0.3), -np.cos(0.3)])
    start = np.array([193.0, 230.0])
    here = find_contour(picture, Phalanx(start, start + 90 * axis, 0.5, 0.4, 0.9, 34.0))
    flip, there = np.array([-1.0, 1.0]), np.ascontiguousarray(picture[:, ::-1])
    start = start * flip + (400.0, 0.0)
    there = find_contour(there, Phalanx(start, start + 90 * axis * flip, 0.5, 0.4, 0.9, 34.0))
    assert there.left.offset_px == pytest.approx(here.right.offset_px, abs=0.02)
    assert there.right.offset_px == pytest.approx(here.left.offset_px, abs=0.02)


def test_a_limb_beside_the_shadow_it_throws_ends_before_the_light_between_them():
    picture = shadowed_limb(float(CENTER[0]), 48.0, 400)
    fooled = look(picture, 0.0, 56.0)
    found = look(picture, 0.0, 56.0, on_shadow=True)
    assert fooled.right.offset_px > 29.0
    assert found.right.offset_px == pytest.approx(24.0, abs=1.0)
    assert found.right.confidence > 0.9
    assert found.left.offset_px == fooled.left.offset_px


@pytest.mark.parametrize("width", [40.0, 56.0])
def test_a_limb_whose_shadow_adjoins_it_or_that_throws_none_is_not_made_narrower(width):
    for picture in (
        shadowed_limb(float(CENTER[0]), 48.0, 400, gap=0.0),
        drawn_finger(48.0, 0.0, tuple(CENTER), noise=3.0),
    ):
        plain, warned = look(picture, 0.0, width), look(picture, 0.0, width, on_shadow=True)
        for one, other in ((warned.left, plain.left), (warned.right, plain.right)):
            assert (one.offset_px, one.confidence) == (other.offset_px, other.confidence)
