"""Fingers lean by what is seen of them, alike for both hands, near and far, and without jumps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hands import CAMERA, HEIGHT, WIDTH, posed_hand, solved
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.frames import Anchor, Intrinsics, RigidTransform
from models3d.mesh import Model
from tryon.anchors.finger import finger_rotation
from tryon.anchors.hand_frame import PROXIMAL, lift, unit
from tryon.solvers.rings import RingSolver
from tryon.types import Finger, Hand, HandLandmarks, Wearable

RING = Model("ring", (), Anchor.FINGER, 0.0172)
BLANK = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
LONG_FINGERS = [finger for finger in Finger if finger is not Finger.THUMB]


def turned(axis, degrees):
    return RigidTransform.from_axis_angle(axis, np.radians(degrees)).rotation


def seen_hand(rotation=None, hand=Hand.LEFT, distance=0.45):
    """A posed hand with the depths that the net would tell in the image."""
    landmarks = posed_hand(rotation, hand, distance)
    depths = (landmarks.world[:, 2] - landmarks.world[0, 2]) * CAMERA.fx / distance
    return replace(landmarks, depths_px=depths)


def mirrored(landmarks):
    return replace(
        landmarks,
        points_px=landmarks.points_px * (-1, 1) + (WIDTH, 0),
        world=landmarks.world * (-1, 1, 1),
        hand=Hand.RIGHT if landmarks.hand is Hand.LEFT else Hand.LEFT,
    )


@pytest.mark.parametrize("degrees", [-60, -50, 50, 60])
def test_a_steep_phalanx_leans_as_its_length_says(degrees):
    landmarks = seen_hand(turned([1, 0, 0], degrees))
    pose = lift(landmarks, CAMERA)
    for finger in LONG_FINGERS:
        start, end = PROXIMAL[finger]
        true = unit(landmarks.world[end] - landmarks.world[start])
        assert np.degrees(np.arccos(pose.phalanx(finger) @ true)) < 12.0


@pytest.mark.parametrize("degrees", range(-60, 61, 15))
def test_a_hand_that_leans_more_has_fingers_that_lean_more(degrees):
    less, more = (
        lift(seen_hand(turned([1, 0, 0], d)), CAMERA).tilts for d in (degrees, degrees + 5)
    )
    assert less is not None
    assert more is not None
    assert (np.abs(more[1:] - less[1:]) < np.radians(13.0)).all()
    assert np.sign(more[1:] - less[1:]).tolist() == [np.sign((more - less)[1])] * 4


@given(x=st.floats(-70, 70), y=st.floats(-60, 60), z=st.floats(-180, 180), k=st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_a_mirrored_hand_leans_alike(x, y, z, k):
    rotation = turned([0, 0, 1], z) @ turned([0, 1, 0], y) @ turned([1, 0, 0], x)
    landmarks = seen_hand(rotation)
    noise = np.random.default_rng(k).normal(0.0, 6.0, 21)
    landmarks = replace(landmarks, depths_px=landmarks.depths_px + noise)
    here, there = lift(landmarks, CAMERA), lift(mirrored(landmarks), CAMERA)
    assert np.allclose(here.tilts, there.tilts, atol=1e-6)
    for finger in Finger:
        one, other = finger_rotation(here, finger), finger_rotation(there, finger)
        mirror = np.diag([-1.0, 1.0, 1.0])
        assert np.allclose(mirror @ one @ mirror, other, atol=1e-6)


@given(growth=st.floats(0.3, 3.0), x=st.floats(-60, 60))
@settings(deadline=None, max_examples=40)
def test_a_larger_picture_of_the_same_hand_gives_the_same_pose(growth, x):
    landmarks = seen_hand(turned([1, 0, 0], x))
    larger = replace(
        landmarks,
        points_px=landmarks.points_px * growth,
        depths_px=landmarks.depths_px * growth,
    )
    camera = Intrinsics(*(growth * v for v in (CAMERA.fx, CAMERA.fy, CAMERA.cx, CAMERA.cy)))
    here, there = lift(landmarks, CAMERA), lift(larger, camera)
    assert np.allclose(here.tilts, there.tilts, atol=1e-6)
    assert np.allclose(here.joints, there.joints, atol=1e-6)
    assert there.palm_px == pytest.approx(growth * here.palm_px, rel=1e-6)


@given(k=st.integers(0, 1_000_000), hand=st.sampled_from(Hand))
@settings(deadline=None, max_examples=40)
def test_whatever_the_net_says_every_ring_has_a_place(k, hand):
    random = np.random.default_rng(k)
    points = random.uniform((0, 0), (WIDTH, HEIGHT), (21, 2))
    size = random.uniform(0.01, 0.2)
    landmarks = HandLandmarks(
        points,
        random.normal(0.0, size, (21, 3)),
        hand,
        float(random.uniform(0.5, 1.0)),
        depths_px=random.normal(0.0, 300.0, 21),
    )
    solver = RingSolver([Wearable("ring", RING, finger) for finger in Finger], smoothing=False)
    for placed in solved(solver, BLANK, [landmarks], CAMERA).placements:
        RigidTransform.from_matrix(placed.camera_from_anchor.matrix)
        assert np.isfinite(placed.camera_from_anchor.matrix).all()
        assert np.isfinite([*placed.center_px, *placed.axis_px, placed.width_px]).all()
        assert 0.0 <= placed.confidence <= 1.0


def test_a_trembling_hand_never_flips_its_rings():
    random = np.random.default_rng(11)
    solver = RingSolver([Wearable("ring", RING, finger) for finger in Finger], smoothing=True)
    last: dict[Finger, np.ndarray] = {}
    for k in range(60):
        lean = turned([1, 0, 0], 40.0 * np.sin(0.15 * k)) @ turned(
            [0, 1, 0], 30.0 * np.sin(0.1 * k)
        )
        landmarks = seen_hand(lean)
        landmarks = replace(
            landmarks,
            points_px=landmarks.points_px + random.normal(0.0, 1.0, (21, 2)),
            depths_px=landmarks.depths_px + random.normal(0.0, 4.0, 21),
            world=landmarks.world + random.normal(0.0, 0.002, (21, 3)),
        )
        for placed in solved(solver, BLANK, [landmarks], CAMERA, 33.0 * k).placements:
            rotation = placed.camera_from_anchor.rotation
            if placed.finger in last:
                turn = (np.trace(rotation @ last[placed.finger].T) - 1.0) / 2.0
                assert np.degrees(np.arccos(np.clip(turn, -1.0, 1.0))) < 12.0
            last[placed.finger] = rotation


def test_without_depths_the_lifted_bone_is_followed():
    pose = lift(posed_hand(turned([1, 0, 0], 25.0)), CAMERA)
    assert pose.tilts is None
    for finger, (start, end) in PROXIMAL.items():
        assert np.allclose(pose.phalanx(finger), unit(pose.joints[end] - pose.joints[start]))
