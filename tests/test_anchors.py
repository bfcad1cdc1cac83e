"""The hand's and the fingers' frames: right-handed, on the right side, true under every law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hands import CAMERA, PALM, posed_hand

from models3d.frames import RigidTransform
from tryon.anchors.finger import (
    Outline,
    expected_width_px,
    finger_rotation,
    place_ring,
    ring_place,
    seen_from_back,
)
from tryon.anchors.hand_frame import PROXIMAL, lift, turn_between, unit
from tryon.anchors.occluders import SWELLING, finger_occluders, hidden_share
from tryon.types import Finger, Hand, Side

MIRROR = np.diag([-1.0, 1.0, 1.0])
DIAMETER = 0.0172
FINGERS = [f for f in Finger if f is not Finger.THUMB]


def turned(axis, angle_deg):
    return RigidTransform.from_axis_angle(axis, np.radians(angle_deg)).rotation


def plain(pose, finger) -> Outline:
    return Outline(ring_place(pose, finger), expected_width_px(pose, finger), 0.0, 0.0, 1.0)


def placed(hand, finger=Finger.RING, camera=CAMERA):
    pose = lift(hand, camera)
    return pose, place_ring(pose, finger, plain(pose, finger), camera, DIAMETER)


def angle_deg(a, b) -> float:
    return float(np.degrees(np.arccos(np.clip(unit(a) @ unit(b), -1, 1))))


def test_every_joint_stays_on_its_pixel_s_ray():
    hand = posed_hand(turned([1, 0, 0], 35))
    assert np.allclose(CAMERA.project(lift(hand, CAMERA).joints), hand.points_px)


@pytest.mark.parametrize("axis", [(1.0, 0, 0), (0, 1.0, 0), (1.0, 1.0, 0)])
@pytest.mark.parametrize("tilt", [-50, -20, 0, 30, 55])
def test_the_lift_finds_the_fingers_tilt(axis, tilt):
    rotation = turned(axis, tilt)
    hand = posed_hand(rotation)
    pose = lift(hand, CAMERA)
    for start, end in (PROXIMAL[f] for f in FINGERS):
        true = hand.world[end] - hand.world[start]
        assert angle_deg(pose.joints[end] - pose.joints[start], true) < 8.0


def test_the_lift_corrects_a_skeleton_with_shortened_fingers():
    hand = posed_hand(turned([1, 0, 0], 40))
    short = hand.world.copy()
    for start, end in (PROXIMAL[f] for f in FINGERS):
        short[end : end + 3] -= 0.4 * (short[end] - short[start])
    pose = lift(replace(hand, world=short), CAMERA)
    start, end = PROXIMAL[Finger.MIDDLE]
    true = hand.world[end] - hand.world[start]
    assert angle_deg(pose.joints[end] - pose.joints[start], true) < 6.0


def test_a_hand_at_the_edge_of_the_picture_is_turned_to_its_ray():
    hand = posed_hand()
    away = CAMERA.unproject(np.array([1150.0, 360.0]))
    turn = turn_between(np.array([0.0, 0.0, 1.0]), unit(away))
    points = hand.world @ turn.T + 0.45 * unit(away)
    seen = replace(hand, points_px=CAMERA.project(points))  # the detector sees it unturned
    pose = lift(seen, CAMERA)
    for start, end in (PROXIMAL[f] for f in FINGERS):
        assert angle_deg(pose.joints[end] - pose.joints[start], points[end] - points[start]) < 6.0


@pytest.mark.parametrize("hand", list(Hand))
@pytest.mark.parametrize("finger", list(Finger))
@pytest.mark.parametrize("turn", [0, 40, 140, 180, 220, 320])
def test_a_finger_s_frame_is_a_rotation_with_y_to_the_tip_and_z_dorsal(hand, finger, turn):
    rotation = turned([0, 1, 0], turn)
    pose = lift(posed_hand(rotation, hand), CAMERA)
    frame = finger_rotation(pose, finger)
    assert np.allclose(frame.T @ frame, np.eye(3), atol=1e-9)
    assert np.linalg.det(frame) == pytest.approx(1.0)
    start, end = PROXIMAL[finger]
    assert angle_deg(frame[:, 1], pose.joints[end] - pose.joints[start]) < 1e-4
    dorsal = rotation @ np.array([0.0, 0.0, -1.0])  # the open hand shows its back at turn 0
    if finger is not Finger.THUMB:
        assert angle_deg(frame[:, 2], dorsal) < 35.0
    else:
        assert frame[:, 2] @ dorsal > 0.0


@pytest.mark.parametrize("hand", list(Hand))
@pytest.mark.parametrize(
    ("turn", "side"), [(0, Side.DORSAL), (25, Side.DORSAL), (180, Side.PALMAR), (160, Side.PALMAR)]
)
def test_the_side_seen_is_named(hand, turn, side):
    assert placed(posed_hand(turned([0, 1, 0], turn), hand))[1].side is side


@pytest.mark.parametrize("finger", list(Finger))
def test_a_mirrored_hand_of_the_other_name_has_the_mirrored_anchor(finger):
    rotation = turned([0.4, 1, 0.2], 30)
    here = placed(posed_hand(rotation, Hand.LEFT), finger)[1]
    there = placed(posed_hand(MIRROR @ rotation @ MIRROR, Hand.RIGHT), finger)[1]
    swap = np.diag([-1.0, 1.0, 1.0])  # a mirror turns +X of a right-handed frame around
    expected = MIRROR @ here.camera_from_anchor.rotation @ swap
    assert np.allclose(there.camera_from_anchor.rotation, expected, atol=1e-6)
    assert np.allclose(
        there.camera_from_anchor.translation, MIRROR @ here.camera_from_anchor.translation
    )
    assert there.hand is not here.hand
    assert there.side is here.side


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_turning_the_picture_turns_the_anchor(quarter):
    turn = turned([0, 0, 1], 90 * quarter)
    base = turned([1, 0.3, 0], 25)
    here, there = placed(posed_hand(base))[1], placed(posed_hand(turn @ base))[1]
    assert np.allclose(
        there.camera_from_anchor.rotation, turn @ here.camera_from_anchor.rotation, atol=1e-4
    )
    assert np.allclose(
        there.camera_from_anchor.translation, turn @ here.camera_from_anchor.translation, atol=1e-5
    )


def test_a_picture_twice_as_large_gives_the_same_place_in_space():
    hand = posed_hand(turned([1, 0, 0], 20))
    twice = replace(CAMERA, fx=2000.0, fy=2000.0, cx=1280.0, cy=720.0)
    here, there = (
        placed(hand)[1],
        placed(replace(hand, points_px=2 * hand.points_px), camera=twice)[1],
    )
    assert np.allclose(here.camera_from_anchor.matrix, there.camera_from_anchor.matrix, atol=1e-6)
    assert np.allclose(there.center_px, 2 * here.center_px)
    assert there.width_px == pytest.approx(2 * here.width_px)


def test_the_axis_in_space_is_seen_along_the_axis_in_the_image():
    for finger in Finger:
        pose = lift(posed_hand(turned([1, 0.5, 0.3], 40)), CAMERA)
        outline = replace(plain(pose, finger), turn=0.15, shift_px=3.0)
        ring = place_ring(pose, finger, outline, CAMERA, DIAMETER)
        tip = ring.camera_from_anchor.apply([0.0, 1e-5, 0.0])
        seen = unit(CAMERA.project(tip) - CAMERA.project(ring.camera_from_anchor.translation))
        assert angle_deg(seen, ring.axis_px) < 0.1
        assert np.allclose(CAMERA.project(ring.camera_from_anchor.translation), ring.center_px)


def test_the_ring_fills_the_finger_in_the_image():
    ring = placed(posed_hand())[1]
    depth = ring.camera_from_anchor.translation[2]
    assert CAMERA.fx * DIAMETER / depth == pytest.approx(ring.width_px)


def test_a_ring_sits_further_out_seen_from_the_back_than_from_the_palm():
    back, palm = (lift(posed_hand(turned([0, 1, 0], t)), CAMERA) for t in (0, 180))
    assert seen_from_back(back, Finger.RING) > 0.8
    assert seen_from_back(palm, Finger.RING) < -0.8
    assert ring_place(back, Finger.RING) > ring_place(palm, Finger.RING) + 0.15


def test_a_finger_that_points_at_the_camera_loses_confidence():
    confidences = [
        placed(posed_hand(turned([1, 0, 0], tilt)))[1].confidence for tilt in (0, 30, 60, 80)
    ]
    assert confidences[0] > 0.9
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[-1] < 0.1


def test_the_wearing_cone_stands_out_a_little_from_the_ring_s_inside():
    pose, ring = placed(posed_hand())
    cone = finger_occluders(ring, pose, 0.64)[0]
    share = np.linalg.norm(ring.camera_from_anchor.translation - cone.start) / np.linalg.norm(
        cone.end - cone.start
    )
    radius = cone.start_radius + share * (cone.end_radius - cone.start_radius)
    assert share == pytest.approx(0.64, abs=1e-6)
    assert 2 * radius == pytest.approx(SWELLING * DIAMETER, rel=1e-6)
    assert angle_deg(cone.end - cone.start, ring.camera_from_anchor.rotation[:, 1]) < 1e-4


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("turn", [-25, 0, 25, 180])
def test_fingers_side_by_side_hide_nothing_of_each_other_s_rings_front(finger, turn):
    pose, ring = placed(posed_hand(turned([0, 1, 0], turn)), finger)
    cones = finger_occluders(ring, pose, ring_place(pose, finger))
    assert hidden_share(ring, cones[1:]) == 0.0
    for beside in cones[5:]:  # they end where the finger begins, and stand behind the ring's middle
        middle = (beside.start + beside.end) / 2
        ray = unit(ring.camera_from_anchor.translation)
        depth = (middle - ring.camera_from_anchor.translation) @ ray
        assert depth > -0.25 * DIAMETER
        assert beside.start_radius < 0.6 * DIAMETER


def across(distance: float):
    """A hand whose index lies across its ring finger, `distance` metres nearer to the camera."""
    hand = posed_hand()
    shape = hand.world - hand.world[9]
    ring_at = shape[13] + 0.64 * (shape[14] - shape[13])
    for k, joint in enumerate((5, 6, 7, 8)):
        shape[joint] = ring_at + np.array([0.03 - 0.02 * k, 0.0, -distance])
    pose = lift(hand, CAMERA)
    return replace(pose, joints=shape + np.array([0.0, 0.0, 0.45]))


def test_a_finger_across_before_the_ring_hides_it():
    pose = across(0.03)
    ring = place_ring(pose, Finger.RING, plain(pose, Finger.RING), CAMERA, DIAMETER)
    assert hidden_share(ring, finger_occluders(ring, pose, 0.64)[5:]) > 0.3


def test_a_finger_across_behind_the_ring_hides_nothing():
    pose = across(-0.03)
    ring = place_ring(pose, Finger.RING, plain(pose, Finger.RING), CAMERA, DIAMETER)
    assert hidden_share(ring, finger_occluders(ring, pose, 0.64)[5:]) == 0.0


def test_the_hand_is_as_large_as_people_s_hands():
    pose = lift(posed_hand(distance=0.45), CAMERA)
    assert pose.joints[9, 2] == pytest.approx(0.45, rel=0.06)
    assert pose.palm_px == pytest.approx(1000.0 * PALM / 0.45, rel=0.06)


def test_a_neighbour_hides_the_far_half_of_a_band_that_goes_between_them():
    spread = lift(posed_hand(), CAMERA)
    pose = replace(spread, joints=spread.joints * (0.8, 1.0, 1.0))  # the fingers touch
    ring = place_ring(pose, Finger.RING, plain(pose, Finger.RING), CAMERA, DIAMETER)
    cones = finger_occluders(ring, pose, ring_place(pose, Finger.RING))
    assert len(cones) > 5
    for beside in cones[5:]:
        ray = unit(ring.camera_from_anchor.translation)
        gap = (beside.start + beside.end) / 2 - ring.camera_from_anchor.translation
        aside = (
            gap
            - (gap @ ray) * ray
            - (gap @ ring.camera_from_anchor.rotation[:, 1])
            * (ring.camera_from_anchor.rotation[:, 1])
        )
        reach = np.linalg.norm(aside) - beside.start_radius
        assert reach >= 0.48 * DIAMETER  # never over the finger that wears the ring


def hidden_by(cone, points) -> np.ndarray:
    """Which camera-frame points lie inside a cone's outline and behind its surface."""
    hidden = []
    for point in points:
        ray = unit(point)
        balls = cone.start + np.linspace(0.0, 1.0, 400)[:, None] * (cone.end - cone.start)
        along = balls @ ray
        aside = np.sqrt(np.maximum((balls**2).sum(axis=1) - along**2, 0.0))
        k, radius = int(aside.argmin()), cone.start_radius
        surface = along[k] - np.sqrt(max(radius**2 - aside[k] ** 2, 0.0))
        hidden.append(aside[k] < radius and np.linalg.norm(point) > surface)
    return np.array(hidden)


def shank(ring, reach):
    """Points about the shank, `reach` radii out, with their angle from the front."""
    rotation, center = ring.camera_from_anchor.rotation, ring.camera_from_anchor.translation
    axis = rotation[:, 1]
    front = unit(-center + (center @ axis) * axis)
    beside = np.cross(axis, front)
    angles = np.radians(np.arange(0.0, 360.0, 10.0))
    ways = np.cos(angles)[:, None] * front + np.sin(angles)[:, None] * beside
    return center + reach * DIAMETER / 2 * ways, np.cos(angles)


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("tilt", [-40, 0, 40])
def test_no_hook_of_the_far_half_stands_out_beside_the_finger(finger, tilt):
    pose, ring = placed(posed_hand(turned([1, 0, 0], tilt)), finger)
    shield = finger_occluders(ring, pose, ring_place(pose, finger))[1]
    points, facing = shank(ring, 1.15)
    hidden = hidden_by(shield, points)
    assert not hidden[facing > 0.1].any()
    beside = np.abs(facing) < 0.9  # what lies straight behind is the finger's own to hide
    assert hidden[beside & (facing < -0.3)].all()


def test_the_shield_gives_way_to_a_stone_that_looks_out_beside_the_finger():
    pose, ring = placed(posed_hand(turned([0, 1, 0], 100)))
    shield = finger_occluders(ring, pose, ring_place(pose, Finger.RING))[1]
    dorsal = ring.camera_from_anchor.rotation[:, 2]
    assert 0.0 < dorsal @ unit(ring.camera_from_anchor.translation) < 0.5
    stone = ring.camera_from_anchor.translation + 1.4 * DIAMETER / 2 * dorsal
    assert not hidden_by(shield, [stone]).any()
