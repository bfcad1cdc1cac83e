"""Where people are: reading a person mask, and moving an old one to where they are now."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, PixelRegion
from tryon.types import PersonMask, Share

Pixels = NDArray[np.float32]

PERSON_FROM, PERSON_TO = 0.25, 0.6  # person shares between which background becomes body


def person_at(person: PersonMask, x: Array, y: Array, width: int, height: int) -> Pixels:
    """The person share at pixels of the whole image.

    Args:
        x, y: pixels, of any shape; beyond the image the nearest counts.
        width, height: of the image.
    """
    rows, columns = person.share.shape
    across = ((x + 0.5) * (columns / width) - 0.5).astype(np.float32)
    down = ((y + 0.5) * (rows / height) - 0.5).astype(np.float32)
    found = cv2.remap(person.share, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32).reshape(x.shape)


def body_share(
    person: PersonMask, region: PixelRegion, size: tuple[int, int], width: int, height: int
) -> Pixels:
    """1 on people, 0 on the background, over a region of an image.

    Args:
        region: inside the image.
        size: columns and rows of the result.
        width, height: of the image.
    """
    x = region.x + (np.arange(size[0]) + 0.5) * region.width / size[0] - 0.5
    y = region.y + (np.arange(size[1]) + 0.5) * region.height / size[1] - 0.5
    across, down = np.meshgrid(x, y)
    share = person_at(person, across, down, width, height)
    bodily: Pixels = np.clip((share - PERSON_FROM) / (PERSON_TO - PERSON_FROM), 0.0, 1.0)
    return bodily


def warped(mask: PersonMask, then_px: Array, now_px: Array, width: int, height: int) -> PersonMask:
    """An old mask moved with the landmarks: shifted, turned and scaled as a whole.

    The similarity is Umeyama's (1991), the one of least squares. Equal landmarks, or too few of
    them, leave the mask as it is.

    Args:
        mask: of an earlier frame.
        then_px, now_px: (n, 2) the same landmarks in the mask's frame and in this one.
        width, height: of the frames.
    """
    if len(then_px) < 2 or np.array_equal(then_px, now_px):
        return mask
    then_middle, now_middle = then_px.mean(axis=0), now_px.mean(axis=0)
    then, now = then_px - then_middle, now_px - now_middle
    spread = float((then**2).sum())
    if spread < 1e-6:
        return mask
    along = float((then * now).sum()) / spread
    across = float((then[:, 0] * now[:, 1] - then[:, 1] * now[:, 0]).sum()) / spread
    turned = np.array([[along, -across], [across, along]])
    shift = now_middle - turned @ then_middle
    rows, columns = mask.share.shape
    to_mask = np.array([columns / width, rows / height])
    # pixel centres: image = (mask + 0.5) / to_mask - 0.5
    linear = to_mask[:, None] * turned / to_mask
    offset = to_mask * (turned @ (0.5 / to_mask - 0.5) + shift + 0.5) - 0.5
    moved = cv2.warpAffine(
        mask.share,
        np.column_stack([linear, offset]),
        (columns, rows),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    share: Share = np.asarray(moved, np.float32)
    return replace(mask, share=share)
