"""A second look at each hand of a photo: mirrored, enlarged, then averaged with the first.

The detector errs differently on a mirrored hand. On 143 rendered hands of known shape the mean of
both looks brought the direction of the fingers in the image from 4.2 to 3.6 degrees (median), in
space from 11.7 to 10.7, and named 85 % of the hands rightly instead of 83 %. Turned and closer
crops added nothing to that.

Looking for small hands in pieces of a photo is left out on purpose: in 61 photographs it found five
more hands, but a shoulder and a foot too, at scores as high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.types import Hand, HandLandmarks

CROP_SHARES = (2.0, 3.4)  # sides of the crop, sizes of the hand: the second where the first fails
CROP_PX = 448
SAME_HAND_SHARE = 0.2  # mean distance between both looks, sizes of the hand


@dataclass(frozen=True, slots=True, eq=False)
class MirroredCrop:
    """A square about one hand, mirrored left to right."""

    image: Image  # (CROP_PX, CROP_PX, 3)
    corner: Array  # (2,) of the square in the photo, pixels
    scale: float  # crop pixels per photo pixel

    @staticmethod
    def around(hand: HandLandmarks, photo: Image, share: float = CROP_SHARES[0]) -> MirroredCrop:
        """The square about `hand`, `share` times its size."""
        low, high = hand.points_px.min(axis=0), hand.points_px.max(axis=0)
        side = share * max(float((high - low).max()), 16.0)
        corner = (low + high) / 2.0 - side / 2.0
        scale = CROP_PX / side
        photo_from_crop = np.array([[1.0 / scale, 0.0, corner[0]], [0.0, 1.0 / scale, corner[1]]])
        fine = photo if scale > 0.5 else cv2.GaussianBlur(photo, (0, 0), 0.4 / scale)
        crop = cv2.warpAffine(
            fine,
            photo_from_crop,
            (CROP_PX, CROP_PX),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return MirroredCrop(np.asarray(crop[:, ::-1], np.uint8), corner, scale)

    def in_photo(self, seen: HandLandmarks) -> HandLandmarks:
        """A hand found in the crop, unmirrored and back in the photo."""
        points = seen.points_px.copy()
        points[:, 0] = CROP_PX - points[:, 0]
        return replace(
            seen,
            points_px=points / self.scale + self.corner,
            depths_px=None if seen.depths_px is None else seen.depths_px / self.scale,
            world=seen.world * (-1.0, 1.0, 1.0),
            hand=Hand.LEFT if seen.hand is Hand.RIGHT else Hand.RIGHT,
        )


def seen_twice(
    hands: Sequence[HandLandmarks],
    photo: Image,
    look: Callable[[Image], Sequence[HandLandmarks]],
) -> list[HandLandmarks]:
    """Each hand of a photo averaged with a second look at it.

    Args:
        look: finds hands in a crop of the photo.
    """
    return [merged(hand, _again(hand, photo, look)) for hand in hands]


def _again(
    hand: HandLandmarks, photo: Image, look: Callable[[Image], Sequence[HandLandmarks]]
) -> HandLandmarks | None:
    """The same hand in a mirrored crop; in a wider one where the close one shows none."""
    for share in CROP_SHARES:
        crop = MirroredCrop.around(hand, photo, share)
        again = same_hand(hand, [crop.in_photo(seen) for seen in look(crop.image)])
        if again is not None:
            return again
    return None


def same_hand(hand: HandLandmarks, others: Sequence[HandLandmarks]) -> HandLandmarks | None:
    """The one of `others` that is `hand` seen once more, if any."""
    size = max(float(np.ptp(hand.points_px, axis=0).max()), 1.0)
    near = [
        (float(np.linalg.norm(other.points_px - hand.points_px, axis=1).mean()) / size, k)
        for k, other in enumerate(others)
    ]
    return others[min(near)[1]] if near and min(near)[0] <= SAME_HAND_SHARE else None


def merged(first: HandLandmarks, second: HandLandmarks | None) -> HandLandmarks:
    """The mean of two looks at the same hand, and how far they lie apart.

    Args:
        second: None where the hand was not found again.
    """
    if second is None:
        return replace(first, spread_px=np.full(len(first.points_px), np.inf))
    surer = first if first.score >= second.score else second
    depths = None
    if first.depths_px is not None and second.depths_px is not None:
        depths = (first.depths_px + second.depths_px) / 2.0
    return HandLandmarks(
        points_px=(first.points_px + second.points_px) / 2.0,
        world=(first.world + second.world) / 2.0,
        hand=surer.hand,
        score=0.5 * (first.score + second.score),
        spread_px=np.linalg.norm(first.points_px - second.points_px, axis=1),
        depths_px=depths,
    )
