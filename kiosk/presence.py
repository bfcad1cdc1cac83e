"""Whether somebody stands before the mirror: faces and hands near enough, steadily, and alive.

Nobody is recognised: one face is like another, and nothing of it is kept but its place in the
last frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from tryon.types import FaceLandmarks, HandLandmarks, Seen

# Shares of the image's shorter side. At 1.5 m a face of 18 cm fills an eighth of the height that a
# camera of 50 degrees sees; who passes behind, at 3 m, fills half of that.
FACE_TO_COME, FACE_TO_STAY = 0.10, 0.065  # length of the face
HAND_TO_COME, HAND_TO_STAY = 0.10, 0.05  # length of the palm
COME_S = 0.5  # seen for so long: somebody is there
GO_S = 1.2  # unseen for so long: nobody is
GAP_S = 0.6  # the trackers may lose somebody for a moment, and few frames are taken when idle
FRAMES_APART, LONGEST_GAP_S = 1.5, 3.0  # where frames come slowly, none of them may be missed
# A picture on the wall never moves; a person who stands still sways by some millimetres.
STILL_S = 45.0
SWAY = 0.02  # of the face's own length


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is before the mirror, as far as the mirror wants to know."""

    present: bool
    nearness: float  # length of the nearest face over the image's shorter side; 0: no face
    hands: int


class PresenceSensor:
    """Follows one stream of frames."""

    def __init__(self) -> None:
        self._present = False
        self._since: float | None = None  # seen near enough without a gap
        self._last_s: float | None = None  # seen last
        self._before_s: float | None = None  # of the frame before
        self._places: list[_Place] = []

    def update(self, seen: Seen, shorter_side_px: int, now_s: float) -> Presence:
        """Take a frame's findings.

        Args:
            seen: what the trackers found.
            shorter_side_px: of the image.
            now_s: on any clock that does not go back.
        """
        faces = self._alive(seen.faces, now_s)
        sizes = [face_px(face) / shorter_side_px for face in faces]
        palms = [palm_px(hand) / shorter_side_px for hand in seen.hands]
        face, palm = max(sizes, default=0.0), max(palms, default=0.0)
        if self._present:
            here = face >= FACE_TO_STAY or palm >= HAND_TO_STAY
        else:
            here = face >= FACE_TO_COME or palm >= HAND_TO_COME
        if here:
            gap_s = GAP_S
            if self._before_s is not None:
                slow_s = min(FRAMES_APART * (now_s - self._before_s), LONGEST_GAP_S)
                gap_s = max(gap_s, slow_s)
            if self._since is None or self._last_s is None or now_s - self._last_s > gap_s:
                self._since = now_s
            self._last_s = now_s
            if now_s - self._since >= COME_S:
                self._present = True
        elif self._last_s is None or now_s - self._last_s >= GO_S:
            self._present, self._since = False, None
        self._before_s = now_s
        return Presence(self._present, face, len(seen.hands))

    def _alive(self, faces: Sequence[FaceLandmarks], now_s: float) -> list[FaceLandmarks]:
        """The faces that have moved lately, or are new."""
        alive, places = [], []
        for face in faces:
            center, size = face.points_px.mean(axis=0), face_px(face)
            near = [each for each in self._places if each.is_near(center, size)]
            place = near[0] if near else _Place(center, size, now_s, now_s)
            place.seen_s = now_s
            if not place.is_still(center, size):
                place.center, place.size_px, place.moved_s = center, size, now_s
            places.append(place)
            if now_s - place.moved_s < STILL_S:
                alive.append(face)
        lately = [each for each in self._places if now_s - each.seen_s < STILL_S]
        self._places = [*places, *(each for each in lately if each not in places)][:16]
        return alive


@dataclass(slots=True, eq=False)
class _Place:
    """Where a face is, and when it moved last."""

    center: Array  # (2,) pixels
    size_px: float
    moved_s: float
    seen_s: float

    def is_near(self, center: Array, size_px: float) -> bool:
        """Whether a face there may be this one."""
        return float(np.hypot(*(center - self.center))) < 0.5 * max(size_px, self.size_px)

    def is_still(self, center: Array, size_px: float) -> bool:
        """Whether a face there has not moved from here."""
        moved = float(np.hypot(*(center - self.center)))
        return max(moved, abs(size_px - self.size_px)) < SWAY * self.size_px


def face_px(face: FaceLandmarks) -> float:
    """The larger side of the box around a face, which turning the head changes little."""
    return float(np.ptp(face.points_px[:468], axis=0).max())


def palm_px(hand: HandLandmarks) -> float:
    """From the wrist to the middle finger's knuckle."""
    return float(np.hypot(*(hand.points_px[9] - hand.points_px[0])))
