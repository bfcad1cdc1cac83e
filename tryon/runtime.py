"""Which runtime finds hands and faces: LiteRT, or MediaPipe Tasks.

MediaPipe Tasks is the reference. It stands in where LiteRT is not installed, or when the
environment says `PARURE_TRACKER=mediapipe`. Each runtime is loaded only when it is used.
"""

from __future__ import annotations

import os
from enum import StrEnum
from importlib.util import find_spec
from typing import Protocol

from models3d.frames import Image
from tryon.types import FaceLandmarks, HandLandmarks


class Runtime(StrEnum):
    """What runs the nets."""

    LITERT = "litert"
    MEDIAPIPE = "mediapipe"


class HandSource(Protocol):
    """Finds hands in one stream of unmirrored frames, or in single photos."""

    def detect(self, image: Image, time_ms: float) -> tuple[HandLandmarks, ...]:
        """Hands in one (h, w, 3) RGB frame, best score first."""

    def close(self) -> None:
        """Stop its threads. Closing twice is fine."""


class FaceSource(Protocol):
    """Finds faces in one stream of unmirrored frames, or in single photos."""

    def detect(self, image: Image, time_ms: float) -> tuple[FaceLandmarks, ...]:
        """Faces in one (h, w, 3) RGB frame."""

    def close(self) -> None:
        """Stop its threads. Closing twice is fine."""


def chosen_runtime() -> Runtime:
    """`PARURE_TRACKER`, else LiteRT where it is installed.

    Raises:
        ValueError: `PARURE_TRACKER` names something else.
    """
    named = os.environ.get("PARURE_TRACKER")
    if named:
        return Runtime(named)
    return Runtime.LITERT if find_spec("ai_edge_litert") else Runtime.MEDIAPIPE


def hand_source(*, streaming: bool, threads: int = 2) -> HandSource:
    """A tracker of hands.

    Args:
        threads: that its landmark net may use; MediaPipe takes its own.
    Raises:
        MissingLandmarkModel: the hand bundle is missing or altered.
    """
    if chosen_runtime() is Runtime.MEDIAPIPE:
        from tryon.landmarks import HandTracker

        return HandTracker(streaming=streaming)
    from tryon.nets.hand_tracking import LiteHandTracker

    return LiteHandTracker(streaming=streaming, threads=threads)


def face_source(*, streaming: bool, threads: int = 2) -> FaceSource:
    """A tracker of faces.

    Args:
        threads: that one net may use; MediaPipe takes its own.
    Raises:
        MissingLandmarkModel: the face bundle is missing or altered.
    """
    if chosen_runtime() is Runtime.MEDIAPIPE:
        from tryon.landmarks import FaceTracker

        return FaceTracker(streaming=streaming)
    from tryon.nets.face_tracking import LiteFaceTracker

    return LiteFaceTracker(streaming=streaming, threads=threads)
