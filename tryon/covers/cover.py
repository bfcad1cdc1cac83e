"""What stands before a jewel: hair, a sleeve, a collar. Whatever is not the wearer's skin.

The share of each pixel that is not skin is found on a reduced picture and laid back along the
image's own edges with a guided filter (He, Sun, Tang, 2013; the fast form of 2015).
"""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Image, PixelRegion
from tryon.covers.masks import body_share
from tryon.covers.tones import (
    STRANGE,
    Pixels,
    SkinTone,
    apart,
    face_tone,
    features,
    hair_tone,
    hand_tone,
    skin_tone,
)  # fmt: skip
from tryon.types import PersonMask, Veil

__all__ = ["SkinTone", "cover", "face_tone", "hair_cover", "hair_tone", "hand_tone", "skin_tone"]

WORK_SIDE_PX = 72  # the side at which colours are judged
EDGE_RADIUS = 0.035  # of the work picture's side: reach of the guided filter
EDGE_RIDGE = 4e-4  # variance of the guide, 0..1, below which it counts as flat
CERTAIN_NOT, CERTAIN = 0.40, 0.72  # filtered shares that become 0 and 1
LITTLE_DOUBT, MOST_DOUBT = 0.60, 0.85  # mean doubt of a veil that is trusted fully, not at all
DOUBT = 0.7  # squared spreads: so near to both tones, it may be either
TEXTURE_SIDE = 5  # of the work picture
ROUGH, ROUGHEST = 0.12, 3.0  # unevenness at which colours count double as strange; its limit


def cover(
    image: Image,
    region: PixelRegion,
    tone: SkinTone,
    person: PersonMask | None = None,
    hair: SkinTone | None = None,
) -> Veil:
    """How far each pixel of a region shows something of the person that is not skin.

    Background covers nothing. Without a person mask it cannot be told from cloth: keep the region,
    or the jewel, within the body. A veil that cannot be trusted hides nothing.

    Args:
        image: (h, w, 3) RGB.
        region: what reaches beyond the image hides nothing.
        tone: of the wearer.
        person: where people are, if known.
        hair: of the wearer, if known: brown hair and shaded skin are then better told apart.
    """
    return _veil(image, region, tone, person, hair, only_hair=False)


def hair_cover(
    image: Image,
    region: PixelRegion,
    tone: SkinTone,
    hair: SkinTone,
    person: PersonMask | None = None,
) -> Veil:
    """How far each pixel of a region shows hair; cloth, skin and background hide nothing.

    Args:
        image: (h, w, 3) RGB.
        region: what reaches beyond the image hides nothing.
        tone: of the wearer's skin.
        hair: from `hair_tone`.
        person: where people are, if known.
    """
    return _veil(image, region, tone, person, hair, only_hair=True)


def _veil(
    image: Image,
    region: PixelRegion,
    tone: SkinTone,
    person: PersonMask | None,
    hair: SkinTone | None,
    *,
    only_hair: bool,
) -> Veil:
    height, width = image.shape[:2]
    inside = region.clipped(width, height)
    hides = np.zeros((max(region.height, 0), max(region.width, 0)), np.float32)
    hairless = hair is None or hair.trust == 0.0
    if min(inside.width, inside.height) < 2 or tone.trust == 0.0 or (only_hair and hairless):
        return Veil(hides, region)
    crop = image[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width]
    scale = min(1.0, WORK_SIDE_PX / max(inside.width, inside.height))
    size = (max(round(inside.width * scale), 2), max(round(inside.height * scale), 2))
    small = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    strange, like_hair = judged(features(small), tone, hair)
    if like_hair is not None:
        strange = like_hair if only_hair else np.maximum(strange, like_hair)
    bodily = None if person is None else body_share(person, inside, size, width, height)
    trust = tone.trust * decided(strange, bodily)
    share = _along_edges(strange, small, crop)
    share = (share - CERTAIN_NOT) * (trust / (CERTAIN - CERTAIN_NOT))
    np.clip(share, 0.0, trust, out=share)
    if bodily is not None:
        share *= cv2.resize(bodily, (inside.width, inside.height), interpolation=cv2.INTER_LINEAR)
    top, left = inside.y - region.y, inside.x - region.x
    hides[top : top + inside.height, left : left + inside.width] = share
    return Veil(hides, region)


def judged(colours: Pixels, tone: SkinTone, hair: SkinTone | None) -> tuple[Pixels, Pixels | None]:
    """How unlike skin each pixel is, and how like hair, where there is hair to be known.

    Args:
        colours: (h, w, 3) features of a reduced picture.
        tone: of the wearer's skin.
        hair: of the wearer.
    """
    far = apart(colours, tone) * (1.0 + _texture(colours[..., 0]))
    strange: Pixels = np.asarray(far / (far + STRANGE**2), np.float32)
    if hair is None or hair.trust == 0.0:
        return strange, None
    near = apart(colours, hair, shades=False)
    likely = far / (far + near + DOUBT)
    known = STRANGE**2 / (STRANGE**2 + near)
    return strange, np.asarray(likely * np.minimum(1.0, 1.6 * known), np.float32)


def _texture(log_light: Pixels) -> Pixels:
    """How uneven the light is about each pixel: strands are, skin is not."""
    mean = _boxed(log_light, TEXTURE_SIDE)
    variance = np.maximum(_boxed(log_light * log_light, TEXTURE_SIDE) - mean * mean, 0.0)
    return np.minimum(variance / ROUGH**2, ROUGHEST)


def decided(strange: Pixels, bodily: Pixels | None) -> float:
    """How sure the judgement is over the body: 0 when most of it may be skin or not."""
    doubt = 4.0 * strange * (1.0 - strange)
    weights = np.ones_like(doubt) if bodily is None else bodily + np.float32(1e-3)
    mean = float((doubt * weights).sum() / weights.sum())
    return float(np.clip((MOST_DOUBT - mean) / (MOST_DOUBT - LITTLE_DOUBT), 0.0, 1.0))


def _along_edges(share: Pixels, small: Image, crop: Image) -> Pixels:
    """The share at full size, its edges moved onto the image's own."""
    slope, level, mixture = edge_lines(share, small)
    size = (crop.shape[1], crop.shape[0])
    fine_slope = cv2.resize(slope, size, interpolation=cv2.INTER_LINEAR)
    fine_level = cv2.resize(level, size, interpolation=cv2.INTER_LINEAR)
    fine = cv2.transform(crop.astype(np.float32), mixture)
    return np.asarray(fine_slope * fine + fine_level, np.float32)


def edge_lines(share: Pixels, small: Image) -> tuple[Pixels, Pixels, Pixels]:
    """What lays a share along the edges of its picture: slope * (mixture of a pixel) + level.

    The guide is the mixture of red, green and blue that tells this cover from this skin best.

    Args:
        share: (h, w).
        small: (h, w, 3) RGB.
    Returns:
        slope and level (h, w), to be enlarged; mixture (1, 4) of red, green, blue and 1.
    """
    colours = small.reshape(-1, 3).astype(np.float32) / 255.0
    middle = colours.mean(axis=0)
    offset = colours - middle
    spread = offset.T @ offset / len(offset) + 1e-4 * np.eye(3, dtype=np.float32)
    mixture = np.linalg.solve(spread, offset.T @ (share.ravel() - share.mean()) / len(offset))
    mixture /= max(float(np.abs(mixture).sum()), 1e-6)
    guide = (offset @ mixture).reshape(share.shape).astype(np.float32)
    side = 2 * max(1, round(EDGE_RADIUS * max(share.shape))) + 1
    mean_guide, mean_share = _boxed(guide, side), _boxed(share, side)
    variance = _boxed(guide * guide, side) - mean_guide**2
    slope = (_boxed(guide * share, side) - mean_guide * mean_share) / (variance + EDGE_RIDGE)
    level = _boxed(mean_share - slope * mean_guide, side)
    slope = _boxed(slope, side)
    transform = np.append(mixture / 255.0, -float(middle @ mixture)).astype(np.float32)[None]
    return slope, level, transform


def _boxed(values: Pixels, side: int) -> Pixels:
    return np.asarray(cv2.blur(values, (side, side)), np.float32)
