"""Gestures from a hand's landmarks: an open palm arms, then a swipe or a pinch acts.

    open palm, held        PALM      wakes the mirror and arms the other gestures for a while
    swipe while armed      LEFT, RIGHT   the wearer's own left or right, as a mirror shows it
    pinch, let go          PINCH     chooses
    pinch, held            HOLD      takes a picture

A hand that shows a ring does nothing: the palm must face the camera, upright, every finger open
and still, before anything else counts. All lengths are in units of the palm, so the distance does
not matter; either hand may act, each followed on its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from kiosk.presence import palm_px
from models3d.frames import Array
from tryon.types import Hand, HandLandmarks

ARM_S = 0.6  # an open palm is held so long
ARMED_S = 4.0  # so long do swipe and pinch count afterwards; each renews it
PINCH_S = 0.12  # shorter is a flicker of the tracker
HOLD_S = 1.2  # a pinch held so long takes a picture
SWIPE_S = 0.6  # a swipe is over in this time
SWIPE_REACH = 1.3  # palm lengths
SWIPE_SPEED = 2.2  # palm lengths a second, on average
SWIPE_SLOPE = 0.55  # at most this much up or down for one across
SAME_AGAIN_S, OTHER_WAY_S = 0.45, 1.1  # after a swipe: the hand goes back where it came from
GAP_S = 0.45  # a hand unseen for longer is another; when nobody is there frames come each 0.2 s
BLINK_S = 0.25  # a finger that seems bent for so long need not be
LEAST_SCORE = 0.75  # of 38 hands in photographs one seemed a palm and was none: its score was 0.61
LEAST_PALM = 0.05  # of the image's shorter side: landmarks of smaller hands are too coarse
STILL = 0.9  # palm lengths a second: a palm held up trembles with less
STRAIGHT = 0.80  # cosine between a finger's first and last phalanx
UPRIGHT = 0.80  # cosine between the hand and straight up
FACING = 0.50  # area the palm shows, over what it shows when it faces the camera
EDGE_ON = -0.1  # a hand may swipe edge on, but not with its back, which shows the ring
PINCHED, LET_GO = 0.28, 0.42  # thumb's tip to index's, in palm lengths
# Tips of fingers that are open stand apart: from index to little, palm lengths.
SPREAD = 0.75
_FINGERS = ((5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
# The triangle of wrist, index's and little's knuckle of an open hand that faces the camera covers
# this much of a square palm length.
_FULL_AREA = 0.33


class Gesture(StrEnum):
    """What a hand may do."""

    PALM = "palm"
    LEFT = "left"
    RIGHT = "right"
    PINCH = "pinch"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Gesturing:
    """What hands are doing in one frame."""

    armed: bool = False
    doing: Gesture | None = None  # what has begun and is not done
    progress: float = 0.0  # 0..1 of `doing`
    done: tuple[Gesture, ...] = ()  # what this frame completes
    hand: Hand | None = None  # that does it


NOTHING = Gesturing()


class GestureReader:
    """Follows the hands of one stream."""

    def __init__(self) -> None:
        self._hands: dict[Hand, _Following] = {}
        self._armed_until = -1.0

    def forget(self) -> None:
        """Begin anew, for somebody else."""
        self._hands.clear()
        self._armed_until = -1.0

    def update(
        self, hands: Sequence[HandLandmarks], shorter_side_px: int, now_s: float
    ) -> Gesturing:
        """Take a frame's hands.

        Args:
            hands: of an unmirrored image.
            shorter_side_px: of the image.
            now_s: when it was taken, on a clock that does not go back.
        """
        usable = [
            hand
            for hand in hands
            if hand.score >= LEAST_SCORE and palm_px(hand) >= LEAST_PALM * shorter_side_px
        ]
        armed = now_s < self._armed_until
        steps: list[Gesturing] = []
        for hand in sorted(usable, key=lambda each: -palm_px(each)):
            if any(step.hand is hand.hand for step in steps):
                continue  # two people's left hands: the nearer one counts
            following = self._hands.get(hand.hand)
            if following is None or now_s - following.last_s > GAP_S:
                following = self._hands[hand.hand] = _Following(hand.hand)
            steps.append(following.update(hand, now_s, armed=armed))
        done = next((step for step in steps if step.done), None)
        if done is not None:
            self._armed_until, armed = now_s + ARMED_S, True
        told = done or max(steps, key=lambda step: step.progress, default=NOTHING)
        at_it = any(step.doing is not None for step in steps)
        if armed and (at_it or any(each.palm_held(now_s) for each in self._hands.values())):
            self._armed_until = max(self._armed_until, now_s + 1.0)  # what has begun may end
        return Gesturing(armed, told.doing, told.progress, told.done, told.hand)


@dataclass(slots=True, eq=False)
class _Following:
    """One hand from frame to frame."""

    hand: Hand
    last_s: float = 0.0
    palm_since: float | None = None
    palm_last: float = -1.0
    palm_done: bool = False  # and not let down since
    pinch_since: float | None = None
    held: bool = False  # the pinch has taken its picture
    swiped_s: float = -10.0
    swiped: Gesture | None = None
    trail: deque[tuple[float, float, float, float]] = field(
        default_factory=lambda: deque(maxlen=90)
    )  # time, x, y of the palm's middle in pixels, palm length in pixels

    def update(self, seen: HandLandmarks, now_s: float, *, armed: bool) -> Gesturing:
        """One frame; at most one gesture is done."""
        self.last_s = now_s
        palm = palm_px(seen)
        middle = palm_middle_px(seen)
        self.trail.append((now_s, float(middle[0]), float(middle[1]), palm))
        swipe = self._swipe(seen, now_s) if armed else NOTHING
        if swipe.done:
            self.palm_since = self.pinch_since = None
            return swipe
        pinch = self._pinch(seen, now_s) if armed or self.pinch_since is not None else NOTHING
        if pinch.done or pinch.doing is not None:
            self.palm_since = None
            return pinch
        shown = self._palm(seen, now_s)
        return shown if shown.done or shown.progress >= swipe.progress else swipe

    def palm_held(self, now_s: float) -> bool:
        """Whether the palm that was shown is still up."""
        return self.palm_done and now_s - self.palm_last <= BLINK_S

    def _palm(self, seen: HandLandmarks, now_s: float) -> Gesturing:
        if not is_open_palm(seen):
            if now_s - self.palm_last > BLINK_S:
                self.palm_since, self.palm_done = None, False
            return NOTHING
        self.palm_last = now_s
        if self.palm_done:
            return NOTHING
        if self.palm_since is None or self._speed() > STILL:
            self.palm_since = now_s
        progress = min((now_s - self.palm_since) / ARM_S, 1.0)
        if progress < 1.0:
            return Gesturing(doing=Gesture.PALM, progress=progress, hand=self.hand)
        self.palm_done = True
        return Gesturing(progress=1.0, done=(Gesture.PALM,), hand=self.hand)

    def _pinch(self, seen: HandLandmarks, now_s: float) -> Gesturing:
        gap = pinch_gap(seen)
        if self.pinch_since is None:
            if gap < PINCHED and others_open(seen):
                self.pinch_since, self.held = now_s, False
            return NOTHING
        held_s = now_s - self.pinch_since
        if gap > LET_GO:
            self.pinch_since = None
            if self.held or held_s < PINCH_S:
                return NOTHING
            return Gesturing(progress=1.0, done=(Gesture.PINCH,), hand=self.hand)
        if self.held:
            return NOTHING
        if held_s < HOLD_S:
            if held_s < PINCH_S:
                return NOTHING
            return Gesturing(doing=Gesture.HOLD, progress=held_s / HOLD_S, hand=self.hand)
        self.held = True
        return Gesturing(progress=1.0, done=(Gesture.HOLD,), hand=self.hand)

    def _swipe(self, seen: HandLandmarks, now_s: float) -> Gesturing:
        if open_fingers(seen) < 3 or shown_palm(seen) < EDGE_ON:
            return NOTHING
        best = NOTHING
        x, y, palm = self.trail[-1][1:]
        for then_s, from_x, from_y, then_palm in self.trail:
            spent = now_s - then_s
            if not 0.0 < spent <= SWIPE_S or then_s <= self.swiped_s:
                continue
            size = max(palm, then_palm)  # turning edge on makes a palm look shorter
            across, along = (x - from_x) / size, (y - from_y) / size
            if abs(along) > SWIPE_SLOPE * abs(across) or abs(across) / spent < SWIPE_SPEED:
                continue
            # x grows to the image's right, which is the wearer's left
            way = Gesture.LEFT if across > 0.0 else Gesture.RIGHT
            quiet = SAME_AGAIN_S if way is self.swiped else OTHER_WAY_S
            if now_s - self.swiped_s < quiet:
                continue
            progress = abs(across) / SWIPE_REACH
            if progress >= 1.0:
                self.swiped_s, self.swiped = now_s, way
                return Gesturing(progress=1.0, done=(way,), hand=self.hand)
            if progress > max(best.progress, 0.35):
                best = Gesturing(doing=way, progress=progress, hand=self.hand)
        return best

    def _speed(self) -> float:
        """Palm lengths a second over the last frames."""
        now_s, x, y, palm = self.trail[-1]
        earlier = [each for each in self.trail if 0.05 <= now_s - each[0] <= 0.25]
        if not earlier:
            return 0.0
        then_s, from_x, from_y, _ = earlier[0]
        return float(np.hypot(x - from_x, y - from_y)) / palm / (now_s - then_s)


def palm_middle_px(hand: HandLandmarks) -> Array:
    """(2,) pixels: the middle of the wrist and the four knuckles."""
    middle: Array = hand.points_px[[0, 5, 9, 13, 17]].mean(axis=0)
    return middle


def is_open_palm(hand: HandLandmarks) -> bool:
    """Whether a hand says stop: upright, its palm to the camera, all fingers open and apart."""
    points = hand.points_px
    palm = palm_px(hand)
    up = (points[0, 1] - points[9, 1]) / palm
    if up < UPRIGHT or shown_palm(hand) < FACING:
        return False
    if open_fingers(hand) < 4 or not _thumb_open(hand):
        return False
    return float(np.hypot(*(points[8] - points[20]))) > SPREAD * palm


def shown_palm(hand: HandLandmarks) -> float:
    """1: the palm faces the camera; -1: the back does; 0: the hand is seen edge on."""
    points = hand.points_px
    index, little = points[5] - points[0], points[17] - points[0]
    turn = float(index[0] * little[1] - index[1] * little[0])
    # of a right hand that shows its palm upright the index is on the image's right
    sign = 1.0 if hand.hand is Hand.RIGHT else -1.0
    return -sign * turn / (2.0 * _FULL_AREA * palm_px(hand) ** 2)


def open_fingers(hand: HandLandmarks) -> int:
    """How many of the four fingers are stretched, in space, whichever way the hand is turned."""
    return sum(_straightness(hand.world, finger) > STRAIGHT for finger in _FINGERS)


def others_open(hand: HandLandmarks) -> bool:
    """Whether two of middle, ring and little finger are stretched: a pinch is not a fist."""
    return sum(_straightness(hand.world, finger) > STRAIGHT - 0.2 for finger in _FINGERS[1:]) >= 2


def pinch_gap(hand: HandLandmarks) -> float:
    """From the thumb's tip to the index's, in palm lengths, in space."""
    world = hand.world
    return float(np.linalg.norm(world[4] - world[8]) / np.linalg.norm(world[9] - world[0]))


def _straightness(world: Array, finger: tuple[int, int, int, int]) -> float:
    """Cosine of the bend from a finger's first to its last phalanx."""
    first = world[finger[1]] - world[finger[0]]
    last = world[finger[3]] - world[finger[2]]
    return float(first @ last / max(np.linalg.norm(first) * np.linalg.norm(last), 1e-9))


def _thumb_open(hand: HandLandmarks) -> bool:
    """Whether the thumb stands off the palm."""
    world = hand.world
    palm = np.linalg.norm(world[9] - world[0])
    return bool(np.linalg.norm(world[4] - world[9]) > 0.75 * palm)
