"""Faces on LiteRT: MediaPipe's landmarks, found, followed and lost as MediaPipe does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hands import demo_photo
from portraits import moving, two_faces

from models3d.frames import Array, Image
from tryon.errors import MissingLandmarkModel
from tryon.landmarks import FaceTracker
from tryon.nets.face_detection import FaceDetector, squares_of
from tryon.nets.face_tracking import LiteFaceTracker
from tryon.nets.regions import Region
from tryon.types import FaceLandmarks

EMPTY = np.full((240, 320, 3), 90, np.uint8)
RMS_PX = 0.5


def rms_px(one: FaceLandmarks, other: FaceLandmarks) -> float:
    apart = np.linalg.norm(one.points_px - other.points_px, axis=1)
    return float(np.sqrt(np.mean(apart**2)))


def center(face: FaceLandmarks) -> Array:
    return np.asarray(face.points_px.mean(axis=0))


@pytest.fixture(scope="module")
def photos():
    tracker = LiteFaceTracker(streaming=False)
    yield tracker
    tracker.close()


@pytest.fixture(scope="module")
def group() -> Image:
    return two_faces()


@pytest.mark.parametrize("name", ["sample1", "sample3", "sample4"])
def test_the_first_look_gives_mediapipes_landmarks(name):
    photo = demo_photo(name)
    with FaceTracker(streaming=False) as reference:
        expected = reference.detect(photo, 0.0)
    found = LiteFaceTracker(streaming=True).detect(photo, 0.0)
    assert len(found) == len(expected) > 0
    for face in found:
        assert min(rms_px(face, other) for other in expected) < RMS_PX


def test_on_a_moving_clip_faces_are_followed_lost_and_found_as_by_mediapipe(group):
    ours = LiteFaceTracker(streaming=True)
    errors = []
    with FaceTracker(streaming=True, faces=2) as reference:
        for k, frame in enumerate(moving(group, 30)):
            shown = EMPTY if 14 <= k < 18 else frame
            found, expected = ours.detect(shown, 33.0 * k), reference.detect(shown, 33.0 * k)
            assert len(found) == len(expected) == (0 if shown is EMPTY else 2)
            errors += [min(rms_px(face, other) for other in expected) for face in found]
    assert max(errors) < RMS_PX
    assert np.median(errors) < 0.1


def test_depths_are_mediapipes_on_an_upright_face():
    photo = demo_photo("sample1")
    with FaceTracker(streaming=False) as reference:
        expected = reference.detect(photo, 0.0)[0]
    found = LiteFaceTracker(streaming=True).detect(photo, 0.0)[0]
    assert np.abs(found.depths_px - expected.depths_px).max() < 0.5


def test_depths_turn_with_the_face(photos, group):
    # the same face in the same place, the frame around it wide or high: pixels are pixels
    face = photos.detect(group, 0.0)[0]
    low, high = face.points_px.min(axis=0), face.points_px.max(axis=0)
    x, y = (np.maximum(low - (high - low), 0.0)).astype(int)
    right, bottom = (high + (high - low)).astype(int)
    again = photos.detect(np.ascontiguousarray(group[y:bottom, x:right]), 0.0)[0]
    size = float((high - low).max())
    assert np.abs(again.depths_px - face.depths_px).max() < 0.03 * size


def test_two_people_keep_their_places_in_a_stream(group):
    tracker = LiteFaceTracker(streaming=True)
    before = None
    for frame in moving(group, 20):
        faces = tracker.detect(frame, 0.0)
        assert len(faces) == 2
        centers = [center(face) for face in faces]
        if before is not None:
            for old, new, other in zip(before, centers, reversed(centers), strict=True):
                assert np.linalg.norm(new - old) < np.linalg.norm(other - old)
        before = centers


def test_who_stays_keeps_the_first_place_when_the_other_leaves_and_comes_back(group):
    tracker = LiteFaceTracker(streaming=True)
    stays = center(tracker.detect(group, 0.0)[1])
    alone = group.copy()
    leaving = tracker.detect(group, 33.0)[0].points_px
    low, high = leaving.min(axis=0).astype(int) - 20, leaving.max(axis=0).astype(int) + 20
    alone[max(low[1], 0) : high[1], max(low[0], 0) : high[0]] = 90
    faces = tracker.detect(alone, 66.0)
    assert len(faces) == 1
    assert np.linalg.norm(center(faces[0]) - stays) < 5.0
    counts = [len(faces := tracker.detect(group, 99.0 + k)) for k in range(12)]
    assert counts[-1] == 2
    assert counts == sorted(counts)
    assert np.linalg.norm(center(faces[0]) - stays) < 5.0


def test_a_face_is_found_in_the_very_frame_in_which_it_jumps(group):
    tracker = LiteFaceTracker(streaming=True)
    tracker.detect(group, 0.0)
    assert len(tracker.detect(np.ascontiguousarray(group[:, ::-1]), 33.0)) == 2


@pytest.mark.parametrize(
    ("name", "count"), [("sample2", 2), ("sample4", 4), ("sample5", 5), ("sample6", 4)]
)
def test_small_faces_of_a_photo_are_found(photos, name, count):
    faces = photos.detect(demo_photo(name), 0.0)
    assert len(faces) == count
    sizes = [np.ptp(face.points_px, axis=0).max() for face in faces]
    assert sizes == sorted(sizes, reverse=True)
    assert all(face.points_px.shape == (478, 2) for face in faces)
    assert all(face.depths_px.shape == (478,) and 0.5 < face.score <= 1.0 for face in faces)


def test_a_face_of_a_twelfth_of_the_photo_is_found(photos, group):
    face = photos.detect(group, 0.0)[0]
    small = cv2.resize(group, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)
    canvas = np.full((900, 600, 3), 120, np.uint8)
    canvas[300 : 300 + small.shape[0], 100 : 100 + small.shape[1]] = small
    found = photos.detect(canvas, 0.0)
    expected = face.points_px * 0.35 + (100.0, 300.0)
    width = np.ptp(expected[:, 0])
    assert width < 0.08 * 900
    apart = [np.linalg.norm(one.points_px - expected, axis=1).mean() for one in found]
    assert min(apart) < 0.04 * width


def test_who_stands_far_from_the_camera_is_found_within_a_few_frames(group):
    frame = np.full((720, 1280, 3), 120, np.uint8)
    small = cv2.resize(group[:, 80:560], None, fx=0.62, fy=0.62, interpolation=cv2.INTER_AREA)
    frame[200 : 200 + small.shape[0], 900 : 900 + small.shape[1]] = small
    assert not FaceDetector(1).detect(frame)  # a face of 60 px in 1280 is too small for one look
    tracker = LiteFaceTracker(streaming=True)
    counts = [len(tracker.detect(frame, 33.0 * k)) for k in range(6)]
    assert counts[3:] == [1, 1, 1]
    assert counts == sorted(counts)


def test_a_mirrored_photo_gives_mirrored_faces(photos, group):
    faces = photos.detect(group, 0.0)
    mirrored = photos.detect(np.ascontiguousarray(group[:, ::-1]), 0.0)
    assert len(mirrored) == len(faces)
    eyes, other_eyes = [33, 263], [263, 33]  # outer corners change places
    for face in faces:
        size = np.ptp(face.points_px, axis=0).max()
        expected = face.points_px[eyes] * (-1.0, 1.0) + (group.shape[1] - 1.0, 0.0)
        apart = [
            np.linalg.norm(one.points_px[other_eyes] - expected, axis=1).max() for one in mirrored
        ]
        assert min(apart) < 0.03 * size


def test_a_larger_photo_gives_larger_faces(photos, group):
    large = cv2.resize(group, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    for face, twice in zip(photos.detect(group, 0.0), photos.detect(large, 0.0), strict=True):
        size = np.ptp(face.points_px, axis=0).max()
        assert np.abs(twice.points_px / 2.0 - face.points_px).max() < 0.03 * size
        assert np.abs(twice.depths_px / 2.0 - face.depths_px).max() < 0.03 * size


@pytest.mark.parametrize("shape", [(240, 320), (16, 16), (40, 900), (700, 31)])
def test_nobody_in_the_picture_is_no_error(photos, shape):
    noise = np.random.default_rng(3).integers(0, 255, (*shape, 3), np.uint8)
    assert photos.detect(noise, 0.0) == ()
    assert LiteFaceTracker(streaming=True).detect(noise, 0.0) == ()


@pytest.mark.parametrize("shape", [(720, 1280), (1000, 600), (512, 512), (40, 900)])
def test_the_squares_cover_the_photo_and_overlap_by_half(shape):
    covered = np.zeros(shape, int)
    for square in squares_of(np.zeros((*shape, 3), np.uint8), 0.28):
        x, y = square.x_px - square.side_px / 2.0, square.y_px - square.side_px / 2.0
        assert x > -1e-6
        assert y > -1e-6
        right, bottom = x + square.side_px, y + square.side_px
        assert right < shape[1] + 1e-6
        assert bottom < shape[0] + 1e-6
        covered[round(y) : round(bottom), round(x) : round(right)] += 1
    assert covered.min() >= 1
    middle = covered[shape[0] // 3 : -shape[0] // 3, shape[1] // 3 : -shape[1] // 3]
    assert middle.size == 0 or middle.mean() > 1.9


def test_means_of_a_crop_lie_where_its_samples_lie():
    y, x = np.mgrid[:600, :800].astype(np.float32)
    ramps = np.stack((x / 4.0, y / 4.0, 0 * x), axis=2).astype(np.uint8)
    region = Region(400.0, 300.0, 500.0, 0.4)
    fine, plain = region.mean_crop(ramps, 64), region.crop(ramps, 64)
    assert np.abs(fine.astype(int) - plain).mean() < 0.6
    assert np.abs((fine.astype(float) - plain).mean()) < 0.25


def test_the_detector_tells_how_a_head_leans(group):
    detector = FaceDetector(1)
    height, width = group.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25.0, 0.9)  # counterclockwise
    turned = cv2.warpAffine(group, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    upright = max(detector.detect(group), key=lambda found: found.score).region
    expected = turn @ (upright.x_px, upright.y_px, 1.0)
    found = [one.region for one in detector.detect(np.asarray(turned, np.uint8))]
    same = min(
        found, key=lambda one: float(np.hypot(one.x_px - expected[0], one.y_px - expected[1]))
    )
    assert 0.15 < upright.rotation - same.rotation < 0.6  # it sees half of it; landmarks the rest


def test_a_picture_of_another_kind_and_a_closed_tracker_are_bugs_of_the_caller():
    tracker = LiteFaceTracker(streaming=True)
    with pytest.raises(ValueError, match=r"expected \(h, w, 3\) uint8 RGB, got \(4, 4\)"):
        tracker.detect(np.zeros((4, 4), np.uint8), 0.0)
    tracker.close()
    tracker.close()
    with pytest.raises(ValueError, match="closed"):
        tracker.detect(EMPTY, 0.0)


def test_a_missing_bundle_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    with pytest.raises(MissingLandmarkModel, match=r"face_landmarker\.task is missing"):
        LiteFaceTracker(streaming=True)
