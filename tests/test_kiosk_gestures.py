"""Gestures on made-up hands that move: what is meant is read, and showing a ring is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import gestures
from kiosk.gestures import ARM_S, ARMED_S, HOLD_S, Gesture, GestureReader, Gesturing
from models3d.frames import Array, RigidTransform
from tests.hands import CAMERA, PALM, posed_hand
from tryon.types import Hand, HandLandmarks

FPS = 30.0
SHORTER_PX = 720
HANDS = pytest.mark.parametrize("hand", list(Hand))
Pose = Callable[[float], HandLandmarks]


def turned(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Array:
    """A rotation by degrees about the camera's axes."""
    turn = np.eye(3)
    for axis, angle in (((1, 0, 0), x), ((0, 1, 0), y), ((0, 0, 1), z)):
        turn = RigidTransform.from_axis_angle(axis, np.radians(angle)).rotation @ turn
    return turn


def hand_at(
    hand: Hand,
    *,
    palm_side: bool = True,
    at: tuple[float, float] = (0.0, 0.0),
    away: float = 0.6,
    turn: Array | None = None,
    bend: Callable[[Array], Array] = lambda shape: shape,
) -> HandLandmarks:
    """A hand in space, projected: its middle `at` palm lengths from the image's."""
    upright = posed_hand(turned(y=180.0) if palm_side else None, hand)
    shape = bend(upright.world - upright.world[0])
    shape = shape if turn is None else shape @ turn.T
    shape = shape - shape[[0, 5, 9, 13, 17]].mean(axis=0)
    points = CAMERA.project(shape + np.array([at[0] * PALM, at[1] * PALM, away]))
    return HandLandmarks(points, shape, hand, 0.95)


def pinching(shape: Array) -> Array:
    """Thumb's and index's tips meet; the other fingers stay open."""
    bent = shape.copy()
    meet = shape[5] + 0.6 * (shape[2] - shape[5]) + np.array([0.0, -0.02, -0.03])
    for tip, middle, root in ((4, 3, 2), (8, 7, 6)):
        bent[tip] = meet
        bent[middle] = 0.5 * (meet + shape[root])
    return bent


def fist(shape: Array) -> Array:
    """Every finger folded into the palm."""
    bent = shape.copy()
    for root in (5, 9, 13, 17):
        bent[root + 2] = shape[root] + 0.3 * (shape[root + 1] - shape[root]) + (0, 0, -0.02)
        bent[root + 3] = shape[root] + 0.5 * (shape[0] - shape[root]) + (0, 0, -0.02)
    bent[4] = shape[9]
    return bent


def played(
    reader: GestureReader, frames: Iterable[Iterable[HandLandmarks]], start: float = 0.0
) -> list[Gesturing]:
    return [
        reader.update(tuple(hands), SHORTER_PX, start + k / FPS) for k, hands in enumerate(frames)
    ]


def clip(seconds: float, pose: Pose) -> list[tuple[HandLandmarks, ...]]:
    return [(pose(k / FPS),) for k in range(round(seconds * FPS))]


def done(steps: list[Gesturing]) -> list[Gesture]:
    return [gesture for step in steps for gesture in step.done]


def armed_reader(hand: Hand) -> tuple[GestureReader, float]:
    reader = GestureReader()
    assert done(played(reader, clip(1.0, lambda _: hand_at(hand)))) == [Gesture.PALM]
    return reader, 1.0


@HANDS
def test_an_open_palm_held_wakes_and_its_progress_grows(hand: Hand) -> None:
    steps = played(GestureReader(), clip(1.5, lambda _: hand_at(hand)))
    assert done(steps) == [Gesture.PALM]
    fired = next(k for k, step in enumerate(steps) if step.done)
    assert fired / FPS == pytest.approx(ARM_S, abs=2 / FPS)
    progress = [step.progress for step in steps[: fired + 1]]
    assert progress == sorted(progress)
    assert progress[0] == 0.0
    assert progress[-1] == 1.0
    assert all(step.armed for step in steps[fired:])
    assert steps[fired].hand is hand


@HANDS
@pytest.mark.parametrize("away", [0.35, 0.8, 1.4])
def test_distance_does_not_matter_until_the_hand_is_too_small(hand: Hand, away: float) -> None:
    steps = played(GestureReader(), clip(1.0, lambda _: hand_at(hand, away=away)))
    assert done(steps) == [Gesture.PALM]
    far = played(GestureReader(), clip(1.0, lambda _: hand_at(hand, away=4.0)))
    assert done(far) == []


@HANDS
def test_the_back_of_the_hand_a_fist_and_a_hanging_hand_arm_nothing(hand: Hand) -> None:
    for pose in (
        hand_at(hand, palm_side=False),
        hand_at(hand, bend=fist),
        hand_at(hand, turn=turned(z=90.0)),
        hand_at(hand, turn=turned(z=180.0)),
        hand_at(hand, turn=turned(y=75.0)),
        hand_at(hand, bend=pinching),
    ):
        steps = played(GestureReader(), clip(3.0, lambda _, pose=pose: pose))
        assert done(steps) == []
        assert not any(step.armed for step in steps)


@HANDS
@pytest.mark.parametrize(("way", "sign"), [(Gesture.LEFT, 1.0), (Gesture.RIGHT, -1.0)])
def test_a_swipe_goes_the_way_the_wearer_means_and_the_way_back_is_none(
    hand: Hand, way: Gesture, sign: float
) -> None:
    reader, start = armed_reader(hand)

    def there_and_back(t: float) -> HandLandmarks:
        if t < 0.3:
            across = 2.4 * t / 0.3
        elif t < 0.5:
            across = 2.4
        else:
            across = max(0.0, 2.4 - 2.4 * (t - 0.5) / 0.3)
        return hand_at(hand, at=(sign * across, 0.0))

    assert done(played(reader, clip(1.0, there_and_back), start)) == [way]
    again = clip(0.6, lambda t: hand_at(hand, at=(sign * min(8.0 * t, 2.4), 0.0)))
    assert done(played(reader, again, start + 2.2)) == [way]


@HANDS
def test_nothing_is_swiped_unarmed_slowly_or_upwards(hand: Hand) -> None:
    def quick(t: float) -> HandLandmarks:
        return hand_at(hand, at=(8.0 * t - 2.0, 0.0))

    assert done(played(GestureReader(), clip(0.5, quick))) == []
    reader, start = armed_reader(hand)
    slow = clip(3.0, lambda t: hand_at(hand, at=(0.8 * t, 0.0)))
    assert done(played(reader, slow, start)) == []
    reader, start = armed_reader(hand)
    up = clip(0.4, lambda t: hand_at(hand, at=(2.0 * t, -8.0 * t)))
    assert done(played(reader, up, start)) == []
    reader, start = armed_reader(hand)
    ringed = clip(0.5, lambda t: hand_at(hand, palm_side=False, at=(8.0 * t, 0.0)))
    assert done(played(reader, ringed, start)) == []


@HANDS
def test_a_pinch_let_go_chooses_and_a_pinch_held_takes_a_picture(hand: Hand) -> None:
    reader, start = armed_reader(hand)
    short = clip(0.4, lambda _: hand_at(hand, bend=pinching))
    opened = clip(0.2, lambda _: hand_at(hand))
    assert done(played(reader, [*short, *opened], start)) == [Gesture.PINCH]
    reader, start = armed_reader(hand)
    long = clip(HOLD_S + 1.0, lambda _: hand_at(hand, bend=pinching))
    steps = played(reader, [*long, *opened], start)
    assert done(steps) == [Gesture.HOLD]  # once, and letting go is nothing more
    held = [step.progress for step in steps if step.doing is Gesture.HOLD]
    assert held == sorted(held)
    assert held[-1] > 0.9


@HANDS
def test_arming_ends_when_nothing_follows(hand: Hand) -> None:
    reader, start = armed_reader(hand)
    assert not reader.update((), SHORTER_PX, start + ARMED_S + 0.1).armed
    late = clip(0.4, lambda _: hand_at(hand, bend=pinching))
    opened = clip(0.2, lambda _: hand_at(hand))
    assert done(played(reader, [*late, *opened], start + ARMED_S + 0.2)) == []


def test_two_hands_are_followed_each_on_its_own() -> None:
    shows = hand_at(Hand.LEFT, palm_side=False, at=(-2.0, 0.0))
    both = [(shows, hand_at(Hand.RIGHT, at=(2.0, 0.0))) for _ in range(30)]
    reader = GestureReader()
    steps = played(reader, both)
    assert done(steps) == [Gesture.PALM]
    assert next(step.hand for step in steps if step.done) is Hand.RIGHT
    swiping = [
        (shows, hand_at(Hand.RIGHT, at=(2.0 - 8.0 * k / FPS, 0.0))) for k in range(round(0.3 * FPS))
    ]
    assert done(played(reader, swiping, 1.0)) == [Gesture.RIGHT]


def test_a_tracker_that_blinks_does_not_undo_a_palm() -> None:
    frames = clip(1.0, lambda _: hand_at(Hand.RIGHT))
    for k in (5, 11):
        frames[k] = (hand_at(Hand.RIGHT, bend=fist),)
    frames[14] = ()
    assert done(played(GestureReader(), frames)) == [Gesture.PALM]


def test_forgetting_disarms() -> None:
    reader, start = armed_reader(Hand.LEFT)
    reader.forget()
    swipe = clip(0.4, lambda t: hand_at(Hand.LEFT, at=(8.0 * t, 0.0)))
    assert done(played(reader, swipe, start)) == []


@given(seed=st.integers(0, 10_000), hand=st.sampled_from(list(Hand)), fps=st.sampled_from([8, 30]))
@settings(max_examples=40, deadline=None)
def test_a_client_who_shows_the_ring_fires_nothing(seed: int, hand: Hand, fps: int) -> None:
    """The back of the hand, turned and moved about as people admire a ring, with noise."""
    rng = np.random.default_rng(seed)
    rate, phase = rng.uniform(0.2, 1.2, 6), rng.uniform(0.0, 6.3, 6)
    lean = rng.uniform(-50.0, 50.0)
    reader = GestureReader()
    for k in range(6 * fps):
        wave = np.sin(2.0 * np.pi * rate * k / fps + phase)
        turn = turned(25.0 * wave[0], 35.0 * wave[1], lean + 25.0 * wave[2])
        pose = hand_at(hand, palm_side=False, at=(2.5 * wave[3], 1.5 * wave[4]), turn=turn)
        noisy = HandLandmarks(
            pose.points_px + rng.normal(0.0, 1.5, (21, 2)),
            pose.world + rng.normal(0.0, 0.003, (21, 3)),
            hand,
            0.9,
        )
        step = reader.update((noisy,), SHORTER_PX, k / fps)
        assert not step.done
        assert not step.armed
        assert step.doing is None or step.progress < 0.5


def test_the_palm_that_faces_the_camera_is_told_from_the_back() -> None:
    for hand in Hand:
        assert gestures.shown_palm(hand_at(hand)) == pytest.approx(1.0, abs=0.15)
        assert gestures.shown_palm(hand_at(hand, palm_side=False)) == pytest.approx(-1.0, abs=0.15)
        assert abs(gestures.shown_palm(hand_at(hand, turn=turned(y=90.0)))) < 0.2
