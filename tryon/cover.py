"""What stands before a jewel: hair, a sleeve, a collar. Whatever is not the wearer's skin."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, PixelRegion
from tryon.types import PersonMask, Veil

STRANGE = 12.0  # weighted Lab units at which a colour is half strange
LIGHTNESS_WEIGHT = 0.35  # shading changes lightness within skin more than hue


@dataclass(frozen=True, slots=True, eq=False)
class SkinTone:
    """The colours of one person's skin as this image shows them."""

    colours: Array  # (n, 3) weighted Lab


def skin_tone(image: Image, points_px: Array) -> SkinTone:
    """Learn a skin from places that surely show it.

    Args:
        image: (h, w, 3) RGB.
        points_px: (n, 2) on cheeks and forehead, or on the back of a hand.
    """
    limits = [image.shape[1] - 1, image.shape[0] - 1]
    x, y = np.clip(points_px.astype(np.intp), 0, limits).T
    return SkinTone(np.asarray(_weighted_lab(image[y, x][None])[0], np.float64))


def cover(
    image: Image, region: PixelRegion, tone: SkinTone, person: PersonMask | None = None
) -> Veil:
    """How far each pixel of a region shows something else than this skin.

    Args:
        image: (h, w, 3) RGB.
        region: inside the image.
        tone: of the wearer.
        person: where people are, if known.
    """
    crop = image[region.y : region.y + region.height, region.x : region.x + region.width]
    lab = _weighted_lab(crop)
    middle = np.median(tone.colours, axis=0).astype(np.float32)
    apart = ((lab - middle) ** 2).sum(axis=2)
    strange = apart / (apart + STRANGE**2)
    soft = cv2.GaussianBlur(strange, (0, 0), max(0.01 * region.width, 1.0))
    return Veil(np.clip((soft - 0.4) / 0.3, 0.0, 1.0).astype(np.float32), region)


def _weighted_lab(colours: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    lab = np.asarray(cv2.cvtColor(colours.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab))
    return np.asarray(lab * (LIGHTNESS_WEIGHT, 1.0, 1.0), np.float32)
