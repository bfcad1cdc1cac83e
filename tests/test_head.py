"""Heads: pose, size and steadiness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from faces import CAMERA, WIDTH, face_of, head_at, mirrored
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.frames import Array, Intrinsics
from tryon.anchors.canonical import canonical_face
from tryon.anchors.head import head_pose
from tryon.anchors.head_mesh import head_body
from tryon.anchors.iris import MEAN_HEAD
from tryon.face_tracks import FaceTracks, Heads
from tryon.types import FaceLandmarks

ANGLES = st.floats(-45.0, 45.0)


def turn_between_deg(a: Array, b: Array) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(a @ b.T) - 1.0) / 2.0, -1.0, 1.0))))


def test_the_canonical_face_is_a_symmetric_adult_face_in_metres() -> None:
    face = canonical_face()
    assert face.points.shape == (468, 3)
    assert face.triangles.max() == 467
    breadth = face.points[454, 0] - face.points[234, 0]
    assert 0.135 < breadth < 0.160
    twins = np.abs(face.points[:, None] * (-1, 1, 1) - face.points[None]).max(axis=2).min(axis=1)
    assert twins.max() < 1e-3


@settings(max_examples=25, deadline=None)
@given(yaw=ANGLES, pitch=st.floats(-30, 30), roll=ANGLES, x=st.floats(-0.15, 0.15))
def test_a_perfect_face_gives_back_its_pose_and_its_points(
    yaw: float, pitch: float, roll: float, x: float
) -> None:
    truth = head_at(yaw, pitch, roll, (x, 0.05, 0.6))
    found = head_pose(face_of(truth), CAMERA, MEAN_HEAD)
    assert turn_between_deg(found.camera_from_head.rotation, truth.rotation) < 1.0
    assert np.allclose(found.camera_from_head.translation, truth.translation, atol=8e-3)
    points = truth.apply(canonical_face().points)
    assert np.abs(found.points - points).max() < 8e-3
    assert found.error_px < 1.0


def test_yaw_is_positive_when_the_right_ear_comes_into_sight() -> None:
    turned = head_pose(face_of(head_at(yaw=20.0)), CAMERA)
    assert np.degrees(turned.yaw) == pytest.approx(20.0, abs=0.5)


@settings(max_examples=15, deadline=None)
@given(yaw=ANGLES, pitch=st.floats(-25, 25), roll=ANGLES)
def test_the_mirrored_face_has_the_mirrored_pose(yaw: float, pitch: float, roll: float) -> None:
    face = face_of(head_at(yaw, pitch, roll, (0.03, -0.02, 0.6)))
    plain = head_pose(face, CAMERA)
    other = head_pose(
        mirrored(face), Intrinsics(CAMERA.fx, CAMERA.fy, WIDTH - CAMERA.cx, CAMERA.cy)
    )
    flip = np.diag([-1.0, 1.0, 1.0])
    assert np.allclose(
        other.camera_from_head.rotation, flip @ plain.camera_from_head.rotation @ flip, atol=2e-3
    )
    assert other.yaw == pytest.approx(-plain.yaw, abs=2e-3)
    assert other.size.value == pytest.approx(plain.size.value, rel=1e-3)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_larger_picture_of_the_same_scene_gives_the_same_head(factor: float) -> None:
    face = face_of(head_at(15.0, -8.0, 5.0))
    scaled = FaceLandmarks(face.points_px * factor, face.depths_px * factor, 1.0)
    k = CAMERA
    camera = Intrinsics(k.fx * factor, k.fy * factor, k.cx * factor, k.cy * factor)
    before, after = head_pose(face, k, MEAN_HEAD), head_pose(scaled, camera, MEAN_HEAD)
    assert np.allclose(before.points, after.points, atol=1e-5)
    per_px = before.scale.mm_per_px.value / after.scale.mm_per_px.value
    assert per_px == pytest.approx(factor)


@pytest.mark.parametrize("size", [0.9, 1.0, 1.1])
def test_irises_tell_small_heads_from_large_ones_within_the_interval(size: float) -> None:
    at = head_at(at=(0.0, 0.0, 0.5))
    found = head_pose(face_of(at, size=size), CAMERA)
    assert found.size.source == "iris"
    scale = found.scale.mm_per_px
    assert scale.low < scale.value < scale.high
    true_per_px = 500.0 / CAMERA.fx
    assert scale.low < true_per_px < scale.high
    assert abs(np.log(found.size.value)) <= abs(np.log(size)) + 1e-2  # never beyond what was seen


def test_a_turned_head_or_an_eye_that_looks_aside_is_measured_by_the_mean_head() -> None:
    assert head_pose(face_of(head_at(yaw=40.0)), CAMERA).size == MEAN_HEAD
    face = face_of(head_at())
    points = face.points_px.copy()
    points[468:] += (0.3 * np.linalg.norm(points[33] - points[133]), 0.0)
    aside = FaceLandmarks(points, face.depths_px, 1.0)
    assert head_pose(aside, CAMERA).size == MEAN_HEAD


def test_a_closed_eye_tells_no_size() -> None:
    face = face_of(head_at(), size=1.12)
    assert head_pose(face, CAMERA).size.source == "iris"
    points = face.points_px.copy()
    for upper, lower in ((159, 145), (386, 374)):
        points[[upper, lower]] = points[[upper, lower]].mean(axis=0)
    assert head_pose(FaceLandmarks(points, face.depths_px, 1.0), CAMERA).size == MEAN_HEAD


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_random_landmarks_give_finite_orthonormal_poses_and_bodies(seed: int) -> None:
    random = np.random.default_rng(seed)
    face = FaceLandmarks(
        random.uniform((0, 0), (1280, 720), (478, 2)), random.normal(0, 80, 478), 0.9
    )
    found = head_pose(face, CAMERA)
    rotation = found.camera_from_head.rotation
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(rotation) > 0
    body = head_body(found)
    assert np.isfinite(found.points).all()
    assert np.isfinite(body.positions).all()
    assert body.triangles.max() < len(body.positions)


def test_a_face_keeps_its_number_and_two_faces_do_not_swap() -> None:
    tracks = FaceTracks()
    left, right = (face_of(head_at(at=(x, 0.0, 0.8))) for x in (-0.2, 0.2))
    first = {track.identity for _, track in tracks.update([left, right], 0.0)}
    assert first == {0, 1}
    swapped = tracks.update([right, left], 33.0)
    assert [float(face.points_px[1, 0]) for face, _ in swapped] == pytest.approx(
        [left.points_px[1, 0], right.points_px[1, 0]], abs=1.0
    )
    assert len(tracks.alive) == 2
    tracks.update([left], 3000.0)
    tracks.update([left], 3033.0)
    assert len(tracks.alive) == 1


def test_a_still_head_is_steadier_than_its_noisy_landmarks_and_a_moving_one_is_followed() -> None:
    random = np.random.default_rng(3)
    truth = face_of(head_at(12.0))
    heads = Heads(smoothing=True)
    raw, steady = [], []
    for frame in range(60):
        noisy = FaceLandmarks(
            truth.points_px + random.normal(0, 0.7, (478, 2)),
            truth.depths_px + random.normal(0, 2.0, 478),
            1.0,
        )
        ((head, _),) = heads.update([noisy], CAMERA, 33.0 * frame)
        raw.append(CAMERA.project(head_pose(noisy, CAMERA).camera_from_head.translation))
        steady.append(CAMERA.project(head.camera_from_head.translation))
    assert np.std(steady[30:], axis=0).max() < 0.6 * np.std(raw[30:], axis=0).max() + 0.05
    heads = Heads(smoothing=True)
    for frame in range(45):
        at = (0.3 * frame / 30.0 - 0.2, 0.0, 0.6)
        ((head, _),) = heads.update([face_of(head_at(at=at))], CAMERA, 1e3 * frame / 30.0)
    assert abs(head.camera_from_head.translation[0] / head.size.value - at[0]) < 0.3 / 30.0


def test_two_solvers_of_one_frame_share_its_heads_and_the_stream_goes_on_once() -> None:
    shared, alone = Heads(smoothing=True), Heads(smoothing=True)
    random = np.random.default_rng(7)
    for frame in range(6):
        face = face_of(head_at(10.0))
        face = replace(face, points_px=face.points_px + random.normal(0.0, 1.0, (478, 2)))
        seen = (face,)
        first = shared.update(seen, CAMERA, 33.0 * frame)
        ((head, track),) = shared.update(seen, CAMERA, 33.0 * frame)
        ((other, _),) = alone.update(seen, CAMERA, 33.0 * frame)
        assert head is first[0][0]
        assert track is first[0][1]
        assert np.array_equal(head.points, other.points)
