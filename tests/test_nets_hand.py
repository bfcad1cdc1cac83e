"""Hands on LiteRT are MediaPipe's: the same landmarks, found, lost and found again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from hands import HEIGHT, WIDTH, demo_photo

from models3d.frames import Array, Image
from tryon.errors import MissingLandmarkModel
from tryon.landmarks import HandTracker
from tryon.nets.hand_landmarks import HandSeen, distinct
from tryon.nets.hand_tracking import (
    ALERT,
    IDLE_EVERY,
    JOINS_AFTER,
    SECOND_EVERY,
    LiteHandTracker,
)
from tryon.runtime import Runtime, chosen_runtime, hand_source
from tryon.types import Hand, HandLandmarks

ROOT = Path(__file__).resolve().parents[1]
EMPTY = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
RMS_PX = 0.5
SETTLED = 6  # frames after which it no longer matters where a hand was first looked for


def apart_px(one: HandLandmarks, other: HandLandmarks) -> float:
    """Root mean square of the distances between two hands' landmarks."""
    return float(np.sqrt(((one.points_px - other.points_px) ** 2).sum(axis=1).mean()))


def nearest(hand: HandLandmarks, others: tuple[HandLandmarks, ...]) -> HandLandmarks:
    return min(others, key=lambda other: apart_px(hand, other))


def moving(photo: Image, center: Array, frames: int) -> Iterator[Image]:
    """A camera that pans, zooms and turns over a photo, 1280 by 720."""
    for turn in np.linspace(0.0, 2.0 * np.pi, frames, endpoint=False):
        zoom, lean = 1.0 + 0.35 * np.sin(2.0 * turn), 0.5 * np.sin(turn)
        aim = center + 120.0 * np.array([np.sin(3.0 * turn), np.cos(2.0 * turn)])
        rotation = zoom * np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
        shift = np.array([WIDTH, HEIGHT]) / 2.0 - rotation @ aim
        matrix = np.column_stack((rotation, shift))
        yield np.asarray(cv2.warpAffine(photo, matrix, (WIDTH, HEIGHT)), np.uint8)


@pytest.fixture(scope="module")
def reference() -> Iterator[HandTracker]:
    with HandTracker(streaming=False) as tracker:
        yield tracker


@pytest.fixture(scope="module")
def ours() -> Iterator[LiteHandTracker]:
    with LiteHandTracker(streaming=False) as tracker:
        yield tracker


@pytest.fixture(scope="module")
def one_hand() -> Image:
    return demo_photo("sample5")[-HEIGHT:, -WIDTH:]


@pytest.mark.parametrize("name", ["sample2", "sample4", "sample5"])
def test_photos_give_the_landmarks_of_mediapipe(name, reference, ours):
    photo = demo_photo(name)
    expected, found = reference.detect(photo, 0.0), ours.detect(photo, 0.0)
    assert len(found) == len(expected)
    for hand in expected:
        same = nearest(hand, found)
        assert apart_px(hand, same) < RMS_PX
        assert np.abs(hand.world - same.world).max() < 0.002
        assert (same.hand, same.score) == (hand.hand, pytest.approx(hand.score, abs=0.02))
        assert np.isinf(hand.spread_px).all() == np.isinf(same.spread_px).all()


@pytest.mark.parametrize("name", ["sample4", "sample5"])
def test_a_moving_clip_gives_the_landmarks_of_mediapipe(name, reference):
    photo = demo_photo(name)
    center = reference.detect(photo, 0.0)[0].points_px.mean(axis=0)
    errors, unchanged, before = [], 0, 0
    with HandTracker(streaming=True) as theirs, LiteHandTracker(streaming=True) as tracker:
        for index, frame in enumerate(moving(photo, center, 60)):
            expected, found = (t.detect(frame, 33.0 * index) for t in (theirs, tracker))
            assert bool(found) == bool(expected)
            unchanged = unchanged + 1 if len(found) == before else 0
            before = len(found)
            if index < SETTLED or unchanged >= SETTLED:  # a hand that joins later starts elsewhere
                errors += [apart_px(hand, nearest(hand, expected)) for hand in found]
    assert len(errors) > 40
    assert np.sqrt(np.mean(np.square(errors))) < RMS_PX
    assert np.median(errors) < 0.2


def test_a_hand_that_leaves_and_returns_is_lost_and_found_in_the_same_frames(one_hand):
    frames = [one_hand] * 3 + [EMPTY] * 5 + [np.roll(one_hand, -200, axis=1)] * 3 + [EMPTY] * 2
    with HandTracker(streaming=True) as theirs, LiteHandTracker(streaming=True) as tracker:
        counts = [
            [len(t.detect(frame, 33.0 * i)) for i, frame in enumerate(frames)]
            for t in (theirs, tracker)
        ]
    assert counts[0] == counts[1] == [1] * 3 + [0] * 5 + [1] * 3 + [0] * 2


def test_a_hand_that_jumps_is_not_lost_for_a_frame(one_hand):
    with LiteHandTracker(streaming=True) as tracker:
        for shift in (0, -500, 0):
            assert len(tracker.detect(np.roll(one_hand, shift, axis=1), 0.0)) == 1


def test_after_a_pause_a_hand_is_found_within_few_frames(one_hand):
    with LiteHandTracker(streaming=True) as tracker:
        for _ in range(ALERT + 1):
            assert tracker.detect(EMPTY, 0.0) == ()
        counts = [len(tracker.detect(one_hand, 0.0)) for _ in range(IDLE_EVERY)]
    assert counts[-1] == 1


def test_a_second_hand_joins_soon_after_it_appears(reference):
    photo = demo_photo("sample5")
    x = round(float(reference.detect(photo, 0.0)[0].points_px[:, 0].mean()))
    half = photo[-HEIGHT:, x - WIDTH // 4 : x + WIDTH // 4]
    both = np.hstack((half, half[:, ::-1]))
    alone = np.hstack((half, np.full_like(half, 90)))
    with LiteHandTracker(streaming=True) as tracker:
        assert [len(tracker.detect(alone, 0.0)) for _ in range(3)] == [1, 1, 1]
        counts = [len(tracker.detect(both, 0.0)) for _ in range(SECOND_EVERY + JOINS_AFTER)]
        hands = {hand.hand for hand in tracker.detect(both, 0.0)}
        assert [len(tracker.detect(alone, 0.0)) for _ in range(3)] == [1, 1, 1]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (1, 2)
    assert hands == {Hand.LEFT, Hand.RIGHT}


def test_one_hand_is_never_followed_twice(reference):
    photo = demo_photo("sample5")
    center = reference.detect(photo, 0.0)[0].points_px.mean(axis=0)
    with LiteHandTracker(streaming=True) as tracker:
        for frame in list(moving(photo, center, 120))[90:]:  # here MediaPipe sees two at times
            assert len(tracker.detect(frame, 0.0)) == 1


def test_the_same_frames_give_the_same_hands(one_hand):
    runs = []
    for _ in range(2):
        with LiteHandTracker(streaming=True) as tracker:
            runs.append([tracker.detect(one_hand, 0.0)[0].points_px for _ in range(10)])
    assert np.array_equal(runs[0], runs[1])


def test_a_large_frame_gives_coordinates_in_its_own_pixels(one_hand):
    large = np.repeat(np.repeat(one_hand, 2, axis=0), 2, axis=1)
    with LiteHandTracker(streaming=True) as tracker:
        hand = tracker.detect(one_hand, 0.0)[0]
    with LiteHandTracker(streaming=True) as tracker:
        twice = tracker.detect(large, 0.0)[0]
    assert np.abs(twice.points_px / 2.0 - hand.points_px).max() < 1.0


def test_two_landmark_sets_of_one_hand_count_once(reference, one_hand):
    hand = reference.detect(one_hand, 0.0)[0]
    size = float(np.ptp(hand.points_px, axis=0).max())
    seen = [
        HandSeen(HandLandmarks(hand.points_px + shift, hand.world, hand.hand, 0.9), 0.9)
        for shift in (0.0, 0.02 * size, size)
    ]
    assert distinct(seen) == [seen[0], seen[2]]


def test_the_region_for_the_next_frame_turns_with_the_hand(reference, one_hand):
    hand = reference.detect(one_hand, 0.0)[0]
    region = HandSeen(hand, 0.9).next_region
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    turned = HandLandmarks(hand.points_px @ turn.T, hand.world, hand.hand, 0.9)
    after = HandSeen(turned, 0.9).next_region
    assert after.side_px == pytest.approx(region.side_px)
    assert [after.x_px, after.y_px] == pytest.approx(list(turn @ [region.x_px, region.y_px]))
    assert np.cos(after.rotation - region.rotation) == pytest.approx(0.0, abs=1e-6)


def test_a_left_hand_is_called_left_and_its_mirror_image_right(ours, one_hand):
    assert ours.detect(one_hand, 0.0)[0].hand is Hand.LEFT
    assert ours.detect(np.ascontiguousarray(one_hand[:, ::-1]), 0.0)[0].hand is Hand.RIGHT


def test_nobody_in_the_picture_is_no_error(ours):
    assert ours.detect(EMPTY, 0.0) == ()


def test_wrong_pictures_and_closed_trackers_are_bugs_of_the_caller():
    tracker = LiteHandTracker(streaming=True)
    with pytest.raises(ValueError, match=r"expected \(h, w, 3\) uint8 RGB, got \(4, 4\)"):
        tracker.detect(np.zeros((4, 4), np.uint8), 0.0)
    tracker.close()
    tracker.close()
    with pytest.raises(ValueError, match="closed"):
        tracker.detect(EMPTY, 0.0)


def test_a_missing_bundle_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    with pytest.raises(MissingLandmarkModel, match=r"hand_landmarker\.task is missing"):
        LiteHandTracker(streaming=True)


def test_the_runtime_can_be_chosen(monkeypatch):
    monkeypatch.delenv("PARURE_TRACKER", raising=False)
    assert chosen_runtime() is Runtime.LITERT
    monkeypatch.setenv("PARURE_TRACKER", "mediapipe")
    tracker = hand_source(streaming=True)
    assert isinstance(tracker, HandTracker)
    tracker.close()
    monkeypatch.setenv("PARURE_TRACKER", "")
    assert chosen_runtime() is Runtime.LITERT


def test_mediapipe_stands_in_where_litert_is_missing(monkeypatch):
    monkeypatch.delenv("PARURE_TRACKER", raising=False)
    monkeypatch.setattr("tryon.runtime.find_spec", lambda _: None)
    assert chosen_runtime() is Runtime.MEDIAPIPE


@pytest.mark.parametrize("ending", ["tracker.close()", "pass", "raise SystemExit(3)"])
def test_the_interpreter_ends_without_a_word_and_without_mediapipe(ending):
    code = (
        "import sys\n"
        "import numpy as np\n"
        "from tryon.runtime import hand_source\n"
        "tracker = hand_source(streaming=True)\n"
        "tracker.detect(np.zeros((64, 64, 3), np.uint8), 1.0)\n"
        "assert 'mediapipe' not in sys.modules\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == (3 if "3" in ending else 0)
    assert done.stderr == ""
    assert done.stdout == ""
