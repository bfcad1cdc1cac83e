"""Vectors of the second look at a photo's hands: what is looked at, how both looks are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models3d.frames import Image
from tests.vectors.golden import Case, Vectors, case, photo
from tests.vectors.hands import landmarks
from tryon.second_look import CROP_PX, CROP_SHARES, MirroredCrop, seen_twice
from tryon.types import Hand, HandLandmarks

PICTURE, HAND = "small.photo", "small.hand"


def vectors() -> Vectors:
    """Of a hand that is found again at once, in a wider crop, or not at all."""
    close, wide = (_again(share) for share in CROP_SHARES)
    stranger = replace(close, points_px=0.4 * close.points_px)
    return {
        "mirroredCrop": [_crop(share) for share in CROP_SHARES],
        "seenTwice": [
            _seen([[stranger, close]]),
            _seen([[stranger], [replace(wide, score=1.0)]]),
            _seen([[], []]),
        ],
    }


def _crop(share: float) -> Case:
    crop = MirroredCrop.around(landmarks(HAND), photo(PICTURE), share)
    told = {"corner": crop.corner, "scale": crop.scale, "some": _some(crop.image)}
    return case(told, photo=f"@{PICTURE}", hand=f"@{HAND}", share=share)


def _some(image: Image) -> list[int]:
    return [int(value) for value in image.ravel()[::1009]]


def _again(share: float) -> HandLandmarks:
    """The hand as a net would find it in the crop, a little elsewhere."""
    hand = landmarks(HAND)
    crop = MirroredCrop.around(hand, photo(PICTURE), share)
    random = np.random.default_rng(61)
    points = (hand.points_px - crop.corner) * crop.scale
    points[:, 0] = CROP_PX - points[:, 0]
    assert hand.depths_px is not None
    return HandLandmarks(
        points_px=(points + random.normal(0.0, 3.0, points.shape)).round(2),
        world=(hand.world * (-1.0, 1.0, 1.0) + random.normal(0.0, 2e-3, (21, 3))).round(5),
        hand=Hand.LEFT if hand.hand is Hand.RIGHT else Hand.RIGHT,
        score=0.75,
        depths_px=(hand.depths_px * crop.scale).round(2),
    )


def _seen(looks: Sequence[Sequence[HandLandmarks]]) -> Case:
    """What both looks make of the hand; each crop shows the next of `looks`."""
    coming = iter(looks)
    told = seen_twice([landmarks(HAND)], photo(PICTURE), lambda _: next(coming))
    return case(told, photo=f"@{PICTURE}", hand=f"@{HAND}", looks=looks)
