"""Bodies below faces and the outlines of people: what the nets say, and where it lies."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portraits import two_faces

from models3d.frames import Image
from tryon.nets.face_tracking import LiteFaceTracker
from tryon.nets.heavy import NO_POSE, NO_SEGMENTATION, HeavyNets
from tryon.nets.person import PersonFinder, close_region, grid_shape
from tryon.nets.pose import (
    HEATMAP_SIDE,
    JOINTS,
    Outline,
    PoseFinder,
    face_height,
    mirror_order,
    on_grid,
    refined,
    region_below,
    strip_of,
)
from tryon.nets.regions import Region
from tryon.types import FaceLandmarks

NOSE, LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = 0, 11, 12, 23, 24
TO_SHOULDERS = slice(0, 13)


def body_net(streaming: bool) -> PoseFinder:
    model = PoseFinder.model_for(streaming)
    assert model is not None, "the pose nets are missing: run 'make setup'"
    return PoseFinder(model, streaming=streaming, threads=1)


@pytest.fixture(scope="module")
def group() -> Image:
    return two_faces()


@pytest.fixture(scope="module")
def faces(group) -> tuple[FaceLandmarks, ...]:
    return LiteFaceTracker(streaming=False).detect(group, 0.0)


@pytest.fixture(scope="module")
def careful() -> PoseFinder:
    return body_net(streaming=False)


def others_of(face: FaceLandmarks, faces: tuple[FaceLandmarks, ...]) -> list[FaceLandmarks]:
    return [one for one in faces if one is not face]


def mirrored(face: FaceLandmarks, width: int) -> FaceLandmarks:
    """A face as the mirrored image shows it, as far as its region goes: ends change places."""
    points = face.points_px * (-1.0, 1.0) + (width - 1.0, 0.0)
    for right, left in ((234, 454), (468, 473), (61, 291)):
        points[[right, left]] = points[[left, right]]
    return replace(face, points_px=points)


@pytest.mark.parametrize("streaming", [True, False])
def test_a_body_hangs_below_its_face(group, faces, streaming):
    finder = body_net(streaming)
    for face in faces[:2]:
        body = finder.find(group, face, others_of(face, faces), 40.0)
        assert body is not None
        joints, height = body.landmarks, face_height(face)
        assert joints.points_px.shape == (JOINTS, 2)
        assert joints.world.shape == (JOINTS, 3)
        assert joints.visibility.shape == (JOINTS,)
        assert joints.time_ms == 40.0
        assert np.linalg.norm(joints.points_px[NOSE] - face.points_px[1]) < 0.35 * height
        shoulders = joints.points_px[[LEFT_SHOULDER, RIGHT_SHOULDER]]
        below = shoulders[:, 1] - face.points_px[152, 1]
        assert np.all(below > -0.2 * height)
        assert np.all(below < 1.5 * height)
        breadth_m = np.linalg.norm(joints.world[LEFT_SHOULDER] - joints.world[RIGHT_SHOULDER])
        assert 0.2 < breadth_m < 0.5


def test_a_mirrored_photo_gives_the_mirrored_body(group, faces, careful):
    width = group.shape[1]
    image = np.ascontiguousarray(group[:, ::-1])
    for face in faces[:2]:
        body = careful.find(group, face, others_of(face, faces), 0.0)
        others = [mirrored(one, width) for one in others_of(face, faces)]
        again = careful.find(image, mirrored(face, width), others, 0.0)
        assert body is not None
        assert again is not None
        expected = (body.landmarks.points_px * (-1.0, 1.0) + (width - 1.0, 0.0))[mirror_order()]
        apart = np.linalg.norm(again.landmarks.points_px - expected, axis=1)[TO_SHOULDERS]
        seen = body.landmarks.visibility[mirror_order()][TO_SHOULDERS] > 0.5
        assert apart[seen].max() < 0.08 * face_height(face)
        world = (body.landmarks.world * (-1.0, 1.0, 1.0))[mirror_order()]
        assert np.abs(again.landmarks.world - world)[TO_SHOULDERS][seen].max() < 0.04


def test_a_larger_photo_gives_a_larger_body(group, faces, careful):
    large = cv2.resize(group, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    face = faces[0]
    body = careful.find(group, face, others_of(face, faces), 0.0)
    doubled = [replace(one, points_px=2.0 * one.points_px) for one in faces]
    twice = careful.find(large, doubled[0], doubled[1:], 0.0)
    assert body is not None
    assert twice is not None
    shoulders = [LEFT_SHOULDER, RIGHT_SHOULDER]
    apart = twice.landmarks.points_px[shoulders] / 2.0 - body.landmarks.points_px[shoulders]
    assert np.abs(apart).max() < 0.08 * face_height(face)


def test_each_person_of_a_group_has_a_strip_of_the_picture(faces):
    ends = sorted(strip_of(face, others_of(face, faces), 1024) for face in faces)
    assert ends[0][0] == 0
    assert ends[-1][1] == 1024
    for (left, right), (next_left, _) in itertools.pairwise(ends):
        assert left < right
        assert next_left <= right + 1
    for face in faces:
        left, right = strip_of(face, others_of(face, faces), 1024)
        assert left < face.points_px[:468, 0].mean() < right
    assert strip_of(faces[0], (), 1024) == (0, 1024)


def test_a_body_of_somebody_else_is_none(group, faces, careful):
    away = np.array([0.9 * face_height(faces[0]), 0.0])
    lone = replace(faces[0], points_px=faces[0].points_px - away)
    assert careful.find(group, lone, (), 0.0) is None


def test_nobody_below_a_face_that_is_none(careful, faces):
    for pattern in (np.full((400, 400, 3), 127, np.uint8), np.zeros((400, 400, 3), np.uint8)):
        assert careful.find(pattern, faces[0], (), 0.0) is None


@given(
    x=st.floats(-400.0, 2000.0),
    y=st.floats(-400.0, 2000.0),
    height=st.floats(2.0, 900.0),
    lean=st.floats(-3.1, 3.1),
)
def test_a_region_follows_its_face(x, y, height, lean):
    base = np.zeros((478, 2))
    base[10], base[152] = (0.0, -0.5), (0.0, 0.5)
    base[234], base[454] = (-0.4, 0.0), (0.4, 0.0)
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    face = FaceLandmarks(base @ turn.T * height + (x, y), np.zeros(478), 1.0)
    region = region_below(face)
    assert np.isclose(region.side_px, 9.0 * height)
    chin = turn @ (0.0, 0.5 * height) + (x, y)
    offset = np.array([region.x_px, region.y_px]) - chin
    assert np.isclose(np.hypot(*offset), 2.3 * height)
    # upright people whose heads lean stay upright; pictures of people lying down are turned
    assert np.isclose(region.rotation, lean if abs(lean) > np.deg2rad(50.0) else 0.0)
    down = np.array([-np.sin(region.rotation), np.cos(region.rotation)])
    assert np.allclose(offset, 2.3 * height * down, atol=1e-6 * height)
    assert np.isclose(close_region(face).side_px, 4.0 * height)


@given(
    u=st.floats(0.06, 0.94),
    v=st.floats(0.06, 0.94),
    near=st.floats(-1.2, 1.2),
    width=st.floats(0.7, 1.4),
)
def test_heat_moves_a_joint_to_its_middle(u, v, near, width):
    rows, columns = np.mgrid[:HEATMAP_SIDE, :HEATMAP_SIDE]
    center = np.array([u, v]) * HEATMAP_SIDE
    distance = np.hypot(columns - center[0], rows - center[1])
    heat = np.where(distance < 2.0 * width, 8.0, -30.0).astype(np.float32)[..., None]
    guess = np.array([[u, v]]) + near / HEATMAP_SIDE
    moved = refined(guess, heat)
    # the mean of the whole cells within reach is never further than half a cell
    assert np.abs(moved * HEATMAP_SIDE - center).max() < 0.75


def test_cold_heat_and_joints_beyond_the_square_change_nothing():
    cold = np.full((HEATMAP_SIDE, HEATMAP_SIDE, 3), -9.0, np.float32)
    hot = np.full((HEATMAP_SIDE, HEATMAP_SIDE, 3), 9.0, np.float32)
    inside = np.array([[0.3, 0.4], [0.01, 0.99], [0.5, 0.5]])
    beyond = np.array([[1.2, 0.4], [-0.3, 0.5], [0.5, 1.0]])
    assert np.array_equal(refined(inside, cold), inside)
    assert np.array_equal(refined(beyond, hot), beyond)


def test_mirroring_joints_twice_changes_nothing():
    order = mirror_order()
    assert np.array_equal(order[order], np.arange(JOINTS))
    assert order[LEFT_SHOULDER] == RIGHT_SHOULDER
    assert order[LEFT_HIP] == RIGHT_HIP
    assert order[NOSE] == NOSE


@pytest.mark.parametrize("rotation", [0.0, 0.6, -2.0])
def test_an_outline_lies_where_its_region_lies(rotation):
    region = Region(500.0, 320.0, 300.0, rotation)
    share = np.zeros((256, 256), np.float32)
    share[64:128, 128:192] = 1.0
    grid = on_grid([Outline(region, share)], np.zeros((720, 1280, 3), np.uint8), (180, 320))
    middle = region.in_image(np.array([0.625, 0.375])) / 4.0
    y, x = np.mgrid[:180, :320]
    assert np.allclose([(grid * x).sum(), (grid * y).sum()] / grid.sum(), middle, atol=0.6)
    assert grid.sum() == pytest.approx((0.25 * 300.0 / 4.0) ** 2, rel=0.05)


def test_people_are_told_from_background(group, faces):
    model = PersonFinder.model()
    assert model is not None, "the segmentation net is missing: run 'make setup'"
    backdrop = np.full((900, 1400, 3), (96, 120, 104), np.uint8)
    backdrop[:, :, 0] += np.linspace(0, 40, 1400).astype(np.uint8)
    for streaming in (True, False):
        finder = PersonFinder(model, streaming=streaming, threads=1)
        mask = finder.find(group, faces, (), 66.0)
        assert mask.time_ms == 66.0
        assert mask.share.dtype == np.float32
        assert mask.share.shape == grid_shape(group, 256 if streaming else 640)
        assert mask.share.min() >= -0.01
        assert mask.share.max() <= 1.01
        scale = mask.share.shape[1] / group.shape[1]
        for face in faces:
            x, y = (face.points_px[[4, 151, 152]] * scale).astype(int).T
            assert mask.share[y, x].min() > 0.8
        assert finder.find(backdrop, (), (), 0.0).share.mean() < 0.1


def test_the_mask_of_a_mirrored_photo_is_mirrored(group, faces):
    model = PersonFinder.model()
    assert model is not None
    finder = PersonFinder(model, streaming=True, threads=1)
    there = finder.find(group, faces, (), 0.0).share
    back = finder.find(np.ascontiguousarray(group[:, ::-1]), (), (), 0.0).share[:, ::-1]
    assert np.abs(there - back).mean() < 0.05


def test_what_is_not_installed_is_said_and_done_without(monkeypatch, group, faces):
    monkeypatch.setattr("tryon.nets.pose.optional_net_bytes", lambda _: None)
    monkeypatch.setattr("tryon.nets.person.optional_net_bytes", lambda _: None)
    nets = HeavyNets(bodies=True, person=True, find_faces=True, streaming=True, threads=1)
    assert nets.notices == (NO_POSE, NO_SEGMENTATION)
    seen = nets.see(group, faces, 0.0)
    assert seen.bodies == ()
    assert seen.person is None
    nets.close()


def test_the_pose_nets_outline_stands_in_for_the_segmentation_net(monkeypatch, group, faces):
    monkeypatch.setattr("tryon.nets.person.optional_net_bytes", lambda _: None)
    nets = HeavyNets(bodies=True, person=True, find_faces=False, streaming=True, threads=1)
    assert nets.notices == (NO_SEGMENTATION,)
    alone = np.ascontiguousarray(group[:, :480])
    face = min(faces, key=lambda one: one.points_px[4, 0])
    person = nets.see(alone, (face,), 0.0).person
    assert person is not None
    scale = person.share.shape[1] / alone.shape[1]
    x, y = (face.points_px[4] * scale).astype(int)
    assert person.share[y, x] > 0.8
    assert nets.see(group, faces[:2], 0.0).person is None  # one body's outline, two people
    nets.close()


def test_bodies_are_found_where_nobody_else_looks_for_faces(group):
    nets = HeavyNets(bodies=True, person=False, find_faces=True, streaming=False, threads=1)
    seen = nets.see(group, (), 0.0)
    assert len(seen.bodies) >= 2
    assert seen.person is None
    assert seen.faces == ()
    nets.close()
    nets.close()
