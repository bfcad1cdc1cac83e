"""The tracker: what is looked for, when, on which thread, and how it ends."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from portraits import moving, two_faces

from models3d.frames import Image
from tryon.errors import MissingLandmarkModel
from tryon.landmarks import FaceTracker
from tryon.model_files import FACE_LANDMARKER, HAND_LANDMARKER, models_folder
from tryon.nets.heavy import NO_POSE, NO_SEGMENTATION
from tryon.tracker import FRESH_MS, NO_LITERT, Tracker, Wanted
from tryon.types import BodyLandmarks, Seen

EVERYTHING = frozenset(Wanted)
EMPTY = np.full((120, 160, 3), 90, np.uint8)
PATIENCE_S = 60.0  # of a slow machine that does other things as well


@pytest.fixture(scope="module")
def group() -> Image:
    return two_faces()


@pytest.fixture
def no_threads_stay():
    before = {thread.ident for thread in threading.enumerate()}
    yield
    assert {thread.ident for thread in threading.enumerate()} <= before


class SlowNets:
    """Bodies that take as long as the test wants; each look is told by its time."""

    notices = ()

    def __init__(self) -> None:
        self.release = threading.Event()
        self.looks: list[float] = []
        self.at_once = 0
        self.error: Exception | None = None
        self.closed = False

    def see(self, image, faces, time_ms):
        assert not self.closed
        self.at_once += 1
        self.looks.append(time_ms)
        assert self.at_once == 1, "two looks at once"
        assert self.release.wait(PATIENCE_S)
        self.at_once -= 1
        if self.error is not None:
            raise self.error
        zeros = np.zeros((33, 3))
        return Seen(bodies=(BodyLandmarks(zeros[:, :2], zeros, zeros[:, 0], 1.0, time_ms),))

    def close(self):
        self.closed = True


@pytest.fixture
def slow(monkeypatch) -> SlowNets:
    nets = SlowNets()
    monkeypatch.setattr("tryon.nets.heavy.HeavyNets", lambda **_: nets)
    return nets


def until(answer) -> bool:
    """Whether something comes true within a while."""
    end = time.monotonic() + PATIENCE_S
    while not (found := answer()) and time.monotonic() < end:
        time.sleep(0.002)
    return bool(found)


def idle(tracker: Tracker) -> bool:
    """Whether no look is under way, nor about to begin."""
    beside = tracker._beside
    assert beside is not None
    return beside._pending is None or beside._pending.done()


def times(seen: Seen) -> list[float]:
    return [body.time_ms for body in seen.bodies]


def test_a_photo_is_looked_at_by_everything(group, no_threads_stay):
    with Tracker(EVERYTHING, streaming=False) as tracker:
        seen = tracker.detect(group, 12.0)
        assert tracker.notices == ()
    assert len(seen.faces) == 3
    assert len(seen.bodies) >= 2
    assert times(seen) == [12.0] * len(seen.bodies)
    assert seen.person is not None
    assert seen.person.time_ms == 12.0


@pytest.mark.parametrize("wanted", [{Wanted.HANDS}, {Wanted.FACES}, {Wanted.PERSON}, set()])
def test_what_is_not_wanted_is_not_looked_for(group, wanted, no_threads_stay):
    with Tracker(wanted, streaming=False) as tracker:
        seen = tracker.detect(group, 0.0)
    assert bool(seen.faces) == (Wanted.FACES in wanted)
    assert (seen.person is not None) == (Wanted.PERSON in wanted)
    assert seen.bodies == ()
    assert not seen.hands or Wanted.HANDS in wanted


def test_bodies_without_faces_wanted_are_found_all_the_same(group):
    with Tracker({Wanted.BODIES}, streaming=True) as tracker:
        seen = tracker.detect(group, 7.0)
    assert times(seen) == [7.0]
    assert seen.faces == ()


def test_a_stream_brings_everything_before_long(group, no_threads_stay):
    with Tracker(EVERYTHING, streaming=True) as tracker:
        tracker.heavy_every = 3
        seen = Seen()

        def both() -> bool:
            nonlocal seen
            seen = tracker.detect(group, 33.0)
            return bool(seen.bodies) and seen.person is not None

        assert until(both)
    assert len(seen.faces) == 2
    assert len(seen.bodies) == 1


def test_hands_and_faces_side_by_side_are_those_found_alone(group):
    frames = list(moving(group, 6))
    alone = []
    for wanted in (Wanted.HANDS, Wanted.FACES):
        with Tracker({wanted}, streaming=True) as tracker:
            alone.append([tracker.detect(frame, 33.0 * k) for k, frame in enumerate(frames)])
    with Tracker({Wanted.HANDS, Wanted.FACES}, streaming=True) as tracker:
        for k, frame in enumerate(frames):
            seen = tracker.detect(frame, 33.0 * k)
            assert len(seen.hands) == len(alone[0][k].hands)
            assert len(seen.faces) == len(alone[1][k].faces)
            for face, other in zip(seen.faces, alone[1][k].faces, strict=True):
                assert np.abs(face.points_px - other.points_px).max() < 0.05


def test_no_frame_waits_for_a_slow_look_and_looks_do_not_pile_up(slow, no_threads_stay):
    with Tracker({Wanted.BODIES}, streaming=True) as tracker:
        tracker.heavy_every = 2
        for k in range(12):
            assert tracker.detect(EMPTY, 10.0 * k).bodies == ()
        assert until(lambda: slow.looks)
        assert (slow.looks, slow.at_once) == ([0.0], 1)  # all of them came before it was over
        slow.release.set()
        assert until(lambda: slow.at_once == 0)
        assert until(lambda: times(tracker.detect(EMPTY, 200.0)) == [0.0])
        assert until(lambda: times(tracker.detect(EMPTY, 200.0)) == [200.0])


def test_looks_come_every_so_many_frames_and_the_rate_may_change(slow):
    slow.release.set()
    with Tracker({Wanted.BODIES}, streaming=True) as tracker:
        for every, frames in ((4, 12), (6, 12)):
            tracker.heavy_every = every
            slow.looks.clear()
            for k in range(frames):
                tracker.detect(EMPTY, float(k))
                assert until(lambda: idle(tracker))
            assert len(slow.looks) == pytest.approx(frames / every, abs=1)
            assert np.diff(slow.looks).min() >= every


def test_films_are_looked_at_in_step(slow):
    slow.release.set()
    with Tracker({Wanted.BODIES}, streaming=True) as tracker:
        tracker.heavy_every = 1
        for k in range(4):
            assert times(tracker.detect(EMPTY, 40.0 * k)) == [40.0 * k]
        tracker.heavy_every = 5
        assert times(tracker.detect(EMPTY, 160.0)) == [120.0]
        tracker.heavy_every = 1
        assert times(tracker.detect(EMPTY, 200.0)) == [200.0]


def test_an_old_answer_is_not_passed_on(slow):
    slow.release.set()
    with Tracker({Wanted.BODIES}, streaming=True) as tracker:
        tracker.detect(EMPTY, 0.0)
        tracker.heavy_every = 1000
        assert times(tracker.detect(EMPTY, FRESH_MS)) == [0.0]
        assert tracker.detect(EMPTY, FRESH_MS + 1.0).bodies == ()


def test_an_error_beside_the_stream_comes_to_light(slow, no_threads_stay):
    slow.error, slow.looks = ArithmeticError("net"), []
    slow.release.set()
    tracker = Tracker({Wanted.BODIES}, streaming=True)
    tracker.heavy_every = 3
    tracker.detect(EMPTY, 0.0)
    with pytest.raises(ArithmeticError, match="net"):
        until(lambda: tracker.detect(EMPTY, 1.0).bodies)
    tracker.close()


def test_closing_waits_for_the_look_under_way_and_may_be_done_twice(slow, no_threads_stay):
    tracker = Tracker({Wanted.BODIES}, streaming=True)
    tracker.heavy_every = 3
    tracker.detect(EMPTY, 0.0)
    assert until(lambda: slow.looks)
    threading.Timer(0.05, slow.release.set).start()
    tracker.close()
    tracker.close()
    assert slow.closed
    assert slow.at_once == 0
    with pytest.raises(ValueError, match="closed"):
        tracker.detect(EMPTY, 1.0)


def test_a_picture_of_another_kind_is_a_bug_of_the_caller():
    with (
        Tracker(set(), streaming=True) as tracker,
        pytest.raises(ValueError, match=r"expected \(h, w, 3\) uint8 RGB"),
    ):
        tracker.detect(np.zeros((4, 4), np.uint8), 0.0)


def folder_with(tmp_path: Path, *names: str) -> str:
    for name in names:
        (tmp_path / name).symlink_to(models_folder().resolve() / name)
    return str(tmp_path)


def test_without_the_optional_nets_everything_works_and_says_so(monkeypatch, tmp_path, group):
    folder = folder_with(tmp_path, HAND_LANDMARKER.name, FACE_LANDMARKER.name)
    monkeypatch.setenv("PARURE_MODELS", folder)
    with Tracker(EVERYTHING, streaming=False) as tracker:
        assert tracker.notices == (NO_POSE, NO_SEGMENTATION)
        seen = tracker.detect(group, 0.0)
    assert len(seen.faces) == 3
    assert seen.bodies == ()
    assert seen.person is None
    with Tracker({Wanted.HANDS}, streaming=False) as tracker:
        assert tracker.notices == ()  # nothing that is missing is wanted


def test_a_bundle_that_is_needed_is_named_and_nothing_stays_open(
    monkeypatch, tmp_path, no_threads_stay
):
    monkeypatch.setenv("PARURE_MODELS", folder_with(tmp_path, HAND_LANDMARKER.name))
    with pytest.raises(MissingLandmarkModel, match=r"face_landmarker\.task is missing"):
        Tracker(EVERYTHING, streaming=True)


def test_mediapipe_stands_in(monkeypatch, group):
    monkeypatch.setenv("PARURE_TRACKER", "mediapipe")
    with Tracker({Wanted.FACES, Wanted.PERSON}, streaming=False) as tracker:
        assert tracker.notices == (NO_LITERT,)
        seen = tracker.detect(group, 0.0)
    with FaceTracker(streaming=False) as reference:
        expected = reference.detect(group, 0.0)
    assert len(seen.faces) == len(expected) > 0
    assert np.array_equal(seen.faces[0].points_px, expected[0].points_px)
    assert seen.person is None


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_memory_stays_flat_over_three_hundred_frames(group, no_threads_stay):
    small = np.asarray(cv2.resize(group, (512, 360), interpolation=cv2.INTER_AREA), np.uint8)
    frames = list(moving(small, 40))
    with Tracker(EVERYTHING, streaming=True) as tracker:
        tracker.heavy_every = 6

        def least_mb(first: int, last: int) -> float:
            """While no look is under way, whose work takes memory."""
            held = []
            for k in range(first, last):
                seen = tracker.detect(frames[k % 40], 33.0 * k)
                if k % 10 == 9:
                    assert until(lambda: idle(tracker))
                    held.append(resident_mb())
            assert seen.bodies
            assert seen.person is not None
            return min(held)

        least_mb(0, 50)
        before = least_mb(50, 100)
        least_mb(100, 250)
        assert least_mb(250, 300) - before < 6.0
