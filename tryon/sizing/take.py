"""From a photo to a measurement: the hands are found, then measured."""

from __future__ import annotations

from contextlib import closing

from tryon.media.photo import Photo
from tryon.sizing.estimate import Measured, measure
from tryon.sizing.references import Reference
from tryon.tracker import Tracker, Wanted
from tryon.types import Finger, Hand


def measure_photo(
    photo: Photo, reference: Reference, *, finger: Finger | None, hand: Hand | None
) -> Measured:
    """Measure a finger, or the wrist where `finger` is None.

    Raises:
        TakeAgain: the photo does not allow it.
        MissingLandmarkModel: the hand landmark model is not there.
    """
    with closing(Tracker(frozenset({Wanted.HANDS}), streaming=False)) as tracker:
        seen = tracker.detect(photo.image, 0.0)
    return measure(photo.image, seen.hands, photo.intrinsics, reference, finger=finger, hand=hand)
