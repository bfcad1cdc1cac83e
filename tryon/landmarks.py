"""Hand landmarks from MediaPipe Tasks. The only file that imports MediaPipe.

A tracker belongs to one stream: it follows hands from frame to frame and its clock runs forward.
The native library starts threads that must be stopped before the interpreter goes; `close()` does
so, and whatever is still open at exit is closed then.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401 - puts its exit hook before ours
import threading
import weakref
from dataclasses import replace

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from models3d.frames import Image
from tryon.model_files import HAND_LANDMARKER, model_path
from tryon.native_chatter import native_chatter_dropped
from tryon.second_look import CROP_SHARES, MirroredCrop, merged, same_hand
from tryon.types import Hand, HandLandmarks

# Larger images are reduced before detection.
STREAM_SIDE_PX, PHOTO_SIDE_PX = 1280, 1920
STREAM_HANDS = 2
PHOTO_HANDS = 4
LEAST_SCORE = 0.5  # of palm detection, presence and tracking


_OPEN: weakref.WeakSet[HandTracker] = weakref.WeakSet()


def _close_all() -> None:
    """Close what is still open, while the native library's threads can still be joined."""
    for tracker in tuple(_OPEN):
        tracker.close()


# MediaPipe closes through a concurrent.futures executor, which stops before atexit's turn. This
# hook of the standard library, the one that executors use themselves, runs last in, first out.
threading._register_atexit(_close_all)  # type: ignore[attr-defined]


class HandTracker:
    """Finds hands in one stream of unmirrored frames, or in single photos.

    Args:
        streaming: follow hands through a stream (VIDEO mode, up to 2 hands); otherwise every
            image is looked at afresh (IMAGE mode, up to 4 hands, and a second look at each).
    Raises:
        MissingLandmarkModel: the model file is missing or wrong.
    """

    def __init__(self, streaming: bool) -> None:
        self._streaming = streaming
        self._time_ms = -1
        mode = vision.RunningMode.VIDEO if streaming else vision.RunningMode.IMAGE
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model_path(HAND_LANDMARKER))),
            running_mode=mode,
            num_hands=STREAM_HANDS if streaming else PHOTO_HANDS,
            min_hand_detection_confidence=LEAST_SCORE,
            min_hand_presence_confidence=LEAST_SCORE,
            min_tracking_confidence=LEAST_SCORE,
        )
        with native_chatter_dropped():
            self._landmarker = vision.HandLandmarker.create_from_options(options)
            self._run(np.zeros((64, 64, 3), np.uint8), 0.0)  # the last greeting needs a frame
        self._closed = False
        _OPEN.add(self)

    def detect(self, image: Image, time_ms: float) -> tuple[HandLandmarks, ...]:
        """Hands in one frame, best score first.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            time_ms: when it was taken; a stamp not past the last one is moved 1 ms past it.
        """
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(f"expected (h, w, 3) uint8 RGB, got {image.shape} {image.dtype}")
        if self._closed:
            raise ValueError("the tracker is closed")
        if self._streaming:
            hands = self._run_reduced(image, time_ms, STREAM_SIDE_PX)
        else:
            hands = self._run_reduced(image, 0.0, PHOTO_SIDE_PX)
            hands = [merged(hand, self._second(hand, image)) for hand in hands]
        return tuple(sorted(hands, key=lambda hand: -hand.score))

    def close(self) -> None:
        """Stop the native threads. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            _OPEN.discard(self)
            self._landmarker.close()

    def __enter__(self) -> HandTracker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _second(self, hand: HandLandmarks, photo: Image) -> HandLandmarks | None:
        """The same hand in a mirrored crop; in a wider one where the close one shows none."""
        for share in CROP_SHARES:
            crop = MirroredCrop.around(hand, photo, share)
            again = same_hand(hand, [crop.in_photo(seen) for seen in self._run(crop.image, 0.0)])
            if again is not None:
                return again
        return None

    def _run_reduced(self, image: Image, time_ms: float, side_px: int) -> list[HandLandmarks]:
        small = reduced(image, side_px)
        scale = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
        found = self._run(small, time_ms)
        return [replace(hand, points_px=hand.points_px * scale) for hand in found]

    def _run(self, image: Image, time_ms: float) -> list[HandLandmarks]:
        frame = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        if self._streaming:
            self._time_ms = max(round(time_ms), self._time_ms + 1)
            found = self._landmarker.detect_for_video(frame, self._time_ms)
        else:
            found = self._landmarker.detect(frame)
        size = (image.shape[1], image.shape[0])
        return [
            HandLandmarks(
                points_px=np.array([(p.x, p.y) for p in points]) * size,
                world=np.array([(p.x, p.y, p.z) for p in world]),
                hand=Hand(handedness[0].category_name.lower()),
                score=float(handedness[0].score),
            )
            for points, world, handedness in zip(
                found.hand_landmarks, found.hand_world_landmarks, found.handedness, strict=True
            )
        ]


def reduced(image: Image, long_side_px: int) -> Image:
    """The image with its long side at most `long_side_px`; itself when it is small enough."""
    factor = long_side_px / max(image.shape[:2])
    if factor >= 1.0:
        return image
    size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
