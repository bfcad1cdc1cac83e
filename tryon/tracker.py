"""What is looked for in each frame: hands, faces, bodies and people, as far as a set needs them."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from models3d.frames import Image
from tryon.landmarks import HandTracker
from tryon.types import Seen


class Wanted(StrEnum):
    """What a jewel needs to be placed."""

    HANDS = "hands"
    FACES = "faces"
    BODIES = "bodies"
    PERSON = "person"


class Tracker:
    """Finds what a set needs in one stream of unmirrored frames, or in single photos.

    Args:
        wanted: what to look for.
        streaming: frames follow one another.
    Raises:
        MissingLandmarkModel: a model without which nothing can be placed is missing.
    """

    def __init__(self, wanted: Set[Wanted], *, streaming: bool) -> None:
        self._wanted = frozenset(wanted)
        self.heavy_every = 1
        self._hands = HandTracker(streaming=streaming)

    def detect(self, image: Image, time_ms: float) -> Seen:
        """Everything found in one frame.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            time_ms: when it was taken.
        """
        return Seen(hands=self._hands.detect(image, time_ms))

    def close(self) -> None:
        """Stop the nets' threads. Closing twice is fine."""
        self._hands.close()
