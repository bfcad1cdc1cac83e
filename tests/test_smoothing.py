"""Filters over time: still things stand, moving things are followed, flips are held back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models3d.frames import RigidTransform
from tryon.smoothing import Fade, HandLock, OneEuro, RotationGate, rotation_vector
from tryon.types import Hand

STEP = 1.0 / 30.0


def turned(angle_deg: float, axis=(0.3, 1.0, -0.2)):
    return RigidTransform.from_axis_angle(axis, np.radians(angle_deg)).rotation


def between_deg(a, b) -> float:
    return float(np.degrees(np.linalg.norm(rotation_vector(a @ b.T))))


def test_a_still_value_with_noise_comes_out_two_and_a_half_times_steadier():
    noise = np.random.default_rng(1).normal(0.0, 1.0, (300, 21, 2))
    smooth = OneEuro(0.8, 5.0)
    out = np.array([smooth(100.0 + n, STEP, scale=160.0) for n in noise])[60:]
    assert out.std(axis=0).mean() < 0.4 * noise.std()
    assert abs(out.mean() - 100.0) < 0.05


@pytest.mark.parametrize("speed_palms", [0.5, 2.0, 6.0])
def test_a_moving_hand_is_followed_within_one_frame(speed_palms):
    palm = 160.0
    smooth = OneEuro(0.8, 5.0)
    path = np.arange(60)[:, None, None] * np.array([speed_palms * palm * STEP, 0.0])
    out = np.array([smooth(p, STEP, scale=palm) for p in path])
    lag_frames = (path[-1] - out[-1])[0, 0] / (speed_palms * palm * STEP)
    assert 0.0 <= lag_frames <= 1.0


def test_the_first_value_passes_untouched():
    assert np.array_equal(OneEuro(1.0, 1.0)(np.array([3.0, 4.0]), 0.0), [3.0, 4.0])


def test_near_and_far_hands_are_smoothed_alike():
    path = np.cumsum(np.random.default_rng(2).normal(0.0, 0.02, (50, 21, 2)), axis=0)
    near, far = OneEuro(0.8, 5.0), OneEuro(0.8, 5.0)
    for value in path:
        a, b = near(400.0 * value, STEP, scale=400.0), far(80.0 * value, STEP, scale=80.0)
    assert np.allclose(a / 400.0, b / 80.0)


@pytest.mark.parametrize("angle_deg", [0.0, 1e-7, 0.01, 45.0, 179.999, 180.0])
def test_a_rotation_vector_has_the_rotation_s_angle_and_axis(angle_deg):
    axis = np.array([1.0, 2.0, -2.0]) / 3.0
    vector = rotation_vector(turned(angle_deg, axis))
    assert np.degrees(np.linalg.norm(vector)) == pytest.approx(angle_deg, abs=1e-4)
    assert np.allclose(np.cross(vector, axis), 0.0, atol=1e-6)


def test_a_flip_of_one_frame_hardly_shows():
    gate = RotationGate()
    for _ in range(10):
        gate(turned(0.0), 0.0, STEP)
    assert between_deg(gate(turned(70.0), 0.0, STEP), turned(0.0)) < 4.5
    for _ in range(20):
        out = gate(turned(0.0), 0.0, STEP)
    assert between_deg(out, turned(0.0)) < 1.0


def test_a_flip_that_lasts_is_followed_within_a_second():
    gate = RotationGate()
    gate(turned(0.0), 0.0, STEP)
    errors = [between_deg(gate(turned(70.0), 0.0, STEP), turned(70.0)) for _ in range(30)]
    assert errors[-1] < 5.0
    assert all(b <= a + 1e-6 for a, b in pairwise(errors))


def test_a_turn_that_the_image_explains_is_followed_at_once():
    gate = RotationGate()
    for k in range(40):
        out = gate(turned(6.0 * k), 0.3, STEP)  # 180 degrees a second
    assert between_deg(out, turned(6.0 * 39)) < 1.5 * 6.0


def test_a_gated_rotation_stays_a_rotation():
    gate, random = RotationGate(), np.random.default_rng(3)
    for _ in range(200):
        out = gate(turned(random.uniform(-180, 180), random.normal(size=3)), 0.1, STEP)
    assert np.allclose(out @ out.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(out) == pytest.approx(1.0)


def test_noise_on_a_still_rotation_shrinks_below_a_third():
    gate, random = RotationGate(), np.random.default_rng(4)
    raw, out = [], []
    for _ in range(300):
        noisy = turned(random.normal(0.0, 1.5), random.normal(size=3)) @ turned(30.0)
        raw.append(between_deg(noisy, turned(30.0)))
        out.append(between_deg(gate(noisy, 0.002, STEP), turned(30.0)))
    assert np.sqrt(np.square(out[60:]).mean()) < np.sqrt(np.square(raw[60:]).mean()) / 3.0


def test_a_label_changes_after_eight_contrary_frames_in_a_row():
    lock = HandLock(Hand.LEFT)
    assert [lock(Hand.RIGHT) for _ in range(7)] == [Hand.LEFT] * 7
    assert lock(Hand.LEFT) is Hand.LEFT
    assert [lock(Hand.RIGHT) for _ in range(8)] == [Hand.LEFT] * 7 + [Hand.RIGHT]


def test_an_opacity_fades_over_its_time():
    fade = Fade(seconds=0.15)
    values = [fade(1.0, STEP) for _ in range(6)]
    assert values[0] == pytest.approx(STEP / 0.15)
    assert values[-1] == 1.0
    assert [fade(0.0, 0.05) for _ in range(4)][-1] == 0.0
