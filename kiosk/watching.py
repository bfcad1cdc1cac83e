"""Who stands before the mirror and what their hands ask, from the landmarks of its frames.

The same for frames that the service works on and for those of the mirror's page, which sends their
landmarks here: one source of what a sign is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.gestures import GestureReader, Gesturing, palm_middle_px
from kiosk.presence import PresenceSensor, palm_px
from tryon.types import FaceLandmarks, HandLandmarks, Seen

STALE_S = 2.0  # what was seen longer ago says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What was found in one frame; None: it was not looked for there."""

    hands: Sequence[HandLandmarks] | None
    faces: Sequence[FaceLandmarks] | None
    size_px: tuple[int, int]  # width and height of the image
    captured_s: float  # on a clock that does not go back


@dataclass(frozen=True, slots=True)
class Noted:
    """What a frame says."""

    gesturing: Gesturing
    present: bool
    nearness: float
    hands: int
    at: tuple[float, float] | None  # of the hand that signs: shares of the image's sides

    def document(self) -> dict[str, Any]:
        """What the page is told with the frame."""
        gesturing = self.gesturing
        return {
            "present": self.present,
            "nearness": round(self.nearness, 3),
            "hands": self.hands,
            "gesture": {
                "armed": gesturing.armed,
                "doing": gesturing.doing.value if gesturing.doing else None,
                "progress": round(gesturing.progress, 3),
                "done": [gesture.value for gesture in gesturing.done],
                "hand": gesturing.hand.value if gesturing.hand else None,
                "at": self.at,
            },
        }


class Watching:
    """Follows one stream of frames.

    Args:
        gestures: whether signs are read.
    """

    def __init__(self, *, gestures: bool) -> None:
        self._gestures = GestureReader() if gestures else None
        self._presence = PresenceSensor()
        self._gesturing = Gesturing()
        self._hands: Sequence[HandLandmarks] = ()
        self._faces: Sequence[FaceLandmarks] = ()
        self._present = False
        self._noted_s = 0.0

    def note(self, sighting: Sighting, now_s: float) -> Noted:
        """Take a frame's findings; each frame later than the one before."""
        if sighting.faces is not None:
            self._faces = sighting.faces
        if sighting.hands is not None:
            self._hands = sighting.hands
        width, height = sighting.size_px
        seen = Seen(hands=tuple(self._hands), faces=tuple(self._faces))
        found = self._presence.update(seen, min(width, height), sighting.captured_s)
        self._present, self._noted_s = found.present, now_s
        gesturing = replace(self._gesturing, done=())
        if self._gestures is not None and sighting.hands is not None:
            gesturing = self._gestures.update(
                sighting.hands, min(width, height), sighting.captured_s
            )
        self._gesturing = gesturing
        at = _place_of(gesturing, self._hands, sighting.size_px)
        return Noted(gesturing, found.present, found.nearness, found.hands, at)

    def present(self, now_s: float) -> bool:
        """Whether somebody stands there, as far as the last frames say."""
        return self._present and now_s - self._noted_s < STALE_S

    def forget_signs(self) -> None:
        """What a hand had begun, or was allowed, is nothing to who comes next."""
        self._gesturing = Gesturing()
        if self._gestures is not None:
            self._gestures.forget()


def _place_of(
    gesturing: Gesturing, hands: Sequence[HandLandmarks], size_px: tuple[int, int]
) -> tuple[float, float] | None:
    """Where the hand is that does something."""
    found = [hand for hand in hands if hand.hand is gesturing.hand]
    if not found or (gesturing.doing is None and not gesturing.done):
        return None
    x, y = palm_middle_px(max(found, key=palm_px)) / size_px
    return round(float(x), 3), round(float(y), 3)
