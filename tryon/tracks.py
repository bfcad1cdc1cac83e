"""Hands through a stream: who is who from frame to frame, with steadied landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import hypot

import numpy as np

from models3d.frames import Array
from tryon.anchors.hand_frame import PALM
from tryon.smoothing import HandLock, OneEuro
from tryon.types import HandLandmarks

SAME_HAND_PALMS = 1.0  # how far a hand's centre can move between two frames, palm lengths
REMEMBERED = 0.25  # seconds that a hand can go unseen and be the same hand after
PAUSE = 1.5  # seconds between two frames after which every hand is a new one
LONGEST_STEP = 0.1  # seconds: a slower stream is filtered as if it ran at this pace

# Chosen with benchmarks/jitter_finger.py among a few settings: a still hand stays below 0.3 px
# and 0.4 degrees at sigma = 4 grey levels of noise, a moving one trails by less than a frame.
POINTS_CUTOFF_HZ, POINTS_SPEED_GAIN = 0.7, 1.2  # gain: Hz per palm length a second
POINTS_SPEED_HZ, POINTS_FORESIGHT = 2.0, 0.95
DEPTHS_CUTOFF_HZ, DEPTHS_SPEED_GAIN = 0.6, 2.5  # of the landmarks' depths, as for points
WORLD_CUTOFF_HZ, WORLD_SPEED_GAIN = 1.0, 40.0  # gain: Hz per metre a second
SCORE_CUTOFF_HZ = 0.5  # a hand turned through its edge is doubted for some frames only


def _points_filter() -> OneEuro:
    return OneEuro(POINTS_CUTOFF_HZ, POINTS_SPEED_GAIN, POINTS_SPEED_HZ, POINTS_FORESIGHT)


@dataclass(eq=False)
class HandTrack:
    """One hand followed through the stream."""

    identity: int
    lock: HandLock
    points: OneEuro = field(default_factory=_points_filter)
    depths: OneEuro = field(default_factory=lambda: OneEuro(DEPTHS_CUTOFF_HZ, DEPTHS_SPEED_GAIN))
    world: OneEuro = field(default_factory=lambda: OneEuro(WORLD_CUTOFF_HZ, WORLD_SPEED_GAIN))
    score: OneEuro = field(default_factory=lambda: OneEuro(SCORE_CUTOFF_HZ, 0.0))
    landmarks: HandLandmarks | None = None  # steadied, of the last frame it was seen in
    seen_ms: float = 0.0
    elapsed: float = 0.0  # seconds between the last two sightings; 0 at the first
    moved_palms: float = 0.0  # greatest motion of a palm landmark between them


class HandTracks:
    """All hands of one stream."""

    def __init__(self) -> None:
        self.alive: list[HandTrack] = []
        self._born = 0
        self._last_ms = 0.0

    def update(
        self, hands: Sequence[HandLandmarks], time_ms: float
    ) -> list[tuple[HandLandmarks, HandTrack]]:
        """Steadied landmarks with their tracks, in the order of their identities."""
        # in a slow stream a hand of the frame before is not forgotten
        frame_before_ms = max(self._last_ms, time_ms - 1e3 * PAUSE)
        oldest_ms = min(time_ms - 1e3 * REMEMBERED, frame_before_ms)
        self.alive = [track for track in self.alive if track.seen_ms >= oldest_ms]
        self._last_ms = time_ms
        pairs = self._matched(hands)
        steadied = []
        for hand, track in pairs:
            steadied.append((_steady(hand, track, time_ms), track))
        return sorted(steadied, key=lambda pair: pair[1].identity)

    def _matched(self, hands: Sequence[HandLandmarks]) -> list[tuple[HandLandmarks, HandTrack]]:
        """Nearest first; what is left over is born."""
        free = list(self.alive)
        distances = sorted(
            (
                (_distance(hand, track), h, t)
                for h, hand in enumerate(hands)
                for t, track in enumerate(free)
            ),
        )
        taken: dict[int, HandTrack] = {}
        used: set[int] = set()
        for distance, h, t in distances:
            if distance <= SAME_HAND_PALMS and h not in taken and t not in used:
                taken[h] = free[t]
                used.add(t)
        for h, hand in enumerate(hands):
            if h not in taken:
                taken[h] = HandTrack(self._born, HandLock(hand.hand))
                self._born += 1
                self.alive.append(taken[h])
        return [(hand, taken[h]) for h, hand in enumerate(hands)]


def palm_length_px(points_px: Array) -> float:
    """Mean distance from the wrist to the four knuckles, pixels."""
    (x, y), *knuckles = points_px.take(PALM, axis=0).tolist()
    reach = sum(hypot(kx - x, ky - y) for kx, ky in knuckles) / len(knuckles)
    (index_x, index_y), (little_x, little_y) = knuckles[0], knuckles[-1]
    spread = hypot(index_x - little_x, index_y - little_y) / 0.72
    return max(reach, spread, 1.0)  # a palm seen end-on keeps its breadth


def _distance(hand: HandLandmarks, track: HandTrack) -> float:
    """Between the centres of two palms, palm lengths; a contrary label counts as a fifth."""
    assert track.landmarks is not None
    apart = (hand.points_px - track.landmarks.points_px).take(PALM, axis=0).sum(axis=0) / len(PALM)
    contrary = 0.2 if hand.hand is not track.lock.hand else 0.0
    return hypot(*apart.tolist()) / palm_length_px(hand.points_px) + contrary


def _steady(hand: HandLandmarks, track: HandTrack, time_ms: float) -> HandLandmarks:
    first = track.landmarks is None
    track.elapsed = 0.0 if first else min((time_ms - track.seen_ms) / 1e3, LONGEST_STEP)
    palm = palm_length_px(hand.points_px)
    points = track.points(hand.points_px, track.elapsed, scale=palm)
    depths = hand.depths_px
    if depths is not None:
        # all joints by their common speed: a hand turns as one
        depths = track.depths(depths[None], track.elapsed, scale=palm)[0]
    steadied = replace(
        hand,
        points_px=points,
        world=track.world(hand.world, track.elapsed),
        depths_px=depths,
        hand=track.lock(hand.hand),
        score=float(track.score(np.array([hand.score]), track.elapsed)[0]),
    )
    if track.landmarks is not None:
        moved = (points - track.landmarks.points_px).take(PALM, axis=0).tolist()
        track.moved_palms = max(hypot(x, y) for x, y in moved) / palm
    track.landmarks, track.seen_ms = steadied, time_ms
    return steadied
