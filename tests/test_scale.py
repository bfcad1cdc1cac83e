"""How large a hand is drawn: right for a mean hand at any distance, honest about others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hands import CAMERA, posed_hand

from tryon.anchors.hand_frame import lift
from tryon.scale import hand_scale


@pytest.mark.parametrize("distance", [0.3, 0.45, 0.9])
def test_a_mean_hand_is_measured_at_any_distance(distance):
    pose = lift(posed_hand(distance=distance), CAMERA)
    scale = hand_scale(pose, float(pose.joints[9, 2]))
    assert scale.mm_per_px.value == pytest.approx(1e3 * distance / CAMERA.fx, rel=0.04)
    assert scale.source == "mean hand"


def test_what_is_nearer_has_fewer_millimetres_to_the_pixel():
    pose = lift(posed_hand(), CAMERA)
    near, far = (hand_scale(pose, depth).mm_per_px.value for depth in (0.40, 0.44))
    assert far / near == pytest.approx(1.1)


def test_a_hand_twice_as_large_in_the_picture_has_half_the_millimetres_to_the_pixel():
    hand = posed_hand()
    center = np.array([CAMERA.cx, CAMERA.cy])
    near = lift(hand, CAMERA)
    enlarged = lift(replace(hand, points_px=center + 2.0 * (hand.points_px - center)), CAMERA)
    values = [
        hand_scale(pose, float(pose.joints[9, 2])).mm_per_px.value for pose in (near, enlarged)
    ]
    assert values[1] / values[0] == pytest.approx(0.5, rel=0.06)


def test_the_interval_holds_the_hands_of_women_and_men():
    pose = lift(posed_hand(), CAMERA)
    known = hand_scale(pose, 0.45).mm_per_px
    assert known.low < known.value * 162.0 / 187.2  # the second percentile of women
    assert known.high > known.value * 212.0 / 187.2  # the ninety-seventh of men
    assert known.high / known.value == pytest.approx(known.value / known.low)
