"""Turned squares of an image, anchors and detections: laws that need no net."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.nets.regions import Region, bounding_rectangle, region_about, turned, wrapped
from tryon.nets.ssd import anchor_centers, decode, overlap

ANGLES = st.floats(-3.1, 3.1)
REGIONS = st.builds(
    Region, st.floats(150.0, 350.0), st.floats(150.0, 350.0), st.floats(20.0, 160.0), ANGLES
)
# red grows to the right, green downwards: a colour tells where it was sampled
Y, X = np.mgrid[0:500, 0:500]
RAMP = np.dstack((X / 2.0, Y / 2.0, np.zeros_like(X))).astype(np.uint8)


@given(REGIONS)
def test_a_crop_shows_what_lies_at_its_points(region):
    samples = 64
    crop = region.crop(RAMP, samples).astype(float)
    shares = np.stack(np.meshgrid(np.arange(samples), np.arange(samples)), axis=-1) / samples
    assert np.abs(crop[..., :2] * 2.0 - region.in_image(shares)).max() <= 2.5  # 8-bit steps of 2


@given(REGIONS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_distances_in_a_region_are_shares_of_its_side(region, x, y):
    middle, point = region.in_image(np.array([[0.5, 0.5], [x, y]]))
    assert np.allclose(middle, (region.x_px, region.y_px))
    expected = region.side_px * np.hypot(x - 0.5, y - 0.5)
    assert np.linalg.norm(point - middle) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("black", "expected"), [(True, 0), (False, 200)])
def test_beyond_the_image_is_black_or_its_border(black, expected):
    image = np.full((20, 30, 3), 200, np.uint8)
    crop = Region(-100.0, -100.0, 20.0, 0.3).crop(image, 8, black_beyond=black)
    assert np.all(crop == expected)


def test_the_square_about_a_whole_image_holds_it():
    region = Region.whole(np.zeros((90, 160, 3), np.uint8))
    assert region == Region(80.0, 45.0, 160.0, 0.0)


@given(
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=3, max_size=20),
    ANGLES,
)
def test_a_bounding_rectangle_touches_its_points(points, angle):
    points = np.array(points, float)
    center, size = bounding_rectangle(points, angle)
    level = np.abs(turned(points - center, -angle))
    assert np.allclose(level.max(axis=0), size / 2.0, atol=1e-6)


@given(ANGLES, st.floats(-0.5, 0.5))
def test_a_region_moves_along_its_own_down(angle, shift):
    region = region_about(
        np.array([9.0, 7.0]), np.array([4.0, 6.0]), angle, scale=2.0, shift_down=shift
    )
    assert region.side_px == 12.0
    down = turned(np.array([0.0, 1.0]), angle)
    assert np.allclose(np.array([region.x_px, region.y_px]) - (9.0, 7.0), 6.0 * shift * down)


@given(st.floats(-100.0, 100.0))
def test_a_wrapped_angle_points_the_same_way(angle):
    assert -np.pi <= wrapped(angle) <= np.pi
    assert np.cos(wrapped(angle) - angle) == pytest.approx(1.0)


@pytest.mark.parametrize(("side_px", "count"), [(192, 2016), (128, 896)])
def test_anchors_are_those_of_the_detectors(side_px, count):
    centers = anchor_centers(side_px)
    assert centers.shape == (count, 2)
    assert centers[:3] * side_px == pytest.approx(np.array([[4, 4], [4, 4], [12, 4]]))
    assert centers[-1] * side_px == pytest.approx([side_px - 8, side_px - 8])


def raw(side_px: int, keypoints: int, boxes: dict[int, tuple[list[float], float]]):
    """Outputs of a detector that says nothing but `boxes`: values and logit by anchor."""
    count = len(anchor_centers(side_px))
    regressors = np.zeros((1, count, 4 + 2 * keypoints), np.float32)
    logits = np.full((1, count, 1), -50.0, np.float32)
    for anchor, (values, logit) in boxes.items():
        regressors[0, anchor, : len(values)] = values
        logits[0, anchor, 0] = logit
    return regressors, logits, side_px


def test_nothing_sure_is_nothing():
    assert decode(*raw(192, 7, {}), least_score=0.5) == ()
    assert decode(*raw(192, 7, {40: ([0, 0, 30, 30], -0.1)}), least_score=0.5) == ()


def test_boxes_and_key_points_count_from_their_anchor():
    (found,) = decode(*raw(128, 6, {50: ([6, -4, 32, 64, 10, 20], 2.0)}), least_score=0.5)
    x, y = anchor_centers(128)[50] * 128
    assert found.box * 128 == pytest.approx([x - 10, y - 36, x + 22, y + 28])
    assert found.keypoints[0] * 128 == pytest.approx([x + 10, y + 20])
    assert found.keypoints.shape == (6, 2)
    assert found.score == pytest.approx(1.0 / (1.0 + np.exp(-2.0)))


def test_boxes_of_one_object_are_averaged_by_score_and_others_stay():
    boxes = {100: ([0, 0, 40, 40], 3.0), 101: ([4, 0, 40, 40], 0.0), 1500: ([0, 0, 40, 40], 1.0)}
    near, far = decode(*raw(192, 7, boxes), least_score=0.5)
    weights = [1.0 / (1.0 + np.exp(-3.0)), 0.5]
    x = anchor_centers(192)[100][0] * 192 + 4.0 * weights[1] / sum(weights)
    assert (near.box[0] + near.box[2]) / 2.0 * 192 == pytest.approx(x)
    assert near.score == pytest.approx(weights[0])
    assert far.score < near.score


def test_a_box_turned_inside_out_is_nothing():
    assert decode(*raw(192, 7, {100: ([0, 0, -5, 40], 3.0)}), least_score=0.5) == ()


@given(st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8))
def test_overlap_is_a_symmetric_share(values):
    one, other = (np.sort(np.reshape(half, (2, 2)), axis=0) for half in (values[:4], values[4:]))
    there, back = overlap(one[None], other)[0], overlap(other[None], one)[0]
    assert there == pytest.approx(back)
    assert 0.0 <= there <= 1.0 + 1e-9
