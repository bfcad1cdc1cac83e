"""Hand and face landmarks from MediaPipe Tasks. The only file that imports MediaPipe.

These trackers are the reference for those of `tryon.nets`, and stand in for them. A tracker belongs
to one stream: it follows hands or faces from frame to frame and its clock runs forward. The native
library starts threads that must be stopped before the interpreter goes; `close()` does so, and
whatever is still open at exit is closed then.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401 - puts its exit hook before ours
import threading
import weakref
from typing import Any, Self

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from models3d.frames import Image
from tryon.model_files import FACE_LANDMARKER, HAND_LANDMARKER, ModelFile, model_path
from tryon.native_chatter import native_chatter_dropped
from tryon.second_look import seen_twice
from tryon.types import FaceLandmarks, Hand, HandLandmarks
from tryon.working_size import PHOTO_SIDE_PX, STREAM_SIDE_PX, checked, hands_at_working_size

STREAM_HANDS, PHOTO_HANDS = 2, 4
STREAM_FACES, PHOTO_FACES = 1, 6
LEAST_SCORE = 0.5  # of detection, presence and tracking


_OPEN: weakref.WeakSet[_Landmarker] = weakref.WeakSet()


def _close_all() -> None:
    """Close what is still open, while the native library's threads can still be joined."""
    for tracker in tuple(_OPEN):
        tracker.close()


# MediaPipe closes through a concurrent.futures executor, which stops before atexit's turn. This
# hook of the standard library, the one that executors use themselves, runs last in, first out.
threading._register_atexit(_close_all)  # type: ignore[attr-defined]


class _Landmarker:
    """One of MediaPipe's landmarkers, its clock and its end."""

    def __init__(self, task: Any, options: Any, streaming: bool) -> None:
        self._streaming = streaming
        self._time_ms = -1
        with native_chatter_dropped():
            self._landmarker = task.create_from_options(options)
            self._answer(np.zeros((64, 64, 3), np.uint8), 0.0)  # the last greeting needs a frame
        self._closed = False
        _OPEN.add(self)

    def close(self) -> None:
        """Stop the native threads. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            _OPEN.discard(self)
            self._landmarker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, image: Image, time_ms: float) -> Any:
        frame = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        if not self._streaming:
            return self._landmarker.detect(frame)
        self._time_ms = max(round(time_ms), self._time_ms + 1)
        return self._landmarker.detect_for_video(frame, self._time_ms)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ValueError("the tracker is closed")


class HandTracker(_Landmarker):
    """Finds hands in one stream of unmirrored frames, or in single photos.

    Args:
        streaming: follow hands through a stream (VIDEO mode, up to 2 hands); otherwise every
            image is looked at afresh (IMAGE mode, up to 4 hands, and a second look at each).
    Raises:
        MissingLandmarkModel: the model file is missing or wrong.
    """

    def __init__(self, streaming: bool) -> None:
        options = vision.HandLandmarkerOptions(
            base_options=_base_options(HAND_LANDMARKER),
            running_mode=_mode(streaming),
            num_hands=STREAM_HANDS if streaming else PHOTO_HANDS,
            min_hand_detection_confidence=LEAST_SCORE,
            min_hand_presence_confidence=LEAST_SCORE,
            min_tracking_confidence=LEAST_SCORE,
        )
        super().__init__(vision.HandLandmarker, options, streaming)

    def detect(self, image: Image, time_ms: float) -> tuple[HandLandmarks, ...]:
        """Hands in one frame, best score first.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            time_ms: when it was taken; a stamp not past the last one is moved 1 ms past it.
        """
        image = checked(image)
        self._refuse_when_closed()
        side_px = STREAM_SIDE_PX if self._streaming else PHOTO_SIDE_PX
        hands = hands_at_working_size(image, side_px, lambda small: self._hands(small, time_ms))
        if not self._streaming:
            hands = seen_twice(hands, image, lambda crop: self._hands(crop, 0.0))
        return tuple(sorted(hands, key=lambda hand: -hand.score))

    def _hands(self, image: Image, time_ms: float) -> list[HandLandmarks]:
        found = self._answer(image, time_ms)
        size = (image.shape[1], image.shape[0])
        return [
            HandLandmarks(
                points_px=np.array([(p.x, p.y) for p in points]) * size,
                world=np.array([(p.x, p.y, p.z) for p in world]),
                hand=Hand(handedness[0].category_name.lower()),
                score=float(handedness[0].score),
                depths_px=np.array([p.z for p in points]) * image.shape[1],
            )
            for points, world, handedness in zip(
                found.hand_landmarks, found.hand_world_landmarks, found.handedness, strict=True
            )
        ]


class FaceTracker(_Landmarker):
    """Finds faces in one stream of unmirrored frames, or in single photos.

    With one face wanted, MediaPipe smooths a stream's landmarks itself (a One Euro filter that its
    graph adds in VIDEO mode when `num_faces` is 1); with more it does not.

    Args:
        streaming: follow faces through a stream (VIDEO mode); otherwise every image is looked at
            afresh (IMAGE mode).
        faces: at most; 1 in streams and 6 in photos unless given.
    Raises:
        MissingLandmarkModel: the model file is missing or wrong.
    """

    def __init__(self, streaming: bool, faces: int | None = None) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=_base_options(FACE_LANDMARKER),
            running_mode=_mode(streaming),
            num_faces=faces or (STREAM_FACES if streaming else PHOTO_FACES),
            min_face_detection_confidence=LEAST_SCORE,
            min_face_presence_confidence=LEAST_SCORE,
            min_tracking_confidence=LEAST_SCORE,
        )
        super().__init__(vision.FaceLandmarker, options, streaming)

    def detect(self, image: Image, time_ms: float) -> tuple[FaceLandmarks, ...]:
        """Faces in one frame, in MediaPipe's order; it tells no score, so each has 1.

        Args:
            image: (h, w, 3) RGB, unmirrored; looked at as it is, at any size.
            time_ms: when it was taken; a stamp not past the last one is moved 1 ms past it.
        """
        image = checked(image)
        self._refuse_when_closed()
        height, width = image.shape[:2]
        faces = []
        for points in self._answer(image, time_ms).face_landmarks:
            values = np.array([(p.x, p.y, p.z) for p in points]) * (width, height, width)
            faces.append(FaceLandmarks(values[:, :2], values[:, 2], 1.0))
        return tuple(faces)


def _base_options(model: ModelFile) -> BaseOptions:
    return BaseOptions(model_asset_path=str(model_path(model)))


def _mode(streaming: bool) -> vision.RunningMode:
    return vision.RunningMode.VIDEO if streaming else vision.RunningMode.IMAGE
