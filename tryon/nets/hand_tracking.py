"""Hands from MediaPipe's nets on LiteRT, found once, then followed by their own landmarks.

    frame ─ regions of the last landmarks ─ landmark net ─ hands ─ regions for the next frame
                      ▲
            palm detector: at once when no hand is left, beside the stream while one is missing

The landmarks are those of `tryon.landmarks.HandTracker` to a fraction of a pixel; the graph is
MediaPipe's hand_landmarker_graph.cc. It asks the palm detector in every frame until two hands are
followed, which is most of its cost when one hand is shown. Here a second hand is looked for every
few frames, on a thread of its own, and joins two frames later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import numpy as np

from models3d.frames import Image
from tryon.nets.hand_detection import PalmDetector
from tryon.nets.hand_landmarks import LEAST_PRESENCE, HandNet, HandSeen, distinct
from tryon.nets.regions import Region
from tryon.nets.ssd import overlap
from tryon.second_look import seen_twice
from tryon.types import HandLandmarks
from tryon.working_size import PHOTO_SIDE_PX, STREAM_SIDE_PX, checked, hands_at_working_size

STREAM_HANDS, PHOTO_HANDS = 2, 4
# A palm found where a hand is followed is that hand. The second bound is not MediaPipe's, which at
# times follows a second hand on top of the first.
SAME_REGION_IOU = 0.5
SAME_CENTER_SHARE = 0.12  # of the region's side, which is two hands long
SECOND_EVERY = 8  # frames between two looks for a second hand
JOINS_AFTER = 2  # frames from such a look to its answer: time for the detector to finish
ALERT = 30  # frames after the last hand in which every frame is searched
IDLE_EVERY = 2  # then every so many: who comes after a pause waits for 33 ms at most


class LiteHandTracker:
    """Finds hands in one stream of unmirrored frames, or in single photos; a context manager.

    Args:
        streaming: follow up to 2 hands through a stream; otherwise every image is looked at afresh
            (up to 4 hands, and a second look at each).
        threads: that the landmark net may use.
    Raises:
        MissingLandmarkModel: the hand bundle is missing or altered.
    """

    def __init__(self, streaming: bool, threads: int = 2) -> None:
        self._streaming = streaming
        self._net = HandNet(threads)
        self._watch = _PalmWatch()
        self._regions: list[Region] = []
        self._frames_empty = 0
        self._closed = False

    def detect(self, image: Image, time_ms: float) -> tuple[HandLandmarks, ...]:
        """Hands in one frame, best score first.

        Args:
            image: (h, w, 3) RGB, unmirrored; it is not written into.
            time_ms: when it was taken; frames are followed in the order they come.
        """
        del time_ms  # the interface is that of every tracker
        image = checked(image)
        if self._closed:
            raise ValueError("the tracker is closed")
        if self._streaming:
            hands = hands_at_working_size(image, STREAM_SIDE_PX, self._follow)
        else:
            hands = hands_at_working_size(image, PHOTO_SIDE_PX, self._search)
            hands = seen_twice(hands, image, self._search)
        return tuple(sorted(hands, key=lambda hand: -hand.score))

    def close(self) -> None:
        """Stop the thread and forget the stream. Closing twice is fine."""
        self._closed = True
        self._regions.clear()
        self._watch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _search(self, photo: Image) -> list[HandLandmarks]:
        """Hands of a single image."""
        return [hand.landmarks for hand in self._seen(photo, self._watch.now(photo), PHOTO_HANDS)]

    def _follow(self, frame: Image) -> list[HandLandmarks]:
        """Hands of the last frame where they are now, and new ones."""
        followed = self._regions
        joining = [self._closer(frame, one) for one in _elsewhere(self._watch.answer(), followed)]
        hands = self._seen(frame, [*followed, *joining], STREAM_HANDS)
        if not hands and (self._frames_empty < ALERT or self._frames_empty % IDLE_EVERY == 0):
            hands = self._seen(frame, self._watch.now(frame), STREAM_HANDS)
        elif hands and len(hands) < STREAM_HANDS:
            self._watch.soon(frame, at_once=len(hands) < len(followed))
        self._frames_empty = 0 if hands else self._frames_empty + 1
        self._regions = [hand.next_region for hand in hands]
        return [hand.landmarks for hand in hands]

    def _closer(self, frame: Image, region: Region) -> Region:
        """A region found some frames ago, about the hand where it is now."""
        return self._net.look(frame, region).next_region

    def _seen(self, image: Image, regions: Iterable[Region], at_most: int) -> list[HandSeen]:
        looks = [self._net.look(image, region) for region in list(regions)[:at_most]]
        return distinct([look for look in looks if look.presence > LEAST_PRESENCE])


class _PalmWatch:
    """The palm detector on a thread of its own."""

    def __init__(self) -> None:
        self._detector = PalmDetector(threads=1)  # beside the stream, which needs the others
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="palms")
        self._pending: Future[tuple[Region, ...]] | None = None
        self._frames_since = 0  # it was asked

    def now(self, image: Image) -> tuple[Region, ...]:
        """Regions about the hands of this image."""
        self._pending = None
        return self._thread.submit(self._detector.detect, image).result()

    def soon(self, frame: Image, *, at_once: bool) -> None:
        """Look for hands while the stream goes on: now and then, or `at_once`."""
        if self._pending is None and (at_once or self._frames_since >= SECOND_EVERY):
            self._pending = self._thread.submit(self._detector.detect, frame)
            self._frames_since = 0

    def answer(self) -> tuple[Region, ...]:
        """Regions found in a frame shortly before this one, once; call it for every frame."""
        self._frames_since += 1
        if self._pending is None or self._frames_since < JOINS_AFTER:
            return ()
        found = self._pending.result()
        self._pending = None
        return found

    def close(self) -> None:
        self._thread.shutdown()


def _elsewhere(found: Iterable[Region], followed: Sequence[Region]) -> list[Region]:
    """The regions found where no hand is followed."""
    return [one for one in found if not any(_same_place(one, other) for other in followed)]


def _same_place(one: Region, other: Region) -> bool:
    between = np.hypot(one.x_px - other.x_px, one.y_px - other.y_px)
    shared = overlap(one.upright_box[None], other.upright_box)[0]
    near = between < SAME_CENTER_SHARE * min(one.side_px, other.side_px)
    return bool(near or shared > SAME_REGION_IOU)
