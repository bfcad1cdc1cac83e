"""Hand landmarks: what is found, on which clock, with which model, and a quiet end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hands import demo_photo

from models3d.frames import Image
from tryon.errors import MissingLandmarkModel
from tryon.landmarks import FaceTracker, HandTracker
from tryon.model_files import HAND_LANDMARKER
from tryon.second_look import CROP_PX, CROP_SHARES, MirroredCrop, merged, same_hand
from tryon.types import Hand
from tryon.working_size import reduced

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def photo() -> Image:
    return demo_photo("sample5")


@pytest.fixture(scope="module")
def tracker():
    with HandTracker(streaming=False) as opened:
        yield opened


@pytest.mark.parametrize(("name", "count"), [("sample2", 3), ("sample4", 4), ("sample5", 1)])
def test_every_hand_of_the_photos_is_found(tracker, name, count):
    hands = tracker.detect(demo_photo(name), 0.0)
    assert len(hands) == count
    assert [h.score for h in hands] == sorted((h.score for h in hands), reverse=True)
    assert all(h.points_px.shape == (21, 2) and h.world.shape == (21, 3) for h in hands)


def test_a_left_hand_in_an_unmirrored_photo_is_called_left(tracker, photo):
    assert tracker.detect(photo, 0.0)[0].hand is Hand.LEFT


def test_mirroring_a_photo_mirrors_the_hand_and_its_name(tracker, photo):
    hand = tracker.detect(photo, 0.0)[0]
    mirrored = tracker.detect(np.ascontiguousarray(photo[:, ::-1]), 0.0)[0]
    size = np.ptp(hand.points_px, axis=0).max()
    back = mirrored.points_px * (-1, 1) + (photo.shape[1], 0)
    assert mirrored.hand is Hand.RIGHT
    assert np.linalg.norm(back - hand.points_px, axis=1).max() < 0.05 * size
    assert np.abs(mirrored.world * (-1, 1, 1) - hand.world).max() < 0.012


def test_a_large_photo_gives_coordinates_in_its_own_pixels(tracker, photo):
    large = np.repeat(np.repeat(photo, 2, axis=0), 2, axis=1)
    hand, twice = tracker.detect(photo, 0.0)[0], tracker.detect(large, 0.0)[0]
    size = np.ptp(hand.points_px, axis=0).max()
    assert np.linalg.norm(twice.points_px / 2 - hand.points_px, axis=1).mean() < 0.03 * size


def test_nobody_in_the_picture_is_no_error(tracker):
    assert tracker.detect(np.full((240, 320, 3), 90, np.uint8), 0.0) == ()


def test_a_stream_takes_stamps_that_stand_still_or_run_backwards(photo):
    crop = np.ascontiguousarray(photo[-720:, -1280:])
    with HandTracker(streaming=True) as stream:
        counts = [len(stream.detect(crop, time_ms)) for time_ms in (0.0, 0.0, 33.3, 33.4, 10.0)]
    assert counts == [1] * 5


def test_a_picture_of_another_kind_is_a_bug_of_the_caller(tracker):
    with pytest.raises(ValueError, match=r"expected \(h, w, 3\) uint8 RGB, got \(4, 4\)"):
        tracker.detect(np.zeros((4, 4), np.uint8), 0.0)


def test_a_closed_tracker_says_so_and_closes_twice():
    tracker = HandTracker(streaming=True)
    tracker.close()
    tracker.close()
    with pytest.raises(ValueError, match="closed"):
        tracker.detect(np.zeros((64, 64, 3), np.uint8), 0.0)


def test_a_missing_model_is_named_with_its_folder_and_checksum(monkeypatch, tmp_path):
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    with pytest.raises(MissingLandmarkModel) as caught:
        HandTracker(streaming=False)
    message = str(caught.value)
    assert HAND_LANDMARKER.name in message
    assert str(tmp_path) in message
    assert HAND_LANDMARKER.sha256 in message


def test_an_altered_model_is_refused(monkeypatch, tmp_path):
    (tmp_path / HAND_LANDMARKER.name).write_bytes(b"not a model")
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    with pytest.raises(MissingLandmarkModel, match="checksum"):
        HandTracker(streaming=False)


@pytest.mark.parametrize("ending", ["tracker.close()", "pass", "raise SystemExit(3)"])
def test_the_interpreter_ends_without_a_word(ending):
    code = (
        "import numpy as np\n"
        "from tryon.landmarks import HandTracker\n"
        "tracker = HandTracker(streaming=True)\n"
        "tracker.detect(np.zeros((64, 64, 3), np.uint8), 1.0)\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == (3 if "3" in ending else 0)
    assert done.stderr == ""
    assert done.stdout == ""


def test_reducing_keeps_small_pictures_and_proportions():
    small = np.zeros((30, 40, 3), np.uint8)
    assert reduced(small, 40) is small
    assert reduced(np.zeros((300, 400, 3), np.uint8), 100).shape == (75, 100, 3)


@pytest.mark.parametrize("share", CROP_SHARES)
def test_a_mirrored_crop_maps_its_points_back_into_the_photo(tracker, photo, share):
    hand = tracker.detect(photo, 0.0)[0]
    crop = MirroredCrop.around(hand, photo, share)
    in_crop = (hand.points_px - crop.corner) * crop.scale
    in_crop[:, 0] = CROP_PX - in_crop[:, 0]
    seen = type(hand)(in_crop, hand.world * (-1, 1, 1), Hand.RIGHT, 0.5)
    back = crop.in_photo(seen)
    assert np.allclose(back.points_px, hand.points_px)
    assert np.allclose(back.world, hand.world)
    assert back.hand is hand.hand


def test_another_hand_is_not_taken_for_the_same(tracker, photo):
    hand = tracker.detect(photo, 0.0)[0]
    far = type(hand)(hand.points_px + 500.0, hand.world, hand.hand, 1.0)
    near = type(hand)(hand.points_px + 5.0, hand.world, hand.hand, 1.0)
    assert same_hand(hand, [far]) is None
    assert same_hand(hand, [far, near]) is near


def test_two_looks_are_averaged_and_their_distance_is_kept(tracker, photo):
    hand = tracker.detect(photo, 0.0)[0]
    moved = hand.points_px.copy()
    moved[13] += (6.0, 8.0)
    both = merged(hand, type(hand)(moved, hand.world, hand.hand, hand.score - 0.2))
    assert both.spread_px[13] == pytest.approx(10.0)
    assert np.delete(both.spread_px, 13).max() == 0.0
    assert np.allclose(both.points_px[13], hand.points_px[13] + (3.0, 4.0))
    assert both.score == pytest.approx(hand.score - 0.1)


def test_a_hand_not_seen_again_says_so(tracker, photo):
    hand = tracker.detect(photo, 0.0)[0]
    alone = merged(hand, None)
    assert np.isinf(alone.spread_px).all()
    assert np.array_equal(alone.points_px, hand.points_px)


def test_a_stream_takes_one_look(photo):
    with HandTracker(streaming=True) as stream:
        assert stream.detect(photo[-720:, -1280:], 0.0)[0].spread_px is None


def test_each_hand_of_a_photo_is_looked_at_twice(tracker):
    spreads = [hand.spread_px for hand in tracker.detect(demo_photo("sample4"), 0.0)]
    alone = [bool(np.isinf(spread).all()) for spread in spreads]
    assert alone.count(True) == 2  # one in hair, one with its fingers ordered backwards


def test_the_faces_of_a_photo_have_eyes_above_their_mouths_and_noses_nearest():
    with FaceTracker(streaming=False) as faces:
        found = faces.detect(demo_photo("sample2"), 0.0)
    assert found
    for face in found:
        assert face.points_px.shape == (478, 2)
        assert face.points_px[[468, 473], 1].max() < face.points_px[13, 1]  # irises, upper lip
        assert face.depths_px[1] < face.depths_px[[127, 356]].min()  # nose tip, temples


def test_a_stream_of_faces_follows_one():
    photo = demo_photo("sample2")
    with FaceTracker(streaming=True) as faces:
        assert [len(faces.detect(photo, time_ms)) for time_ms in (0.0, 33.0, 33.0)] == [1, 1, 1]
